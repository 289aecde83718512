package views

import (
	"fmt"
	"testing"

	"github.com/ewtp/entente/policies"
)

// BenchmarkSpeakers counts who spoke among 100,000 comments of 2,000 organisations on 50
// clauses: on the whole document, and on one clause, where every tenth comment is.
func BenchmarkSpeakers(b *testing.B) {
	db := openTest(b)
	s, c := docket(b)
	const organisations = 2000
	by := make([]policies.Actor, organisations)
	for i := range by {
		by[i] = s.partyOf(policies.RegisterOrganisation{Kind: policies.Business, Name: fmt.Sprint("Carrier ", i),
			Jurisdiction: []string{"NZ", "EE", "KE"}[i%3], Sector: fmt.Sprint("sector ", i%20)})
		by[i].Role = policies.Admin
		s.do(by[i], policies.DeclareSize{OrganisationID: by[i].OrganisationID, Class: policies.SizeClasses[i%4], Year: 2026})
	}
	foldAll(b, db, s.entries)
	const each = 50
	for i, who := range by {
		c.OrganisationID, c.By = who.OrganisationID, who.MemberID
		c.Stance = policies.Stances[i%len(policies.Stances)]
		foldAll(b, db, comments(b, c, db.Position(), i*each+1, each, true))
	}
	if err := db.catchUp(b.Context()); err != nil {
		b.Fatal(err)
	}
	for name, at := range map[string]CommentPlace{"document": {DocumentID: c.DocumentID}, "clause": {c.DocumentID, c.ClauseID}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				got, err := db.Speakers(b.Context(), []CommentPlace{at})
				if n := 0; err != nil || len(got[at]) == 0 {
					b.Fatal(n, err)
				}
			}
		})
	}
}
