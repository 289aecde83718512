package table

import (
	"container/list"
	"sync"
)

// An Overlay is a map whose changes lie apart until they are committed, so that a
// rollback leaves nothing of them. Whoever has the writer's turn owns it.
type Overlay[K comparable, V any] struct {
	base, fresh map[K]V
}

// Get returns what was put last.
func (o *Overlay[K, V]) Get(k K) (V, bool) {
	if v, ok := o.fresh[k]; ok {
		return v, true
	}
	v, ok := o.base[k]
	return v, ok
}

// Put keeps a value until the next rollback.
func (o *Overlay[K, V]) Put(k K, v V) {
	if o.fresh == nil {
		o.fresh = map[K]V{}
	}
	o.fresh[k] = v
}

// Load asks the overlay, then load, and keeps what that found.
func (o *Overlay[K, V]) Load(k K, load func(K) (V, error)) (V, error) {
	if v, ok := o.Get(k); ok {
		return v, nil
	}
	v, err := load(k)
	if err == nil {
		o.Put(k, v)
	}
	return v, err
}

// Commit makes the changes part of the base, which starts anew past limit.
func (o *Overlay[K, V]) Commit(limit int) {
	if len(o.fresh) == 0 {
		return
	}
	if o.base == nil || len(o.base)+len(o.fresh) > limit {
		o.base = make(map[K]V, len(o.fresh))
	}
	for k, v := range o.fresh {
		o.base[k] = v
	}
	clear(o.fresh)
}

// Rollback forgets the changes.
func (o *Overlay[K, V]) Rollback() { o.fresh = nil }

// An LRU keeps the values used last, bounded by what they weigh. It is safe for
// concurrent use.
type LRU[V any] struct {
	limit int
	weigh func(V) int

	mu     sync.Mutex // guards what follows
	weight int
	order  list.List // of kept[V], the one used last in front
	at     map[string]*list.Element
}

type kept[V any] struct {
	key   string
	value V
}

// NewLRU returns an LRU that keeps values as long as they weigh no more than limit; the
// one put last it keeps whatever it weighs.
func NewLRU[V any](limit int, weigh func(V) int) *LRU[V] {
	return &LRU[V]{limit: limit, weigh: weigh, at: map[string]*list.Element{}}
}

// Get returns the value of a key.
func (c *LRU[V]) Get(key string) (v V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[key]
	if !ok {
		return v, false
	}
	c.order.MoveToFront(e)
	return e.Value.(kept[V]).value, true
}

// Put keeps a value.
func (c *LRU[V]) Put(key string, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.at[key]; ok {
		c.drop(e)
	}
	c.at[key] = c.order.PushFront(kept[V]{key, v})
	c.weight += c.weigh(v)
	for c.weight > c.limit && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

func (c *LRU[V]) drop(e *list.Element) {
	v := c.order.Remove(e).(kept[V])
	delete(c.at, v.key)
	c.weight -= c.weigh(v.value)
}

// Clear forgets everything.
func (c *LRU[V]) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order.Init()
	clear(c.at)
	c.weight = 0
}

// Move hands everything over to another cache, what was used last at the end.
func (c *LRU[V]) Move(to *LRU[V]) {
	for e := c.order.Back(); e != nil; e = e.Prev() {
		v := e.Value.(kept[V])
		to.Put(v.key, v.value)
	}
	c.Clear()
}
