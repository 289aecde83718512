package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/views"
)

// openViews opens a file of views and closes it with the test.
func openViews(t testing.TB, path string) *views.DB {
	t.Helper()
	db, err := views.Open(t.Context(), path, views.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// openOn opens a registry, with views of its own unless o has some, and closes it
// with the test.
func openOn(t testing.TB, o Options) *Registry {
	t.Helper()
	if o.Store == nil {
		o.Store = mem.Open()
	}
	if o.Views == nil {
		o.Views = openViews(t, filepath.Join(t.TempDir(), "views.db"))
	}
	r, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeOf(t, r) })
	return r
}

func closeOf(t testing.TB, r *Registry) {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

const (
	idp    = "https://id.example"
	oneDay = 24 * time.Hour
)

// A cast is who and what a test begins with: a ministry whose regulation of some
// clauses is open for comment, and a carrier with two members.
type cast struct {
	ministry, carrier, second        policies.Actor
	document, revision, consultation string
	clauses                          []string // IDs
}

func do(t testing.TB, r *Registry, a policies.Actor, key string, c policies.Command) Outcome {
	t.Helper()
	out, err := r.Do(t.Context(), a, key, c)
	if err != nil {
		t.Fatalf("%T: %v", c, err)
	}
	return out
}

// admit makes somebody a member and returns its ID.
func admit(t testing.TB, r *Registry, c policies.InviteMember) string {
	t.Helper()
	return policiestest.Admit(func(a policies.Actor, c policies.Command) string { return do(t, r, a, "", c).Subject }, policies.Operator, c)
}

// member admits somebody and returns who that is.
func member(t testing.TB, r *Registry, organisation, subject string) policies.Actor {
	t.Helper()
	admit(t, r, policies.InviteMember{OrganisationID: organisation, Issuer: idp, Subject: subject, Name: "Person " + subject, Role: policies.Admin})
	a, err := r.Actor(t.Context(), idp, subject, organisation)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func settle(t testing.TB, r *Registry, paragraphs int) cast {
	t.Helper()
	gov := do(t, r, policies.Operator, "", policies.RegisterOrganisation{Kind: policies.Government, Name: "Ministry", Jurisdiction: "EE"}).Subject
	biz := do(t, r, policies.Operator, "", policies.RegisterOrganisation{Kind: policies.Business, Name: "Carrier", Jurisdiction: "EE"}).Subject
	c := cast{ministry: member(t, r, gov, "minister"), carrier: member(t, r, biz, "carrier"), second: member(t, r, biz, "second")}
	c.document = do(t, r, c.ministry, "", policies.ProposeDocument{Kind: "regulation", Title: "Parcels", Language: "en", Parties: []string{"EE"}}).Subject
	var text strings.Builder
	text.WriteString("# Parcels\n")
	for i := range paragraphs {
		fmt.Fprintf(&text, "\n## Part %d\n\nThe carrier declares every parcel of class %d before it leaves.\n", i, i)
	}
	c.revision = do(t, r, c.ministry, "", policies.CommitRevision{DocumentID: c.document, Source: text.String(), Note: "first"}).Subject
	c.consultation = do(t, r, c.ministry, "", policies.OpenConsultation{DocumentID: c.document, Title: "Have your say",
		Closes: r.Now().Add(90 * oneDay).Format("2006-01-02T15:04"), Zone: "UTC", Late: policies.LateMarked}).Subject
	parsed, err := r.Views().Text(t.Context(), c.revision)
	if err != nil {
		t.Fatal(err)
	}
	for _, clause := range parsed.Clauses {
		c.clauses = append(c.clauses, clause.ID)
	}
	return c
}

// says is a comment on the n-th clause, or the one so many after the last.
func (c cast) says(n int, text string) policies.SubmitComment {
	return policies.SubmitComment{ConsultationID: c.consultation, CommentWords: policies.CommentWords{ClauseID: c.clauses[n%len(c.clauses)],
		Stance: policies.Oppose, Type: policies.Technical, Text: text}}
}

// insist asks with the same key until the registry can write.
func insist(t testing.TB, r *Registry, a policies.Actor, key string, c policies.Command) (Outcome, error) {
	for {
		out, err := r.Do(t.Context(), a, key, c)
		var unknown *UnknownOutcome
		if errors.As(err, &unknown) && unknown.Key == key || errors.Is(err, ErrUnavailable) {
			continue
		}
		return out, err
	}
}

// inOneBatch lets n callers ask at once, and the writer begin when all of them wait
// and what comes then is done.
func inOneBatch(t testing.TB, r *Registry, n int, ask func(i int), then ...func()) {
	t.Helper()
	var callers sync.WaitGroup
	err := r.onWriter(t.Context(), func() error {
		for i := range n {
			callers.Go(func() { ask(i) })
		}
		for len(r.queue) < n {
			runtime.Gosched()
		}
		for _, f := range then {
			f()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	callers.Wait()
}

// entriesOf reads the whole ledger.
func entriesOf(t testing.TB, s store.Store) (all []ledger.Entry) {
	t.Helper()
	for {
		entries, err := s.Read(context.Background(), int64(len(all)), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) == 0 {
			return all
		}
		all = append(all, entries...)
	}
}

// wantOnce holds the ledger against the outcomes its callers were told: each key
// there once, at the entry told, and nothing else beyond the first entries.
func wantOnce(t testing.TB, s store.Store, first int, told map[string]Outcome) {
	t.Helper()
	entries := entriesOf(t, s)
	if len(entries) != first+len(told) {
		t.Errorf("the ledger has %d entries beyond the first %d, want %d", len(entries)-first, first, len(told))
	}
	for i, e := range entries {
		if e.Seq != int64(i) {
			t.Errorf("entry %d stands at %d", e.Seq, i)
		}
		if i < first {
			continue
		}
		out, ok := told[e.Command]
		if !ok {
			t.Errorf("entry %d is of %q, of which nobody was told, or twice", e.Seq, e.Command)
		} else if out.Seq != e.Seq || out.Subject != e.Subject || !out.At.Equal(e.At) || out.Kind != e.Kind {
			t.Errorf("%s was told %+v, but its entry is %d, %s, %s at %s", e.Command, out, e.Seq, e.Kind, e.Subject, e.At)
		}
		delete(told, e.Command)
	}
	for key, out := range told {
		t.Errorf("%s was told %+v, but the ledger has no such entry", key, out)
	}
}

// state is everything the views have of a cast, as text to compare.
func (c cast) state(t testing.TB, r *Registry) string {
	t.Helper()
	ctx, db := t.Context(), r.Views()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var s strings.Builder
	add := func(v any) {
		text, err := json.Marshal(v)
		ok(err)
		s.Write(append(text, '\n'))
	}
	root, err := ledger.RootAt(db.Tiles(), db.Position())
	ok(err)
	add([]any{db.Position(), root})
	entries, err := db.EntriesFrom(ctx, 0, 100_000)
	ok(err)
	for _, e := range entries {
		add(e)
	}
	documents, err := db.DocumentList(ctx, c.ministry, views.DocumentFilter{}, views.Page{First: 100})
	ok(err)
	add(documents)
	for page := (views.Page{First: 100}); ; {
		l, err := db.CommentList(ctx, c.ministry, views.CommentFilter{DocumentID: c.document}, page)
		ok(err)
		add(l.Items)
		if !l.HasNext {
			break
		}
		page.After = l.Cursors[len(l.Cursors)-1]
	}
	counts, err := db.ClauseCounts(ctx, []string{c.document})
	ok(err)
	add(counts)
	return s.String()
}

// found counts what a search finds.
func (c cast) found(t testing.TB, r *Registry, query string) int {
	t.Helper()
	l, err := r.Views().Search(t.Context(), c.ministry, views.SearchFilter{Query: query}, views.Page{First: 100})
	if err != nil {
		t.Fatal(err)
	}
	return len(l.Items)
}

// outcomes collects what callers were told.
type outcomes struct {
	mu   sync.Mutex
	told map[string]Outcome
	errs []error
}

func (o *outcomes) add(key string, out Outcome, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.told == nil {
		o.told = map[string]Outcome{}
	}
	if err != nil {
		o.errs = append(o.errs, err)
		return
	}
	o.told[key] = out
}
