package registry

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/storetest"
)

func TestSameKey(t *testing.T) {
	s := mem.Open()
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	first := do(t, r, c.carrier, "key", c.says(0, "Ninety days."))
	if first.Repeated || first.Kind != "comment.submitted/1" {
		t.Errorf("first outcome: %+v", first)
	}
	before := len(entriesOf(t, s))
	again := do(t, r, c.carrier, "key", c.says(0, "Ninety days."))
	want := first
	want.Repeated = true
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("second outcome (-want +got):\n%s", diff)
	}
	if after := len(entriesOf(t, s)); after != before {
		t.Errorf("the second command added %d entries", after-before)
	}
	for _, other := range []policies.Command{c.says(1, "Ninety days."), c.says(0, "Ninety days!"), policies.LeaveOrganisation{OrganisationID: c.carrier.OrganisationID}} {
		_, err := r.Do(t.Context(), c.carrier, "key", other)
		wantRefusal(t, err, policies.KeyReused, "idempotencyKey")
	}
	other := do(t, r, c.second, "key", c.says(0, "Mine."))
	operator := do(t, r, policies.Operator, "key", policies.RegisterOrganisation{Kind: policies.Business, Name: "Third", Jurisdiction: "EE"})
	if other.Repeated || operator.Repeated || other.Seq == first.Seq {
		t.Errorf("another's key collided: %+v, %+v", other, operator)
	}
	_, err := r.Do(t.Context(), c.carrier, strings.Repeat("k", maxKey+1), c.says(0, "Long."))
	wantRefusal(t, err, policies.Invalid, "idempotencyKey")
}

func wantRefusal(t *testing.T, err error, code policies.Code, field string) {
	t.Helper()
	var no *policies.Error
	if !errors.As(err, &no) || no.Code != code || no.Field != field {
		t.Errorf("got %v, want %s at %q", err, code, field)
	}
}

// TestSameKeyAtOnce asks for the same from many callers, in one batch and without.
func TestSameKeyAtOnce(t *testing.T) {
	s := mem.Open()
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	before := len(entriesOf(t, s))
	var fresh atomic.Int64
	var all outcomes
	ask := func(key string) func(int) {
		return func(int) {
			out, err := r.Do(t.Context(), c.carrier, key, c.says(0, "Ninety days."))
			if err == nil && !out.Repeated {
				fresh.Add(1)
			}
			out.Repeated = false
			all.add(fmt.Sprint(c.carrier.MemberID, "/", key, out), out, err)
		}
	}
	inOneBatch(t, r, 32, ask("batch"))
	var callers sync.WaitGroup
	for range 64 {
		callers.Go(func() { ask("loose")(0) })
	}
	callers.Wait()
	if len(all.errs) > 0 || len(all.told) != 2 || fresh.Load() != 2 {
		t.Errorf("%d different outcomes, %d of them new, errors %v; want 2 and 2", len(all.told), fresh.Load(), all.errs)
	}
	if after := len(entriesOf(t, s)); after != before+2 {
		t.Errorf("%d entries were added, want 2", after-before)
	}
}

func TestRefusalWritesNothing(t *testing.T) {
	s := mem.Open()
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	before := c.state(t, r)
	size := len(entriesOf(t, s))
	_, err := r.Do(t.Context(), c.carrier, "k", c.says(0, ""))
	wantRefusal(t, err, policies.Invalid, "text")
	_, err = r.Do(t.Context(), policies.Actor{}, "k", c.says(0, "I am nobody."))
	wantRefusal(t, err, policies.Unauthenticated, "consultationId")
	if diff := cmp.Diff(before, c.state(t, r)); diff != "" {
		t.Errorf("a refusal changed the views (-before +after):\n%s", diff)
	}
	if after := len(entriesOf(t, s)); after != size {
		t.Errorf("refusals added %d entries", after-size)
	}
	if out := do(t, r, c.carrier, "k", c.says(0, "Better.")); out.Repeated {
		t.Error("a refused command used its key up")
	}
}

// TestTwoRegistries lets two registries with views of their own write to one
// store: each command gets in once, and both come to hold the same.
func TestTwoRegistries(t *testing.T) {
	s := mem.Open()
	nodes := []*Registry{openOn(t, Options{Store: s}), openOn(t, Options{Store: s})}
	c := settle(t, nodes[0], 5)
	first := len(entriesOf(t, s))
	waitFor(t, nodes[1], int64(first))
	var all outcomes
	var callers sync.WaitGroup
	for caller := range 64 {
		callers.Go(func() {
			for n := range 10 {
				key, clause := fmt.Sprintf("%d-%d", caller, n), caller
				if n == 9 {
					key, clause = fmt.Sprintf("shared-%d", caller/2), 0 // from both nodes at once
				}
				out, err := insist(t, nodes[caller%2], c.carrier, key, c.says(clause, "From caller "+key))
				out.Repeated = false
				all.add(memberKey(c.carrier.MemberID, key), out, err)
			}
		})
	}
	callers.Wait()
	if len(all.errs) > 0 {
		t.Fatalf("%d commands failed: %v", len(all.errs), all.errs[0])
	}
	if len(all.told) != 64*9+32 {
		t.Errorf("%d keys were answered, want %d", len(all.told), 64*9+32)
	}
	wantOnce(t, s, first, all.told)
	wantSame(t, c, s, nodes...)
}

