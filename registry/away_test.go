package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/pack"
	"github.com/ewtp/entente/store/storetest"
)

// inBubble runs a test in whose registry time passes as soon as all wait.
func inBubble(t *testing.T, test func(*testing.T)) {
	// The encoder makes its channels when it is first used, and they must be of no bubble.
	if _, err := pack.Decode(pack.Encode(make([]byte, 4<<10))); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, test)
}

// TestStoreIsAway: whoever writes while the store doesn't answer hears within ten seconds what is
// known, whenever it came, however many came before it, and whatever the store doesn't answer.
func TestStoreIsAway(t *testing.T) {
	for name, cut := range map[string]struct {
		deaf bool
		ops  []storetest.Op
	}{
		"all":                          {false, []storetest.Op{storetest.Append, storetest.Read, storetest.Wait}},
		"appends":                      {false, []storetest.Op{storetest.Append}},
		"reads":                        {false, []storetest.Op{storetest.Read}},
		"a disk that hangs":            {true, []storetest.Op{storetest.Append, storetest.Read, storetest.Wait}},
		"a disk that hangs in appends": {true, []storetest.Op{storetest.Append}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				line := &storetest.Line{Store: mem.Open()}
				r := openOn(t, Options{Store: line})
				c := settle(t, r, 3)
				first := len(entriesOf(t, line))
				line.Cut(cut.deaf, cut.ops...)
				all, told := away(r, c), map[policies.Code]int{}
				for _, q := range all {
					if q.took > 10*time.Second {
						t.Errorf("%q waited for %s", q.says.Text, q.took)
					}
					if errors.Is(q.err, ErrUnavailable) {
						told[policies.Unavailable]++
					} else {
						told[policies.OutcomeUnknown]++
					}
				}
				if told[policies.Unavailable] == 0 || (told[policies.OutcomeUnknown] > 0) != (name != "all" && name != "reads" && name != "a disk that hangs") {
					t.Errorf("callers were told %v", told)
				}
				line.Mend()
				do(t, r, c.carrier, "", c.says(0, "And on."))
				holdTrue(t, r, c, line, first, all)
				wantSame(t, c, line, r)
			})
		})
	}
}

// away has callers ask every half second for half a minute, more than make one batch.
func away(r *Registry, c cast) (all []*saying) {
	var callers sync.WaitGroup
	for at := range 60 {
		for i := range 20 {
			q := &saying{says: c.says(i, fmt.Sprintf("Words %d of %d.", i, at))}
			if i%2 == 0 {
				q.key = fmt.Sprint("key ", at, " ", i)
			}
			all = append(all, q)
			callers.Go(func() {
				began := time.Now()
				q.outcome, q.err = r.Do(context.Background(), c.carrier, q.key, q.says)
				q.took = time.Since(began)
			})
		}
		time.Sleep(time.Second / 2) // in a bubble
	}
	callers.Wait()
	return all
}

// TestBusyIsNotAway: a long queue that moves is waited for, however slow the store is.
func TestBusyIsNotAway(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := &hooked{Store: mem.Open(), after: func() {}}
		r := openOn(t, Options{Store: s})
		c := settle(t, r, 3)
		s.after = func() { time.Sleep(3 * time.Second) } // in a bubble
		inOneBatch(t, r, 8*maxBatch/4, func(i int) {
			if _, err := r.Do(t.Context(), c.carrier, "", c.says(i, fmt.Sprint("Words ", i))); err != nil {
				t.Error(err)
			}
		})
	})
}

// TestStoreRefuses: a store that takes no entries is asked twice at most, and what it says is passed
// on; the registry isn't ready until it takes them again, and finds that out by itself.
func TestStoreRefuses(t *testing.T) {
	for name, x := range map[string]struct {
		fault  storetest.Fault
		asked  int64
		reason error
	}{
		"unavailable":                {storetest.Unavailable, 1, store.ErrUnavailable},
		"full":                       {storetest.Full, 1, store.ErrFull},
		"an answer that says little": {storetest.Lost, 2, store.ErrAmbiguous},
		"a head that isn't seen":     {storetest.Taken, 1, errHeadBelow},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				var armed atomic.Bool
				var asked atomic.Int64
				s := &hooked{Store: storetest.Faulty(mem.Open(), func(int) storetest.Fault {
					if armed.Load() {
						return x.fault
					}
					return storetest.None
				}), after: func() { asked.Add(1) }}
				var lines logbook
				r := openOn(t, Options{Store: s, Log: slog.New(&lines)})
				c := settle(t, r, 3)
				armed.Store(true)
				asked.Store(0)
				_, err := r.Do(t.Context(), c.carrier, "", c.says(0, "Refused."))
				if !errors.Is(err, x.reason) || !errors.Is(err, storetest.ErrInjected) || asked.Load() != x.asked {
					t.Errorf("asked %d times: %v", asked.Load(), err)
				}
				if err := r.Ready(t.Context()); x.fault != storetest.Taken && !errors.Is(err, x.reason) {
					t.Errorf("ready: %v", err)
				}
				if log := strings.Join(lines.taken(), "\n"); !strings.Contains(log, "no entries can be written") {
					t.Errorf("the log says %s", log)
				}
				armed.Store(false)
				if err := r.Ready(t.Context()); err != nil {
					t.Errorf("mended, it isn't ready: %v", err)
				}
				do(t, r, c.carrier, "", c.says(0, "Taken."))
			})
		})
	}
}

