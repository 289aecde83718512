package graph

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// A normalised is what a client such as Apollo keeps: each object once, by its ID, with the fields that were ever asked of it.
type normalised map[string]map[string]any

// keep writes what was answered, and says where a field of an object that was kept before is another now.
func (n normalised) keep(value any, differs func(id, field string, was, is any)) any {
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = n.keep(e, differs)
		}
		return list
	case map[string]any:
		plain := map[string]any{}
		for field, e := range v {
			plain[field] = n.keep(e, differs)
		}
		id, ok := v["id"].(string)
		if !ok {
			return plain
		}
		if n[id] == nil {
			n[id] = map[string]any{}
		}
		for field, is := range plain {
			if was, twice := n[id][field]; twice && !reflect.DeepEqual(was, is) {
				differs(id, field, was, is)
			}
			n[id][field] = is
		}
		return "-> " + id
	}
	return value
}

// askedOf is a selection of all that a type tells by itself, of what there is of the nodes that it leads to without
// going on, and of so many steps of what has no ID.
func askedOf(s *ast.Schema, d *ast.Definition, steps int) string {
	var b strings.Builder
	b.WriteString("__typename ")
	for _, f := range d.Fields {
		if strings.HasPrefix(f.Name, "__") || slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }) {
			continue
		}
		to, ask := s.Types[f.Type.Name()], "%s"
		if f.Arguments.ForName("first") != nil {
			ask = "(first: 5)%s"
		}
		if strings.HasSuffix(to.Name, "Connection") {
			to = s.Types[s.Types[to.Fields.ForName("edges").Type.Name()].Fields.ForName("node").Type.Name()]
			ask = strings.Replace(ask, "%s", " { edges { node %s } }", 1)
		}
		switch {
		case to.Kind == ast.Scalar || to.Kind == ast.Enum:
			b.WriteString(f.Name + " ")
		case steps == 0:
		case to.Fields.ForName("id") != nil && to.Kind == ast.Object:
			b.WriteString(f.Name + fmt.Sprintf(ask, " { "+askedOf(s, to, 0)+"}") + " ")
		case to.Kind != ast.Object:
			b.WriteString(f.Name + " { __typename id } ")
		default:
			b.WriteString(f.Name + fmt.Sprintf(ask, " { "+askedOf(s, to, steps-1)+"}") + " ")
		}
	}
	return b.String()
}

// A walk asks for everything that a few roots lead to, and keeps it.
type walk struct {
	stage
	who  string
	kept normalised
	t    *testing.T
}

// through asks the roots and then, by node(id), each thing that was met; it returns the types that were met, with how many of each.
func (w walk) through(roots ...string) map[string]int {
	met, todo := map[string]int{}, []string(nil)
	seen := map[string]bool{}
	differs := func(id, field string, was, is any) {
		w.t.Errorf("%q is told two things of %s.%s: %v, %v", w.who, id, field, was, is)
	}
	take := func(a response) {
		w.kept.keep(map[string]any(a.Data), differs)
		for _, id := range slices.Sorted(maps.Keys(w.kept)) {
			if !seen[id] {
				seen[id] = true
				todo = append(todo, id)
				met[fmt.Sprint(w.kept[id]["__typename"])]++
			}
		}
	}
	for _, root := range roots {
		take(w.ok(w.who, w.fill(root), nil))
	}
	s := theSchema()
	for len(todo) > 0 {
		id := todo[0]
		todo = todo[1:]
		of := fmt.Sprint(w.kept[id]["__typename"])
		a := w.ok(w.who, fmt.Sprintf(`{ node(id: %q) { id ... on %s { %s } } }`, id, of, askedOf(s, s.Types[of], 3)), nil)
		if a.at("node") == nil {
			w.t.Errorf("%q met the %s %s, and node(id) doesn't find it", w.who, of, id)
			continue
		}
		if a.id("node.id") != id {
			w.t.Errorf("node(id: %q) is %s", id, a.id("node.id"))
		}
		take(a)
	}
	return met
}

