package views

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// placesOf are all documents, all clauses on which anybody said anything, and places of
// which there are none.
func placesOf(d *dialogue) []CommentPlace {
	places := []CommentPlace{{"doc_none", ""}, {d.documents[0], "none"}}
	for _, id := range d.documents {
		places = append(places, CommentPlace{id, ""})
	}
	for _, id := range d.comments {
		if c, err := d.memory.Comment(id); err == nil && c.ClauseID != "" && !slices.Contains(places, CommentPlace{c.DocumentID, c.ClauseID}) {
			places = append(places, CommentPlace{c.DocumentID, c.ClauseID})
		}
	}
	return places
}

// heard counts who spoke one comment at a time, as the organisations are now.
func heard(d *dialogue) map[CommentPlace][]Speakers {
	all := map[CommentPlace][]Speakers{}
	spoke := map[string]bool{}
	for _, id := range d.comments {
		c, err := d.memory.Comment(id)
		if err != nil {
			d.t.Fatal(err)
		}
		if !c.Stands() || c.Confidential {
			continue
		}
		o, err := d.memory.Organisation(c.OrganisationID)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, at := range slices.Compact([]CommentPlace{{c.DocumentID, ""}, {c.DocumentID, c.ClauseID}}) {
			once := func(of string) (n int) {
				key := at.DocumentID + "/" + at.ClauseID + "/" + o.ID + "/" + of
				if !spoke[key] {
					n = 1
				}
				spoke[key] = true
				return n
			}
			like := func(s Speakers) bool {
				return s.Chamber == o.Kind && s.Jurisdiction == o.Jurisdiction && s.Sector == o.Sector && s.Size == o.Size.Class
			}
			i := slices.IndexFunc(all[at], like)
			if i < 0 {
				i = len(all[at])
				all[at] = append(all[at], Speakers{Chamber: o.Kind, Jurisdiction: o.Jurisdiction, Sector: o.Sector, Size: o.Size.Class, ByStance: map[policies.Stance]Said{}})
			}
			s := &all[at][i]
			s.Comments++
			s.Organisations += once("")
			said := s.ByStance[c.Stance]
			s.ByStance[c.Stance] = Said{said.Organisations + once(string(c.Stance)), said.Comments + 1}
		}
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b Speakers) int {
			return cmp.Or(cmp.Compare(a.Chamber, b.Chamber), cmp.Compare(a.Jurisdiction, b.Jurisdiction), cmp.Compare(a.Sector, b.Sector), cmp.Compare(a.Size, b.Size))
		})
	}
	return all
}

// checkSpeakers: who spoke is who is found one comment at a time, and they make the counts.
func (d *dialogue) checkSpeakers(db *DB) {
	got, err := db.Speakers(ctx, placesOf(d))
	if diff := gocmp.Diff(heard(d), got); diff != "" || err != nil {
		d.t.Errorf("speakers (-counted one by one +kept): %v\n%s", err, diff)
	}
	counts, err := db.CommentCounts(ctx, d.documents)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, id := range d.documents {
		byStance := map[policies.Stance]int{}
		for _, s := range got[CommentPlace{id, ""}] {
			for stance, said := range s.ByStance {
				byStance[stance] += said.Comments
			}
		}
		if want := counts[id].ByStance; len(byStance)+len(want) > 0 && !gocmp.Equal(want, byStance) {
			d.t.Errorf("%s: speakers said %v, the counts are %v", id, byStance, want)
		}
	}
}

// What an organisation is, it is as of now; it is counted once in a place and once for each
// of its stances there, and no longer once its comments are taken back.
func TestSpeakers(t *testing.T) {
	db := openTest(t)
	s, last := docket(t)
	say := func(who policies.Actor, clause string, stance policies.Stance) string {
		return s.do(who, policies.SubmitComment{ConsultationID: last.ConsultationID,
			CommentWords: policies.CommentWords{ClauseID: clause, Stance: stance, Type: policies.General, Text: "Too soon."}})
	}
	member := func(name, where, sector string) policies.Actor {
		return s.partyOf(policies.RegisterOrganisation{Kind: policies.Business, Name: name, Jurisdiction: where, Sector: sector})
	}
	ferry, barge, loom := member("Ferry", "NZ", "logistics"), member("Barge", "NZ", "logistics"), member("Loom", "EE", "textiles")
	for _, who := range []policies.Actor{ferry, barge} {
		say(who, last.ClauseID, policies.Oppose)
		say(who, "", policies.Oppose)
	}
	say(ferry, last.ClauseID, policies.Support)
	gone := say(loom, last.ClauseID, policies.Question)
	s.do(ferry, policies.SubmitComment{ConsultationID: last.ConsultationID, CommentWords: policies.CommentWords{ClauseID: last.ClauseID,
		Stance: policies.Oppose, Type: policies.General, Text: "A secret.", Confidential: true, Summary: "Against it."}})
	whole, clause := CommentPlace{last.DocumentID, ""}, CommentPlace{last.DocumentID, last.ClauseID}
	check := func(want map[CommentPlace][]Speakers) {
		t.Helper()
		foldAll(t, db, s.entries[db.Position():])
		got, err := db.Speakers(ctx, []CommentPlace{whole, clause, {last.DocumentID, "none"}})
		if diff := gocmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("speakers (-want +got): %v\n%s", err, diff)
		}
	}
	nz := func(sector string, size policies.SizeClass, organisations, opposing, supporting int, opposers int) Speakers {
		said := map[policies.Stance]Said{policies.Oppose: {opposers, opposing}}
		if supporting > 0 {
			said[policies.Support] = Said{1, supporting}
		}
		return Speakers{policies.Business, "NZ", sector, size, organisations, opposing + supporting, said}
	}
	asks := Speakers{policies.Business, "EE", "textiles", "", 1, 1, map[policies.Stance]Said{policies.Question: {1, 1}}}
	check(map[CommentPlace][]Speakers{whole: {asks, nz("logistics", "", 2, 4, 1, 2)}, clause: {asks, nz("logistics", "", 2, 2, 1, 2)}})

	s.do(loom, policies.WithdrawComment{CommentID: gone, Reason: "Answered by telephone."})
	admin := barge
	admin.Role = policies.Admin
	s.do(admin, policies.DeclareSize{OrganisationID: barge.OrganisationID, Class: policies.Micro, Year: s.now.Year()})
	check(map[CommentPlace][]Speakers{whole: {nz("logistics", "", 1, 2, 1, 1), nz("logistics", "micro", 1, 2, 0, 1)},
		clause: {nz("logistics", "", 1, 1, 1, 1), nz("logistics", "micro", 1, 1, 0, 1)}})

	s.do(policies.Operator, policies.CorrectOrganisation{OrganisationID: ferry.OrganisationID, Sector: new(""), Reason: "Nobody asked."})
	check(map[CommentPlace][]Speakers{whole: {nz("", "", 1, 2, 1, 1), nz("logistics", "micro", 1, 2, 0, 1)},
		clause: {nz("", "", 1, 1, 1, 1), nz("logistics", "micro", 1, 1, 0, 1)}})
}
