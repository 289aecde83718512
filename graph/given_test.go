package graph

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/ewtp/entente/policies"
)

// An editing is a mutation that changes what is given of a thing.
type editing struct {
	who, input string             // its required fields
	start      string             // fields with which everything has a value
	selection  string             // of the payload, with a field of the same name for each of the input
	fields     map[string]another // the fields of the input that may be left out
}

// another is a field's other value; cleared is what null makes of it, nil where the thing can't be without.
type another struct {
	value   string
	cleared any
}

var editings = map[string]editing{
	"editCommentDraft": {"loom", `"draftId": "$draft", "edition": $edition`,
		`"clauseId": "$pay", "stance": "OPPOSE", "type": "TECHNICAL", "text": "One.", "replacement": "(2) One.", "proposes": "ADD_AFTER", "quote": {"exact": "sender"}, "cost": {"amount": "1", "currency": "EUR", "per": "parcel"},
		"attachments": [{"digest": "` + digestA + `"}], "confidential": true, "summary": "One.", "supporters": 1, "questionId": "$q1", "choice": "one"`,
		`draft { edition attachments { name } words { clauseId stance type text replacement proposes quote { exact } cost { amount } confidential summary supporters questionId choice } }`,
		map[string]another{"clauseId": {`"other"`, nil}, "stance": {`"AMEND"`, nil}, "type": {`"GENERAL"`, nil}, "text": {`"Two."`, ""}, "replacement": {`"(2) Two."`, ""},
			"proposes": {`"REPLACE"`, nil}, "quote": {`{"exact": "pays"}`, nil}, "cost": {`{"amount": "2", "currency": "EUR", "per": "parcel"}`, nil}, "attachments": {`[{"digest": "` + digestA + `", "name": "two"}]`, []any{}},
			"confidential": {`false`, false}, "summary": {`"Two."`, ""}, "supporters": {`2`, 0.0}, "questionId": {`"$q2"`, ""}, "choice": {`"two"`, ""}}},
	"correctDocument": {"estonia", `"documentId": "$proposed", "reason": "r"`, `"title": "One", "topics": ["one"], "parties": ["EE"], "language": "en"`,
		`document { title topics parties language }`,
		map[string]another{"title": {`"Two"`, nil}, "topics": {`["two"]`, []any{}}, "parties": {`["KE"]`, []any{}}, "language": {`"fr"`, nil}}},
	"correctOrganisation": {"office", `"organisationId": "$loom", "reason": "r"`, `"name": "One", "jurisdiction": "NZ", "sector": "one"`,
		`organisation { name jurisdiction sector }`,
		map[string]another{"name": {`"Two"`, nil}, "jurisdiction": {`"KE"`, nil}, "sector": {`"two"`, ""}}},
	"correctRuleSet": {"office", `"ruleSetId": "$set", "reason": "r"`, `"title": "One", "description": "One."`, `ruleSet { title description }`,
		map[string]another{"title": {`"Two"`, nil}, "description": {`"Two."`, ""}}},
	"saveFilter": {"loom", `"filterId": "$filter"`, `"name": "One", "topics": ["one"], "jurisdictions": ["EE"], "sectors": ["one"], "keyword": "one"`,
		`filter { name topics jurisdictions sectors keyword }`,
		map[string]another{"name": {`"Two"`, nil}, "topics": {`["two"]`, []any{}}, "jurisdictions": {`["KE"]`, []any{}}, "sectors": {`["two"]`, []any{}}, "keyword": {`"two"`, ""}}},
}

// required fields of things, that null can't clear.
var required = map[string]bool{"correctDocument title": true, "correctDocument language": true, "correctOrganisation name": true,
	"correctOrganisation jurisdiction": true, "correctRuleSet title": true, "saveFilter name": true}

