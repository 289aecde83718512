package views

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// dump is every row of every table of the schema, once all is spread, but for what a fold doesn't write: how
// the file was closed, and how far the index is.
func dump(t tester, db *DB) map[string][]string {
	if err := db.SpreadAll(context.Background()); err != nil {
		t.Fatal(err)
	}
	names, err := table.DecodeAll[string](db.file.Read(context.Background()), `SELECT json_quote(name) FROM sqlite_schema
		WHERE type = 'table' AND name NOT IN ('file', 'state') AND name NOT GLOB 'search*' ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, name := range names {
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
		if err := whole.Bulk(context.Background(), func() error { foldAll(t, whole, d.entries); return nil }); err != nil {
			t.Fatal(err)
		}
		foldBits(t, bits, d.entries)
		groupAll(t, whole)
		groupAll(t, bits)
		if diff := cmp.Diff(dump(t, whole), dump(t, bits)); diff != "" {
			t.Fatalf("folded at once and bit by bit (-+):\n%s", diff)
		}
		waitsForAnswers = false // it would be over then
		bits.file.Rewriting(true)
		was, is := shown(d, whole), shown(d, bits)
		waitsForAnswers = true
		for question, want := range was {
			if !reflect.DeepEqual(want, is[question]) {
				t.Errorf("%s: folded at once it is %+v, bit by bit %+v", question, want, is[question])
			}
		}
		asked := questions(d)
		for name, db := range map[string]*DB{"whole": whole, "bits": bits} {
			tx := begin(t, db)
			compareAnswers(t, name, asked, tx)
			if err := tx.Rollback(); err != nil {
				t.Fatal(err)
			}
			err := db.file.Snapshot(context.Background(), func(r table.Run) error {
				f := facts{run: r, text: func(id string) (*clauses.Text, error) { return loadText(r, id) }}
				compareAnswers(t, name+", a snapshot without caches", asked, f)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(counted(d), countsOf(t, whole, d)); diff != "" {
			t.Errorf("counts (-counted one by one +kept):\n%s", diff)
		}
		d.checkSpeakers(whole)
	})
}

// shown asks views every question that DB has, with what there is of each type, and
// returns what is shown; lifeOfDB are the methods that ask nothing.
func shown(d *dialogue, db *DB) map[string]any {
	return ask(d, db, shownWith(d, db))
}

// ask asks views every question that DB has, with arguments by type.
func ask(d *dialogue, db *DB, args map[reflect.Type][]any) map[string]any {
	all := map[string]any{}
	methods := reflect.TypeFor[*DB]()
	for i := range methods.NumMethod() {
		m := methods.Method(i)
		if slices.Contains(lifeOfDB, m.Name) {
			continue
		}
		calls := [][]any{{ctx}}
		for k := 2; k < m.Type.NumIn(); k++ {
			of, ok := args[m.Type.In(k)]
			if !ok {
				d.t.Fatalf("%s takes a %s: say in shownWith with what it is asked", m.Name, m.Type.In(k))
			}
			calls = pairs(calls, of)
		}
		for j, call := range calls {
			in := []reflect.Value{reflect.ValueOf(db)}
			for _, a := range call {
				in = append(in, reflect.ValueOf(a))
			}
			var is []any
			for _, out := range m.Func.Call(in) {
				is = append(is, asCompared(out))
			}
			all[fmt.Sprint(m.Name, j)] = is
		}
	}
	return all
}

// lifeOfDB are the methods of DB that aren't questions.
var lifeOfDB = []string{"Begin", "Beside", "Bulk", "ClearLog", "Close", "Compare", "Condition", "Consider", "Discard", "Forget", "GroupAll", "Now", "Position", "PrepareFold", "Replace",
	"Reset", "Settle", "SettleAnswers", "SpreadAll", "Statements", "Tiles"}

// shownWith are the arguments of DB's questions, by type.
func shownWith(d *dialogue, db *DB) map[reflect.Type][]any {
	of := map[reflect.Type][]any{}
	for _, a := range []any{policies.Operator, d.actors[1], d.keys(), "", d.documents[0], time.Time{}, d.now, Page{First: 100}, 0, 1, int64(2), true,
		BallotFilter{}, CalendarFilter{From: dayOne, To: dayOne.Add(MaxCalendar)}, CampaignFilter{}, CommentFilter{}, ConsultationFilter{},
		DocumentFilter{At: d.now, Words: "words"}, EntryFilter{}, InstrumentFilter{}, NeedFilter{Now: d.now, Within: 90 * 24 * time.Hour}, OrganisationFilter{}, OrganisationFilter{Closed: new(false)}, OrganisationFilter{In: []string{"NZ", "EE"}, Sectors: []string{"POST", "tax"}},
		SearchFilter{Query: "words"}, policies.DefaultRules(), policies.Interests{}, policies.Selection{}, (*bool)(nil),
		[]clauses.Fate(nil), []clauses.Step(nil), []CommentPlace{{DocumentID: d.documents[0]}}} {
		of[reflect.TypeOf(a)] = append(of[reflect.TypeOf(a)], a)
	}
	for _, list := range [][]string{d.revisions, d.consultations, d.comments, d.ballots, d.sets} {
		for _, id := range list[:min(1, len(list))] {
			of[reflect.TypeFor[string]()] = append(of[reflect.TypeFor[string]()], id)
		}
	}
	r, _ := d.memory.Revision(d.revisions[0])
	s, err := db.Standing(ctx, r, time.Time{})
	if err != nil {
		d.t.Fatal(err)
	}
	doc, _ := d.memory.Document(d.documents[0])
	of[reflect.TypeOf(r)], of[reflect.TypeOf(s)], of[reflect.TypeOf(doc)] = []any{r}, []any{s}, []any{doc}
	return of
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
		if rapid.IntRange(0, 3).Draw(t, "spread") == 0 {
			if _, err := db.spreadSome(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if rapid.IntRange(0, 3).Draw(t, "group") == 0 {
			groupAll(t, db)
		}
	}
}
