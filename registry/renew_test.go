package registry

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/sqlite"
	"github.com/ewtp/entente/views"
)

// halting is a store that, once armed, halts whoever has read the ledger from its beginning.
type halting struct {
	store.Store
	armed   atomic.Bool
	halted  chan struct{}
	proceed chan struct{}
	other   atomic.Pointer[store.Store] // what is looked at from now on
}

func (h *halting) now() store.Store {
	if other := h.other.Load(); other != nil {
		return *other
	}
	return h.Store
}

func (h *halting) Head(ctx context.Context) (int64, error) { return h.now().Head(ctx) }

func (h *halting) Digest(ctx context.Context, seq int64) (ledger.Hash, error) {
	return h.now().Digest(ctx, seq)
}

func halt(s store.Store) *halting {
	return &halting{Store: s, halted: make(chan struct{}), proceed: make(chan struct{})}
}

func (h *halting) Read(ctx context.Context, from int64, limit int) ([]ledger.Entry, error) {
	entries, err := h.now().Read(ctx, from, limit)
	if from == 0 && limit == foldBatch && h.armed.Swap(false) {
		h.halted <- struct{}{}
		<-h.proceed
	}
	return entries, err
}

// erasing begins to erase an entry, and returns once its views are being made anew.
func (h *halting) erasing(t *testing.T, r *Registry, seq int64) (done chan error) {
	h.armed.Store(true)
	done = make(chan error, 1)
	go func() { done <- r.Erase(context.Background(), []int64{seq}, "An order.", nil) }()
	<-h.halted
	return done
}

