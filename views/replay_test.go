package views

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// answers asks facts everything there is to ask about a dialogue.
func answers(d *dialogue, f policies.Facts) map[string]any {
	all := map[string]any{}
	note := func(v any, err error) {
		all[fmt.Sprint(len(all))] = []any{v, fmt.Sprint(err)}
	}
	for _, a := range d.actors {
		o, err := f.Organisation(a.OrganisationID)
		note(o, err)
		note2(note, f.OrganisationByName, o.Name)
		note2(note, f.Member, a.MemberID)
		m, err := f.Memberships("https://id.example", o.Name)
		note(m, err)
	}
	for _, a := range append(slices.Clone(d.actors), policies.Actor{}) {
		admins, all, err := f.Headcount(a.OrganisationID)
		note([]int{admins, all}, err)
	}
	for _, id := range append(d.members, "mem_none") {
		note2(note, f.Member, id)
	}
	for _, id := range append(d.invitations, "inv_none") {
		note2(note, f.Invitation, id)
	}
	for _, address := range addresses {
		note2(note, f.SessionsEnded, policies.SessionKey("https://id.example", address, policies.AllSessions))
		note2(note, f.SessionsEnded, policies.SessionKey("https://id.example", address, ""))
	}
	for _, id := range append(d.filters, "flt_none") {
		note2(note, f.SavedFilter, id)
	}
	for _, a := range append(slices.Clone(d.actors), policies.Actor{}) {
		kept, err := f.SavedFilters(a.MemberID)
		note(append([]policies.SavedFilter{}, kept...), err)
		note2(note, f.DispositionsSeen, a.MemberID)
	}
	for _, address := range append(addresses, "", "nobody@example.org") {
		note2(note, f.InvitationsTo, policies.EmailKey(address))
		m, err := f.Memberships("https://id.example", address)
		note(append([]policies.Member{}, m...), err)
	}
	for _, id := range append(d.documents, "doc_none") {
		note2(note, f.Document, id)
		note2(note, f.LastCommentNumber, id)
		note2(note, f.Accepted, id)
		note2(note, f.Editorial, id)
		for _, limit := range []int{0, 2, 100} {
			list, n, err := f.Undisposed(id, limit)
			note(append([]policies.Comment{}, list...), err)
			note(n, nil)
		}
	}
	for _, k := range standards.Kinds {
		n, err := f.LastDocumentNumber(k, dayOne.Year())
		note(n, err)
	}
	for _, id := range append(d.revisions, "rev_none") {
		note2(note, f.Revision, id)
		t, err := f.Text(id)
		if err == nil {
			note([]any{t.Source, t.Clauses, t.Root}, nil)
			c, err := f.Clause(id, t.Clauses[0].ID)
			note(c, err)
			continue
		}
		note(nil, err)
	}
	for _, id := range append(d.consultations, "csn_none") {
		note2(note, f.Consultation, id)
	}
	for _, id := range append(d.comments, "cmt_none") {
		note2(note, f.Comment, id)
		a, err := f.Anchors(id)
		note(append([]policies.Anchor{}, a...), err)
	}
	for _, id := range append(d.ballots, "bal_none") {
		note2(note, f.Ballot, id)
		p, err := f.Positions(id)
		note(append([]policies.Position{}, p...), err)
		for _, a := range d.actors {
			x, err := f.PositionOf(id, a.OrganisationID)
			note(x, err)
		}
	}
	for _, in := range [][]string{nil, {"NZ"}, {"EE", "FI"}} {
		for _, kind := range policies.OrganisationKinds {
			o, err := f.OrganisationsIn(kind, in)
			note(append([]policies.Organisation{}, o...), err)
		}
	}
	for _, id := range append(d.instruments, "ins_none") {
		note2(note, f.Instrument, id)
	}
	for _, id := range append(d.sets, "rst_none") {
		note2(note, f.RuleSet, id)
		for n := range 3 {
			r, err := f.Release(id, n)
			note(r, err)
		}
	}
	note2(note, f.RuleSetBySlug, "parcels")
	answersOnGroups(d, f, note)
	for _, id := range append(d.replies, "rpl_none") {
		note2(note, f.Reply, id)
	}
	for _, id := range append(d.drafts, "dft_none") {
		note2(note, f.CommentDraft, id)
	}
	for _, a := range d.actors {
		for _, digest := range append(digests, "") {
			note2(note, func(s string) (policies.Upload, error) { return f.Upload(a.OrganisationID, s) }, digest)
		}
	}
	return all
}

