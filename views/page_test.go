package views

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// manyComments are views with a docket of n comments.
func manyComments(tb testing.TB, n int) (*DB, *story, policies.CommentSubmitted) {
	tb.Helper()
	db := openTest(tb)
	s, c := docket(tb)
	foldAll(tb, db, append(s.entries, comments(tb, c, int64(len(s.entries)), 1, n, true)...))
	return db, s, c
}

// Every list is walked through forwards and backwards, in pages of any size, and
// every row is seen once and in order.
func TestPages(t *testing.T) {
	db, _, c := manyComments(t, 37)
	lists := map[string]func(Page) ([]string, List[string], error){
		"comments": func(p Page) ([]string, List[string], error) {
			l, err := db.CommentList(ctx, policies.Actor{}, CommentFilter{DocumentID: c.DocumentID}, p)
			return keysOf(l, func(c policies.Comment) string { return c.ID }), strip(l), err
		},
		"entries": func(p Page) ([]string, List[string], error) {
			l, err := db.Entries(ctx, policies.Actor{}, EntryFilter{}, p)
			return keysOf(l, func(e Entry) string { return fmt.Sprint(e.Seq) }), strip(l), err
		},
		"hits": func(p Page) ([]string, List[string], error) {
			l, err := db.Search(ctx, policies.Actor{}, SearchFilter{Query: "carriers"}, p)
			return keysOf(l, func(h Hit) string { return h.CommentID }), strip(l), err
		},
		"organisations": func(p Page) ([]string, List[string], error) {
			l, err := db.OrganisationList(ctx, OrganisationFilter{}, p)
			return keysOf(l, func(o policies.Organisation) string { return o.Name }), strip(l), err
		},
	}
	for name, list := range lists {
		all, _, err := list(Page{First: MaxPage})
		if err != nil || len(all) < 2 {
			t.Fatalf("%s: %d rows, %v", name, len(all), err)
		}
		for _, size := range []int{1, 3, len(all) - 1, len(all), len(all) + 1} {
			size = max(size, 1)
			if diff := cmp.Diff(all, walk(t, list, size, false)); diff != "" {
				t.Errorf("%s forwards by %d (-want +got):\n%s", name, size, diff)
			}
			if diff := cmp.Diff(all, walk(t, list, size, true)); diff != "" {
				t.Errorf("%s backwards by %d (-want +got):\n%s", name, size, diff)
			}
		}
	}
}

func keysOf[T any](l List[T], key func(T) string) (keys []string) {
	for _, v := range l.Items {
		keys = append(keys, key(v))
	}
	return keys
}

func strip[T any](l List[T]) List[string] {
	return List[string]{Cursors: l.Cursors, HasNext: l.HasNext, HasPrevious: l.HasPrevious}
}

func walk(t *testing.T, list func(Page) ([]string, List[string], error), size int, backward bool) (all []string) {
	t.Helper()
	p := Page{First: size}
	if backward {
		p = Page{Last: size}
	}
	for range 1000 {
		keys, l, err := list(p)
		if err != nil {
			t.Fatal(err)
		}
		if backward {
			all = append(slices.Clone(keys), all...)
		} else {
			all = append(all, keys...)
		}
		if backward && !l.HasPrevious || !backward && !l.HasNext {
			return all
		}
		p.After, p.Before = l.Cursors[len(l.Cursors)-1], ""
		if backward {
			p.After, p.Before = "", l.Cursors[0]
		}
	}
	t.Fatal("the list never ends")
	return nil
}

// Whichever way one goes through a list, one meets each of it once; who breaks off asks
// for no further page, and an error ends it.
func TestPagesBothWays(t *testing.T) {
	db, _, c := manyComments(t, 37)
	asked, broken := 0, errors.New("the line is cut")
	load := func(p Page) (List[policies.Comment], error) {
		if asked++; asked > 8 {
			return List[policies.Comment]{}, broken
		}
		p.First, p.Last = min(p.First, 5), min(p.Last, 5)
		return db.CommentList(ctx, policies.Actor{}, CommentFilter{DocumentID: c.DocumentID}, p)
	}
	var forward, backward []string
	for l, err := range Pages(load) {
		if err != nil {
			t.Fatal(err)
		}
		forward = append(forward, keysOf(l, func(c policies.Comment) string { return c.ID })...)
	}
	asked = 0
	for l, err := range PagesBackward(load) {
		if err != nil {
			t.Fatal(err)
		}
		backward = append(keysOf(l, func(c policies.Comment) string { return c.ID }), backward...)
	}
	if diff := cmp.Diff(forward, backward); diff != "" || len(forward) < 37 {
		t.Errorf("%d forward, and backward (-forward +backward):\n%s", len(forward), diff)
	}
	for name, pages := range map[string]iter.Seq2[List[policies.Comment], error]{"forward": Pages(load), "backward": PagesBackward(load)} {
		asked = 6
		var last error
		for _, last = range pages {
		}
		if asked != 9 || !errors.Is(last, broken) {
			t.Errorf("%s: %d pages, %v", name, asked-6, last)
		}
		asked = 0
		for range pages {
			break
		}
		if asked != 1 {
			t.Errorf("%s: %d pages were asked for, of which one was wanted", name, asked)
		}
	}
}

