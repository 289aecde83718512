package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/views"
)

// A list that costs as much as one of its items would let a query ask for a million
// things in a line.
func TestEveryListHasAPrice(t *testing.T) {
	s := theSchema()
	lists := 0
	for _, d := range s.Types {
		for _, f := range d.Fields {
			of := s.Types[f.Type.Name()]
			if d.Kind != ast.Object || strings.HasPrefix(d.Name, "__") || strings.HasPrefix(f.Name, "__") || f.Type.Elem == nil && !isConnection(of) || isConnection(d) {
				continue
			}
			lists++
			cost := func(values int) int {
				field := &ast.Field{Name: f.Name, Definition: f, ObjectDefinition: d}
				at := field
				if isConnection(of) {
					edges := of.Fields.ForName("edges")
					at = &ast.Field{Name: "edges", Definition: edges, ObjectDefinition: of}
					field.SelectionSet = ast.SelectionSet{at}
				}
				for range values {
					at.SelectionSet = append(at.SelectionSet, &ast.Field{Name: "__typename", Definition: &ast.FieldDefinition{Type: ast.NonNullNamedType("String", nil)},
						ObjectDefinition: s.Types[at.Definition.Type.Name()]})
				}
				c := complexity{schema: s}
				return c.ofField(field, 0)
			}
			if of.IsLeafType() {
				if cost(0) < guessedValues {
					t.Errorf("%s.%s costs %d", d.Name, f.Name, cost(0))
				}
			} else if each := cost(2) - cost(1); each < 2 {
				t.Errorf("what is below %s.%s counts %d times", d.Name, f.Name, each)
			}
		}
	}
	if lists < 60 {
		t.Errorf("only %d lists were looked at", lists)
	}
}

// The exceptions are of fields that there are.
func TestExceptionsOfCostsAreInTheSchema(t *testing.T) {
	s := theSchema()
	find := func(name string) *ast.FieldDefinition {
		of, field, _ := strings.Cut(name, ".")
		if d := s.Types[of]; d != nil {
			return d.Fields.ForName(field)
		}
		return nil
	}
	for name := range extraCosts {
		if find(name) == nil {
			t.Errorf("the schema has no %s", name)
		}
	}
	for name := range listSizes {
		if f := find(name); f == nil || f.Type.Elem == nil || s.Types[f.Type.Name()].IsLeafType() {
			t.Errorf("%s is no list of things", name)
		}
	}
}

