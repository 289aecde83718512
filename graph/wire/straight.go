package wire

import (
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// A Straight is what values are written to straight: by generated code that calls one field after the
// other, where gqlgen takes a goroutine, contexts and marshallers for each. What that can't write truly,
// such as an error, gqlgen writes instead, from the beginning.
type Straight struct {
	text []byte

	Values, Text int64 // what is left to be written of values, and of bytes of texts
}

// Write implements io.Writer.
func (w *Straight) Write(b []byte) (int, error) {
	w.text = append(w.text, b...)
	return len(b), nil
}

// WriteString implements io.StringWriter.
func (w *Straight) WriteString(s string) (int, error) {
	w.text = append(w.text, s...)
	return len(s), nil
}

// MarshalGQL implements graphql.Marshaler.
func (w *Straight) MarshalGQL(to io.Writer) { _, _ = to.Write(w.text) }

// Object begins an object.
func (w *Straight) Object() { w.text = append(w.text, '{') }

// EndObject ends an object. It returns false where more was written than may be.
func (w *Straight) EndObject() bool {
	w.text = append(w.text, '}')
	return !w.Spent()
}

// List begins a list.
func (w *Straight) List() { w.text = append(w.text, '[') }

// EndList ends a list.
func (w *Straight) EndList() { w.text = append(w.text, ']') }

// Item comes before the i-th item of a list.
func (w *Straight) Item(i int) {
	if i > 0 {
		w.text = append(w.text, ',')
	}
}

// Field comes before the value of the i-th field. It returns false where another has the same name:
// gqlgen knows which of them counts.
func (w *Straight) Field(fields []graphql.CollectedField, i int) bool {
	name := fields[i].Alias
	for _, f := range fields[:i] {
		if f.Alias == name {
			return false
		}
	}
	w.Item(i)
	w.Name(name)
	w.text = append(w.text, ':')
	return true
}

// Name writes a name, as a string; GraphQL has letters, digits and _ in it.
func (w *Straight) Name(name string) {
	w.text = append(w.text, '"')
	w.text = append(w.text, name...)
	w.text = append(w.text, '"')
}

// Null writes null.
func (w *Straight) Null() { w.text = append(w.text, "null"...) }

// Leaf writes a scalar, an enum's value, or a list of them. It returns false where that is null and can't be.
func (w *Straight) Leaf(m graphql.Marshaler, nonNull bool) bool {
	if m == graphql.Null && nonNull {
		return false
	}
	m.MarshalGQL(w)
	return true
}

// Count counts so many values, and bytes of text.
func (w *Straight) Count(values, text int) {
	w.Values -= int64(values)
	w.Text -= int64(text)
}

// CountText counts a text that may be missing.
func (w *Straight) CountText(s *string) {
	if s == nil {
		w.Count(1, 0)
		return
	}
	w.Count(1, len(*s))
}

// CountTexts counts a list of texts.
func (w *Straight) CountTexts(list []string) {
	w.Count(1+len(list), 0)
	for _, s := range list {
		w.Count(0, len(s))
	}
}

// Spent says whether more was written than may be.
func (w *Straight) Spent() bool { return w.Values < 0 || w.Text < 0 }

// Enter is the context in which a field is resolved. It knows the fields around that have one, and their
// arguments, but not the places in lists.
func Enter(ctx context.Context, object string, field *graphql.CollectedField) (context.Context, *graphql.FieldContext) {
	fc := &graphql.FieldContext{Object: object, Field: *field, IsMethod: true, IsResolver: true}
	return graphql.WithFieldContext(ctx, fc), fc
}