// wantSame waits until all registries hold the whole ledger, and compares them with
// each other and with one that folds it from the start.
func wantSame(t *testing.T, c cast, s store.Store, nodes ...*Registry) {
	t.Helper()
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	replayed := openOn(t, Options{Store: s})
	want := c.state(t, replayed)
	for i, r := range nodes {
		waitFor(t, r, head)
		if diff := cmp.Diff(want, c.state(t, r)); diff != "" {
			t.Errorf("registry %d isn't what a replay makes (-replay +registry):\n%s", i, diff)
		}
	}
}

func waitFor(t *testing.T, r *Registry, position int64) {
	t.Helper()
	if err := r.WaitFor(t.Context(), position); err != nil {
		t.Fatalf("position %d wasn't reached: %v", position, err)
	}
}

// TestFaults lets appends fail in every way there is. Whoever is told of an outcome
// is told the truth; nothing is lost and nothing doubled.
func TestFaults(t *testing.T) {
	for name, fault := range map[string]storetest.Fault{
		"Unavailable": storetest.Unavailable, "Lost": storetest.Lost, "Middle": storetest.Middle, "After": storetest.After,
	} {
		t.Run(name, func(t *testing.T) {
			var armed atomic.Bool
			var failed atomic.Int64
			s := storetest.Faulty(mem.Open(), func(n int) storetest.Fault {
				if !armed.Load() || n%2 == 0 {
					return storetest.None
				}
				failed.Add(1)
				return fault
			})
			r := openOn(t, Options{Store: s})
			c := settle(t, r, 5)
			first := len(entriesOf(t, s))
			armed.Store(true)
			var all outcomes
			for round := range 4 {
				inOneBatch(t, r, 32, func(i int) {
					key := fmt.Sprintf("%d-%d", round, i)
					out, err := insist(t, r, c.carrier, key, c.says(i, "Words of "+key))
					if out.Repeated {
						err = errors.Join(err, errors.New("a command was told that it is a repetition"))
					}
					all.add(memberKey(c.carrier.MemberID, key), out, err)
				})
			}
			if len(all.errs) > 0 || failed.Load() == 0 {
				t.Fatalf("%d faults, errors: %v", failed.Load(), all.errs)
			}
			wantOnce(t, s, first, all.told)
			wantSame(t, c, s, r)
		})
	}
}

// TestStoreFails has a store that never writes: that is said, and nothing is left.
func TestStoreFails(t *testing.T) {
	var armed atomic.Bool
	s := storetest.Faulty(mem.Open(), func(int) storetest.Fault {
		if armed.Load() {
			return storetest.Unavailable
		}
		return storetest.None
	})
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	before, size := c.state(t, r), len(entriesOf(t, s))
	armed.Store(true)
	inOneBatch(t, r, 8, func(i int) {
		_, err := r.Do(t.Context(), c.carrier, fmt.Sprint(i), c.says(i, "Lost words."))
		if !errors.Is(err, ErrUnavailable) || !errors.Is(err, storetest.ErrInjected) {
			t.Errorf("got %v, want ErrUnavailable with its reason", err)
		}
	})
	if diff := cmp.Diff(before, c.state(t, r)); diff != "" || len(entriesOf(t, s)) != size {
		t.Errorf("a failed append left something (-before +after):\n%s", diff)
	}
	armed.Store(false)
	if out := do(t, r, c.carrier, "1", c.says(1, "Found words.")); out.Repeated || out.Seq != int64(size) {
		t.Errorf("after the failure: %+v, want entry %d", out, size)
	}
}

// TestClockGoesBack: entries' times never do.
func TestClockGoesBack(t *testing.T) {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var offset atomic.Int64
	s := mem.Open()
	r := openOn(t, Options{Store: s, Clock: func() time.Time { return start.Add(time.Duration(offset.Load())) }})
	c := settle(t, r, 3)
	for i, jump := range []time.Duration{time.Hour, -time.Hour, 2 * time.Hour, -40 * oneDay, time.Minute} {
		offset.Store(int64(jump))
		do(t, r, c.carrier, "", c.says(i, "At another time."))
		if last := entriesOf(t, s); r.Now().Before(last[len(last)-1].At) {
			t.Errorf("the registry's time is %s, before its last entry's, %s", r.Now(), last[len(last)-1].At)
		}
	}
	var last time.Time
	for _, e := range entriesOf(t, s) {
		if e.At.Before(last) {
			t.Errorf("entry %d is of %s, the one before of %s", e.Seq, e.At, last)
		}
		last = e.At
	}
	if want := start.Add(2 * time.Hour); !last.Equal(want) {
		t.Errorf("the last entry is of %s, want %s", last, want)
	}
}

