package table

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What a row's columns are scanned to holds nothing of the row before it.
func TestScan(t *testing.T) {
	f := openTest(t)
	type row struct {
		Name string
		At   time.Time
		Size *map[string]int
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 5e6, time.UTC)
	var x row
	fields := Fields{{"j.value ->> 'n'", &x.Name}, {"j.value ->> 'at'", Time(&x.At)}, {"j.value -> 'size'", JSON(&x.Size)}}
	var got []row
	err := Each(f.Write, `SELECT `+fields.Columns()+` FROM json_each(?) j`, []any{`[{"n":"one","at":1772442000005,"size":{"a":1}},
		{"n":"two","size":{"b":2}},{"n":"three"}]`}, fields.Dest(), func() error {
		got = append(got, x)
		return nil
	})
	want := []row{{"one", at, &map[string]int{"a": 1}}, {"two", time.Time{}, &map[string]int{"b": 2}}, {"three", time.Time{}, nil}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("rows (-want +got), %v:\n%s", err, diff)
	}
	for _, bad := range []string{`SELECT 'soon', NULL`, `SELECT NULL, '{'`, `SELECT NULL, 1`} {
		if err := One(f.Write, bad, nil, Time(&x.At), JSON(&x.Size)); err == nil {
			t.Errorf("%s was scanned", bad)
		}
	}
	if err := One(f.Write, `SELECT 1 WHERE 0`, nil); err != ErrNotFound {
		t.Errorf("no row: %v", err)
	}
	if _, err := DecodeOne[string](f.Write, `SELECT 1 WHERE 0`); err != ErrNotFound {
		t.Errorf("no JSON: %v", err)
	}
}