// newHistory is a stage with something of every kind, at a moment that is called "then".
func newHistory(t *testing.T) stage {
	s := newStage(t)
	s.serve(NewHandler(Options{Registry: s.registry, Log: slog.New(slog.NewTextHandler(s.log, nil)),
		Limits: Limits{Depth: 40, Fields: 100_000, Tokens: 200_000, Query: 1 << 20, Complexity: 100_000_000, Values: 10_000_000, Aliases: 1000}}))
	estonia, loom, office := s.actor("estonia"), s.actor("loom"), s.actor("office")
	id := func(name string) string { return fmt.Sprint(s.ids[name]) }
	s.do(s.actor("ferry"), policies.EndorseComment{CommentID: id("cmt"), Position: policies.Endorses})
	s.ids["rpl"] = s.do(s.actor("crane"), policies.ReplyToComment{CommentID: id("cmt"), Text: "Why?"}).Subject
	s.ids["second"] = s.comment("ferry", id("csn"), id("pay"), "Nor the carrier.")
	s.ids["third"] = s.do(s.actor("crane"), policies.SubmitComment{ConsultationID: id("csn"), CommentWords: policies.CommentWords{ClauseID: id("pay"), Stance: policies.Amend,
		Type: policies.Technical, Text: "Say who.", Replacement: "(2) The carrier pays."}}).Subject
	s.do(office, policies.CorrectRuleSet{RuleSetID: id("set"), Title: new("Parcels and post"), Reason: "Wider."})
	s.do(office, policies.CorrectOrganisation{OrganisationID: s.orgs["ferry"], Name: new("The great ferry"), Reason: "Renamed."})

	s.clock.forward(62 * day)
	s.ids["revised"] = s.do(estonia, policies.CommitRevision{DocumentID: id("law"), Base: id("first"), Source: strings.Replace(lawText, "The sender pays", "The carrier pays", 1), Note: "As asked."}).Subject
	s.do(estonia, policies.DisposeComment{CommentID: id("third"), Outcome: policies.AcceptedWhole, Reason: "So it is.", Change: &policies.ChangeReference{RevisionID: id("revised"), ClauseID: id("pay")}})
	s.do(estonia, policies.DisposeComment{CommentID: id("second"), Outcome: policies.Duplicate, Reason: "Said before.", DuplicateOf: id("cmt")})
	s.do(estonia, policies.DisposeComment{CommentID: id("cmt"), Outcome: policies.Noted, Reason: "Read."})
	s.do(estonia, policies.ReanchorComment{CommentID: id("cmt"), RevisionID: id("revised"), ClauseID: s.clause(id("revised"), "§2(1)"), Reason: "It means this."})

	// Another law, adopted and released.
	old, first := s.law("An old law", lawText)
	terms := policiestest.From(old, s.clock.Now().Add(72*day))
	csn := s.openOn(terms)
	s.comment("loom", csn, s.clause(first, "§2(1)"), "Why declare?")
	s.ids["old"], s.ids["oldRound"] = old, csn
	s.clock.forward(62 * day)
	for _, c := range s.commentsOn(old) {
		s.do(estonia, policies.DisposeComment{CommentID: c, Outcome: policies.Rejected, Reason: "Because."})
	}
	s.ids["ins"] = s.do(estonia, policies.AdoptDocument{DocumentID: old}).Subject
	s.ids["rel"] = s.do(office, policies.PublishRelease{RuleSetID: id("set"), Instruments: []string{id("ins")}, ValidUntil: s.clock.Now().Add(90 * day)}).Subject
	s.ballots(1)
	questioned, _ := s.law("A law with questions", lawText)
	s.do(estonia, policiestest.From(questioned, s.clock.Now().Add(72*day)))
	s.ids["questioned"] = questioned
	s.ids["asking"] = s.do(estonia, policies.OpenConsultation{DocumentID: questioned, Title: "Asked", Closes: s.local(61 * day), Zone: "UTC", Late: policies.LateRefused,
		Questions: []policies.ConsultationQuestion{{Text: "How many?"}, {Text: "Which?", Choices: []string{"a", "b"}}}}).Subject
	s.ids["answer"] = s.do(loom, policies.SubmitComment{ConsultationID: id("asking"), CommentWords: policies.CommentWords{Stance: policies.Neutral, Type: policies.General, Text: "Many.", QuestionID: "q1"}}).Subject
	s.do(s.actor("ferry"), policies.EndorseComment{CommentID: id("answer"), Position: policies.Endorses})
	s.ids["then"] = s.clock.Now().Format("2006-01-02T15:04:05.000Z07:00")
	s.clock.forward(day)
	return s
}

// commentsOn are the IDs of the comments on a document.
func (s stage) commentsOn(document string) (ids []string) {
	s.t.Helper()
	a := s.ok("estonia", `query($d: ID!) { comments(filter: {documentId: $d}, first: 100) { nodes { id } } }`, map[string]any{"d": document})
	for _, n := range a.at("comments.nodes").([]any) {
		ids = append(ids, fmt.Sprint(n.(map[string]any)["id"]))
	}
	return ids
}

