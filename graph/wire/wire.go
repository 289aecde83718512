// Package wire says how the scalars of the schema are written and read, and what
// Go type its interface Node is. It stands apart because the generated code and
// the hand-written resolvers both need it.
package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// Node is any of the domain's types that the schema makes a Node. The domain knows nothing of
// GraphQL, so the generated code checks them and not the compiler.
type Node any

// timeLayout is RFC 3339 in UTC with milliseconds, as in the ledger's statements.
const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// MarshalTime writes an instant in UTC, null for the zero time.
func MarshalTime(t time.Time) graphql.Marshaler {
	if t.IsZero() {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = io.WriteString(w, t.UTC().Format(`"`+timeLayout+`"`)) // the response buffer takes everything
	})
}

// UnmarshalTime reads RFC 3339 with any offset; what is finer than a millisecond is cut off.
func UnmarshalTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, errors.New("a time is a string such as 2026-03-01T09:00:00Z")
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.IsZero() || t.Year() < 1 {
		return time.Time{}, fmt.Errorf("%q is no time such as 2026-03-01T09:00:00Z", clip(s))
	}
	return policies.Millis(t), nil
}

// MarshalID writes an ID, null for none.
func MarshalID(s string) graphql.Marshaler {
	if s == "" {
		return graphql.Null
	}
	return graphql.MarshalString(s)
}

// UnmarshalID reads an ID. GraphQL lets a whole number stand for one; null is none.
func UnmarshalID(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	return graphql.UnmarshalID(v)
}

// maxLong is the largest whole number that every reader of JSON holds exactly.
const maxLong = 1<<53 - 1

// MarshalLong writes a whole number.
func MarshalLong(n int64) graphql.Marshaler { return graphql.MarshalInt64(n) }

// UnmarshalLong reads a whole number of up to 53 bits.
func UnmarshalLong(v any) (int64, error) {
	if v == nil { // of a field that may be null
		return 0, nil
	}
	n, err := whole(v)
	if err != nil || n > maxLong || n < -maxLong {
		return 0, errors.New("is no whole number of up to 53 bits")
	}
	return n, nil
}

// MarshalInt writes a whole number.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads a whole number of up to 32 bits, which is what GraphQL's Int has. A string is none.
func UnmarshalInt(v any) (int, error) {
	n, err := whole(v)
	if err != nil || n > math.MaxInt32 || n < math.MinInt32 {
		return 0, errors.New("is no whole number of up to 32 bits")
	}
	return int(n), nil
}

// whole reads a whole number as the parser of queries and the decoder of JSON leave it.
func whole(v any) (int64, error) {
	switch v := v.(type) {
	case int64:
		return v, nil
	case int:
		return int64(v), nil
	case json.Number:
		return strconv.ParseInt(v.String(), 10, 64)
	}
	return 0, errors.ErrUnsupported
}

// MarshalHash writes a digest in hexadecimal, null for one that was never computed.
func MarshalHash(h clauses.Hash) graphql.Marshaler {
	if h.IsZero() {
		return graphql.Null
	}
	return graphql.MarshalString(h.String())
}

// UnmarshalHash reads 64 hexadecimal digits.
func UnmarshalHash(v any) (h clauses.Hash, err error) {
	s, ok := v.(string)
	if !ok {
		return h, errors.New("a hash is a string of 64 hexadecimal digits")
	}
	err = h.UnmarshalText([]byte(s))
	return h, err
}

// MarshalHashText writes a digest that the domain keeps in hexadecimal, null for none.
func MarshalHashText(s string) graphql.Marshaler { return marshalWord(s) }

// UnmarshalHashText reads 64 lower-case hexadecimal digits.
func UnmarshalHashText(v any) (string, error) {
	h, err := UnmarshalHash(v)
	if err == nil && v != h.String() {
		err = errors.New("a hash is written in lower case")
	}
	return h.String(), err
}

// clip shortens input from outside before it is quoted.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80]
	}
	return s
}