// TestFullDisk: while the disk is full, what the law demands and what makes room is taken,
// from the reserve, and nothing else is so much as tried.
func TestFullDisk(t *testing.T) {
	var full, reserve atomic.Bool
	var asked atomic.Int64
	s := &hooked{Store: storetest.Faulty(mem.Open(), func(int) storetest.Fault {
		if full.Load() && !reserve.Load() {
			return storetest.Full
		}
		return storetest.None
	}), after: func() { asked.Add(1) }}
	r := openOn(t, Options{Store: fullProbe{s, &full}})
	c := settle(t, r, 3)
	words := do(t, r, c.carrier, "", c.says(0, "To be erased."))
	full.Store(true)
	_, err := r.Do(t.Context(), c.carrier, "", c.says(0, "No room."))
	if !errors.Is(err, ErrUnavailable) || !errors.Is(err, store.ErrFull) {
		t.Errorf("on a full disk: %v", err)
	}
	reserve.Store(true) // the store gave it away
	asked.Store(0)
	if _, err := r.Do(t.Context(), c.carrier, "", c.says(0, "No room.")); !errors.Is(err, store.ErrFull) || asked.Load() > 0 {
		t.Errorf("the second time: %v, and the store was asked %d times", err, asked.Load())
	}
	if err := r.Erase(t.Context(), []int64{words.Seq}, "a court's order", nil); err != nil {
		t.Errorf("an erasure on a full disk: %v", err)
	}
	if err := r.Ready(t.Context()); !errors.Is(err, store.ErrFull) {
		t.Errorf("after the erasure: ready is %v", err)
	}
	if _, err := r.Do(t.Context(), c.carrier, "", c.says(0, "No room.")); !errors.Is(err, store.ErrFull) {
		t.Errorf("after the erasure: %v", err)
	}
	full.Store(false)
	do(t, r, c.carrier, "", c.says(0, "Room.")) // and nobody had to ask whether it is ready
	if err := r.Ready(t.Context()); err != nil {
		t.Errorf("ready: %v", err)
	}
}

// fullProbe says that the disk is full, whatever the reserve allows.
type fullProbe struct {
	store.Store
	full *atomic.Bool
}

func (f fullProbe) Probe(context.Context) error {
	if f.full.Load() {
		return store.ErrFull
	}
	return nil
}

// shortened is a store that has lost its last entries, as a restore from a backup loses them.
type shortened struct {
	store.Store
	lost atomic.Int64 // how many
}

func (s *shortened) end(ctx context.Context) int64 {
	head, _ := s.Store.Head(ctx)
	return head - s.lost.Load()
}

func (s *shortened) Read(ctx context.Context, from int64, limit int) ([]ledger.Entry, error) {
	return s.Store.Read(ctx, from, int(min(int64(limit), max(s.end(ctx)-from, 0))))
}

func (s *shortened) Digest(ctx context.Context, seq int64) (ledger.Hash, error) {
	if seq >= s.end(ctx) {
		return ledger.Hash{}, store.ErrNotFound
	}
	return s.Store.Digest(ctx, seq)
}

// TestNothingIsWrittenPastAGap: a ledger that lost its tail takes no entries, says which are
// missing, and goes on when they are back.
func TestNothingIsWrittenPastAGap(t *testing.T) {
	s := &shortened{Store: mem.Open()}
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	for i := range 7 {
		do(t, r, c.carrier, "", c.says(i, "Words."))
	}
	size := int64(len(entriesOf(t, s)))
	before := c.state(t, r)
	for _, lost := range []int64{1, 4, size} {
		s.lost.Store(lost)
		want := Missing{From: size - lost, To: size - 1}
		var missing *Missing
		if err := r.Ready(t.Context()); !errors.As(err, &missing) || *missing != want {
			t.Errorf("%d lost: ready is %v, want %+v", lost, err, want)
		}
		_, err := r.Do(t.Context(), c.carrier, "", c.says(0, "Past the gap."))
		if !errors.Is(err, ErrUnavailable) || !errors.As(err, &missing) || *missing != want {
			t.Errorf("%d lost: %v", lost, err)
		}
		if head, err := s.Head(t.Context()); err != nil || head != size {
			t.Errorf("%d lost: %d entries were written", lost, head-size)
		}
		if c.state(t, r) != before {
			t.Errorf("%d lost: the views aren't what they were", lost)
		}
	}
	s.lost.Store(0)
	if err := r.Ready(t.Context()); err != nil {
		t.Errorf("with all entries back: %v", err)
	}
	do(t, r, c.carrier, "", c.says(0, "And on."))
}
