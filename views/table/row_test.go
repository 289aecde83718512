package table

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRows(t *testing.T) {
	f := openTest(t)
	ids := []int64{}
	for _, name := range []string{"one", "two"} {
		id, err := f.Insert("things", Row{{"name", name}, {"size", 1}})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if diff := cmp.Diff([]int64{1, 2}, ids); diff != "" {
		t.Errorf("rowids (-want +got):\n%s", diff)
	}
	for _, step := range []struct {
		name string
		do   func() error
		want []thing
	}{
		{"insert what is new", func() error { return f.InsertNew("things", Row{{"name", "one"}, {"size", 9}}) }, []thing{{"one", 1, 0}, {"two", 1, 0}}},
		{"upsert what there is", func() error { return f.Upsert("things", "name", Row{{"name", "one"}, {"size", 2}}) }, []thing{{"one", 2, 0}, {"two", 1, 0}}},
		{"upsert what is new", func() error { return f.Upsert("things", "name", Row{{"name", "six"}, {"size", 6}}) }, []thing{{"one", 2, 0}, {"six", 6, 0}, {"two", 1, 0}}},
		{"other columns", func() error { return f.Upsert("things", "name", Row{{"name", "six"}, {"at", 5}}) }, []thing{{"one", 2, 0}, {"six", 6, 5}, {"two", 1, 0}}},
		{"add", func() error { return f.Add("things", "name", Row{{"name", "six"}, {"size", -2}}, Column{"at", 7}) }, []thing{{"one", 2, 0}, {"six", 4, 5}, {"two", 1, 0}}},
		{"add what is new", func() error { return f.Add("things", "name", Row{{"name", "ten"}, {"size", 10}}, Column{"at", 7}) },
			[]thing{{"one", 2, 0}, {"six", 4, 5}, {"ten", 10, 7}, {"two", 1, 0}}},
		{"update", func() error { return f.Update("things", "name", Row{{"size", 3}, {"at", nil}, {"name", "ten"}}) },
			[]thing{{"one", 2, 0}, {"six", 4, 5}, {"ten", 3, 0}, {"two", 1, 0}}},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if diff := cmp.Diff(step.want, things(t, f.Write)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
	if _, err := f.Insert("things", Row{{"name", "one"}}); err == nil {
		t.Error("a second row of one key was inserted")
	}
}