// later changes all that can be changed in the stage of newHistory.
func (s stage) later() {
	s.t.Helper()
	estonia, office := s.actor("estonia"), s.actor("office")
	id := func(name string) string { return fmt.Sprint(s.ids[name]) }
	s.do(office, policies.CorrectOrganisation{OrganisationID: s.orgs["loom"], Name: new("The new loom"), Sector: new("cloth"), Reason: "Sold."})
	s.do(s.actor("loom"), policies.ChangeRole{MemberID: s.actor("intern").MemberID, Role: policies.Delegate})
	s.do(office, policies.CorrectRuleSet{RuleSetID: id("set"), Title: new("Post"), Reason: "Shorter."})
	s.do(estonia, policies.ExtendConsultation{ConsultationID: id("asking"), Closes: s.local(80 * day), Reason: "More time."})
	s.comment("ferry", id("asking"), "", "I was late.")
	s.do(s.actor("ferry"), policies.EndorseComment{CommentID: id("answer"), Position: policies.Dissents})
	s.do(s.actor("loom"), policies.WithdrawComment{CommentID: id("answer"), Reason: "Wrong."})
	s.do(estonia, policies.DisposeComment{CommentID: id("second"), Outcome: policies.Rejected, Reason: "On second thought."})
	s.do(estonia, policies.UndoReanchor{CommentID: id("cmt"), RevisionID: id("revised"), ClauseID: s.clause(id("revised"), "§2(1)"), Reason: "It didn't."})
	s.do(s.actor("crane"), policies.ReplyToComment{CommentID: id("cmt"), Text: "Still: why?"})
	s.do(estonia, policies.CommitRevision{DocumentID: id("law"), Base: id("revised"), Source: strings.Replace(lawText, "The sender pays", "Nobody pays", 1), Note: "Or so."})
	s.do(office, policies.PublishRelease{RuleSetID: id("set"), Instruments: []string{id("ins")}, ValidUntil: s.clock.Now().Add(90 * day)})
	s.do(estonia, policies.RepealInstrument{InstrumentID: id("ins"), Reason: "Overtaken."})
	s.do(estonia, policies.CorrectDocument{DocumentID: id("secret"), Title: new("Known plans"), Reason: "Named."})
	s.clock.forward(200 * day)
}

// pastRoots ask for what there was then.
var pastRoots = []string{
	`{ document(by: {id: "$law"}, asOf: "$then") { __typename id } }`, `{ document(by: {id: "$old"}, asOf: "$then") { __typename id } }`, `{ document(by: {id: "$secret"}, asOf: "$then") { __typename id } }`,
	`{ document(by: {id: "$questioned"}, asOf: "$then") { __typename id } }`, `{ organisation(by: {id: "$loom"}, asOf: "$then") { __typename id } }`,
	`{ ruleSet(by: {slug: "parcels"}, asOf: "$then") { __typename id } }`, `{ instruments(filter: {knownAt: "$then"}) { nodes { __typename id } } }`,
	`{ comments(asOf: "$then", first: 100) { nodes { __typename id } } }`, `{ instrument(by: {id: "$ins"}, knownAt: "$then") { __typename id } }`,
	`{ document(by: {id: "$law"}) { comments(asOf: "$then") { nodes { __typename id } } revisions(asOf: "$then") { nodes { __typename id } } } }`,
	`{ node(id: "$cmt@then") { __typename id } }`, `{ nodes(ids: ["$csn@then", "$rel@then"]) { __typename id } }`,
}

// presentTypes have no past.
var presentTypes = []string{"Campaign", "CommentDraft", "Invitation", "SavedFilter", "Viewer"}

// Whatever is met below a moment says so in its ID; node(id) tells the same of it, from wherever it was met; it stays as it
// was, whatever happens later; and a client that keeps each thing once, by its ID, never takes the one for the other.
func TestThePastHasItsOwnIdentity(t *testing.T) {
	s := newHistory(t)
	for _, who := range []string{"", "estonia", "loom"} {
		w := walk{s, who, normalised{}, t}
		present := w.through(`{ documents { nodes { __typename id } } organisations { nodes { __typename id } } instruments { nodes { __typename id } } ruleSets { nodes { __typename id } } comments { nodes { __typename id } } }`)
		before := map[string]string{}
		for id, of := range w.kept {
			before[id] = fmt.Sprint(of)
			if _, at := wire.CutMoment(id); !at.IsZero() {
				t.Errorf("%q meets %s now", who, id)
			}
		}
		past := w.through(pastRoots...)
		for id, of := range before {
			if now := fmt.Sprint(w.kept[id]); now != of {
				t.Errorf("the past overwrote %s: %s, %s", id, of, now)
			}
		}
		for _, d := range theSchema().PossibleTypes["Node"] {
			switch {
			case slices.Contains(presentTypes, d.Name) == (past[d.Name] > present[d.Name]):
				t.Errorf("%q met %d of %s in the past, %d now", who, past[d.Name], d.Name, present[d.Name])
			}
		}
	}
	kept := map[string]normalised{}
	for _, who := range []string{"", "estonia", "loom"} {
		kept[who] = normalised{}
		walk{s, who, kept[who], t}.through(pastRoots...)
	}
	s.later()
	for who, was := range kept {
		walk{s, who, was, t}.through(pastRoots...)
	}
}

