package table

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bySize sorts things; many are alike but for their names.
var bySize = Descending("size", Number("size"), Text("name"))

// pageOfThings returns a page of the names of things, all or the odd ones.
func pageOfThings(f *File, p Page, odd bool) (PageList[string], error) {
	names := FromJSON[string]("json_quote(name)")
	if !odd {
		return PageOf(f.Write, Selection{From: "things"}, bySize, p, names)
	}
	return PageWhere(f.Write, Selection{From: "things"}, bySize, p, names, func(name string) (string, bool) {
		return name, name[len(name)-1]%2 == 1
	})
}

// Whatever the size of pages, and from whichever end, they make up the list.
func TestPages(t *testing.T) {
	f := openTest(t)
	var all []string
	for i := range 3 * MaxPage {
		name := fmt.Sprintf("thing %03d", i)
		if _, err := f.Insert("things", Row{{"name", name}, {"size", i / 7}}); err != nil {
			t.Fatal(err)
		}
		all = append(all, name)
	}
	slices.Reverse(all)
	odd := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s[len(s)-1]%2 == 0 })
	for _, size := range []int{1, 7, MaxPage} {
		for which, want := range map[bool][]string{false: all, true: odd} {
			for _, backward := range []bool{false, true} {
				got := walk(t, f, size, backward, which)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("pages of %d, backward %t, odd %t (-want +got):\n%s", size, backward, which, diff)
				}
			}
		}
	}
}

// walk reads a list page by page.
func walk(t *testing.T, f *File, size int, backward, odd bool) (all []string) {
	t.Helper()
	p := Page{First: size}
	if backward {
		p = Page{Last: size}
	}
	for range 4 * MaxPage {
		l, err := pageOfThings(f, p, odd)
		if err != nil {
			t.Fatal(err)
		}
		if backward {
			all = append(slices.Clone(l.Items), all...)
			if !l.HasPrevious {
				return all
			}
			p.Before = l.Cursors[0]
			continue
		}
		all = append(all, l.Items...)
		if !l.HasNext {
			return all
		}
		p.After = l.Cursors[len(l.Cursors)-1]
	}
	t.Fatal("the list never ends")
	return nil
}

func TestNewPage(t *testing.T) {
	n := func(n int) *int { return &n }
	for _, x := range []struct {
		first, last *int
		most        int
		want        Page
		field       string // at fault
	}{
		{nil, nil, 100, Page{First: 20, After: "a", Before: "b"}, ""},
		{nil, nil, 10, Page{First: 10, After: "a", Before: "b"}, ""},
		{n(5), nil, 100, Page{First: 5, After: "a", Before: "b"}, ""},
		{nil, n(100), 100, Page{Last: 100, After: "a", Before: "b"}, ""},
		{n(1), n(1), 100, Page{}, "last"},
		{n(0), nil, 100, Page{}, "first"},
		{n(-1), nil, 100, Page{}, "first"},
		{nil, n(0), 100, Page{}, "last"},
		{nil, n(101), 100, Page{}, "last"},
	} {
		got, err := NewPage(x.first, "a", x.last, "b", 20, x.most)
		var refusal *PageError
		if x.field != "" {
			if !errors.As(err, &refusal) || refusal.Field != x.field {
				t.Errorf("%+v: %v, want %s at fault", x, err, x.field)
			}
			continue
		}
		if diff := cmp.Diff(x.want, got); diff != "" || err != nil {
			t.Errorf("%+v (-want +got), %v:\n%s", x, err, diff)
		}
	}
}

// FuzzCursor: whatever a cursor is, it is refused or is what its order would write.
func FuzzCursor(f *testing.F) {
	o := Ascending("kinds", Number("a"), Text("b"), Float("c"))
	for _, s := range []string{"", "!", "bm9uc2Vuc2U", o.Cursor(int64(-1<<63), "text", 0.5), bySize.Cursor(int64(1), "x")} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		values, err := o.Parse("after", s)
		var refusal *PageError
		if err != nil {
			if !errors.As(err, &refusal) {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		again, err := o.Parse("after", o.Cursor(values...))
		if diff := cmp.Diff(fmt.Sprint(values), fmt.Sprint(again)); diff != "" || err != nil || TagOf(s) != "kinds" {
			t.Errorf("%q, tag %q (-once +again), %v:\n%s", s, TagOf(s), err, diff)
		}
	})
}
