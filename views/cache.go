package views

import (
	"container/list"
	"sync"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// caches keep hot facts for the writer. Whoever has the writer's turn owns them.
type caches struct {
	names         overlay[string, int64]
	organisations overlay[string, policies.Organisation]
	documents     overlay[string, policies.Document]
	consultations overlay[string, policies.Consultation]
	ballots       overlay[string, policies.Ballot]
	lastNumbers   overlay[string, int]
	live          overlay[int64, map[string]liveClause]
}

func (c *caches) commit() {
	c.names.commit(1 << 16)
	c.organisations.commit(4096)
	c.documents.commit(1024)
	c.consultations.commit(1024)
	c.ballots.commit(16) // an electorate may be large
	c.lastNumbers.commit(4096)
	c.live.commit(4)
}

func (c *caches) rollback() {
	c.names.fresh = nil
	c.organisations.fresh = nil
	c.documents.fresh = nil
	c.consultations.fresh = nil
	c.ballots.fresh = nil
	c.lastNumbers.fresh = nil
	c.live.fresh = nil
}

// An overlay is a map whose changes lie apart until they are committed, so that a
// rollback leaves nothing of them.
type overlay[K comparable, V any] struct {
	base, fresh map[K]V
}

func (o *overlay[K, V]) get(k K) (V, bool) {
	if v, ok := o.fresh[k]; ok {
		return v, true
	}
	v, ok := o.base[k]
	return v, ok
}

func (o *overlay[K, V]) put(k K, v V) {
	if o.fresh == nil {
		o.fresh = map[K]V{}
	}
	o.fresh[k] = v
}

// commit makes the changes part of the base, which starts anew past limit.
func (o *overlay[K, V]) commit(limit int) {
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

// A textCache keeps parsed texts by the ID of their revision: a text is taken for
// four times its source.
type textCache = lru[*clauses.Text]

func newTextCache(limit int) *textCache { return newLRU(limit, weight) }

func weight(t *clauses.Text) int { return 4*len(t.Source) + 1024 }

// An lru keeps the values used last, bounded by what they weigh.
type lru[V any] struct {
	limit int
	weigh func(V) int

	mu    sync.Mutex // guards what follows
	bytes int
	order list.List // of kept[V], the one used last in front
	at    map[string]*list.Element
}

type kept[V any] struct {
	key   string
	value V
}

func newLRU[V any](limit int, weigh func(V) int) *lru[V] {
	return &lru[V]{limit: limit, weigh: weigh, at: map[string]*list.Element{}}
}

func (c *lru[V]) get(key string) (v V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[key]
	if !ok {
		return v, false
	}
	c.order.MoveToFront(e)
	return e.Value.(kept[V]).value, true
}

func (c *lru[V]) put(key string, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.at[key]; ok {
		c.drop(e)
	}
	c.at[key] = c.order.PushFront(kept[V]{key, v})
	c.bytes += c.weigh(v)
	for c.bytes > c.limit && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

func (c *lru[V]) drop(e *list.Element) {
	v := c.order.Remove(e).(kept[V])
	delete(c.at, v.key)
	c.bytes -= c.weigh(v.value)
}

func (c *lru[V]) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order.Init()
	clear(c.at)
	c.bytes = 0
}

// move hands everything over to another cache, what was used last at the end.
func (c *lru[V]) move(to *lru[V]) {
	for e := c.order.Back(); e != nil; e = e.Prev() {
		v := e.Value.(kept[V])
		to.put(v.key, v.value)
	}
	c.clear()
}
