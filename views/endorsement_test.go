package views

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// checkEndorsements: what is said of comments is what the memory knows.
func (d *dialogue) checkEndorsements(db *DB, a policies.Actor) {
	counts, err := db.EndorsementCounts(ctx, a, d.comments, time.Time{})
	if err != nil {
		d.t.Fatal(err)
	}
	then, err := db.EndorsementCounts(ctx, a, d.comments, d.now)
	if diff := cmp.Diff(counts, then); diff != "" || err != nil {
		d.t.Errorf("endorsements now and as of now:\n%s%v", diff, err)
	}
	for _, id := range d.comments {
		var want EndorsementCounts
		for _, by := range d.actors {
			e, err := d.memory.Endorsement(id, by.OrganisationID)
			if k := d.seen(a, id); err != nil || k == nil || k.Masked {
				continue
			}
			switch e.Position {
			case policies.Endorses:
				want.Supports++
			case policies.Dissents:
				want.DoesNotSupport++
			}
		}
		got := counts[id]
		for _, n := range got.By {
			got.Supports, got.DoesNotSupport = got.Supports-n.Supports, got.DoesNotSupport-n.DoesNotSupport
		}
		if got.Supports != 0 || got.DoesNotSupport != 0 {
			d.t.Errorf("the parts of %+v don't make the whole", counts[id])
		}
		if got := counts[id]; got.Supports != want.Supports || got.DoesNotSupport != want.DoesNotSupport {
			d.t.Errorf("%s: %+v, want %+v", id, got, want)
		}
		l, err := db.EndorsementList(ctx, a, id, time.Time{}, Page{First: 100})
		if err != nil || len(l.Items) != want.Supports+want.DoesNotSupport {
			d.t.Errorf("%d endorsements, %v; want %+v", len(l.Items), err, want)
		}
	}
}

func TestEndorsementCounts(t *testing.T) {
	db := openTest(t)
	s, last := docket(t)
	author := s.party(policies.Business, "Author")
	id := s.do(author, policies.SubmitComment{ConsultationID: last.ConsultationID, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General, Text: "Too soon."}})
	say := func(kind policies.OrganisationKind, name, where, sector string, p policies.EndorsementPosition) policies.Actor {
		a := s.partyOf(policies.RegisterOrganisation{Kind: kind, Name: name, Jurisdiction: where, Sector: sector})
		s.do(a, policies.EndorseComment{CommentID: id, Position: p})
		return a
	}
	say(policies.Business, "Ferry", "NZ", "logistics", policies.Endorses)
	harbour := say(policies.Business, "Harbour", "NZ", "logistics", policies.Dissents)
	say(policies.Business, "Loom", "EE", "textiles", policies.Endorses)
	say(policies.Government, "Customs", "EE", "", policies.Dissents)
	before := s.now
	s.now = s.now.Add(time.Hour)
	s.do(harbour, policies.EndorseComment{CommentID: id, Position: policies.NoLongerSays})
	foldAll(t, db, s.entries)
	want := []EndorsementCount{{policies.Business, "EE", "textiles", 1, 0}, {policies.Business, "NZ", "logistics", 1, 0}, {policies.Government, "EE", "", 0, 1}}
	got, err := db.EndorsementCounts(ctx, policies.Actor{}, []string{id, "cmt_none"}, time.Time{})
	if diff := cmp.Diff(map[string]EndorsementCounts{id: {Supports: 2, DoesNotSupport: 1, By: want}}, got); diff != "" || err != nil {
		t.Errorf("counts (-want +got):\n%s%v", diff, err)
	}
	want[1].DoesNotSupport = 1
	got, err = db.EndorsementCounts(ctx, policies.Actor{}, []string{id}, before)
	if diff := cmp.Diff(map[string]EndorsementCounts{id: {Supports: 2, DoesNotSupport: 2, By: want}}, got); diff != "" || err != nil {
		t.Errorf("counts an hour before (-want +got):\n%s%v", diff, err)
	}
}
