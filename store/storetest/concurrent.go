package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
)

// RunConcurrent tests a store with several callers at once, and, where the
// backend allows several stores on one record, several stores: openMore opens
// another one on what first keeps; nil where that can't be.
func RunConcurrent(t *testing.T, open Opener, openMore func(t *testing.T, first store.Store) store.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, []store.Store)
	}{
		{"OneWinner", testOneWinner},
		{"Race", testRace},
		{"Followers", testFollowers},
		{"Blobs", testConcurrentBlobs},
		{"OneNote", testOneNote},
	} {
		t.Run(test.name, func(t *testing.T) {
			first := open(t)
			stores := []store.Store{first, first}
			if openMore != nil {
				stores = append(stores, openMore(t, first), openMore(t, first))
			}
			test.run(t, stores)
		})
	}
}

// testOneWinner lets callers append one entry each at the same head: one of them
// gets in, the others learn that they didn't.
func testOneWinner(t *testing.T, stores []store.Store) {
	const callers = 8
	for seq := range int64(20) {
		var (
			mu   sync.Mutex
			won  []string
			errs []error
			wg   sync.WaitGroup
		)
		for caller := range callers {
			wg.Go(func() {
				s := stores[caller%len(stores)]
				command := fmt.Sprintf("%d-%d", seq, caller)
				err := s.Append(t.Context(), []ledger.Entry{Entry(seq, command, []byte("{}"))})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won = append(won, command)
				case !errors.Is(err, store.ErrConflict):
					errs = append(errs, err)
				}
			})
		}
		wg.Wait()
		if len(errs) > 0 {
			t.Fatalf("losers at %d got %v, want ErrConflict", seq, errs)
		}
		entries := readAll(t, stores[0])
		if len(won) != 1 || int64(len(entries)) != seq+1 || entries[seq].Command != won[0] {
			t.Fatalf("at %d %q won, and there are %d entries", seq, won, len(entries))
		}
	}
}

// testRace lets callers append batches in a race, each catching up after a loss,
// until each has all its commands in: nothing is lost, doubled or out of order.
func testRace(t *testing.T, stores []store.Store) {
	const callers, batches = 4, 10
	var g errgroup.Group
	for caller := range callers {
		s := stores[caller%len(stores)]
		g.Go(func() error {
			for n := range batches {
				if err := appendInRace(t.Context(), s, fmt.Sprintf("%d-%d", caller, n), 1+n%5); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	next := make(map[string]int)
	for i, e := range readAll(t, stores[0]) {
		if e.Seq != int64(i) {
			t.Fatalf("entry %d stands at %d", e.Seq, i)
		}
		name, _, _ := strings.Cut(e.Command, "/")
		if want := fmt.Sprintf("%s/%d", name, next[name]); e.Command != want {
			t.Errorf("entry %d is of command %s, want %s", i, e.Command, want)
		}
		next[name]++
	}
	for caller := range callers {
		for n := range batches {
			if name := fmt.Sprintf("%d-%d", caller, n); next[name] != 1+n%5 {
				t.Errorf("batch %s has %d entries in the ledger, want %d", name, next[name], 1+n%5)
			}
		}
	}
}

// appendInRace appends n entries, as a careful caller does: after a conflict and
// after an unknown outcome it looks at what is there.
func appendInRace(ctx context.Context, s store.Store, name string, n int) error {
	var at int64
	for done := 0; done < n; {
		entries, err := s.Read(ctx, at, 1000)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Command == fmt.Sprintf("%s/%d", name, done) {
				done++
			}
		}
		if at += int64(len(entries)); len(entries) > 0 || done == n {
			continue
		}
		var batch []ledger.Entry
		for i := done; i < n; i++ {
			batch = append(batch, Entry(at+int64(i-done), fmt.Sprintf("%s/%d", name, i), []byte("{}")))
		}
		err = s.Append(ctx, batch)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrAmbiguous) {
			return err
		}
	}
	return nil
}

// testFollowers lets readers follow the ledger by Wait and Read while it grows.
func testFollowers(t *testing.T, stores []store.Store) {
	const total = 200
	ctx := t.Context()
	var g errgroup.Group
	for _, s := range stores {
		g.Go(func() error {
			for at := int64(0); at < total; {
				if err := s.Wait(ctx, at); err != nil {
					return fmt.Errorf("Wait(%d): %w", at, err)
				}
				entries, err := s.Read(ctx, at, 7)
				if err != nil {
					return err
				}
				if diff := diffEntries(Entries(at, len(entries)), entries); diff != "" {
					return fmt.Errorf("at %d (-want +got):\n%s", at, diff)
				}
				at += int64(len(entries))
			}
			return nil
		})
	}
	for at := 0; at < total; at += 10 {
		mustAppend(t, stores[len(stores)-1], Entries(int64(at), 10)...)
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

// testConcurrentBlobs puts the same content from several callers.
func testConcurrentBlobs(t *testing.T, stores []store.Store) {
	content := strings.Repeat("the same ", 100_000)
	var g errgroup.Group
	for i := range 8 {
		g.Go(func() error {
			_, _, err := stores[i%len(stores)].Blobs().Put(t.Context(), strings.NewReader(content), 1<<20)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, s := range stores {
		wantBlob(t, s, digestOf([]byte(content)), []byte(content))
	}
	if err := stores[0].Blobs().Delete(t.Context(), digestOf([]byte(content))); err != nil {
		t.Error(err)
	}
	for _, s := range stores {
		wantNoBlob(t, s, digestOf([]byte(content)))
	}
}
