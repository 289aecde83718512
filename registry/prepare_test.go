package registry

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/views"
)

// restless is a command of which what it takes long for is another thing each time.
type restless struct{ policies.Command }

func (restless) Decide(_ policies.Env, f policies.Facts) (policies.Event, error) {
	_, err := f.Once(new(int), func() (any, error) { return nil, nil })
	if err == nil {
		err = &policies.Error{Code: policies.Conflict, Message: "is never told"}
	}
	return nil, err
}

// TestRestless: a command that is never ready is sent away after a number of tries, and has changed nothing.
func TestRestless(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 3)
	decided := 0
	r.ordered = func(*request) { decided++ }
	before := r.Views().Position()
	_, err := r.Do(t.Context(), c.carrier, "", restless{})
	if !errors.Is(err, ErrUnavailable) || !errors.Is(err, errRestless) || decided != 0 || r.Views().Position() != before {
		t.Errorf("got %v, decided %d times", err, decided)
	}
}

// decidingOn calls f with the facts of the writer for a request that was prepared so far.
func decidingOn(t *testing.T, r *Registry, p *preparation, f func(deciding)) {
	t.Helper()
	err := r.onWriter(t.Context(), func() error {
		tx, err := r.Views().Begin(context.Background())
		if err != nil {
			return err
		}
		defer tx.Rollback()
		f(deciding{tx, p})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWriterReadsNoText: a text that isn't at hand is unready within the writer, whatever asks for it, until
// somebody has prepared it; then it is the same that work was done on.
func TestWriterReadsNoText(t *testing.T) {
	path := filepath.Join(t.TempDir(), "views.db")
	o := Options{Store: mem.Open(), Views: openViews(t, path)}
	before := openOn(t, o)
	c := settle(t, before, 3)
	closeOf(t, before)
	if err := o.Views.Close(); err != nil {
		t.Fatal(err)
	}
	o.Views = openViews(t, path) // which keeps no text yet
	r := openOn(t, o)
	var p preparation
	decidingOn(t, r, &p, func(f deciding) {
		_, err := f.Text(c.revision)
		_, clause := f.Clause(c.revision, c.clauses[0])
		_, none := f.Text("rev_none")
		if !errors.Is(err, policies.ErrUnready) || !errors.Is(clause, policies.ErrUnready) || !errors.Is(none, policies.ErrNotFound) {
			t.Errorf("not prepared: %v, %v; unknown: %v", err, clause, none)
		}
	})
	facts := preparing{r.Views().Now(t.Context()), r.Views(), t.Context(), &p}
	text, err := facts.Text(c.revision)
	if err != nil {
		t.Fatal(err)
	}
	decidingOn(t, r, &p, func(f deciding) {
		again, err := f.Text(c.revision)
		if err != nil || again != text {
			t.Errorf("prepared: %v, the same %v", err, again == text)
		}
	})
	do(t, r, c.carrier, "", c.says(0, "Ninety days.")) // goes the whole way
}

// TestPreparedSelection: what was selected holds while nothing happens to the comments that were there, and
// not when anything does.
func TestPreparedSelection(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 3)
	var said []string
	for i := range 3 {
		said = append(said, do(t, r, c.carrier, "", c.says(i, fmt.Sprint("Words ", i))).Subject)
	}
	asOf := r.Views().Position()
	look := func(p *preparation) {
		*p = preparation{position: r.Views().Position()}
		f := preparing{r.Views().Now(t.Context()), r.Views(), t.Context(), p}
		if _, n, err := f.Selected(c.document, policies.Selection{}, c.ministry, asOf, 10); err != nil || n == 0 {
			t.Fatalf("%d selected, %v", n, err)
		}
	}
	var p preparation
	finds := func(what string, want int, unready bool) {
		t.Helper()
		decidingOn(t, r, &p, func(f deciding) {
			list, n, err := f.Selected(c.document, policies.Selection{}, c.ministry, asOf, 10)
			if errors.Is(err, policies.ErrUnready) != unready || !unready && (err != nil || n != want || len(list) != want) {
				t.Errorf("%s: %d found, %v", what, n, err)
			}
		})
	}
	finds("not looked", 0, true)
	look(&p)
	finds("looked", 3, false)
	do(t, r, c.carrier, "", c.says(2, "One more."))
	finds("another comment came", 3, false)
	do(t, r, c.ministry, "", policies.DisposeComment{CommentID: said[0], Outcome: policies.Noted, Reason: "Read."})
	finds("one was answered", 0, true)
	look(&p)
	finds("looked again", 2, false)
	do(t, r, c.carrier, "", policies.WithdrawComment{CommentID: said[1], Reason: "No more."})
	finds("one was withdrawn", 0, true)
	look(&p)
	finds("looked for the last time", 1, false)
}

// TestSameIDs: a decision gets the IDs of the one before, as far as it asks for the same.
func TestSameIDs(t *testing.T) {
	var p preparation
	first := p.ids()
	a, b := first(policies.PrefixRevision), first(policies.PrefixCover)
	second := p.ids()
	if x := second(policies.PrefixRevision); x != a {
		t.Errorf("got %s after %s", x, a)
	}
	if x := second(policies.PrefixComment); x == b || policies.PrefixOf(x) != policies.PrefixComment {
		t.Errorf("got %s for a comment", x)
	}
}

// TestLongTextIsSpreadBehind: of a text with more clauses than one turn of the writer spreads, every clause
// is found, and one that went and comes back has its identity again, though nobody waited in between.
func TestLongTextIsSpreadBehind(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 3)
	const paragraphs, gone = 1700, 1650
	source := func(without int) string {
		var s strings.Builder
		s.WriteString("# Tariff\n")
		for i := range paragraphs {
			if i != without {
				fmt.Fprintf(&s, "\nThe goods called ware%d pay a duty of %d in a hundred.\n", i, i)
			}
		}
		return s.String()
	}
	tariff := do(t, r, c.ministry, "", policies.ProposeDocument{Kind: "regulation", Title: "Tariff", Language: "en", Parties: []string{"EE"}}).Subject
	base := ""
	var ids []string
	for _, without := range []int{-1, gone, -1} {
		base = do(t, r, c.ministry, "", policies.CommitRevision{DocumentID: tariff, Base: base, Source: source(without), Note: "Amended."}).Subject
		text, err := r.Views().Text(t.Context(), base)
		if err != nil {
			t.Fatal(err)
		}
		if without < 0 {
			ids = append(ids, text.Clauses[gone+1].ID)
		}
	}
	if ids[0] != ids[1] {
		t.Errorf("a clause that came back is %s, and was %s", ids[1], ids[0])
	}
	for _, ware := range []int{0, 499, 500, 1000, gone, paragraphs - 1} {
		l, err := r.Views().Search(t.Context(), c.ministry, views.SearchFilter{Query: fmt.Sprint("ware", ware)}, views.Page{First: 5})
		if err != nil || len(l.Items) != 1 {
			t.Errorf("ware%d was found %d times, %v", ware, len(l.Items), err)
		}
	}
}

// TestAnswerIsSpreadBehind: an answer to more comments than one turn of the writer takes is found at once, what comes next
// for one of them isn't lost, nor is a comment from meanwhile answered; and the views are what the ledger says.
func TestAnswerIsSpreadBehind(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 3)
	const comments = 1100
	var ids []string
	for i := range comments {
		ids = append(ids, do(t, r, c.carrier, "", c.says(i, fmt.Sprint("Words ", i))).Subject)
	}
	asOf := r.Views().Position()
	answer := policies.DisposeComments{DocumentID: c.document, AsOf: asOf, Count: comments, Outcome: policies.Noted, Reason: "We have read it."}
	late := make(chan Outcome, 1)
	go func() {
		out, err := r.Do(context.Background(), c.carrier, "", c.says(0, "From meanwhile."))
		if err != nil {
			t.Error(err)
		}
		late <- out
	}()
	do(t, r, c.ministry, "", answer)
	total := func(answered bool) int {
		n, err := r.Views().CommentTotal(t.Context(), c.ministry, views.CommentFilter{DocumentID: c.document, Answered: &answered})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := total(true); n != comments {
		t.Errorf("%d comments are answered, not %d", n, comments)
	}
	last := ids[comments-1]
	do(t, r, c.ministry, "", policies.DisposeComment{CommentID: last, Outcome: policies.Rejected, Reason: "This one, no."})
	out := <-late
	if n := total(false); n != 1 {
		t.Errorf("%d comments wait for an answer, not 1", n)
	}
	got, err := r.Views().Comments(t.Context(), c.ministry, []string{ids[0], last, out.Subject})
	if err != nil || got[ids[0]].Disposition.Outcome != policies.Noted || got[last].Disposition.Outcome != policies.Rejected || got[out.Subject].Disposition != nil {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := r.VerifyViews(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