func TestBadPages(t *testing.T) {
	db, _, c := manyComments(t, 3)
	organisations, err := db.OrganisationList(ctx, OrganisationFilter{}, Page{First: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		page  Page
		field string
	}{
		{Page{}, "first"},
		{Page{First: -1}, "first"},
		{Page{First: MaxPage + 1}, "first"},
		{Page{Last: MaxPage + 1}, "last"},
		{Page{First: 1, Last: 1}, "last"},
		{Page{First: 1, After: "!"}, "after"},
		{Page{First: 1, After: "bm9uc2Vuc2U"}, "after"},
		{Page{First: 1, After: organisations.Cursors[0]}, "after"},
		{Page{Last: 1, Before: commentOrder.Cursor("x")}, "before"},
		{Page{Last: 1, Before: commentOrder.Cursor(int64(1), int64(2))}, "before"},
	} {
		_, err := db.CommentList(ctx, policies.Actor{}, CommentFilter{DocumentID: c.DocumentID}, x.page)
		var refusal *policies.Error
		if !errors.As(err, &refusal) || refusal.Code != policies.Invalid || refusal.Field != x.field {
			t.Errorf("%+v: %v, want INVALID %s", x.page, err, x.field)
		}
	}
}

// FuzzCursor: whatever a cursor is, it is refused or bounds a page.
func FuzzCursor(f *testing.F) {
	db, _, c := manyComments(f, 3)
	f.Add("")
	f.Add("WyJjb21tZW50IiwiMyJd")
	f.Add(commentOrder.Cursor(int64(-1 << 63)))
	f.Fuzz(func(t *testing.T, s string) {
		_, err := db.CommentList(ctx, policies.Actor{}, CommentFilter{DocumentID: c.DocumentID}, Page{First: 2, After: s})
		var refusal *policies.Error
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("%q: %v", s, err)
		}
	})
}

// A batch or a page costs the same number of statements whatever is in it.
func TestStatementsDontGrow(t *testing.T) {
	db, _, c := manyComments(t, 100)
	if err := db.catchUp(ctx); err != nil {
		t.Fatal(err)
	}
	ids := make([]string, 100)
	for i := range ids {
		ids[i] = fmt.Sprintf("cmt_01kexample%016d", i+1)
	}
	for name, ask := range map[string]func(n int) (int, error){
		"Comments": func(n int) (int, error) {
			m, err := db.Comments(ctx, policies.Actor{}, ids[:n])
			return len(m), err
		},
		"CommentList": func(n int) (int, error) {
			l, err := db.CommentList(ctx, policies.Actor{}, CommentFilter{DocumentID: c.DocumentID}, Page{First: n})
			return len(l.Items), err
		},
		"Entries": func(n int) (int, error) {
			l, err := db.Entries(ctx, policies.Actor{}, EntryFilter{Kinds: []string{submission}}, Page{First: n})
			return len(l.Items), err
		},
		"Search": func(n int) (int, error) {
			l, err := db.Search(ctx, policies.Actor{}, SearchFilter{Query: "carriers"}, Page{First: n})
			return len(l.Items), err
		},
	} {
		var cost [2]int64
		for i, n := range []int{2, 100} {
			before := db.Statements()
			if got, err := ask(n); err != nil || got != n {
				t.Fatalf("%s: %d of %d, %v", name, got, n, err)
			}
			cost[i] = db.Statements() - before
		}
		if cost[0] != cost[1] || cost[0] == 0 {
			t.Errorf("%s: %d statements for 2, %d for 100", name, cost[0], cost[1])
		}
	}
}

// A list is read to its end, or to its first error.
func TestListsAreReadToTheirEnd(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		pages [][]string
		fails bool // after these pages
		want  []string
	}{
		{[][]string{nil}, false, nil},
		{[][]string{{"a", "b"}}, false, []string{"a", "b"}},
		{[][]string{{"a", "b"}, {"c"}, {"d"}}, false, []string{"a", "b", "c", "d"}},
		{[][]string{{"a", "b"}, {"c"}}, true, nil},
	} {
		asked := ""
		load := func(p Page) (l List[string], err error) {
			n, _ := strconv.Atoi(p.After)
			asked += p.After + ";"
			if n == len(test.pages) {
				return l, broken
			}
			l.Items = test.pages[n]
			l.HasNext = test.fails || n+1 < len(test.pages)
			l.Cursors = []string{"", strconv.Itoa(n + 1)}
			return l, nil
		}
		got, err := All(load)
		if diff := cmp.Diff(test.want, got); diff != "" || (err == broken) != test.fails {
			t.Errorf("%q, %v (-want +got):\n%s", test.pages, err, diff)
		}
		asked = ""
		for range Pages(load) {
			break
		}
		if asked != ";" {
			t.Errorf("%q: for one page it asked for %q", test.pages, asked)
		}
	}
}
