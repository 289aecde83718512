package registrytest

import (
	"context"
	"sync"
	"testing"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/storetest"
)

// A Store is one in memory, for [registry.Options], whose appends fail as it was told last.
type Store struct {
	store.Store

	mu    sync.Mutex // guards fault
	fault storetest.Fault
}

// NewStore opens one that doesn't fail yet.
func NewStore() *Store {
	s := &Store{}
	s.Store = storetest.Faulty(mem.Open(), func(int) storetest.Fault {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.fault
	})
	return s
}

func (s *Store) fail(f storetest.Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Mend has appends succeed.
func (s *Store) Mend() { s.fail(storetest.None) }

// BeAway has appends fail and write nothing, which is known.
func (s *Store) BeAway() { s.fail(storetest.Unavailable) }

// BeFull has them fail for want of room.
func (s *Store) BeFull() { s.fail(storetest.Full) }

// BeUnsure has them fail and write nothing, which nobody can know.
func (s *Store) BeUnsure() { s.fail(storetest.Lost) }

// Size is how many entries there are.
func (s *Store) Size(t testing.TB) int64 {
	t.Helper()
	head, err := s.Head(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return head
}
