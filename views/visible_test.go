package views

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"math/rand/v2"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
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
	})
}

var ctx = context.Background()

// may asks the judge about a document of the memory.
func (d *dialogue) may(a policies.Actor, action policies.Action, id string, revision int) bool {
	doc, err := d.memory.Document(id)
	return err == nil && policies.May(a, action, policies.OnRevision(&doc, revision)) == nil
}

func (d *dialogue) checkDocuments(db *DB, a policies.Actor) {
	var want []string
	for _, id := range d.documents {
		if d.may(a, policies.ReadingDocument, id, 0) {
			want = append(want, id)
		}
	}
	found, err := db.Documents(ctx, a, d.documents)
	if err != nil {
		d.t.Fatal(err)
	}
	var got []string
	for _, id := range d.documents {
		if _, ok := found[id]; ok {
			got = append(got, id)
		}
		_, err := db.Document(ctx, a, id, time.Time{})
		if slices.Contains(want, id) != (err == nil) {
			d.t.Errorf("%+v reads document %s: %v", a, id, err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("documents of %+v (-May +SQL):\n%s", a, diff)
	}
	l, err := db.DocumentList(ctx, a, DocumentFilter{Order: ByTitle}, Page{First: 100})
	if err != nil || len(l.Items) != len(want) {
		d.t.Errorf("%+v lists %d documents, want %d, %v", a, len(l.Items), len(want), err)
	}
	open, err := db.ConsultationList(ctx, a, ConsultationFilter{}, Page{First: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	n := 0
	for _, id := range d.consultations {
		k, _ := d.memory.Consultation(id)
		if slices.Contains(want, k.DocumentID) {
			n++
		}
	}
	if len(open.Items) != n {
		d.t.Errorf("%+v lists %d consultations, want %d", a, len(open.Items), n)
	}
}

func (d *dialogue) checkRevisions(db *DB, a policies.Actor) {
	found, err := db.Revisions(ctx, a, d.revisions)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, id := range d.revisions {
		r, _ := d.memory.Revision(id)
		want := d.may(a, policies.ReadingRevision, r.DocumentID, r.Number)
		if _, ok := found[id]; ok != want {
			d.t.Errorf("%+v reads revision %s: %v, May says %v", a, id, ok, want)
		}
		if _, err := db.RevisionByNumber(ctx, a, r.DocumentID, r.Number); (err == nil) != want {
			d.t.Errorf("%+v reads revision %d: %v, May says %v", a, r.Number, err, want)
		}
	}
	for _, id := range d.documents {
		l, err := db.RevisionList(ctx, a, id, time.Time{}, Page{First: 100})
		if err != nil {
			d.t.Fatal(err)
		}
		now, err := db.RevisionList(ctx, a, id, d.now, Page{First: 100})
		if err != nil {
			d.t.Fatal(err)
		}
		if diff := cmp.Diff(l, now); diff != "" {
			d.t.Errorf("revisions now and as of now:\n%s", diff)
		}
		d.checkWords(db, a, id)
	}
}

// checkWords: clauses are found in the latest revision that may be read, all of
// those with the word and no others.
func (d *dialogue) checkWords(db *DB, a policies.Actor, id string) {
	want := []string{}
	for _, r := range slices.Backward(d.revisions) {
		rev, _ := d.memory.Revision(r)
		if rev.DocumentID == id && d.may(a, policies.ReadingRevision, id, rev.Number) {
			text, _ := d.memory.Text(r)
			for i, c := range text.Clauses {
				if strings.Contains(strings.ToLower(text.Words(i)), "paragraph") { // a replacement may have other words
					want = append(want, r+" "+c.ID)
				}
			}
			break
		}
	}
	got := []string{}
	l, err := db.Search(ctx, a, SearchFilter{Query: "paragraph", Kinds: []SearchKind{InClauses}, DocumentID: id}, Page{First: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, h := range l.Items {
		got = append(got, h.RevisionID+" "+h.ClauseID)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("clauses that %+v finds (-May +SQL):\n%s", a, diff)
	}
}

func (d *dialogue) checkPhases(db *DB) {
	for range 8 {
		at := dayOne.Add(time.Duration(rapid.Int64Range(0, int64(d.now.Add(5*time.Hour).Sub(dayOne))).Draw(d.t, "moment")))
		for _, phase := range policies.Phases {
			l, err := db.DocumentList(ctx, policies.Operator, DocumentFilter{Phases: []policies.Phase{phase}, At: at}, Page{First: 100})
			if err != nil {
				d.t.Fatal(err)
			}
			var want, got []string
			for _, id := range d.documents {
				if doc, _ := d.memory.Document(id); doc.Phase(at) == phase {
					want = append(want, id)
				}
			}
			for _, doc := range l.Items {
				got = append(got, doc.ID)
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				d.t.Errorf("in phase %s at %v (-Phase +SQL):\n%s", phase, at, diff)
			}
		}
	}
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

func TestCommentFilters(t *testing.T) {
	db := openTest(t)
	s, c := docket(t)
	foldAll(t, db, s.entries)
	base := comments(t, c, int64(len(s.entries)), 1, 4, false)
	rest := comments(t, func() policies.CommentSubmitted {
		c := c
		c.ClauseID, c.Stance, c.OrganisationID = "", policies.Support, "org_other"
		return c
	}(), int64(len(s.entries)+4), 5, 3, false)
	foldAll(t, db, append(base, rest...))
	tx := begin(t, db)
	for i, ev := range []policies.Event{
		&policies.CommentDisposed{ID: base[0].Subject, Outcome: policies.AcceptedWhole, Reason: "yes"},
		&policies.CommentDisposed{ID: base[1].Subject, Outcome: policies.Rejected, Reason: "no"},
		&policies.CommentWithdrawn{ID: rest[0].Subject, Reason: "a mistake"},
	} {
		e := base[0]
		e.Seq, e.Command, e.Subject, e.Kind, e.At = tx.Position(), fmt.Sprint("late", i), ev.Subject(), ev.Kind(), dayOne.Add(2*time.Hour)
		if err := tx.Fold(&e, ev); err != nil {
			t.Fatal(err)
		}
	}
	commit(t, tx)
	yes, no, whole, clause := true, false, "", c.ClauseID
	for name, x := range map[string]struct {
		f    CommentFilter
		want int
	}{
		"document":     {CommentFilter{DocumentID: c.DocumentID}, 7},
		"consultation": {CommentFilter{ConsultationID: c.ConsultationID}, 7},
		"organisation": {CommentFilter{OrganisationID: "org_other"}, 3},
		"clause":       {CommentFilter{DocumentID: c.DocumentID, ClauseID: &clause}, 4},
		"whole":        {CommentFilter{DocumentID: c.DocumentID, ClauseID: &whole}, 3},
		"stance":       {CommentFilter{DocumentID: c.DocumentID, Stances: []policies.Stance{policies.Support, policies.Amend}}, 3},
		"type":         {CommentFilter{DocumentID: c.DocumentID, Types: []policies.CommentType{policies.Editorial}}, 0},
		"answered":     {CommentFilter{DocumentID: c.DocumentID, Answered: &yes}, 2},
		"open":         {CommentFilter{DocumentID: c.DocumentID, Answered: &no, Withdrawn: &no}, 4},
		"withdrawn":    {CommentFilter{DocumentID: c.DocumentID, Withdrawn: &yes}, 1},
		"earlier":      {CommentFilter{DocumentID: c.DocumentID, Withdrawn: &no, Answered: &no, AsOf: dayOne.Add(90 * time.Minute)}, 7},
		"elsewhere":    {CommentFilter{DocumentID: "doc_none"}, 0},
	} {
		l, err := db.CommentList(ctx, policies.Actor{}, x.f, Page{First: 100})
		if err != nil || len(l.Items) != x.want {
			t.Errorf("%s: %d comments, want %d, %v", name, len(l.Items), x.want, err)
		}
	}
	entries, err := db.Entries(ctx, EntryFilter{Subject: base[0].Subject}, Page{First: 10})
	if err != nil || len(entries.Items) != 2 {
		t.Errorf("%d entries of a comment and its answer, %v", len(entries.Items), err)
	}
	entries, err = db.Entries(ctx, EntryFilter{Kinds: []string{"comment.disposed/1", "comment.withdrawn/1"}}, Page{First: 10})
	if err != nil || len(entries.Items) != 3 {
		t.Errorf("%d entries of two kinds, %v", len(entries.Items), err)
	}
}

func TestDocumentOrdersAndFilters(t *testing.T) {
	db := openTest(t)
	s := newStory(t)
	gov := s.party(policies.Government, "Ministry")
	for i, title := range []string{"Zebra parcels", "Älter als alles", "Live seafood"} {
		s.do(gov, policies.ProposeDocument{Kind: standards.Kinds[i], Title: title, Language: "en", OpenDrafts: i != 1,
			Topics: []string{"Cold-Chain", "x"}[i%2:], Parties: []string{"NZ"}})
	}
	foldAll(t, db, s.entries)
	for name, x := range map[string]struct {
		f    DocumentFilter
		want string
	}{
		"updated":  {DocumentFilter{}, "Live seafood, Älter als alles, Zebra parcels"},
		"number":   {DocumentFilter{Order: ByNumber}, "Älter als alles, Zebra parcels, Live seafood"},
		"title":    {DocumentFilter{Order: ByTitle}, "Live seafood, Zebra parcels, Älter als alles"},
		"closesAt": {DocumentFilter{Order: ByClosesAt}, "Zebra parcels, Älter als alles, Live seafood"},
		"kind":     {DocumentFilter{Kinds: []standards.Kind{standards.BestPractice}}, "Älter als alles"},
		"topic":    {DocumentFilter{Topics: []string{"cold-chain", "y"}}, "Live seafood, Zebra parcels"},
		"party":    {DocumentFilter{Parties: []string{"EE"}}, ""},
		"sponsor":  {DocumentFilter{Sponsor: "org_none"}, ""},
		"words":    {DocumentFilter{Title: "alter"}, "Älter als alles"},
		"numbered": {DocumentFilter{Title: "EWTP-S-2026-001"}, "Live seafood"},
	} {
		l, err := db.DocumentList(ctx, gov, x.f, Page{First: 10})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(keysOf(l, func(d policies.Document) string { return d.Title }), ", "); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
	d, err := db.DocumentByNumber(ctx, policies.Actor{}, "EWTP-R-2026-001", time.Time{})
	if err != nil || d.Title != "Zebra parcels" {
		t.Errorf("by number: %q, %v", d.Title, err)
	}
	if _, err := db.DocumentList(ctx, gov, DocumentFilter{Order: "size"}, Page{First: 1}); err == nil {
		t.Error("an unknown order was taken")
	}
	if _, err := db.DocumentList(ctx, gov, DocumentFilter{Phases: policies.Phases}, Page{First: 1}); err == nil {
		t.Error("phases without a moment were taken")
	}
	l, err := db.OrganisationList(ctx, OrganisationFilter{Name: "mini"}, Page{First: 1})
	if err != nil || len(l.Items) != 1 {
		t.Errorf("%d organisations by prefix, %v", len(l.Items), err)
	}
}

// Readers and the writer go on at once, and each page is of one state.
func TestReadWhileWriting(t *testing.T) {
	db, _, c := manyComments(t, 10)
	done := make(chan error, 4)
	for range 4 {
		go func() {
			var err error
			for range 50 {
				var l List[policies.Comment]
				l, err = db.CommentList(ctx, policies.Actor{}, CommentFilter{DocumentID: c.DocumentID}, Page{Last: 1 + rand.IntN(5)})
				if err == nil && len(l.Items) == 0 {
					err = errors.New("no comments")
				}
				if err == nil {
					_, err = db.Search(ctx, policies.Actor{}, SearchFilter{Query: "carriers"}, Page{First: 1})
				}
				if err == nil {
					_, err = db.Text(ctx, c.RevisionID)
				}
				if err != nil {
					break
				}
			}
			done <- err
		}()
	}
	for i := range 30 {
		foldAll(t, db, comments(t, c, db.Position(), 11+i*5, 5, true))
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if _, err := db.Gate(ctx, c.DocumentID, "", dayOne, policies.DefaultRules()); err != nil {
		t.Error(err)
	}
}
