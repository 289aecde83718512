package policies

import (
	"reflect"
	"slices"
)

// Files are the digests of the files that an event names, sorted: of whatever kind,
// so that a kind that comes to name some is not forgotten where files are erased.
func Files(e Event) []string {
	var found []string
	filesIn(reflect.ValueOf(e), &found)
	slices.Sort(found)
	return slices.Compact(found)
}

func filesIn(v reflect.Value, found *[]string) {
	if v.Kind() != reflect.Invalid && v.Type() == reflect.TypeFor[Attachment]() {
		*found = append(*found, v.FieldByName("Digest").String())
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			filesIn(v.Elem(), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			filesIn(v.Index(i), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				filesIn(v.Field(i), found)
			}
		}
	}
}