func TestComplexity(t *testing.T) {
	for _, c := range []struct {
		query     string
		variables map[string]any
		want      int
	}{
		{`{ viewer { name } }`, nil, 2},
		{`{ documents { edges { cursor } } }`, nil, costStatement + defaultPage},
		{`{ documents(first: 7) { edges { node { number title } } pageInfo { hasNextPage } } }`, nil, costStatement + 7*3 + 2},
		{`{ documents(first: 7) { nodes { number title } pageInfo { hasNextPage } } }`, nil, costStatement + 7*3 + 2},
		{`{ documents(first: 7) { nodes { number title } edges { node { number title } } } }`, nil, costStatement + 2*7*3},
		{`{ documents(first: 7) { nodes { revisions(first: 3) { nodes { title } } } } }`, nil, costStatement + 7*(1+costStatement+3*(costNested+2))},
		{`{ documents(first: 7) { edges { node { revisions(first: 3) { edges { node { title } } } } } } }`, nil, costStatement + 7*(1+costStatement+3*(costNested+2))},
		{`query($n: Int) { documents(last: $n) { edges { cursor } } }`, map[string]any{"n": int64(9)}, costStatement + 9},
		{`query($n: Int) { documents(last: $n) { edges { cursor } } }`, nil, costStatement + defaultPage},
		{`{ documents(first: 1000000) { edges { cursor } } }`, nil, costStatement + largePage},
		{`{ documents(first: -5) { edges { cursor } } }`, nil, costStatement + 1},
		{`{ nodes(ids: ["a", "b", "c"]) { id } }`, nil, costStatement + 3*2},
		{`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": []any{"a", "b"}}, costStatement + 2*2},
		{`{ revision: node(id: "x") { ... on Revision { clauses(clauseIds: ["a", "b"], first: 500) { edges { cursor } } } } }`, nil, 1 + costStatement + 2},
		{`{ needsMeCounts { byDocument(first: 3) { total } } }`, nil, costText + 1 + costStatement + 3*2},
		{`{ document(by: {id: "x"}) { topics } }`, nil, 1 + guessedValues},
		{`{ ...f } fragment f on Query { instrument(by: {id: "x"}) { ...g } } fragment g on Instrument { amends { id } }`, nil, 1 + costStatement + 5*2},
		{`{ instrument(by: {id: "x"}) { repeal { reason } amended: amends { id } } }`, nil, 1 + 2 + costStatement + 5*2},
		{`{ instrument(by: {id: "x"}) { amends { amends { id } } } }`, nil, 1 + costStatement + 5*(1+costStatement+guessedSize*2)},
		{`{ __schema { types { fields { name } } } }`, nil, 1 + costStatement + 1 + costStatement + 1 + 1},
	} {
		doc, errs := gqlparser.LoadQueryWithRules(theSchema(), c.query, rules.NewDefaultRules())
		if errs != nil {
			t.Fatalf("%s: %v", c.query, errs)
		}
		if got := complexityOf(theSchema(), doc.Operations[0], c.variables); got != c.want {
			t.Errorf("%s costs %d, want %d", c.query, got, c.want)
		}
	}
}

// What the page of a long document asks is let pass.
func TestAPageOfADocumentIsNotTooComplex(t *testing.T) {
	w := newWorld(t)
	law, first := w.law("A law", lawText)
	w.ok("", documentPage, map[string]any{"id": law, "r": first})
	w.ok("", `query($r: ID!) { revision: node(id: $r) { ... on Revision { clauses(first: 500) { totalCount edges { node { clauseId citation kind html commentCounts { total byStance { stance count } }
		comments(first: 5) { edges { node { number text stance organisation { name } } } } } } } } } }`, map[string]any{"r": first})
}

// For each list that can stand below itself, one query nests it as deep as queries may be.
func TestListsWithinListsAreRefused(t *testing.T) {
	w := newWorld(t)
	limits := Limits{}.withDefaults()
	s := theSchema()
	cycles := 0
	for _, d := range s.Types {
		for _, f := range d.Fields {
			of := s.Types[f.Type.Name()]
			if d.Kind != ast.Object || strings.HasPrefix(d.Name, "__") || f.Type.Elem == nil && !isConnection(of) || isConnection(d) {
				continue
			}
			there, back := way(s, s.Query, d), way(s, of, d)
			if there == nil || back == nil {
				continue
			}
			cycles++
			query := nested(there, slices.Concat([]step{{d, f}}, back), limits.Depth)
			if a := w.ask("", query, nil); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != codeTooCostly || a.Data != nil {
				t.Errorf("%s.%s: %s\nis answered with %v %v", d.Name, f.Name, query, a.Errors, a.Data)
			}
		}
	}
	if cycles < 30 {
		t.Errorf("only %d cycles were found", cycles)
	}
}

// A step is a field of a type, or a narrower type where it is nil.
type step struct {
	of    *ast.Definition
	field *ast.FieldDefinition
}

// way finds the shortest way from one type to another: the fields to select, nil where there is none.
func way(s *ast.Schema, from, to *ast.Definition) []step {
	ways := map[*ast.Definition][]step{from: {}}
	for queue := []*ast.Definition{from}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if at == to {
			return ways[at]
		}
		visit := func(next *ast.Definition, by step) {
			if _, ok := ways[next]; !ok && next.IsCompositeType() {
				ways[next] = append(slices.Clip(ways[at]), by)
				queue = append(queue, next)
			}
		}
		for _, f := range at.Fields {
			visit(s.Types[f.Type.Name()], step{at, f})
		}
		if at.IsAbstractType() {
			for _, d := range s.PossibleTypes[at.Name] {
				visit(d, step{d, nil})
			}
		}
	}
	return nil
}

// nested writes a query that goes there and then round as often as its depth allows, each page as large as
// it may be.
func nested(there, round []step, depth int) string {
	var query strings.Builder
	fields, open := 0, 0
	walk := func(steps []step) {
		for _, s := range steps {
			open++
			if s.field == nil {
				fmt.Fprintf(&query, "{ ... on %s ", s.of.Name)
				continue
			}
			fields++
			fmt.Fprintf(&query, "{ %s%s ", s.field.Name, arguments(s.field))
		}
	}
	walk(there)
	for fields+len(round) < depth {
		walk(round)
	}
	return query.String() + "{ __typename }" + strings.Repeat("}", open)
}

// arguments writes those that a field asks for, and the largest page.
func arguments(f *ast.FieldDefinition) string {
	var list []string
	for _, a := range f.Arguments {
		switch {
		case a.Name == "first":
			list = append(list, fmt.Sprintf("first: %d", views.MaxPage))
		case a.Type.NonNull && a.DefaultValue == nil:
			value := map[string]string{"ID": `"x"`, "String": `"x"`, "Int": "1", "Long": "1", "CommentSelection": "{}", "[ID!]": `["a", "b", "c"]`}[strings.TrimSuffix(a.Type.String(), "!")]
			if d := theSchema().Types[a.Type.Name()]; d.Directives.ForName("oneOf") != nil {
				value = fmt.Sprintf(`{%s: "x"}`, d.Fields[0].Name)
			}
			list = append(list, a.Name+": "+value)
		}
	}
	if list == nil {
		return ""
	}
	return "(" + strings.Join(list, ", ") + ")"
}

// What an operation seems to return may be less than it does: one instrument that ten amend.
func TestAnAnswerThatGrowsIsEnded(t *testing.T) {
	w := newWorld(t)
	estonia := w.actor("estonia")
	adopt := func(title string, amends ...string) string {
		law, _ := w.law(title, lawText)
		terms := policiestest.From(law, w.clock.Now().Add(62*day))
		terms.Terms.Amends = amends
		w.openOn(terms)
		w.clock.forward(62 * day)
		return w.do(estonia, policies.AdoptDocument{DocumentID: law}).Subject
	}
	base := adopt("The law")
	for i := range 10 {
		adopt(fmt.Sprint("Amendment ", i), base)
	}
	attack := fmt.Sprintf(`{ instrument(by: {id: %q}) { amendedBy { nodes { amends { amendedBy { nodes { amends { amendedBy { nodes { amends { id } } } } } } } } } } }`, base)
	w.ask("", attack, nil).refused(t, codeTooCostly, nil)

	w.serve(NewHandler(Options{Registry: w.registry, Limits: Limits{Complexity: unbounded, Values: 2_000}}))
	a := w.ask("", attack, nil)
	a.refused(t, codeTooCostly, nil)
	if a.Data != nil || !strings.Contains(a.Errors[0].Message, "2000 values") {
		t.Errorf("%v %v", a.Errors, a.Data)
	}
	if strings.Contains(w.log.String(), "ERROR") {
		t.Errorf("logged: %s", w.log)
	}
	w.ok("", fmt.Sprintf(`{ instrument(by: {id: %q}) { amendedBy { nodes { amends { id } } } } }`, base), nil)
}
