package views

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// Where people belong, and what organisations are, is what the tables say, whenever it is asked and whatever was asked before:
// at each position, after what was given up, and after the views were made anew.
func TestBelongingsAreWhatIsThere(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		db, err := Open(context.Background(), filepath.Join(dir, fmt.Sprint(runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		ask := func() {
			ids := []string{"org_none"}
			for _, a := range d.actors {
				who := person{a.Issuer, a.Subject}
				got, err := db.Belongings(context.Background(), who.issuer, who.subject)
				if err != nil {
					t.Fatal(err)
				}
				want, err := db.readBelongings(context.Background(), who)
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Fatalf("%v %v (-tables +told):\n%s", who, err, diff)
				}
				ids = append(ids, a.OrganisationID)
			}
			got, err := db.Organisations(context.Background(), ids)
			if err != nil {
				t.Fatal(err)
			}
			want, err := db.readOrganisations(context.Background(), ids)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("organisations %v (-tables +told):\n%s", err, diff)
			}
		}
		foldEach := func(begin func(context.Context) (*Tx, error), keep bool, entries int) {
			tx, err := begin(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			defer tx.Rollback() // a failure mustn't keep the turn from Close
			for i := range entries {
				foldOne(t, tx, &d.entries[int(tx.start)+i])
				ask()
			}
			if keep {
				commit(t, tx)
			}
		}
		for at := 0; at < len(d.entries); at++ {
			foldEach(db.Begin, false, 1)
			ask()
			foldEach(db.Begin, true, 1)
			ask()
		}
		beside, err := db.Beside(context.Background(), "anew")
		if err != nil {
			t.Fatal(err)
		}
		foldAll(t, beside, d.entries[:rapid.IntRange(0, len(d.entries)).Draw(t, "kept")])
		if err := db.Replace(context.Background(), beside); err != nil {
			t.Fatal(err)
		}
		ask()
	})
}

// A person who is asked for again costs nothing, until a member or an organisation changes.
func TestBelongingsAreReadOnce(t *testing.T) {
	s := newStory(t)
	loom := s.party(policies.Business, "Loom")
	db := openTest(t)
	foldAll(t, db, s.entries)
	ask := func() (statements int64) {
		before := db.Statements()
		if list, err := db.Belongings(t.Context(), loom.Issuer, loom.Subject); err != nil || len(list) != 1 || list[0].Organisation.Name != "Loom" {
			t.Fatalf("%v %v", list, err)
		}
		return db.Statements() - before
	}
	if first, again := ask(), ask(); first == 0 || again != 0 {
		t.Errorf("%d statements, then %d", first, again)
	}
}
