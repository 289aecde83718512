package graph

import (
	"context"
	"slices"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/views"
)

// follow sends the entries that judge wants, until ctx is done or judge says that it is over:
// whoever listened as a member hears no more once it is none. The registry drops a reader that
// fell too far behind; follow then goes on from the last entry it read.
func (r subscriptionResolver) follow(ctx context.Context, from int64, out chan<- *views.Entry, judge func(*views.Entry) (wanted, over bool)) {
	for progress := true; progress && ctx.Err() == nil; {
		progress = false
		for e := range r.registry.Follow(ctx, from) {
			progress, from = true, e.Seq+1
			wanted, over := judge(&e)
			if over {
				return
			}
			if !wanted {
				continue
			}
			select {
			case out <- &e:
			case <-ctx.Done():
				return
			}
		}
	}
}

// shown returns an entry as the viewer is shown it: what is followed is told to nobody in
// particular.
func (r subscriptionResolver) shown(ctx context.Context, viewer policies.Actor, e *views.Entry) bool {
	if e.About != "" {
		return true
	}
	v, err := r.views.ShownEntry(ctx, viewer, e.Seq)
	e.About = v.About
	return err == nil && e.About != ""
}

// concerns says whether an entry is about something that the viewer may see at this moment, and
// about the document, if one is given.
func (r subscriptionResolver) concerns(ctx context.Context, viewer policies.Actor, e views.Entry, documentID string) bool {
	l := newLoaders(r.views, viewer, r.registry.Now)
	node, err := nodeOf(ctx, l, e.About)
	if err != nil || node == nil {
		return false
	}
	if m, ok := node.(*policies.Member); ok && !views.ShowsMember(l.viewer, m) {
		return false
	}
	if documentID == "" {
		return true
	}
	id, err := documentOf(ctx, l, e.About)
	return err == nil && id == documentID
}

// Happened implements gen.SubscriptionResolver.
func (r subscriptionResolver) Happened(ctx context.Context, documentID *string, kinds []string, after *int64) (<-chan *views.Entry, error) {
	if err := checkKinds("kinds", kinds); err != nil {
		return nil, err
	}
	viewer := registry.ActorFrom(ctx)
	if documentID != nil {
		l := newLoaders(r.views, viewer, r.registry.Now)
		d, err := l.documents.maybe(ctx, *documentID)
		if err != nil {
			return nil, err
		}
		if d == nil {
			return nil, notFoundError("documentId", "document")
		}
	}
	from := r.views.Position()
	if after != nil {
		if *after < 0 || *after >= from {
			return nil, invalidField("after", "there is no entry %d yet; the ledger has %d", *after, from)
		}
		from = *after + 1
	}
	out := make(chan *views.Entry)
	go func() {
		defer close(out)
		r.follow(ctx, from, out, func(e *views.Entry) (wanted, over bool) {
			asked := len(kinds) == 0 || slices.Contains(kinds, e.Kind)
			if !asked && e.Subject != viewer.MemberID {
				return false, false
			}
			now, still, err := r.registry.Still(ctx, viewer)
			if err != nil || !still {
				return false, true
			}
			return asked && r.shown(ctx, now, e) && r.concerns(ctx, now, *e, valueOf(documentID)), false
		})
	}()
	return out, nil
}
