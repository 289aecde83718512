package graph

import (
	"fmt"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// A government names another its co-sponsor, casts the only vote, and would end that
// other's regulation: the offer counts for nothing, and neither does an accepted one.
func TestNobodyEndsAnothersRegulation(t *testing.T) {
	s := newAdopted(t) // estonia's law, from tomorrow on
	kenya := s.actor("kenya")
	mine := s.do(kenya, policies.ProposeDocument{Kind: "regulation", Title: "Mine", Language: "en", Parties: []string{"EE", "KE"}}).Subject
	s.do(kenya, policies.CommitRevision{DocumentID: mine, Source: lawText})
	s.ids["mine"] = mine
	s.mutate("kenya", "shareDocument", fmt.Sprintf(`{"documentId": "$mine", "organisationId": %q, "as": "SPONSOR"}`, s.orgs["estonia"]), `document { sponsors { name } offered { name } }`).
		same(t, `{"shareDocument": {"document": {"sponsors": [{"name": "The kenya"}], "offered": [{"name": "The estonia"}]}}}`)
	s.mutate("kenya", "proposeTerms", `{"documentId": "$mine", "effectiveFrom": [{"localDate": "2026-09-01", "zone": "Africa/Nairobi"}], "supersedesIds": ["$ins"]}`, `document { terms { supersedes { id } } successionConsents { at } }`).
		same(t, s.fill(`{"proposeTerms": {"document": {"terms": {"supersedes": [{"id": "$ins"}]}, "successionConsents": []}}}`))
	s.do(kenya, policies.OpenConsultation{DocumentID: mine, Closes: s.local(61 * day), Zone: "UTC", Late: policies.LateRefused})
	s.clock.forward(62 * day)
	gate := s.mutate("kenya", "adoptDocument", `{"documentId": "$mine"}`, `ledgerPosition`)
	gate.refused(t, "GATE_UNMET", pathOf("input documentId"))
	if got := fmt.Sprint(gate.Errors[0].Gaps); got != fmt.Sprintf("[map[instrumentId:%s message:no sponsor of EWTP-R-2026-001 has agreed that it is superseded or amended reason:CONSENT_MISSING]]", s.ids["ins"]) {
		t.Errorf("missing: %s", got)
	}
	s.mutate("kenya", "openBallot", fmt.Sprintf(`{"documentId": "$mine", "closesAtLocal": %q, "zone": "UTC"}`, s.local(8*day)), `ledgerPosition`).refused(t, "GATE_UNMET", pathOf("input documentId"))
	s.mutate("kenya", "agreeToSuccession", `{"documentId": "$mine", "instrumentId": "$ins"}`, `ledgerPosition`).refused(t, "FORBIDDEN", pathOf("input instrumentId"))
	s.mutate("kenya", "acceptSponsorship", `{"documentId": "$mine"}`, `ledgerPosition`).refused(t, "FORBIDDEN", pathOf("input documentId"))

	s.mutate("estonia", "acceptSponsorship", `{"documentId": "$mine"}`, `document { sponsors { name } offered { name } }`).
		same(t, `{"acceptSponsorship": {"document": {"sponsors": [{"name": "The kenya"}, {"name": "The estonia"}], "offered": []}}}`)
	s.mutate("kenya", "adoptDocument", `{"documentId": "$mine"}`, `ledgerPosition`).refused(t, "GATE_UNMET", pathOf("input documentId"))
	consent := s.mutate("estonia", "agreeToSuccession", `{"documentId": "$mine", "instrumentId": "$ins"}`, `document { successionConsents { instrument { id } organisation { name } } }`)
	consent.same(t, s.fill(`{"agreeToSuccession": {"document": {"successionConsents": [{"instrument": {"id": "$ins"}, "organisation": {"name": "The estonia"}}]}}}`))
	s.mutate("estonia", "withdrawSuccessionConsent", `{"documentId": "$mine", "instrumentId": "$ins"}`, `document { successionConsents { at } }`).
		same(t, `{"withdrawSuccessionConsent": {"document": {"successionConsents": []}}}`)
	s.mutate("kenya", "adoptDocument", `{"documentId": "$mine"}`, `ledgerPosition`).refused(t, "GATE_UNMET", pathOf("input documentId"))
	s.mutate("estonia", "agreeToSuccession", `{"documentId": "$mine", "instrumentId": "$ins"}`, `repeated`).same(t, `{"agreeToSuccession": {"repeated": false}}`)
	s.mutate("kenya", "adoptDocument", `{"documentId": "$mine"}`, `instrument { effectiveFromDates { localDate zone } supersedes { ends { reason localDate zone at by { title } } } }`).
		same(t, `{"adoptDocument": {"instrument": {"effectiveFromDates": [{"localDate": "2026-09-01", "zone": "Africa/Nairobi"}],
			"supersedes": [{"ends": [{"reason": "SUPERSEDED", "localDate": "2026-09-01", "zone": "Africa/Nairobi", "at": "2026-08-31T21:00:00.000Z", "by": {"title": "Mine"}}]}]}}}`)
}

// A business doesn't replace a government's best practice, and what binds everybody isn't
// ended by what binds some.
func TestNobodyReplacesAnothersPractice(t *testing.T) {
	s := newStage(t)
	practice := func(who, title string, terms policies.Terms, parties ...string) string {
		id := s.do(s.actor(who), policies.ProposeDocument{Kind: "bestPractice", Title: title, Language: "en", Parties: parties}).Subject
		s.do(s.actor(who), policies.CommitRevision{DocumentID: id, Source: lawText})
		s.do(s.actor(who), policies.ProposeTerms{DocumentID: id, Terms: terms})
		s.do(s.actor(who), policies.OpenConsultation{DocumentID: id, Closes: s.local(61 * day), Zone: "UTC", Late: policies.LateRefused})
		s.clock.forward(62 * day)
		return id
	}
	theirs := practice("estonia", "Theirs", policies.Terms{From: policiestest.Date(s.clock.Now().Add(63 * day))})
	ins := s.do(s.actor("estonia"), policies.AdoptDocument{DocumentID: theirs}).Subject
	ours := practice("loom", "Ours", policies.Terms{From: policiestest.Date(s.clock.Now().Add(63 * day)), Supersedes: []string{ins}})
	s.ids["ins"], s.ids["ours"] = ins, ours
	s.mutate("loom", "adoptDocument", `{"documentId": "$ours"}`, `ledgerPosition`).refused(t, "GATE_UNMET", pathOf("input documentId"))
	s.ids["fiji"] = s.do(s.actor("estonia"), policies.ProposeDocument{Kind: "bestPractice", Title: "Fiji", Language: "en", Parties: []string{"FJ"}}).Subject
	for _, list := range []string{"supersedesIds", "amendsIds"} {
		s.mutate("estonia", "proposeTerms", fmt.Sprintf(`{"documentId": "$fiji", %q: ["$ins"]}`, list), `ledgerPosition`).refused(t, "INVALID", pathOf("input "+list+" 0"))
	}
}

// "1 January in New Zealand" shows as that wherever it is told.
func TestADateOfLawShowsAsStated(t *testing.T) {
	s := newStage(t)
	id := s.do(s.actor("estonia"), policies.ProposeDocument{Kind: "standard", Title: "Labels", Language: "en"}).Subject
	s.ids["labels"] = id
	s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: id, Source: lawText})
	s.mutate("estonia", "proposeTerms", `{"documentId": "$labels", "effectiveFrom": {"localDate": "2027-01-01", "zone": "Pacific/Auckland"}, "effectiveUntil": {"localDateTime": "2028-06-30T24:00", "zone": "Pacific/Auckland"}}`, `ledgerPosition`).
		refused(t, "INVALID", pathOf("input effectiveUntil 0 localDateTime"))
	date := `{ localDate zone at party }`
	want := `[{"localDate": "2027-01-01", "zone": "Pacific/Auckland", "at": "2026-12-31T11:00:00.000Z", "party": null}]`
	s.mutate("estonia", "proposeTerms", `{"documentId": "$labels", "effectiveFrom": {"localDate": "2027-01-01", "zone": "Pacific/Auckland"}, "effectiveUntil": {"localDate": "2028-07-01", "zone": "Pacific/Auckland"}}`,
		`document { terms { effectiveFrom `+date+` } }`).same(t, `{"proposeTerms": {"document": {"terms": {"effectiveFrom": `+want+`}}}}`)
	s.do(s.actor("estonia"), policies.OpenConsultation{DocumentID: id, Closes: s.local(61 * day), Zone: "UTC", Late: policies.LateRefused})
	if a := s.ok("", s.fill(`{ document(by: {id: "$labels"}) { terms { effectiveFrom { localDate } } successionConsents { at } } }`), nil); a.at("document.terms") != nil || a.at("document.successionConsents") != nil {
		t.Errorf("what is proposed is shown by the consultation alone: %v", a.Data)
	}
	s.ok("", s.fill(`{ document(by: {id: "$labels"}) { consultation { terms { effectiveFrom `+date+` } } } }`), nil).
		same(t, `{"document": {"consultation": {"terms": {"effectiveFrom": `+want+`}}}}`)
	s.clock.forward(62 * day)
	s.mutate("estonia", "adoptDocument", `{"documentId": "$labels"}`, `instrument { effectiveFrom effectiveFromDates `+date+` ends { localDate zone reason } before: status(at: "2026-12-31T10:59:59.999Z") at: status(at: "2026-12-31T11:00:00Z", jurisdiction: "EE") }`).
		same(t, `{"adoptDocument": {"instrument": {"effectiveFrom": "2026-12-31T11:00:00.000Z", "effectiveFromDates": `+want+`, "ends": [{"localDate": "2028-07-01", "zone": "Pacific/Auckland", "reason": "TERM"}], "before": "PENDING", "at": "IN_FORCE"}}}`)
	s.ok("", s.fill(`{ calendar(filter: {documentId: "$labels", kinds: [TAKES_EFFECT, EXPIRES], to: "2029-01-01T00:00:00Z"}) { edges { node { kind at zone localDate parties } } } }`), nil).
		same(t, `{"calendar": {"edges": [{"node": {"kind": "TAKES_EFFECT", "at": "2026-12-31T11:00:00.000Z", "zone": "Pacific/Auckland", "localDate": "2027-01-01", "parties": []}},
			{"node": {"kind": "EXPIRES", "at": "2028-06-30T12:00:00.000Z", "zone": "Pacific/Auckland", "localDate": "2028-07-01", "parties": []}}]}}`)
}
