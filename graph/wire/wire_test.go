package wire

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/ewtp/entente/clauses"
)

func written(m graphql.Marshaler) string {
	var b bytes.Buffer
	m.MarshalGQL(&b)
	return b.String()
}

func TestWritten(t *testing.T) {
	tallinn := time.FixedZone("", 3*60*60)
	for want, m := range map[string]graphql.Marshaler{
		`"2026-03-01T09:00:00.500Z"`:         MarshalTime(time.Date(2026, 3, 1, 12, 0, 0, 500_999_999, tallinn)),
		`null`:                               MarshalTime(time.Time{}),
		`"doc_1"`:                            MarshalID("doc_1"),
		`9007199254740991`:                   MarshalLong(maxLong),
		`"` + strings.Repeat("ab", 32) + `"`: MarshalHash(clauses.Hash(bytes.Repeat([]byte{0xab}, 32))),
	} {
		if got := written(m); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := written(MarshalID("")) + written(MarshalHash(clauses.Hash{})); got != "nullnull" {
		t.Errorf("none is written as %s", got)
	}
}

func TestRead(t *testing.T) {
	for s, want := range map[string]string{
		"2026-03-01T09:00:00Z": "2026-03-01T09:00:00Z", "2026-03-01T09:00:00.1239+02:00": "2026-03-01T07:00:00.123Z",
		"2026-03-01": "", "": "", "0001-01-01T00:00:00Z": "", strings.Repeat("9", 200): "",
	} {
		got, err := UnmarshalTime(s)
		if want == "" && err == nil || want != "" && got.Format(time.RFC3339Nano) != want {
			t.Errorf("time %q: %v, %v", s, got, err)
		}
		if err != nil && len(err.Error()) > 200 {
			t.Errorf("a long echo: %v", err)
		}
	}
	for _, c := range []struct {
		in   any
		want int64
		ok   bool
	}{
		{int64(7), 7, true}, {7, 7, true}, {json.Number("-9007199254740991"), -maxLong, true}, {json.Number("9007199254740992"), 0, false},
		{json.Number("1.5"), 0, false}, {"7", 0, false}, {int64(1 << 60), 0, false}, {nil, 0, true},
	} {
		if got, err := UnmarshalLong(c.in); got != c.want || (err == nil) != c.ok {
			t.Errorf("long %v: %d, %v", c.in, got, err)
		}
	}
	for _, c := range []struct {
		in   any
		want int
		ok   bool
	}{
		{int64(7), 7, true}, {7, 7, true}, {json.Number("-2147483648"), math.MinInt32, true}, {json.Number("2147483647"), math.MaxInt32, true},
		{json.Number("2147483648"), 0, false}, {int64(-1) << 31, math.MinInt32, true}, {int64(math.MaxInt64), 0, false}, {json.Number("99999999999999999999"), 0, false},
		{json.Number("1.5"), 0, false}, {json.Number("1e2"), 0, false}, {"7", 0, false}, {true, 0, false}, {nil, 0, false}, {[]any{1}, 0, false},
	} {
		if got, err := UnmarshalInt(c.in); got != c.want || (err == nil) != c.ok {
			t.Errorf("int %v: %d, %v", c.in, got, err)
		}
	}
	hash := strings.Repeat("ab", 32)
	if got, err := UnmarshalHash(hash); err != nil || got.String() != hash {
		t.Errorf("hash: %v, %v", got, err)
	}
	for _, bad := range []any{hash[1:], strings.Repeat("xy", 32), 7} {
		if _, err := UnmarshalHash(bad); err == nil {
			t.Errorf("hash %v was read", bad)
		}
	}
	if _, err := UnmarshalTime(7); err == nil {
		t.Error("7 is no time")
	}
	if id, err := UnmarshalID("doc_1"); id != "doc_1" || err != nil {
		t.Errorf("ID: %q, %v", id, err)
	}
}

func FuzzUnmarshalTime(f *testing.F) {
	f.Add("2026-03-01T09:00:00.123+02:00")
	f.Fuzz(func(t *testing.T, s string) {
		at, err := UnmarshalTime(s)
		if err != nil {
			return
		}
		var back string
		if err := json.Unmarshal([]byte(written(MarshalTime(at))), &back); err != nil {
			t.Fatal(err)
		}
		if again, err := UnmarshalTime(back); err != nil || !again.Equal(at) {
			t.Errorf("%q becomes %s and then %s, %v", s, at, again, err)
		}
	})
}
