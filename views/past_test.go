package views

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// What is read of a moment later on is what was read at that moment, but for what was redacted, and who was told in
// confidence, since.
func TestThePastIsWhatThePresentWas(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		at := rapid.IntRange(1, len(d.entries)-1).Draw(t, "entries by then")
		for at < len(d.entries) && !d.entries[at].At.After(d.entries[at-1].At) {
			at++
		}
		moment := d.entries[at-1].At
		then, now := openAs(t, dir, fmt.Sprint("then", runs)), openAs(t, dir, fmt.Sprint("now", runs))
		defer then.Close()
		defer now.Close()
		foldAll(t, then, d.entries[:at])
		foldAll(t, now, d.entries)
		for name, viewer := range map[string]policies.Actor{"the operator": policies.Operator, "the public": {}} {
			compareMoments(t, name, standing(t, then, viewer, d.keys(), time.Time{}), standing(t, now, viewer, d.keys(), moment))
		}
	})
}

func openAs(t *rapid.T, dir, name string) *DB {
	db, err := Open(context.Background(), filepath.Join(dir, name), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// standing is all that a viewer reads by IDs, as of a moment or, for a zero one, now.
func standing(t *rapid.T, db *DB, viewer policies.Actor, ids []string, asOf time.Time) map[string]any {
	all := map[string]any{}
	keep := func(of string, found any, err error) {
		if err != nil {
			t.Fatalf("%s: %v", of, err)
		}
		all[of] = found
	}
	if asOf.IsZero() {
		readNow(db, viewer, ids, keep)
		return all
	}
	a, err := db.OrganisationsAt(ctx, ids, asOf)
	keep("organisations", a, err)
	b, err := db.MembersAt(ctx, ids, asOf)
	keep("members", b, err)
	c, err := db.ConsultationsAt(ctx, ids, asOf)
	keep("consultations", c, err)
	e, err := db.RuleSetsAt(ctx, ids, asOf)
	keep("rule sets", e, err)
	f, err := db.ReleasesAt(ctx, ids, asOf)
	keep("releases", f, err)
	g, err := db.DocumentsAt(ctx, viewer, ids, asOf)
	keep("documents", g, err)
	h, err := db.RevisionsAt(ctx, viewer, ids, asOf)
	keep("revisions", h, err)
	i, err := db.BallotsAt(ctx, viewer, ids, asOf)
	keep("ballots", i, err)
	k, err := db.CommentsAt(ctx, viewer, ids, asOf)
	keep("comments", k, err)
	l, err := db.RepliesAt(ctx, viewer, ids, asOf)
	keep("replies", l, err)
	m, err := db.InstrumentsAt(ctx, ids, time.Time{}, asOf)
	keep("instruments", m, err)
	n, err := db.AnchorsAt(ctx, ids, asOf)
	keep("anchors", n, err)
	return all
}

func readNow(db *DB, viewer policies.Actor, ids []string, keep func(string, any, error)) {
	a, err := db.Organisations(ctx, ids)
	keep("organisations", a, err)
	b, err := db.Members(ctx, ids)
	keep("members", b, err)
	c, err := db.Consultations(ctx, ids)
	keep("consultations", c, err)
	e, err := db.RuleSets(ctx, ids)
	keep("rule sets", e, err)
	f, err := db.Releases(ctx, ids)
	keep("releases", f, err)
	g, err := db.Documents(ctx, viewer, ids)
	keep("documents", g, err)
	h, err := db.Revisions(ctx, viewer, ids)
	keep("revisions", h, err)
	i, err := db.Ballots(ctx, viewer, ids)
	keep("ballots", i, err)
	k, err := db.Comments(ctx, viewer, ids)
	keep("comments", k, err)
	l, err := db.Replies(ctx, viewer, ids)
	keep("replies", l, err)
	m, err := db.Instruments(ctx, ids)
	keep("instruments", m, err)
	n, err := db.Anchors(ctx, ids)
	keep("anchors", n, err)
}

func compareMoments(t *rapid.T, viewer string, was, is map[string]any) {
	redacted := cmp.Comparer(func(a, b policies.Comment) bool {
		if !a.RedactedAt.Equal(b.RedactedAt) {
			return a.ID == b.ID
		}
		a.Confidants, b.Confidants = nil, nil
		return cmp.Equal(a, b, cmpopts.EquateEmpty())
	})
	silenced := cmp.Comparer(func(a, b policies.Reply) bool {
		return !a.RedactedAt.Equal(b.RedactedAt) && a.ID == b.ID || cmp.Equal(a, b, cmpopts.EquateEmpty())
	})
	for of, want := range was {
		if diff := cmp.Diff(want, is[of], redacted, silenced, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s of %s (-as they were read then +as they are read of then):\n%s", of, viewer, diff)
		}
	}
}
