package graph

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// fetches is a fetch that knows the words up to "m" and writes down what it was asked.
type fetches struct {
	mu    sync.Mutex
	calls [][]string
	err   error
}

func (f *fetches) fetch(_ context.Context, ids []string) (map[string]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.Sort(ids)
	f.calls = append(f.calls, ids)
	if f.err != nil {
		return nil, f.err
	}
	found := map[string]string{}
	for _, id := range ids {
		if id <= "m" {
			found[id] = "the " + id
		}
	}
	return found, nil
}

func TestLoaderFetchesWhatWasAnnouncedAtOnce(t *testing.T) {
	var f fetches
	l := loader[string, string]{fetch: f.fetch}
	l.found = func(string) { l.announce("later") }
	l.announce("a", "b", "a", "", "z")
	for id, want := range map[string]string{"a": "the a", "b": "the b", "c": "the c"} {
		if got, err := l.load(t.Context(), id); got != want || err != nil {
			t.Errorf("load(%s) = %q, %v", id, got, err)
		}
	}
	for _, id := range []string{"z", ""} {
		if _, err := l.load(t.Context(), id); !errors.Is(err, policies.ErrNotFound) {
			t.Errorf("load(%q): %v", id, err)
		}
	}
	if len(f.calls) > 2 {
		t.Errorf("%d fetches: %v", len(f.calls), f.calls)
	}
	got, err := l.all(t.Context(), []string{"b", "z", "a"})
	if diff := cmp.Diff([]string{"the b", "the a"}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestLoaderIsSharedByManyCallers(t *testing.T) {
	var f fetches
	l := loader[string, string]{fetch: f.fetch}
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if got, err := l.load(t.Context(), "a"); got != "the a" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	group.Wait()
	if len(f.calls) != 1 {
		t.Errorf("%d fetches of one value", len(f.calls))
	}
}

func TestLoaderTellsEveryoneOfTrouble(t *testing.T) {
	trouble := errors.New("the disk is gone")
	f := fetches{err: trouble}
	l := loader[string, string]{fetch: f.fetch}
	l.announce("a", "b")
	for _, id := range []string{"a", "b"} {
		if _, err := l.maybe(t.Context(), id); !errors.Is(err, trouble) {
			t.Errorf("maybe(%s): %v", id, err)
		}
	}
	if _, err := l.all(t.Context(), []string{"a"}); !errors.Is(err, trouble) {
		t.Errorf("all: %v", err)
	}
	f.err = nil
	l.forget()
	if v, err := l.maybe(t.Context(), "a"); err != nil || v == nil {
		t.Errorf("after forget: %v, %v", v, err)
	}
}

func TestLoaderLeavesNobodyWaitingAfterAPanic(t *testing.T) {
	l := loader[string, string]{fetch: func(context.Context, []string) (map[string]string, error) { panic("bad row") }}
	l.announce("b")
	func() {
		defer func() { _ = recover() }()
		_, _ = l.load(t.Context(), "a")
	}()
	if _, err := l.load(t.Context(), "b"); err == nil {
		t.Error("no error")
	}
}
