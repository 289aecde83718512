// Package lru is a cache of the values that were used last, bounded by what they weigh.
// Several rooms keep what is dear to make: parsed texts, answers, verified tokens.
package lru

import (
	"container/list"
	"sync"
)

// A Cache is safe for concurrent use.
type Cache[K comparable, V any] struct {
	limit int
	weigh func(V) int

	mu     sync.Mutex // guards what follows; held for a few map operations only
	weight int
	order  list.List // of *kept[K, V], the one used last in front
	at     map[K]*list.Element
}

type kept[K comparable, V any] struct {
	key   K
	value V
}

// New returns a cache that keeps values as long as they weigh no more than limit; the
// one put last it keeps whatever it weighs. Without weigh every value weighs 1.
func New[K comparable, V any](limit int, weigh func(V) int) *Cache[K, V] {
	if weigh == nil {
		weigh = func(V) int { return 1 }
	}
	return &Cache[K, V]{limit: limit, weigh: weigh, at: map[K]*list.Element{}}
}

// Get returns the value of a key.
func (c *Cache[K, V]) Get(key K) (v V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[key]
	if !ok {
		return v, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*kept[K, V]).value, true
}

// Put keeps a value.
func (c *Cache[K, V]) Put(key K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.at[key]; ok {
		k := e.Value.(*kept[K, V])
		c.weight -= c.weigh(k.value)
		k.value = v
		c.order.MoveToFront(e)
	} else {
		c.at[key] = c.order.PushFront(&kept[K, V]{key, v})
	}
	c.weight += c.weigh(v)
	for c.weight > c.limit && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

// Remove forgets the value of a key.
func (c *Cache[K, V]) Remove(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.at[key]; ok {
		c.drop(e)
	}
}

func (c *Cache[K, V]) drop(e *list.Element) {
	v := c.order.Remove(e).(*kept[K, V])
	delete(c.at, v.key)
	c.weight -= c.weigh(v.value)
}

// Clear forgets everything.
func (c *Cache[K, V]) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order.Init()
	clear(c.at)
	c.weight = 0
}

// Move hands everything over to another cache, what was used last at the end. Nobody
// else uses c meanwhile.
func (c *Cache[K, V]) Move(to *Cache[K, V]) {
	for e := c.order.Back(); e != nil; e = e.Prev() {
		v := e.Value.(*kept[K, V])
		to.Put(v.key, v.value)
	}
	c.Clear()
}
