package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/ewtp/entente/graph/gen"
)

// roots say how the walk begins at each field of Query: with what arguments, where it
// needs some. There is more than one way where there is more than one thing to find.
var roots = map[string][]string{
	"viewer": {""}, "ledger": {""}, "documents": {"first: 8"}, "consultations": {"first: 8"}, "comments": {"first: 8"},
	"organisations": {"first: 8"}, "organisation": {`by: {id: "$ferry"}`, `by: {name: "The ferry"}`}, "instruments": {"first: 2"}, "instrument": {`by: {id: "$draft"}`, `by: {number: "$number"}`}, "ballots": {"first: 8"}, "ruleSets": {"first: 8"},
	"document":    {`by: {id: "$draft"}`, `by: {number: "$number"}`, `by: {id: "$public"}`},
	"node":        {`id: "$draft"`, `id: "$revision"`, `id: "$later"`, `id: "$comment"`, `id: "$member"`, `id: "$ferry"`, `id: "$consultation"`, `id: "$confidential"`, `id: "$invitation"`, `id: "$prepared"`, `id: "$ballot"`},
	"nodes":       {`ids: ["$draft", "$later", "$confidential", "$member", "$invitation"]`},
	"redline":     {`fromId: "$open", toId: "$later"`, `fromId: "$revision", toId: "$revision"`},
	"search":      {`query: "quagga", first: 8`, `query: "narwhal", first: 8`, `query: "capybara", first: 8`, `query: "axolotl", first: 8`, `query: "quilla", first: 8`},
	"ledgerEntry": {"seq: 1"}, "ledgerEntries": {"last: 8"}, "ruleSet": {`by: {id: "$draft"}`, `by: {slug: "zanzibar"}`},
	"needsMe": {"first: 8, closingWithin: 100"}, "needsMeCounts": {"closingWithin: 100"}, "calendar": {"first: 8"},
}

// A step is a field that leads from one type to another.
type step struct {
	field string // as it is asked for, with arguments
	on    string // the type that it is taken for, where its own is an interface
	to    *ast.Definition
	list  bool // through edges { node }, the last list through nodes too
}

// steps are the fields of a type that lead on, whatever it may be.
func steps(schema *ast.Schema, from *ast.Definition) (list []step) {
	for _, f := range from.Fields {
		if strings.HasPrefix(f.Name, "__") || slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }) {
			continue
		}
		s := step{field: f.Name, to: schema.Types[f.Type.Name()]}
		if f.Arguments.ForName("first") != nil {
			s.field += "(first: 4)"
		}
		if strings.HasSuffix(s.to.Name, "Connection") {
			s.list = true
			s.to = schema.Types[schema.Types[s.to.Fields.ForName("edges").Type.Name()].Fields.ForName("node").Type.Name()]
		}
		switch s.to.Kind {
		case ast.Object:
			list = append(list, s)
		case ast.Interface:
			for _, is := range schema.GetPossibleTypes(s.to) {
				list = append(list, step{s.field, is.Name, is, s.list})
			}
		}
	}
	return list
}

// ask is the step's question around another.
func (s step) ask(inner string) string {
	if s.on != "" {
		inner = "... on " + s.on + " { " + inner + " }"
	}
	switch edges := " edges { cursor node { " + inner + " } }"; {
	case s.list && strings.Contains(inner, " edges {"):
		return s.field + " {" + edges + " }"
	case s.list:
		return s.field + " { nodes { " + inner + " }" + edges + " }"
	}
	return s.field + " { " + inner + " }"
}

// leaves asks for all that a type says itself.
func leaves(schema *ast.Schema, of *ast.Definition) string {
	text := "__typename"
	for _, f := range of.Fields {
		kind := schema.Types[f.Type.Name()].Kind
		if !strings.HasPrefix(f.Name, "__") && (kind == ast.Scalar || kind == ast.Enum) && len(f.Arguments) == 0 {
			text += " " + f.Name
		}
	}
	return text
}

// walk makes questions that ask for every field of every type: from each root, and
// then each step after each other once, by the shortest way there is, of three steps at
// most; a type that is further away is come to once. It returns them with the last type
// that they ask about.
func walk(t *testing.T, schema *ast.Schema) map[string]string {
	t.Helper()
	type way struct {
		wrap func(string) string
		to   *ast.Definition
		last string
		hops int
	}
	var ways []way
	for _, s := range steps(schema, rootOf(t, schema)) {
		name, _, _ := strings.Cut(s.field, "(")
		for _, arguments := range roots[name] {
			s.field = name
			if arguments != "" {
				s.field += "(" + arguments + ")"
			}
			ways = append(ways, way{s.ask, s.to, "", 1})
		}
	}
	questions, seen, reached := map[string]string{}, map[string]bool{}, map[string]bool{}
	for len(ways) > 0 {
		at := ways[0]
		ways = ways[1:]
		questions["{ "+at.wrap(leaves(schema, at.to))+" }"] = at.to.Name
		for _, s := range steps(schema, at.to) {
			pair := at.last + " " + at.to.Name + "." + s.field + " " + s.on
			if seen[pair] && at.hops > 1 || at.hops >= 3 && reached[s.to.Name] {
				continue
			}
			seen[pair], reached[s.to.Name] = true, true
			ways = append(ways, way{func(inner string) string { return at.wrap(s.ask(inner)) }, s.to, at.to.Name + "." + s.field, at.hops + 1})
		}
	}
	return questions
}

