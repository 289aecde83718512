package graph

import (
	"context"
	"slices"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/views"
)

// Happened implements gen.SubscriptionResolver.
func (r subscriptionResolver) Happened(ctx context.Context, documentID *string, kinds []string, after *int64) (<-chan *views.Entry, error) {
	if err := knownKinds("kinds", kinds); err != nil {
		return nil, err
	}
	if documentID != nil {
		l := newLoaders(r.views, registry.ActorFrom(ctx))
		d, err := l.documents.maybe(ctx, *documentID)
		if err != nil {
			return nil, err
		}
		if d == nil {
			return nil, hidden("documentId", "document")
		}
	}
	from := r.views.Position()
	if after != nil {
		if *after < 0 || *after >= from {
			return nil, invalid("after", "there is no entry %d yet; the ledger has %d", *after, from)
		}
		from = *after + 1
	}
	out := make(chan *views.Entry)
	go func() {
		defer close(out)
		r.follow(ctx, from, out, func(e views.Entry) bool {
			return (len(kinds) == 0 || slices.Contains(kinds, e.Kind)) && r.concerns(ctx, e, or(documentID))
		})
	}()
	return out, nil
}

// follow sends the entries that are wanted until ctx is done. A reader that fell
// too far behind is dropped by the registry and takes up where it was.
func (r subscriptionResolver) follow(ctx context.Context, from int64, out chan<- *views.Entry, wanted func(views.Entry) bool) {
	for progress := true; progress && ctx.Err() == nil; {
		progress = false
		for e := range r.registry.Follow(ctx, from) {
			progress, from = true, e.Seq+1
			if !wanted(e) {
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

// concerns says whether an entry is about something that the viewer may see, and
// about the document, if one is given. Rights are those of the moment.
func (r subscriptionResolver) concerns(ctx context.Context, e views.Entry, documentID string) bool {
	l := newLoaders(r.views, registry.ActorFrom(ctx))
	node, err := nodeOf(ctx, l, e.Subject)
	if err != nil || node == nil {
		return false
	}
	if m, ok := node.(*policies.Member); ok && !seesMembers(l.viewer, m.OrganisationID) {
		return false
	}
	if documentID == "" {
		return true
	}
	id, err := documentOf(ctx, l, e.Subject)
	return err == nil && id == documentID
}
