package table

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
