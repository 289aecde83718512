package graph

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// stage is a world with a law in consultation, commented on, and a rule set.
type stage struct {
	*world
	ids map[string]any
}

func newStage(t *testing.T) stage {
	w := newWorld(t)
	s := stage{w, map[string]any{}}
	law, first := w.law("Low-value parcels", lawText)
	csn := w.openOn(policiestest.From(law, w.clock.Now().Add(63*day)))
	s.ids["law"], s.ids["first"], s.ids["csn"] = law, first, csn
	s.ids["q1"], s.ids["q2"] = csn+"/q1", csn+"/q2"
	s.ids["pay"] = w.clause(first, "§2(2)")
	s.ids["cmt"] = w.comment("loom", csn, fmt.Sprint(s.ids["pay"]), "Not the sender.")
	s.ids["secret"], s.ids["secretRevision"] = w.law("Secret plans", "# Plans\n\nNobody may know of zanzibar.\n")
	s.ids["set"] = w.do(w.actor("office"), policies.CreateRuleSet{Slug: "parcels", Title: "Parcels"}).Subject
	for who, id := range w.orgs {
		s.ids[who] = id
	}
	s.ids["member"] = w.actor("loom").MemberID
	w.admit("clerk", "office", policies.Delegate)
	s.ids["clerk"] = w.actor("clerk").MemberID
	w.visit("kim")
	s.ids["invitation"] = w.do(w.actor("loom"), policies.InviteMember{OrganisationID: w.orgs["loom"], Email: "kim@loom.example", Role: policies.Delegate}).Subject
	return s
}

// adopted is a stage whose law was adopted, superseded nothing, and released.
func newAdopted(t *testing.T) stage {
	s := newStage(t)
	law := fmt.Sprint(s.ids["law"])
	s.do(s.actor("estonia"), policies.DisposeComment{CommentID: fmt.Sprint(s.ids["cmt"]), Outcome: policies.Rejected, Reason: "It stands."})
	s.ids["before"] = s.clock.Now().Format("2006-01-02T15:04:05Z07:00")
	s.clock.forward(62 * day)
	s.ids["ins"] = s.do(s.actor("estonia"), policies.AdoptDocument{DocumentID: law}).Subject
	s.ids["rel"] = s.do(s.actor("office"), policies.PublishRelease{RuleSetID: fmt.Sprint(s.ids["set"]), Instruments: []string{fmt.Sprint(s.ids["ins"])}, ValidUntil: s.clock.Now().Add(90 * day)}).Subject
	return s
}

// put replaces "$name" in a query or an answer by an ID.
func (s stage) fill(text string) string {
	for name, id := range s.ids {
		text = strings.ReplaceAll(text, `"$`+name+`"`, fmt.Sprintf("%q", id))
	}
	return pastName.ReplaceAllStringFunc(text, func(name string) string {
		parts := pastName.FindStringSubmatch(name)
		at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(s.ids[parts[2]]))
		if err != nil {
			s.t.Fatal(err)
		}
		return fmt.Sprintf("%q", wire.IDAt(fmt.Sprint(s.ids[parts[1]]), at))
	})
}

// pastName stands for the ID of a thing at a moment: "$law@then".
var pastName = regexp.MustCompile(`"\$(\w+)@(\w+)"`)

// mutate asks for one mutation and its payload.
func (s stage) mutate(who, name, input, fields string) response {
	s.t.Helper()
	v, err := parseJSON(input, s.ids)
	if err != nil {
		s.t.Fatalf("%v: %s", err, input)
	}
	N := strings.ToUpper(name[:1]) + name[1:]
	return s.ask(who, fmt.Sprintf(`mutation($input: %sInput!) { %s(input: $input) { %s } }`, N, name, fields), map[string]any{"input": v})
}

// done is a mutation that must succeed; it keeps what came back.
func (s stage) done(who, name, input, fields string) response {
	s.t.Helper()
	a := s.mutate(who, name, input, fields)
	if len(a.Errors) > 0 {
		s.t.Fatalf("%s %s: %+v\n%s", who, name, a.Errors, s.log)
	}
	return a
}
