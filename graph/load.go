package graph

import (
	"context"
	"errors"
	"sync"

	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
)

// A loader reads values by key, mostly an ID, for one response: each value once, and many
// with one call of fetch.
//
// A resolver that has a page of things announces the keys to which they refer. The first load
// then fetches all announced keys in one call; nobody waits for a time window. How many
// calls there are depends on the query and not on how much it finds: there is at most one for
// each of its fields, and fewer where the keys of one field are announced before another calls.
type loader[K comparable, T any] struct {
	fetch func(ctx context.Context, keys []K) (map[K]T, error)
	found func(T) // announces to what a fetched value refers; may be nil

	mu        sync.Mutex // guards the fields below; isn't held during fetch
	slots     map[K]*slot[T]
	announced []K // not fetched yet; may hold a key twice
}

// with sets how a loader reads its values, and what announces the keys to which a value refers;
// found may be nil.
func (l *loader[K, T]) with(fetch func(context.Context, []K) (map[K]T, error), found func(T)) *loader[K, T] {
	l.fetch, l.found = fetch, found
	return l
}

// variants holds the loaders of a field that takes arguments: one loader for each set of
// arguments, so that all objects of a page for which a query asks the same share it. The zero
// value is ready for use.
type variants[A comparable, K comparable, T any] struct {
	mu      sync.Mutex // guards loaders
	loaders map[A]*loader[K, T]
}

// of returns the loader for a set of arguments, and makes it the first time.
func (v *variants[A, K, T]) of(asked A, fetch func(context.Context, []K) (map[K]T, error), found func(T)) *loader[K, T] {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.loaders == nil {
		v.loaders = map[A]*loader[K, T]{}
	}
	if v.loaders[asked] == nil {
		v.loaders[asked] = new(loader[K, T]).with(fetch, found)
	}
	return v.loaders[asked]
}

// forget implements source.
func (v *variants[A, K, T]) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.loaders = nil
}

// A slot holds a value that is loaded or being loaded. Its fields may be read once done is closed.
type slot[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// announce notes keys that will probably be loaded. It passes over empty keys and those
// that are loaded already.
func (l *loader[K, T]) announce(keys ...K) {
	var none K
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range keys {
		if k != none && l.slots[k] == nil {
			l.announced = append(l.announced, k)
		}
	}
}

// prime stores a value that was read in another way.
func (l *loader[K, T]) prime(key K, v T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.slots == nil {
		l.slots = map[K]*slot[T]{}
	}
	if l.slots[key] == nil {
		s := &slot[T]{done: make(chan struct{}), value: v}
		close(s.done)
		l.slots[key] = s
	}
}

// load returns one value, or policies.ErrNotFound.
func (l *loader[K, T]) load(ctx context.Context, id K) (v T, err error) {
	var none K
	if id == none {
		return v, policies.ErrNotFound
	}
	l.mu.Lock()
	s, ok := l.slots[id]
	if ok {
		l.mu.Unlock()
		select {
		case <-s.done:
			return s.value, s.err
		case <-ctx.Done():
			return v, ctx.Err()
		}
	}
	batch := l.claim(id)
	s = l.slots[id]
	l.mu.Unlock()
	l.fill(ctx, batch)
	return s.value, s.err
}

// claim makes slots for a key and for all announced keys, and returns those that are new. The
// caller holds the mutex.
func (l *loader[K, T]) claim(id K) map[K]*slot[T] {
	if l.slots == nil {
		l.slots = map[K]*slot[T]{}
	}
	batch := map[K]*slot[T]{}
	for _, id := range append(l.announced, id) {
		if l.slots[id] == nil {
			s := &slot[T]{done: make(chan struct{})}
			l.slots[id], batch[id] = s, s
		}
	}
	l.announced = nil
	return batch
}

// fill fetches the values of a batch. Whatever happens, it closes all slots, so that nobody
// waits for ever.
func (l *loader[K, T]) fill(ctx context.Context, batch map[K]*slot[T]) {
	err := errors.New("couldn't load: the fetch panicked")
	var values map[K]T
	defer func() {
		for id, s := range batch {
			var ok bool
			if s.value, ok = values[id]; !ok {
				s.err = err
			}
			close(s.done)
		}
	}()
	ids := make([]K, 0, len(batch))
	for id := range batch {
		ids = append(ids, id)
	}
	values, err = l.fetch(ctx, ids)
	if err != nil {
		values = nil
		return
	}
	err = policies.ErrNotFound
	if l.found != nil {
		for _, v := range values {
			l.found(v)
		}
	}
}

// maybe returns one value, or nil where there is none that the viewer may see.
func (l *loader[K, T]) maybe(ctx context.Context, id K) (*T, error) {
	v, err := l.load(ctx, id)
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// node returns one value as the interface Node, or nil where there is none that the viewer may
// see.
func (l *loader[K, T]) node(ctx context.Context, id K) (wire.Node, error) {
	v, err := l.maybe(ctx, id)
	if v == nil || err != nil {
		return nil, err
	}
	return v, nil
}

// all returns the values of several keys in their order, without those that there are none of.
func (l *loader[K, T]) all(ctx context.Context, ids []K) ([]T, error) {
	l.announce(ids...)
	list := make([]T, 0, len(ids))
	for _, id := range ids {
		v, err := l.load(ctx, id)
		if errors.Is(err, policies.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// forget implements source.
func (l *loader[K, T]) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slots, l.announced = nil, nil
}
