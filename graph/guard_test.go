package graph

import (
	"fmt"
	"strings"
	"testing"
)

// levels is a valid query that goes round document and head so many times.
func levels(n int) string {
	return `{ document(by: {id: "x"}) ` + strings.Repeat("{ head { document ", n) + "{ id }" + strings.Repeat("} }", n) + " }"
}

func TestLargeQueriesEndBeforeTheyAreValidated(t *testing.T) {
	w := newWorld(t)
	deep := "{ __typename }"
	for range 200 {
		deep = "{ a " + deep + " }"
	}
	var through, doubling, aliases, fields strings.Builder
	through.WriteString("query { ...f0 }")
	doubling.WriteString("query { ...d0 }")
	for i := range 200 {
		fmt.Fprintf(&through, " fragment f%d on Query { a { ...f%d } }", i, i+1)
	}
	through.WriteString(" fragment f200 on Query { b }")
	for i := range 60 {
		fmt.Fprintf(&doubling, " fragment d%d on Query { ...d%d ...d%d }", i, i+1, i+1)
	}
	doubling.WriteString(" fragment d60 on Query { __typename }")
	for i := range 101 {
		fmt.Fprintf(&aliases, "a%d: __typename ", i)
	}
	for range 1001 {
		fields.WriteString("__typename ")
	}
	for _, c := range []struct {
		name, query, code, message string
	}{
		{"200 deep", deep, "QUERY_TOO_LARGE", "201 fields deep"},
		{"200 deep through fragments", through.String(), "QUERY_TOO_LARGE", "201 fields deep"},
		{"200 deep in an unused fragment", "{ __typename } fragment f on Query " + deep, "QUERY_TOO_LARGE", "201 fields deep"},
		{"doubling fragments", doubling.String(), "QUERY_TOO_LARGE", "1000 fields"},
		{"fragments in a circle", "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }", "GRAPHQL_VALIDATION_FAILED", "spreads itself"},
		{"many aliases", "{" + aliases.String() + "}", "QUERY_TOO_LARGE", "100 aliases"},
		{"many fields", "{" + fields.String() + "}", "QUERY_TOO_LARGE", "1000 fields"},
		{"long", "{ __typename #" + strings.Repeat("x", 64<<10) + "\n}", "QUERY_TOO_LARGE", "65536"},
		{"many tokens", "{" + strings.Repeat(" , x(a:1)", 5000) + "}", "GRAPHQL_PARSE_FAILED", "token"},
		{"200 levels that exist", levels(99), "QUERY_TOO_LARGE", "200 fields deep"},
		{"costly", `{ documents(first: 100) { edges { node { comments(first: 100) { edges { node { text } } } } } } }`, "COMPLEXITY_LIMIT_EXCEEDED", "complexity"},
		{"costly by variables", `query($n: Int = 100) { a: documents(last: $n) { edges { node { comments(first: $n) { edges { node { text } } } } } } }`, "COMPLEXITY_LIMIT_EXCEEDED", "complexity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.ask("", c.query, nil)
			a.refused(t, c.code, nil)
			if !strings.Contains(a.Errors[0].Message, c.message) {
				t.Errorf("message %q doesn't say %q", a.Errors[0].Message, c.message)
			}
			if a.Data != nil {
				t.Errorf("data: %v", a.Data)
			}
		})
	}
}
