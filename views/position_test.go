package views

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/standards"
)

// checkPositions: what SQL shows of ballots, positions and tallies, before and after
// each close, is what policies.May allows.
func (d *dialogue) checkPositions(db *DB, a policies.Actor) {
	for _, id := range d.ballots {
		b, err := d.memory.Ballot(id)
		if err != nil {
			d.t.Fatal(err)
		}
		doc, _ := d.memory.Document(b.DocumentID)
		for _, now := range []time.Time{b.ClosesAt.Add(-time.Millisecond), b.ClosesAt} {
			var want []string
			all, _ := d.memory.Positions(id)
			for _, p := range all {
				if policies.May(a, policies.ReadingPosition, policies.OnPosition(&doc, &b, p.OrganisationID, now)) == nil {
					want = append(want, p.OrganisationID)
				}
			}
			l, err := db.PositionList(ctx, a, id, now, Page{First: 100})
			if err != nil {
				d.t.Fatal(err)
			}
			var got, one []string
			for _, p := range l.Items {
				got = append(got, p.OrganisationID)
			}
			for _, p := range all {
				found, err := db.PositionsOf(ctx, a, p.OrganisationID, []string{id}, now)
				if err != nil {
					d.t.Fatal(err)
				}
				if _, ok := found[id]; ok {
					one = append(one, p.OrganisationID)
				}
			}
			if diff := cmp.Diff(want, got) + cmp.Diff(want, one); diff != "" {
				d.t.Errorf("positions that %+v reads at %s in %+v (-May +SQL):\n%s", a, now, b, diff)
			}
			d.checkTallies(db, a, b, doc, now)
		}
	}
	d.checkBallots(db, a)
}

func (d *dialogue) checkTallies(db *DB, a policies.Actor, b policies.Ballot, doc policies.Document, now time.Time) {
	var want []policies.Tally
	// A tally tells of everybody, so whoever may read a stranger's position may read it.
	if policies.May(a, policies.ReadingPosition, policies.OnPosition(&doc, &b, "org_none", now)) == nil {
		all, _ := d.memory.Positions(b.ID)
		want = b.Tallies(all)
	}
	got, err := db.Tallies(ctx, a, []string{b.ID, "bal_none"}, now)
	if diff := cmp.Diff(want, got[b.ID]); diff != "" || err != nil || len(got) > 1 {
		d.t.Errorf("tallies that %+v reads at %s (-Memory +SQL), %v:\n%s", a, now, err, diff)
	}
}

// voted is a story with a secret ballot on a standard in which two of three took a position.
func voted(t *testing.T) (s *story, ballot string, voices []policies.Actor) {
	s = newStory(t)
	voices = []policies.Actor{s.party(policies.Government, "New Zealand"), s.party(policies.Business, "Ferry"), s.party(policies.Business, "Harbour")}
	doc := s.do(voices[0], policies.ProposeDocument{Kind: standards.Standard, Title: "Labels", Language: "en"})
	s.do(voices[0], policies.CommitRevision{DocumentID: doc, Source: "Words.\n"})
	s.do(voices[0], policiestest.From(doc, s.now.AddDate(1, 0, 0)))
	s.do(voices[0], policies.OpenConsultation{DocumentID: doc, Closes: local(s.now.Add(time.Hour)), Zone: "UTC", Late: policies.LateRefused})
	s.now = s.now.Add(2 * time.Hour)
	ballot = s.do(voices[0], policies.OpenBallot{DocumentID: doc, Closes: local(s.now.Add(time.Hour)), Zone: "UTC", Secrecy: policies.SecretUntilClose})
	s.do(voices[1], policies.CastPosition{BallotID: ballot, Position: policies.Discuss, Text: "unheardof reasons"})
	s.do(voices[0], policies.CastPosition{BallotID: ballot, Position: policies.Yes})
	return s, ballot, voices
}

// Neither what a page says of itself, nor search, nor the order of documents tells
// of secret positions, whoever asks.
func TestSecretPositionsLeaveNoTrace(t *testing.T) {
	s, ballot, voices := voted(t)
	before, after := openTest(t), openTest(t)
	n := len(s.entries) - 2 // without the positions
	foldAll(t, before, s.entries[:n])
	foldAll(t, after, s.entries)
	for _, a := range []policies.Actor{{}, policies.Operator, voices[2], s.party(policies.Secretariat, "Office")} {
		for name, ask := range map[string]func(db *DB) (any, error){
			"positions": func(db *DB) (any, error) { return db.PositionList(ctx, a, ballot, s.now, Page{First: 1}) },
			"tallies":   func(db *DB) (any, error) { return db.Tallies(ctx, a, []string{ballot}, s.now) },
			"ballots":   func(db *DB) (any, error) { return db.BallotList(ctx, a, BallotFilter{}, Page{First: 100}) },
			"search":    func(db *DB) (any, error) { return db.Search(ctx, a, SearchFilter{Query: "unheardof"}, Page{First: 10}) },
			"documents": func(db *DB) (any, error) { return db.DocumentList(ctx, a, DocumentFilter{}, Page{First: 10}) },
			"position": func(db *DB) (any, error) {
				return db.PositionsOf(ctx, a, voices[1].OrganisationID, []string{ballot}, s.now)
			},
			"the gate": func(db *DB) (any, error) {
				b, _ := s.memory.Ballot(ballot)
				return db.Gate(ctx, b.DocumentID, "", s.now, policies.DefaultRules())
			},
		} {
			x, errX := ask(before)
			paid := before.Statements()
			_, _ = ask(before)
			paid = before.Statements() - paid
			y, errY := ask(after)
			cost := after.Statements()
			_, _ = ask(after)
			if cost = after.Statements() - cost; cost != paid {
				t.Errorf("%s, to %+v: time tells, by %d statements after %d", name, a, cost, paid)
			}
			if diff := cmp.Diff(x, y); diff != "" || errX != nil || errY != nil {
				t.Errorf("%s, to %+v (-before the positions +after), %v, %v:\n%s", name, a, errX, errY, diff)
			}
		}
	}
	own, err := after.PositionList(ctx, voices[1], ballot, s.now, Page{First: 10})
	if err != nil || len(own.Items) != 1 || own.Items[0].OrganisationID != voices[1].OrganisationID || own.HasNext {
		t.Errorf("its own position: %+v, %v", own, err)
	}
}
