package table

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
)

// JSONList returns a list as the one argument of json_each.
func JSONList[T ~string](list []T) string {
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings always encode
	}
	return string(b)
}

// Encode returns the JSON of a value, for a column.
func Encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("couldn't encode a row: %w", err)
	}
	return string(b), nil
}

// EncodeOrNull returns the JSON of a value, NULL for none.
func EncodeOrNull[T any](v *T) (any, error) {
	if v == nil {
		return nil, nil
	}
	return Encode(v)
}

// Millis returns a time for a column that is never NULL.
func Millis(t time.Time) int64 { return t.UnixMilli() }

// MillisOrNull returns a time for a column that is NULL for the zero time.
func MillisOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// Time is where a column of milliseconds is scanned to: the zero time for NULL.
func Time(t *time.Time) sql.Scanner { return timeColumn{t} }

type timeColumn struct{ t *time.Time }

// Scan implements sql.Scanner.
func (c timeColumn) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c.t = time.Time{}
	case int64:
		*c.t = time.UnixMilli(v).UTC()
	default:
		return fmt.Errorf("couldn't read a time: it is a %T", src)
	}
	return nil
}

// JSON is where a column of JSON is scanned to: the zero value for NULL.
func JSON[T any](v *T) sql.Scanner { return jsonColumn[T]{v} }

type jsonColumn[T any] struct{ v *T }

// Scan implements sql.Scanner. What an earlier row's value holds isn't written to.
func (c jsonColumn[T]) Scan(src any) (err error) {
	var v T
	switch data := src.(type) {
	case nil:
	case string:
		err = json.Unmarshal([]byte(data), &v)
	case []byte:
		err = json.Unmarshal(data, &v)
	default:
		err = fmt.Errorf("couldn't read JSON: it is a %T", src)
	}
	*c.v = v
	return err
}

// Marks lists n question marks.
func Marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// MillisOrMax returns a time for a comparison with a bound that the zero time lifts.
func MillisOrMax(t time.Time) int64 {
	if t.IsZero() {
		return math.MaxInt64
	}
	return t.UnixMilli()
}
