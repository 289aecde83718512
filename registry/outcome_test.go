package registry

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/storetest"
	"github.com/ewtp/entente/views"
)

// A saying is a command that was asked once, and what its caller heard.
type saying struct {
	key     string // "" where the caller gave none
	says    policies.SubmitComment
	outcome Outcome
	err     error
	took    time.Duration
}

// holdTrue holds what callers heard against the ledger once everything works again: what changed
// nothing isn't there, what was made stands where it was said to stand, and what was unknown is
// there once when it has been asked again with the key.
func holdTrue(t *testing.T, r *Registry, c cast, s store.Store, first int, all []*saying) {
	t.Helper()
	texts := map[string]int64{}
	count := func() {
		clear(texts)
		for _, e := range entriesOf(t, s)[first:] {
			ev, err := policies.Decode(e.Kind, e.Payload)
			if err != nil {
				t.Fatal(err)
			}
			text := ev.(*policies.CommentSubmitted).Text
			if before, twice := texts[text]; twice {
				t.Errorf("%q is entry %d and entry %d", text, before, e.Seq)
			}
			texts[text] = e.Seq
		}
	}
	count()
	again := map[string]bool{}
	for _, q := range all {
		var unknown *UnknownOutcome
		var unread *Unread
		seq, there := texts[q.says.Text]
		switch {
		case q.err == nil:
			if !there || seq != q.outcome.Seq {
				t.Errorf("%q was told of entry %d, and it is %d, %t", q.says.Text, q.outcome.Seq, seq, there)
			}
		case errors.As(q.err, &unread):
			if !there || seq != unread.Outcome.Seq {
				t.Errorf("%q was told of entry %d, unread, and it is %d, %t", q.says.Text, unread.Outcome.Seq, seq, there)
			}
		case errors.As(q.err, &unknown):
			if q.key != "" && unknown.Key != q.key || unknown.Key == "" {
				t.Errorf("%q came with the key %q and is to be asked for with %q", q.says.Text, q.key, unknown.Key)
			}
			out, err := r.Do(t.Context(), c.carrier, unknown.Key, q.says)
			if err != nil || there && (out.Seq != seq || !out.Repeated) {
				t.Errorf("%q asked again: %+v, %v, and it was entry %d, %t", q.says.Text, out, err, seq, there)
			}
			again[q.says.Text] = true
		case errors.Is(q.err, ErrUnavailable):
			if there {
				t.Errorf("%q changed nothing, it was said, and is entry %d", q.says.Text, seq)
			}
		default:
			t.Errorf("%q: %v", q.says.Text, q.err)
		}
	}
	count()
	for text := range again {
		if _, there := texts[text]; !there {
			t.Errorf("%q was asked for again and isn't there", text)
		}
	}
}

// TestWhatIsSaidIsTrue lets appends, reads of the tail and commits of the views fail in
// every combination, once and until somebody mends it: what a caller hears is what the ledger holds.
func TestWhatIsSaidIsTrue(t *testing.T) {
	for name, fault := range map[string]storetest.Fault{
		"None": storetest.None, "Unavailable": storetest.Unavailable, "Lost": storetest.Lost, "Middle": storetest.Middle,
		"After": storetest.After, "Full": storetest.Full, "Taken": storetest.Taken,
	} {
		for n := range 8 {
			f := faults{append: fault, once: n&1 > 0, unread: n&2 > 0, uncommitted: n&4 > 0}
			t.Run(fmt.Sprintf("%s %+v", name, f), func(t *testing.T) { inBubble(t, f.play) })
		}
	}
}

// faults are what goes wrong with a batch.
type faults struct {
	append      storetest.Fault
	once        bool // the first append alone; else all, until it is mended
	unread      bool // nothing can be read after an append
	uncommitted bool // the views can't commit
}

func (f faults) play(t *testing.T) {
	var armed atomic.Bool
	var transaction *views.Tx
	line := &storetest.Line{Store: storetest.Faulty(mem.Open(), func(int) storetest.Fault {
		if armed.Load() {
			return f.append
		}
		return storetest.None
	})}
	s := &hooked{Store: line, after: func() {
		if !armed.Load() {
			return
		}
		armed.Store(!f.once)
		if f.unread {
			line.Cut(false, storetest.Read)
		}
		if f.uncommitted {
			_ = transaction.Rollback()
		}
	}}
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	first := len(entriesOf(t, s))
	all := make([]*saying, 6)
	for i := range all {
		all[i] = &saying{says: c.says(i, fmt.Sprintf("Words %d.", i))}
		if i%2 == 0 {
			all[i].key = fmt.Sprint("key ", i)
		}
	}
	armed.Store(true)
	inOneBatch(t, r, len(all)+1, func(i int) {
		if i == len(all) {
			_, _ = r.Do(t.Context(), c.carrier, "", spying{c.says(i, "I see."), func(tx *views.Tx) { transaction = tx }})
			return
		}
		all[i].outcome, all[i].err = r.Do(t.Context(), c.carrier, all[i].key, all[i].says)
	})
	armed.Store(false)
	line.Mend()
	if err := r.Ready(t.Context()); err != nil && !errors.Is(err, errLagging) {
		t.Errorf("mended, it isn't ready: %v", err)
	}
	do(t, r, c.carrier, "", c.says(0, "And on."))
	if err := r.Ready(t.Context()); err != nil {
		t.Errorf("though an entry was taken, it isn't ready: %v", err)
	}
	holdTrue(t, r, c, s, first, all)
	wantSame(t, c, s, r)
}

// hooked is a store of which something is done after each append.
type hooked struct {
	store.Store
	after func()
}

func (m *hooked) Append(ctx context.Context, entries []ledger.Entry) error {
	defer m.after()
	return m.Store.Append(ctx, entries)
}