// Whatever a mutation edits, it changes what it is given and nothing else; null clears. It holds of each there is.
func TestEditsChangeWhatTheyAreGiven(t *testing.T) {
	for _, f := range theSchema().Mutation.Fields {
		if !regexp.MustCompile(`^(edit|correct|save)[A-Z]`).MatchString(f.Name) {
			continue
		}
		e, ok := editings[f.Name]
		if !ok {
			t.Errorf("%s isn't tried", f.Name)
			continue
		}
		for _, in := range theSchema().Types[f.Arguments[0].Type.Name()].Fields {
			if _, ok := e.fields[in.Name]; !ok && !in.Type.NonNull && in.Name != "idempotencyKey" && in.Name != "filterId" {
				t.Errorf("%s of %s isn't tried", in.Name, f.Name)
			}
		}
		t.Run(f.Name, func(t *testing.T) { e.try(t, f.Name) })
	}
}

func (e editing) try(t *testing.T, name string) {
	s := newStage(t)
	s.do(s.actor("loom"), policies.AttachFile{Digest: digestA, Size: 12, Type: "application/pdf", Name: "one.pdf"})
	s.ids["draft"] = s.done("loom", "draftComment", `{"consultationId": "$csn"}`, "draft { id }").id("draftComment.draft.id")
	s.ids["proposed"] = s.done("estonia", "proposeDocument", `{"kind": "BEST_PRACTICE", "title": "Zero", "language": "de"}`, "document { id }").id("proposeDocument.document.id")
	s.ids["filter"] = s.done("loom", "saveFilter", `{"name": "Zero", "keyword": "zero"}`, "filter { id }").id("saveFilter.filter.id")
	edition := 1
	ask := func(fields string) response {
		input := regexp.MustCompile(`\$edition`).ReplaceAllString(e.input, fmt.Sprint(edition))
		a := s.mutate(e.who, name, "{"+input+", "+fields+"}", e.selection)
		if len(a.Errors) == 0 {
			edition++
		}
		return a
	}
	shown := func(a response) map[string]any { return flat(a.at(name).(map[string]any)) }
	for field, other := range e.fields {
		first := ask(e.start)
		if len(first.Errors) > 0 && fmt.Sprint(first.Errors[0].Extensions["code"]) != "CONFLICT" { // nothing would change
			t.Fatalf("%+v", first)
		}
		before := map[string]any{}
		if len(first.Errors) == 0 {
			before = shown(first)
		}
		changed := ask(fmt.Sprintf("%q: %s", field, other.value))
		if len(changed.Errors) > 0 {
			t.Fatalf("%s: %+v", field, changed)
		}
		after := shown(changed)
		if len(before) == len(after) {
			checkAlone(t, field, before, after)
		}
		cleared := ask(fmt.Sprintf("%q: null", field))
		if required[name+" "+field] {
			cleared.refused(t, "INVALID", []any{"input", field})
			continue
		}
		if len(cleared.Errors) > 0 {
			t.Fatalf("%s cleared: %+v", field, cleared)
		}
		if got := shown(cleared)[field]; !reflect.DeepEqual(got, other.cleared) && (got != nil || other.cleared != "") {
			t.Errorf("%s cleared is %v", field, got)
		}
		if !reflect.DeepEqual(after[field], other.cleared) {
			checkAlone(t, field, after, shown(cleared))
		}
	}
}

// flat is what a payload shows of a thing, by field.
func flat(payload map[string]any) map[string]any {
	thing := slices.Collect(maps.Values(payload))[0].(map[string]any)
	words, _ := thing["words"].(map[string]any)
	maps.Copy(thing, words)
	delete(thing, "words")
	delete(thing, "edition")
	return thing
}

// checkAlone checks that one field is another and none besides.
func checkAlone(t *testing.T, field string, before, after map[string]any) {
	t.Helper()
	for name := range before {
		if same := reflect.DeepEqual(before[name], after[name]); same == (name == field) {
			t.Errorf("by an edit of %s, %s went from %v to %v", field, name, before[name], after[name])
		}
	}
}
