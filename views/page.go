package views

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ewtp/entente/policies"
)

// MaxPage is the largest page.
const MaxPage = 100

// A Page says which part of a list is wanted: the First rows After a cursor, or
// the Last rows Before one. Exactly one of First and Last is from 1 to MaxPage;
// both cursors may bound either.
type Page struct {
	First  int
	After  string
	Last   int
	Before string
}

// A List is a page of rows, in the list's own order, and the cursor of each.
type List[T any] struct {
	Items       []T
	Cursors     []string
	HasNext     bool
	HasPrevious bool
}

func invalid(field, format string, args ...any) error {
	return &policies.Error{Code: policies.Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// size returns how many rows are wanted, and whether from the end.
func (p Page) size() (n int, backward bool, err error) {
	switch {
	case p.First != 0 && p.Last != 0:
		return 0, false, invalid("last", "goes without first")
	case p.First < 0 || p.First > MaxPage:
		return 0, false, invalid("first", "must be from 1 to %d", MaxPage)
	case p.Last < 0 || p.Last > MaxPage:
		return 0, false, invalid("last", "must be from 1 to %d", MaxPage)
	case p.First == 0 && p.Last == 0:
		return 0, false, invalid("first", "is missing: say how many, from 1 to %d", MaxPage)
	case p.Last != 0:
		return p.Last, true, nil
	}
	return p.First, false, nil
}

// An order is what a list is sorted by: columns that together tell every row from
// every other, all of one direction, so that one row comparison bounds a page.
type order struct {
	tag  string // tells the cursors of one order from those of another
	keys []key
	desc bool
}

type key struct {
	column string
	kind   keyKind
}

type keyKind int

const (
	number keyKind = iota
	text
	float
)

// cursor writes the values of a row's keys: base64url of JSON.
func (o order) cursor(values []any) string {
	fields := []string{o.tag}
	for _, v := range values {
		switch v := v.(type) {
		case int64:
			fields = append(fields, strconv.FormatInt(v, 10))
		case float64:
			fields = append(fields, strconv.FormatFloat(v, 'g', -1, 64))
		case string:
			fields = append(fields, v)
		}
	}
	return base64.RawURLEncoding.EncodeToString([]byte(jsonList(fields)))
}

// parse reads a cursor that this order wrote.
func (o order) parse(field, s string) ([]any, error) {
	bad := invalid(field, "is no cursor of this list")
	b, err := base64.RawURLEncoding.DecodeString(s)
	var fields []string
	if err != nil || json.Unmarshal(b, &fields) != nil || len(fields) != len(o.keys)+1 || fields[0] != o.tag {
		return nil, bad
	}
	values := make([]any, len(o.keys))
	for i, k := range o.keys {
		f := fields[i+1]
		switch k.kind {
		case text:
			values[i] = f
		case float:
			values[i], err = strconv.ParseFloat(f, 64)
		default:
			values[i], err = strconv.ParseInt(f, 10, 64)
		}
		if err != nil {
			return nil, bad
		}
	}
	return values, nil
}

// columns lists the key columns, each with a suffix.
func (o order) columns(suffix string) string {
	names := make([]string, len(o.keys))
	for i, k := range o.keys {
		names[i] = k.column + suffix
	}
	return strings.Join(names, ", ")
}

// bound is the condition that rows lie past a cursor.
func (o order) bound(after bool) string {
	op := "<"
	if after != o.desc {
		op = ">"
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(o.keys)), ", ")
	if len(o.keys) == 1 {
		return o.keys[0].column + " " + op + " " + marks
	}
	return "(" + o.columns("") + ") " + op + " (" + marks + ")"
}

// A selection is a query without its page.
type selection struct {
	columns string
	first   []any // for the question marks of columns
	from    string
	where   []string
	args    []any // for those of where
}

func (s *selection) and(condition string, args ...any) {
	s.where = append(s.where, condition)
	s.args = append(s.args, args...)
}

// conditions is the WHERE of a selection that has some.
func (s *selection) conditions() string { return strings.Join(s.where, " AND ") }

// between adds that rows lie between the cursors of a page.
func (o order) between(s *selection, p Page) error {
	for _, c := range []struct{ field, cursor string }{{"after", p.After}, {"before", p.Before}} {
		if c.cursor == "" {
			continue
		}
		values, err := o.parse(c.field, c.cursor)
		if err != nil {
			return err
		}
		s.and(o.bound(c.field == "after"), values...)
	}
	return nil
}

// direction is that of the keys, read from the front of the list or from its end.
func (o order) direction(backward bool) string {
	if o.desc != backward {
		return " DESC"
	}
	return " ASC"
}

// A shape says where a row's columns are scanned to, and what value they make.
type shape[T any] func() (dest []any, value func() (T, error))

// fromJSON is the shape of a row that is one column of JSON.
func fromJSON[T any]() (dest []any, value func() (T, error)) {
	var data []byte
	return []any{&data}, func() (v T, err error) {
		err = json.Unmarshal(data, &v)
		return v, err
	}
}

// pageOf runs a selection for a page.
func pageOf[T any](r run, s selection, o order, p Page, sh shape[T]) (l List[T], err error) {
	n, backward, err := p.size()
	if err != nil {
		return l, err
	}
	s.where, s.args = slices.Clone(s.where), slices.Clone(s.args)
	if err := o.between(&s, p); err != nil {
		return l, err
	}
	query := "SELECT " + o.columns("") + ", " + s.columns + " FROM " + s.from
	if len(s.where) > 0 {
		query += " WHERE " + s.conditions()
	}
	query += " ORDER BY " + o.columns(o.direction(backward)) + " LIMIT ?"
	more, err := fill(&l, r, query, slices.Concat(s.first, s.args, []any{n + 1}), o, n, sh)
	if err != nil {
		return List[T]{}, err
	}
	l.turn(p, backward, more)
	return l, nil
}

// fill scans up to n rows and says whether there are more.
func fill[T any](l *List[T], r run, query string, args []any, o order, n int, sh shape[T]) (more bool, err error) {
	keys := make([]any, len(o.keys))
	dest := make([]any, len(o.keys), len(o.keys)+24)
	for i, k := range o.keys {
		switch k.kind {
		case text:
			dest[i] = new(string)
		case float:
			dest[i] = new(float64)
		default:
			dest[i] = new(int64)
		}
	}
	columns, value := sh()
	err = each(r, query, args, append(dest, columns...), func() error {
		if len(l.Items) == n {
			more = true
			return nil
		}
		for i := range keys {
			switch p := dest[i].(type) {
			case *string:
				keys[i] = *p
			case *float64:
				keys[i] = *p
			case *int64:
				keys[i] = *p
			}
		}
		v, err := value()
		l.Items, l.Cursors = append(l.Items, v), append(l.Cursors, o.cursor(keys))
		return err
	})
	return more, err
}

// pagesOf runs a query for the same page of several lists at once: of each, rows in its
// order, up to one more than the page has. list tells from a scanned row whose it is;
// item makes what it says, and its cursor.
func pagesOf[K comparable, T any](r run, query string, args, dest []any, p Page, list func() K, item func() (T, string, error)) (map[K]List[T], error) {
	n, backward, err := p.size()
	if err != nil {
		return nil, err
	}
	found := map[K]List[T]{}
	err = each(r, query, args, dest, func() (err error) {
		l := found[list()]
		if len(l.Items) == n {
			l.HasNext = true
		} else {
			v, cursor, bad := item()
			l.Items, l.Cursors, err = append(l.Items, v), append(l.Cursors, cursor), bad
		}
		found[list()] = l
		return err
	})
	for k, l := range found {
		l.turn(p, backward, l.HasNext)
		found[k] = l
	}
	return found, err
}

// turn brings rows read from the list's end into its order, and says what lies around them.
func (l *List[T]) turn(p Page, backward, more bool) {
	l.HasNext, l.HasPrevious = more, p.After != ""
	if backward {
		slices.Reverse(l.Items)
		slices.Reverse(l.Cursors)
		l.HasNext, l.HasPrevious = p.Before != "", more
	}
}