// panicking panics when it is decided.
type panicking struct{}

func (panicking) Decide(policies.Env, policies.Facts) (policies.Event, error) { panic("on purpose") }

// unfoldable is decided but can't be folded.
type unfoldable struct {
	cause string // "panic", or an error
}

func (u unfoldable) Decide(policies.Env, policies.Facts) (policies.Event, error) { return u, nil }
func (unfoldable) Kind() string                                                  { return "comment.submitted/1" }
func (unfoldable) Subject() string                                               { return "cmt_none" }
func (u unfoldable) Fold(_ policies.Stamp, record policies.Record) error {
	// Half of it is written before it fails.
	if err := record.PutOrganisation(policies.Organisation{ID: "org_half", Kind: policies.Business, Name: "Half"}); err != nil {
		return err
	}
	if u.cause == "panic" {
		panic("on purpose")
	}
	return errors.New(u.cause)
}

// TestBadCommands: one that can't be carried out does no harm to the rest of its batch.
func TestBadCommands(t *testing.T) {
	s := mem.Open()
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	first := len(entriesOf(t, s))
	bad := map[int]policies.Command{3: panicking{}, 7: unfoldable{"no such place"}, 11: unfoldable{"panic"}, 12: panicking{}}
	var all outcomes
	inOneBatch(t, r, 20, func(i int) {
		if command, ok := bad[i]; ok {
			if _, err := r.Do(t.Context(), c.carrier, fmt.Sprint(i), command); !errors.Is(err, ErrInternal) {
				t.Errorf("%T: %v, want ErrInternal", command, err)
			}
			return
		}
		key := fmt.Sprint(i)
		out, err := r.Do(t.Context(), c.carrier, key, c.says(i, "Good words."))
		all.add(memberKey(c.carrier.MemberID, key), out, err)
	})
	if len(all.errs) > 0 {
		t.Fatal(all.errs)
	}
	wantOnce(t, s, first, all.told)
	wantSame(t, c, s, r)
	if o, err := r.Views().Organisations(t.Context(), []string{"org_half"}); err != nil || len(o) > 0 {
		t.Errorf("half a fold was kept: %v, %v", o, err)
	}
}

func TestCancelled(t *testing.T) {
	s := mem.Open()
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	size := len(entriesOf(t, s))
	ctx, cancel := context.WithCancel(t.Context())
	if err := r.onWriter(t.Context(), func() error {
		asked := make(chan error)
		go func() {
			_, err := r.Do(ctx, c.carrier, "gone", c.says(0, "Nobody waits for me."))
			asked <- err
		}()
		cancel()
		if err := <-asked; !errors.Is(err, context.Canceled) {
			t.Errorf("Do = %v, want context.Canceled", err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	out := do(t, r, c.carrier, "later", c.says(0, "I wait."))
	if n := len(entriesOf(t, s)); n != size+1 || out.Seq != int64(size) {
		t.Errorf("%d entries were added, want one; %+v", n-size, out)
	}
}

// TestClose: what was accepted is finished, what comes later is refused.
func TestClose(t *testing.T) {
	s := mem.Open()
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	first := len(entriesOf(t, s))
	var all outcomes
	closed := make(chan error, 1)
	inOneBatch(t, r, 50, func(i int) {
		key := fmt.Sprint(i)
		out, err := r.Do(t.Context(), c.carrier, key, c.says(i, "In time."))
		all.add(memberKey(c.carrier.MemberID, key), out, err)
	}, func() {
		go func() { closed <- r.Close() }()
		for shut := false; !shut; runtime.Gosched() {
			r.closing.RLock()
			shut = r.closed
			r.closing.RUnlock()
		}
	})
	if err := <-closed; err != nil || len(all.errs) > 0 {
		t.Fatalf("Close: %v; errors: %v", err, all.errs)
	}
	wantOnce(t, s, first, all.told)
	if _, err := r.Do(t.Context(), c.carrier, "late", c.says(0, "Too late.")); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Do after Close: %v, want ErrUnavailable", err)
	}
	if err := r.Erase(t.Context(), []int64{0}, "An order.", nil); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Erase after Close: %v, want ErrUnavailable", err)
	}
}

// TestStatementsLeakNothing: what everybody may see of an entry holds no word of anybody's.
func TestStatementsLeakNothing(t *testing.T) {
	s := mem.Open()
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	do(t, r, c.carrier, "secretkey", c.says(0, "Confidential words."))
	for _, e := range entriesOf(t, s) {
		statement, err := e.Statement()
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Ministry", "Carrier", "Person", idp, "Parcels", "parcel", "Confidential", "secretkey", "minister"} {
			if strings.Contains(string(statement), word) {
				t.Errorf("entry %d says %q: %s", e.Seq, word, statement)
			}
		}
	}
}