// rootOf is Query, as if no field of it needed arguments: roots give them.
func rootOf(t *testing.T, schema *ast.Schema) *ast.Definition {
	t.Helper()
	root := *schema.Query
	root.Fields = nil
	for _, f := range schema.Query.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		if roots[f.Name] == nil {
			t.Errorf("say in roots how to ask for Query.%s, so that the walk tries it", f.Name)
		}
		plain := *f
		plain.Arguments = nil
		root.Fields = append(root.Fields, &plain)
	}
	return &root
}

// together is how many questions one request asks at most.
const together = 32

// answers asks questions as somebody and returns what is said to each. Several are
// asked in one request, as long as none of them is refused; then each half is
// asked anew, down to the one that is.
func (v *vault) answers(who string, questions []string) []string {
	v.T.Helper()
	if len(questions) == 1 {
		r := v.Ask(who, questions[0])
		if code := r.Code(); code != "" && code != "NOT_FOUND" && code != "FORBIDDEN" && code != "UNAUTHENTICATED" {
			v.T.Fatalf("%s isn't answered: %s", questions[0], r.Text)
		}
		return []string{r.Text}
	}
	if len(questions) <= together {
		if list := v.batch(who, questions); list != nil {
			return list
		}
	}
	half := len(questions) / 2
	return append(v.answers(who, questions[:half]), v.answers(who, questions[half:])...)
}

// batch asks questions in one request; nil where anything is refused.
func (v *vault) batch(who string, questions []string) (list []string) {
	v.T.Helper()
	var all strings.Builder
	for i, q := range questions {
		fmt.Fprintf(&all, "q%d: %s ", i, strings.TrimSuffix(strings.TrimPrefix(q, "{ "), " }"))
	}
	r := v.Ask(who, "{ "+all.String()+"}")
	if len(r.Errors) > 0 {
		return nil
	}
	var parts struct{ Data map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(r.Text), &parts); err != nil {
		v.T.Fatal(err)
	}
	for i := range questions {
		list = append(list, string(parts.Data[fmt.Sprintf("q%d", i)]))
	}
	return list
}

// tellAll asks all questions as somebody, and returns the secrets that were told, to one
// who may know them.
func (v *vault) tellAll(t *testing.T, who string, questions map[string]string) map[string]bool {
	t.Helper()
	asker := *v
	asker.Front = v.In(t)
	asked := slices.Sorted(maps.Keys(questions))
	for i := range asked {
		asked[i] = asker.fill(asked[i])
	}
	told := map[string]bool{}
	for i, answer := range asker.answers(who, asked) {
		asker.alike(t, answer)
		if strings.Contains(answer, `:""`) || strings.Contains(answer, `[""`) || strings.Contains(answer, `"INTERNAL"`) {
			t.Errorf("%q asks %s: an empty text, or null where there must be something: %s", who, asked[i], answer)
		}
		if found := asker.leaks(who, asked[i], answer, strings.Contains(asked[i], "ledger")); len(found) > 0 {
			t.Errorf("%q is told %v by %s: %s", who, found, asked[i], answer)
		}
		lower := strings.ToLower(answer)
		for name, s := range v.secrets {
			if strings.Contains(lower, s.words[0]) { // to one who may, or it leaked
				told[name] = true
			}
		}
	}
	return told
}

// alike expects of each list in an answer that its nodes are those of its edges.
func (v *vault) alike(t *testing.T, answer string) {
	t.Helper()
	var all any
	if err := json.Unmarshal([]byte(answer), &all); err != nil {
		t.Fatal(err)
	}
	var look func(any)
	look = func(at any) {
		switch at := at.(type) {
		case []any:
			for _, item := range at {
				look(item)
			}
		case map[string]any:
			for _, field := range at {
				look(field)
			}
			nodes, named := at["nodes"].([]any)
			edges, paged := at["edges"].([]any)
			var beyond []any
			for _, e := range edges {
				beyond = append(beyond, e.(map[string]any)["node"])
			}
			if named && paged && (len(nodes) != len(beyond) || len(nodes) > 0 && !reflect.DeepEqual(nodes, beyond)) {
				t.Errorf("a list has other nodes than its edges: %v", at)
			}
		}
	}
	look(all)
}

// Whatever the schema comes to have, no field of it, asked for in any way, tells a
// secret to somebody who may not know it.
func TestNoFieldLeaks(t *testing.T) {
	v := newVault(t)
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	questions := walk(t, schema)
	told, types := map[string]bool{}, map[string]bool{}
	for _, of := range questions {
		types[of] = true
	}
	var all sync.Mutex // guards told
	t.Run("callers", func(t *testing.T) {
		for _, who := range []string{"", "nobody", "kenya-admin", "hub-observer", "reader-observer", "sponsor-delegate", "ferry-admin", "office-admin"} {
			t.Run(who, func(t *testing.T) {
				t.Parallel()
				heard := v.tellAll(t, who, questions)
				all.Lock()
				defer all.Unlock()
				maps.Copy(told, heard)
			})
		}
	})
	t.Logf("%d questions", len(questions))
	for name := range v.secrets {
		if !told[name] {
			t.Errorf("%s is told to nobody: the walk doesn't come there", name)
		}
	}
	for name, def := range schema.Types {
		plain := def.Kind != ast.Object || def.BuiltIn || strings.HasPrefix(name, "__") || name == "ClauseClash" || slices.Contains(def.Interfaces, "UserError") // told to whoever writes
		for _, suffix := range []string{"Connection", "Edge", "Payload", "Mutation", "Query", "Subscription", "PageInfo"} {
			plain = plain || strings.HasSuffix(name, suffix)
		}
		if !plain && !types[name] {
			t.Errorf("the walk doesn't come to %s", name)
		}
	}
	if len(questions) < 200 {
		t.Error(fmt.Sprint(len(questions), " questions are too few"))
	}
}
