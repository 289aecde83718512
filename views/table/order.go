package table

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
)

// A Shape says what columns a row has, where they are scanned to, and what value a
// scanned row makes.
type Shape[T any] func() (fields Fields, value func() (T, error))

// FromJSON returns the shape of rows that are one column of JSON.
func FromJSON[T any](column string) Shape[T] {
	return func() (Fields, func() (T, error)) {
		var v T
		return Fields{{column, JSON(&v)}}, func() (T, error) { return v, nil }
	}
}

// A Selection is a query without its columns and its page.
type Selection struct {
	First []any // for the question marks of the columns
	From  string
	Where []string
	Args  []any // for the question marks of From and Where
}

// And adds a condition.
func (s *Selection) And(condition string, args ...any) {
	s.Where = append(s.Where, condition)
	s.Args = append(s.Args, args...)
}

// Conditions returns the WHERE of a selection that has some.
func (s *Selection) Conditions() string { return strings.Join(s.Where, " AND ") }

// An Order is what a list is sorted by: columns that together tell every row from
// every other, all of one direction, so that one row comparison bounds a page.
type Order struct {
	tag  string // tells the cursors of one order from those of another
	keys []Key
	desc bool
}

// A Key is a column of an order.
type Key struct {
	column string
	kind   keyKind
}

type keyKind int

const (
	number keyKind = iota
	text
	float
)

// Number returns the key of a column of integers.
func Number(column string) Key { return Key{column, number} }

// Text returns the key of a column of texts.
func Text(column string) Key { return Key{column, text} }

// Float returns the key of a column of floating-point numbers.
func Float(column string) Key { return Key{column, float} }

// Ascending returns an order, the smallest first. tag stands in its cursors.
func Ascending(tag string, keys ...Key) Order { return Order{tag, keys, false} }

// Descending returns an order, the largest first.
func Descending(tag string, keys ...Key) Order { return Order{tag, keys, true} }

// Cursor writes the values of a row's keys: base64url of JSON. They are of type
// int64, float64 or string.
func (o Order) Cursor(values ...any) string {
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
	return base64.RawURLEncoding.EncodeToString([]byte(JSONList(fields)))
}

// cursor writes the cursor of a row whose keys were scanned.
func (o Order) cursor(keys Fields) string {
	values := make([]any, len(keys))
	for i, k := range keys {
		switch p := k.Dest.(type) {
		case *string:
			values[i] = *p
		case *float64:
			values[i] = *p
		case *int64:
			values[i] = *p
		}
	}
	return o.Cursor(values...)
}

// Parse reads a cursor that this order wrote. field names it in the error.
func (o Order) Parse(field, cursor string) ([]any, error) {
	bad := &PageError{field, "is no cursor of this list"}
	fields := parts(cursor)
	if len(fields) != len(o.keys)+1 || fields[0] != o.tag {
		return nil, bad
	}
	values := make([]any, len(o.keys))
	for i, k := range o.keys {
		f := fields[i+1]
		var err error
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

// parts takes a cursor apart: its tag and its values, nothing where it is none.
func parts(cursor string) (fields []string) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || json.Unmarshal(b, &fields) != nil {
		return nil
	}
	return fields
}

// TagOf returns the tag of the order that wrote a cursor, "" where it is none.
func TagOf(cursor string) string {
	if fields := parts(cursor); len(fields) > 0 {
		return fields[0]
	}
	return ""
}

// fields are the keys and where they are scanned to.
func (o Order) fields() Fields {
	list := make(Fields, len(o.keys), len(o.keys)+24)
	for i, k := range o.keys {
		list[i].Expr = k.column
		switch k.kind {
		case text:
			list[i].Dest = new(string)
		case float:
			list[i].Dest = new(float64)
		default:
			list[i].Dest = new(int64)
		}
	}
	return list
}

// columns lists the key columns, each with a suffix.
func (o Order) columns(suffix string) string {
	names := make([]string, len(o.keys))
	for i, k := range o.keys {
		names[i] = k.column + suffix
	}
	return strings.Join(names, ", ")
}

// past returns the condition that rows lie past a cursor.
func (o Order) past(after bool) string {
	op := "<"
	if after != o.desc {
		op = ">"
	}
	marks := Marks(len(o.keys))
	if len(o.keys) == 1 {
		return o.keys[0].column + " " + op + " " + marks
	}
	return "(" + o.columns("") + ") " + op + " (" + marks + ")"
}

// Bound adds to a selection that its rows lie between the cursors of a page, and returns
// how many rows to ask for, one more than the page has, and in which direction: " ASC"
// or " DESC".
func (o Order) Bound(s *Selection, p Page) (limit int, direction string, err error) {
	n, err := p.size()
	if err != nil {
		return 0, "", err
	}
	for _, c := range []struct{ field, cursor string }{{"after", p.After}, {"before", p.Before}} {
		if c.cursor == "" {
			continue
		}
		values, err := o.Parse(c.field, c.cursor)
		if err != nil {
			return 0, "", err
		}
		s.And(o.past(c.field == "after"), values...)
	}
	if o.desc != p.Backward() {
		return n + 1, " DESC", nil
	}
	return n + 1, " ASC", nil
}
