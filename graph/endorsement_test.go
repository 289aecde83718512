package graph

import (
	"fmt"
	"testing"
)

func TestEndorseComment(t *testing.T) {
	s := newStage(t)
	say := func(who, position string) response {
		return s.ask(who, s.fill(`mutation { endorseComment(input: {commentId: "$cmt", position: `+position+`, reason: "So."}) { ledgerPosition repeated comment { endorsementCounts {
			supports doesNotSupport byChamber { chamber supports doesNotSupport } byJurisdiction { jurisdiction supports doesNotSupport } bySector { sector supports doesNotSupport } } } } }`), nil)
	}
	for who, code := range map[string]string{"": "UNAUTHENTICATED", "loom": "FORBIDDEN", "office": "FORBIDDEN", "intern": "FORBIDDEN"} {
		say(who, "SUPPORTS").refused(t, code, []any{"input", "commentId"})
	}
	say("crane", "WITHDRAWN").refused(t, "CONFLICT", []any{"input", "position"})
	say("ferry", "SUPPORTS")
	say("kenya", "SUPPORTS")
	a := say("crane", "DOES_NOT_SUPPORT")
	if len(a.Errors) > 0 {
		t.Fatal(a.Errors)
	}
	a.same(t, fmt.Sprintf(`{"endorseComment": {"ledgerPosition": %d, "repeated": false, "comment": {"endorsementCounts": {"supports": 2, "doesNotSupport": 1,
		"byChamber": [{"chamber": "BUSINESS", "supports": 1, "doesNotSupport": 1}, {"chamber": "GOVERNMENT", "supports": 1, "doesNotSupport": 0}],
		"byJurisdiction": [{"jurisdiction": "EE", "supports": 1, "doesNotSupport": 1}, {"jurisdiction": "KE", "supports": 1, "doesNotSupport": 0}], "bySector": [{"sector": null, "supports": 2, "doesNotSupport": 1}]}}}}`, s.registry.Views().Position()))
	s.clock.forward(day)
	say("ferry", "WITHDRAWN")
	s.ids["then"] = s.clock.Now().Add(-day / 2).Format("2006-01-02T15:04:05Z07:00")
	s.ok("", s.fill(`{ node(id: "$cmt") { ... on Comment { endorsements { edges { node { organisation { name } member { role } position reason late } } }
		then: endorsements(asOf: "$then", first: 1) { pageInfo { hasNextPage } edges { node { organisation { name } } } } endorsementCounts { supports } } } }`), nil).
		same(t, `{"node": {"endorsements": {"edges": [{"node": {"organisation": {"name": "The kenya"}, "member": {"role": "ADMIN"}, "position": "SUPPORTS", "reason": "So.", "late": false}},
			{"node": {"organisation": {"name": "The crane"}, "member": {"role": "ADMIN"}, "position": "DOES_NOT_SUPPORT", "reason": "So.", "late": false}}]},
			"then": {"pageInfo": {"hasNextPage": true}, "edges": [{"node": {"organisation": {"name": "The ferry"}}}]}, "endorsementCounts": {"supports": 1}}}`)
}