func note2[T any](note func(any, error), ask func(string) (T, error), id string) {
	v, err := ask(id)
	note(v, err)
}

// dump is every row of every table that a fold writes, the index aside.
func dump(t tester, db *DB) map[string][]string {
	all := map[string][]string{}
	for _, name := range []string{"shared_answers", "endorsements", "campaigns", "campaign_members", "campaign_texts", "campaign_prints", "campaign_words",
		"names", "entries", "tiles", "organisations", "members", "invitations", "sessions_ended", "filters", "answers_seen", "sponsors", "documents", "history", "revisions",
		"texts", "clause_texts", "consultations", "comments", "dispositions", "question_answers", "question_counters", "counters", "comment_numbers", "replies", "comment_drafts", "uploads", "marks", "anchors",
		"ballots", "positions", "instruments", "rule_sets", "releases", "release_instruments"} {
		rows, err := db.file.Read(context.Background())("SELECT * FROM " + name + " ORDER BY 1, 2")
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range dest {
			dest[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(dest...); err != nil {
				t.Fatal(err)
			}
			all[name] = append(all[name], fmt.Sprint(values...))
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// The same entries give the answers of policiestest.Memory, and the same rows whether
// they are folded at once or bit by bit with rollbacks in between.
func TestReplayEqualsIncremental(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		open := func(name string) *DB {
			db, err := Open(context.Background(), filepath.Join(dir, fmt.Sprintf("%s-%d", name, runs)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			return db
		}
		whole, bits := open("whole"), open("bits")
		defer whole.Close()
		defer bits.Close()
		foldAll(t, whole, d.entries)
		foldBits(t, bits, d.entries)
		groupAll(t, whole)
		groupAll(t, bits)
		if diff := cmp.Diff(dump(t, whole), dump(t, bits)); diff != "" {
			t.Fatalf("folded at once and bit by bit (-+):\n%s", diff)
		}
		want := answers(d, &d.memory)
		for name, db := range map[string]*DB{"whole": whole, "bits": bits} {
			tx := begin(t, db)
			if diff := cmp.Diff(want, answers(d, tx)); diff != "" {
				t.Errorf("%s: memory and views (-+):\n%s", name, diff)
			}
			if err := tx.Rollback(); err != nil {
				t.Fatal(err)
			}
			err := db.file.Snapshot(context.Background(), func(r table.Run) error {
				f := facts{run: r, text: func(id string) (*clauses.Text, error) { return loadText(r, id) }}
				if diff := cmp.Diff(want, answers(d, f)); diff != "" {
					t.Errorf("%s: memory and a snapshot without caches (-+):\n%s", name, diff)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(counted(d), countsOf(t, whole, d)); diff != "" {
			t.Errorf("counts (-counted one by one +kept):\n%s", diff)
		}
	})
}

// foldBits folds in batches of chance length; some are rolled back first.
func foldBits(t *rapid.T, db *DB, entries []ledger.Entry) {
	for at := 0; at < len(entries); {
		n := min(rapid.IntRange(1, 8).Draw(t, "batch"), len(entries)-at)
		undone := rapid.IntRange(0, 2).Draw(t, "roll back") == 0 // drawn while the writer is free: a draw may end the check
		tx := begin(t, db)
		for i := at; i < at+n; i++ {
			foldOne(t, tx, &entries[i])
		}
		if undone {
			if err := tx.Rollback(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		commit(t, tx)
		at += n
		if rapid.IntRange(0, 3).Draw(t, "group") == 0 {
			groupAll(t, db)
		}
	}
}