// What is to be done or looked for is present: every input and argument says so of the ID of a past thing, at its field.
func TestThePastIsNotActedOn(t *testing.T) {
	s := newHistory(t)
	law := fmt.Sprint(s.ids["law"])
	past := s.fill(`"$law@then"`)
	for _, c := range []struct {
		query, code string
		field       []any
	}{
		{`mutation { withdrawDocument(input: {documentId: PAST, reason: "x"}) { repeated } }`, "INVALID", pathOf("input documentId")},
		{`mutation { proposeTerms(input: {documentId: "$law", effectiveFrom: [], supersedesIds: ["$ins", "$ins@then"]}) { repeated } }`, "INVALID", pathOf("input supersedesIds 1")},
		{`mutation { disposeComment(input: {commentId: "$cmt", outcome: ACCEPTED, reason: "x", change: {revisionId: "$first@then", clauseId: "scope"}}) { repeated } }`, "INVALID", pathOf("input change revisionId")},
		{`{ comments(filter: {documentId: PAST}) { nodes { id } } }`, "INVALID", pathOf("filter documentId")},
		{`{ search(query: "law", documentId: PAST) { nodes { kind } } }`, "INVALID", pathOf("documentId")},
		{`{ redline(fromId: "$first@then", toId: "$first") { counts { same } } }`, "INVALID", pathOf("fromId")},
		{`{ document(by: {id: PAST}, asOf: "2026-03-02T09:00:00Z") { id } }`, "INVALID", pathOf("asOf")},
		{`{ instrument(by: {id: "$ins@then"}, knownAt: "2026-03-02T09:00:00Z") { id } }`, "INVALID", pathOf("knownAt")},
	} {
		query := s.fill(strings.ReplaceAll(c.query, "PAST", past))
		a := s.ask("estonia", query, nil)
		t.Log(query)
		a.refused(t, c.code, c.field)
		if !strings.Contains(a.Errors[0].Message, "what it is now is") && !strings.Contains(a.Errors[0].Message, "contradicts") {
			t.Errorf("%s: %s", query, a.Errors[0].Message)
		}
	}
	b, _ := json.Marshal(map[string]any{"documentId": strings.Trim(past, `"`), "reason": "x"})
	v, _ := parseJSON(string(b), nil)
	s.ask("estonia", `mutation($i: WithdrawDocumentInput!) { withdrawDocument(input: $i) { repeated } }`, map[string]any{"i": v}).refused(t, "INVALID", pathOf("input documentId"))
	same := s.ok("", s.fill(fmt.Sprintf(`{ a: document(by: {id: "$law"}, asOf: "$then") { id title } b: document(by: {id: %s}) { id title } c: document(by: {id: %s}, asOf: "$then") { id title }
		d: node(id: %s) { ... on Document { id title } } }`, past, past, past)), nil)
	for _, name := range []string{"b", "c", "d"} {
		if !reflect.DeepEqual(same.at(name), same.at("a")) {
			t.Errorf("%s: %v, %v", name, same.at(name), same.at("a"))
		}
	}
	// What isn't the ID of anything then isn't told from what never was.
	s.ok("", fmt.Sprintf(`{ nodes(ids: ["%s@2020-01-01T00:00:00.000Z", "%s@yesterday", "%s@", "viewer@2026-04-01T00:00:00.000Z"]) { id } }`, law, law, law), nil).same(t, `{"nodes": [null, null, null, null]}`)
}

// What tells of the present alone is null in the past, so it must be able to be null.
func TestPresentOnlyFieldsAreNullable(t *testing.T) {
	marked := 0
	for name, d := range theSchema().Types {
		for _, f := range d.Fields {
			if isPresentOnly(f) {
				marked++
				if f.Type.NonNull {
					t.Errorf("%s.%s is %s", name, f.Name, f.Type)
				}
			}
		}
	}
	if marked < 20 {
		t.Errorf("only %d fields tell of the present alone", marked)
	}
}

// A mutation is refused with its own payload before its resolver is asked.
func TestMutationsAreRefusedWithTheirPayload(t *testing.T) {
	for _, f := range theSchema().Mutation.Fields {
		if payload := newPayload(f.Name).Type(); payload.Kind() != reflect.Pointer || payload.Elem().Name() != f.Type.Name() {
			t.Errorf("%s is refused with a %v", f.Name, payload)
		}
	}
}
