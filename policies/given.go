package policies

import (
	"reflect"
	"slices"
	"strings"
)

// putGiven puts the fields of one struct into another that an edit gives, by name in whatever case; all of them where given is nil.
// What an edit doesn't give stays as it is, and so does what a struct comes to have later.
func putGiven[T any](to *T, from T, given []string) {
	if given == nil {
		*to = from
		return
	}
	t, f := reflect.ValueOf(to).Elem(), reflect.ValueOf(from)
	for i := range t.NumField() {
		name := t.Type().Field(i).Name
		if slices.ContainsFunc(given, func(g string) bool { return strings.EqualFold(g, name) }) {
			t.Field(i).Set(f.Field(i))
		}
	}
}
