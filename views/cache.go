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

// A textCache keeps the texts used last, bounded by what they weigh: a parsed text
// is taken for four times its source.
type textCache struct {
	limit int

	mu    sync.Mutex // guards what follows
	bytes int
	order list.List // of cachedText, the one used last in front
	at    map[string]*list.Element
}

type cachedText struct {
	id   string
	text *clauses.Text
}

func newTextCache(limit int) *textCache {
	return &textCache{limit: limit, at: map[string]*list.Element{}}
}

func weight(t *clauses.Text) int { return 4*len(t.Source) + 1024 }

func (c *textCache) get(id string) (*clauses.Text, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[id]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(cachedText).text, true
}

func (c *textCache) put(id string, t *clauses.Text) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.at[id]; ok {
		c.drop(e)
	}
	c.at[id] = c.order.PushFront(cachedText{id, t})
	c.bytes += weight(t)
	for c.bytes > c.limit && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

func (c *textCache) drop(e *list.Element) {
	v := c.order.Remove(e).(cachedText)
	delete(c.at, v.id)
	c.bytes -= weight(v.text)
}

func (c *textCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order.Init()
	clear(c.at)
	c.bytes = 0
}

// move hands all texts over to another cache, the one used last at the end.
func (c *textCache) move(to *textCache) {
	for e := c.order.Back(); e != nil; e = e.Prev() {
		v := e.Value.(cachedText)
		to.put(v.id, v.text)
	}
	c.clear()
}
