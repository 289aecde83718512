package hub

import (
	"container/list"
	"sync"
)

// entryCost is what an answer takes besides its body, in bytes, roughly.
const entryCost = 512

// A cache keeps the answers used last, up to a number of bytes.
type cache struct {
	limit int64

	mu    sync.Mutex // guards what follows; held for a few map operations only
	size  int64
	order *list.List // of *cached, most recently used first
	byKey map[string]*list.Element
}

type cached struct {
	key    string
	answer *answer
}

func newCache(limit int64) *cache {
	return &cache{limit: limit, order: list.New(), byKey: map[string]*list.Element{}}
}

func (c *cache) get(key string) *answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).answer
}

// put keeps the answer. One that would take more than a quarter of the cache isn't
// kept: it would drive out everything that is asked for more often.
func (c *cache) put(key string, a *answer) {
	if a.cost() > c.limit/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		held := e.Value.(*cached)
		c.size += a.cost() - held.answer.cost()
		held.answer = a
		c.order.MoveToFront(e)
	} else {
		c.byKey[key] = c.order.PushFront(&cached{key, a})
		c.size += a.cost()
	}
	for c.size > c.limit {
		last := c.order.Remove(c.order.Back()).(*cached)
		delete(c.byKey, last.key)
		c.size -= last.answer.cost()
	}
}

func (a *answer) cost() int64 { return int64(len(a.body)) + entryCost }
