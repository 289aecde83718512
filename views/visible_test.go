package views

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// readers are all sorts of actors who may ask about a dialogue.
func (d *dialogue) readers() []policies.Actor {
	all := []policies.Actor{{}, policies.Operator, {MemberID: "mem_x", OrganisationID: "org_x", Chamber: policies.Government},
		{Chamber: policies.Secretariat}, {OrganisationID: d.actors[0].OrganisationID}}
	return append(all, d.actors...)
}

// What SQL shows of documents, revisions, consultations, comments and hits is what
// policies.May allows, and phases are those of policies.Document.Phase.
func TestVisibleAsPoliciesSay(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		db, err := Open(context.Background(), filepath.Join(dir, fmt.Sprint(runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		foldAll(t, db, d.entries)
		for _, a := range d.readers() {
			d.checkDocuments(db, a)
			d.checkRevisions(db, a)
			d.checkComments(db, a)
			d.checkPositions(db, a)
			d.checkCampaigns(db, a)
			d.checkEndorsements(db, a)
		}
		d.checkPhases(db)
		d.checkInForce(db)
	})
}

var ctx = context.Background()

// may asks the judge about a document of the memory.
func (d *dialogue) may(a policies.Actor, action policies.Action, id string, revision int) bool {
	doc, err := d.memory.Document(id)
	return err == nil && policies.May(a, action, policies.OnRevision(&doc, revision)) == nil
}

// As of any moment the views show what the ledger up to there would have shown.
func TestAsOf(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		db, err := Open(ctx, filepath.Join(dir, fmt.Sprint("all", runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		foldAll(t, db, d.entries)
		cut := rapid.IntRange(1, len(d.entries)).Draw(t, "cut")
		at := d.entries[cut-1].At
		for cut < len(d.entries) && !d.entries[cut].At.After(at) {
			cut++
		}
		then, err := Open(ctx, filepath.Join(dir, fmt.Sprint("then", runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer then.Close()
		foldAll(t, then, d.entries[:cut])
		d.checkAsOf(then, db, at)
	})
}

func (d *dialogue) checkAsOf(then, db *DB, at time.Time) {
	compare := func(what string, a any, errA error, b any, errB error) {
		if (errA == nil) != (errB == nil) {
			d.t.Errorf("%s: %v then, %v as of then", what, errA, errB)
		} else if diff := cmp.Diff(a, b); diff != "" {
			d.t.Errorf("%s (-then +as of then):\n%s", what, diff)
		}
	}
	yes, no := true, false
	for _, id := range d.documents {
		for _, a := range []policies.Actor{{}, policies.Operator} {
			x, errX := then.Document(ctx, a, id, time.Time{})
			y, errY := db.Document(ctx, a, id, at)
			compare("document", x, errX, y, errY)
			r, errR := then.RevisionList(ctx, a, id, time.Time{}, Page{First: 100})
			s, errS := db.RevisionList(ctx, a, id, at, Page{First: 100})
			compare("revisions", r, errR, s, errS)
		}
		for _, f := range []CommentFilter{{}, {Answered: &yes}, {Answered: &no}, {Withdrawn: &yes}, {Withdrawn: &no}, {Disowned: &yes}, {Disowned: &no}} {
			f.DocumentID = id
			x, errX := then.CommentList(ctx, policies.Operator, f, Page{First: 100})
			f.AsOf = at
			y, errY := db.CommentList(ctx, policies.Operator, f, Page{First: 100})
			compare("comments", asRedacted(x, y), errX, y, errY)
		}
	}
	for _, f := range []InstrumentFilter{{}, {InForceAt: at}, {InForceAt: at.Add(90 * time.Minute)}} {
		x, errX := then.InstrumentList(ctx, f, Page{First: 100})
		f.KnownAt = at
		y, errY := db.InstrumentList(ctx, f, Page{First: 100})
		compare("instruments", x, errX, y, errY)
		m, errM := then.InstrumentsAt(ctx, d.instruments, f.InForceAt, time.Time{})
		n, errN := db.InstrumentsAt(ctx, d.instruments, f.InForceAt, at)
		compare("instruments by ID", m, errM, n, errN)
		if len(m) != len(x.Items) {
			d.t.Errorf("%d instruments in a list, %d by ID", len(x.Items), len(m))
		}
	}
	for _, id := range d.sets {
		x, errX := then.ReleaseList(ctx, id, time.Time{}, Page{First: 100})
		y, errY := db.ReleaseList(ctx, id, at, Page{First: 100})
		compare("releases", x, errX, y, errY)
	}
}