// While the views are made anew after an erasure, readers have all but what was erased, writers write, and more is
// erased; afterwards the views are what a replay makes.
func TestServingWhileErasing(t *testing.T) {
	h := halt(mem.Open())
	r := openOn(t, Options{Store: h, Checkpoints: signer(t)})
	c := settle(t, r, 1)
	first := do(t, r, c.carrier, "", c.says(0, theWords))
	second := do(t, r, c.carrier, "", c.says(0, "Words to go later."))
	do(t, r, c.carrier, "", c.says(0, "Other words."))
	if n := c.found(t, r, theWords); n != 1 { // all is in the index now
		t.Fatalf("a search finds %d", n)
	}
	heard, err := r.NewsFrom(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	done := h.erasing(t, r, first.Seq)
	shown := func(when string, want map[string]int) {
		t.Helper()
		if err := errors.Join(r.Whole(), r.Ready(t.Context())); err != nil {
			t.Errorf("%s: %v", when, err)
		}
		for words, n := range want {
			if got := c.found(t, r, words); got != n {
				t.Errorf("%s a search for %q finds %d, not %d", when, words, got, n)
			}
		}
		if list, err := r.Views().Comments(t.Context(), c.ministry, []string{first.Subject}); err != nil || len(list) != 0 {
			t.Errorf("%s: %v, %v", when, list, err)
		}
	}
	shown("meanwhile", map[string]int{theWords: 0, "Words to go later.": 1, "Other words.": 1})
	if e, err := r.Views().Entry(t.Context(), first.Seq); err != nil || !e.Erased {
		t.Errorf("the entry is %+v, %v", e, err)
	}
	if _, err := r.Receipt(t.Context(), first.Seq); !errors.Is(err, policies.ErrNotFound) {
		t.Errorf("its receipt: %v", err)
	}
	if news, err := r.NewsFrom(t.Context(), 0); err != nil || news.Era == heard.Era {
		t.Errorf("what was found out before holds in era %d still: %v", news.Era, err)
	}
	do(t, r, c.carrier, "", c.says(0, "Words from meanwhile."))
	later := make(chan error, 1)
	go func() { later <- r.Erase(context.Background(), []int64{second.Seq}, "Another order.", nil) }()
	if err := r.WaitFor(t.Context(), second.Seq+5); err != nil { // the order is on record
		t.Fatal(err)
	}
	shown("after another order", map[string]int{theWords: 0, "Words to go later.": 0, "Words from meanwhile.": 1})
	h.proceed <- struct{}{}
	if err := errors.Join(<-done, <-later); err != nil {
		t.Fatal(err)
	}
	if got := r.Views().Condition(); got != views.AsRecorded {
		t.Errorf("the views' condition is %d", got)
	}
	shown("afterwards", map[string]int{theWords: 0, "Words to go later.": 0, "Other words.": 1, "Words from meanwhile.": 1})
	replayed := openOn(t, Options{Store: h})
	if diff := cmp.Diff(c.state(t, replayed), c.state(t, r)); diff != "" {
		t.Errorf("the views (-replayed +kept):\n%s", diff)
	}
	if err := r.VerifyViews(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// Of an entry whose words can't be taken out of the views at once, nothing is shown until they are made
// anew, and writers go on.
func TestNothingIsShownWhileErasing(t *testing.T) {
	h := halt(mem.Open())
	r := openOn(t, Options{Store: h})
	c := settle(t, r, 1)
	comment := do(t, r, c.carrier, "", c.says(0, "Other words.")).Subject
	seq := do(t, r, c.carrier, "", policies.WithdrawComment{CommentID: comment, Reason: theWords}).Seq
	done := h.erasing(t, r, seq)
	if r.Whole() == nil || r.Ready(t.Context()) == nil {
		t.Error("the views are shown though a word is in them that was erased")
	}
	do(t, r, c.carrier, "", c.says(0, "Words from meanwhile."))
	h.proceed <- struct{}{}
	if err := errors.Join(<-done, r.Whole(), r.Ready(t.Context())); err != nil {
		t.Fatal(err)
	}
	list, err := r.Views().Comments(t.Context(), c.ministry, []string{comment})
	if err != nil || list[comment].Withdrawal != "" || c.found(t, r, "Words from meanwhile.") != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}

// Whatever ends a node while its views are made anew, the next start finds them without the words, and makes
// them anew; nothing of the words, nor of the views in the making, is left in its files.
func TestErasingIsBrokenOff(t *testing.T) {
	e := earlierRun(t)
	s, err := sqlite.Open(t.Context(), e.dir)
	if err != nil {
		t.Fatal(err)
	}
	h := halt(s)
	crashed := &earlier{t: t, dir: t.TempDir(), key: e.key, cast: e.cast, seq: e.seq}
	e.runOn(h, func(r *Registry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		done := h.erasing(t, r, e.seq)
		for _, name := range namesIn(t, e.dir) { // as a crash would leave them: nothing writes by now
			content, err := os.ReadFile(e.path(name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(crashed.path(name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		stopped := make(chan error, 1)
		go func() { stopped <- r.Close() }()
		<-r.quit
		h.proceed <- struct{}{}
		if err := <-done; !errors.Is(err, errClosing) {
			t.Errorf("an erasure that was broken off ends with %v", err)
		}
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
	closed(t, s)
	for name, left := range map[string]*earlier{"stopped": e, "crashed": crashed} {
		t.Run(name, func(t *testing.T) {
			left.t = t
			left.run(func(r *Registry, err error) {
				if err != nil {
					t.Fatal(err)
				}
				if n := left.cast.found(t, r, theWords); n != 0 || r.Whole() != nil {
					t.Errorf("a search finds %d; %v", n, r.Whole())
				}
				if err := r.carryOut(t.Context()); err != nil { // or wait for who does
					t.Fatal(err)
				}
				if err := r.VerifyViews(t.Context(), nil); err != nil {
					t.Error(err)
				}
				if n := left.cast.found(t, r, "Other words."); n != 9 {
					t.Errorf("a search finds %d", n)
				}
			})
			for _, name := range namesIn(t, left.dir) {
				content, err := os.ReadFile(left.path(name))
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(string(content), "Nowhere else do these") || strings.HasPrefix(name, "views.db.") {
					t.Errorf("%s holds what was erased, or is left", name)
				}
			}
		})
	}
}

func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Type().IsRegular() {
			names = append(names, f.Name())
		}
	}
	return names
}

// Another node of the record shows nothing of the words as soon as it knows of the order, and makes its views anew.
func TestOtherNodesErase(t *testing.T) {
	s := mem.Open()
	one := openOn(t, Options{Store: s})
	c := settle(t, one, 1)
	seq := do(t, one, c.carrier, "", c.says(0, theWords)).Seq
	h := halt(s)
	other := openOn(t, Options{Store: h})
	if n := c.found(t, other, theWords); n != 1 {
		t.Fatalf("a search finds %d", n)
	}
	h.armed.Store(true)
	if err := one.Erase(t.Context(), []int64{seq}, "An order.", nil); err != nil {
		t.Fatal(err)
	}
	<-h.halted
	if n := c.found(t, other, theWords); n != 0 || other.Whole() != nil {
		t.Errorf("a search finds %d; %v", n, other.Whole())
	}
	h.proceed <- struct{}{}
	if err := other.carryOut(t.Context()); err != nil { // waits for who does
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.state(t, one), c.state(t, other)); diff != "" || other.Views().Condition() != views.AsRecorded {
		t.Errorf("the views of two nodes (-one +other):\n%s", diff)
	}
}

// A tail that isn't what was folded has nothing shown until the views are of the ledger that there is.
func TestNothingIsShownOfAnotherHistory(t *testing.T) {
	h := halt(mem.Open())
	r := openOn(t, Options{Store: h})
	c := settle(t, r, 1)
	do(t, r, c.carrier, "", c.says(0, theWords))
	other := store.Store(mem.Open())
	for _, e := range entriesOf(t, h.Store) { // the same but for the last entry
		if e.Seq == r.Views().Position()-1 {
			e.Salt = []byte("another salt, yes")[:ledger.SaltSize]
			e.Seal()
		}
		if err := other.Append(t.Context(), []ledger.Entry{e}); err != nil {
			t.Fatal(err)
		}
	}
	again := openOn(t, Options{Store: other})
	do(t, again, c.carrier, "", c.says(0, "Words of another history."))
	h.armed.Store(true)
	moved := make(chan error, 1)
	go func() {
		moved <- r.onWriter(context.Background(), func() error {
			h.other.Store(&other)
			return r.catchUp(context.Background())
		})
	}()
	<-h.halted
	if r.Whole() == nil || r.Ready(t.Context()) == nil {
		t.Error("views of another history are shown")
	}
	h.proceed <- struct{}{}
	if err := errors.Join(<-moved, r.Whole(), r.Ready(t.Context())); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.state(t, again), c.state(t, r)); diff != "" {
		t.Errorf("the views (-the other's +ours):\n%s", diff)
	}
}
