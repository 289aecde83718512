package graph

import (
	"context"
	"slices"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/views"
)

// A listener is one subscription: who listens, to what, and how far it has come.
type listener struct {
	viewer     policies.Actor
	documentID string   // "" for all
	kinds      []string // with their versions
	at         int64    // the next entry
	era        int64    // in which viewer was looked up; -1 for never
}

// heed returns those of new entries that the listener is to hear of, as it is shown them; over
// says that it is to hear no more: whoever listened as a member hears nothing once it is none.
func (r *resolver) heed(ctx context.Context, l *listener, news registry.News) (wanted []*views.Entry, over bool, err error) {
	if l.era != news.Era {
		now, still, err := r.registry.Still(ctx, l.viewer)
		if err != nil || !still {
			return nil, true, err
		}
		l.viewer, l.era = now, news.Era
	}
	asked := make([]*views.Entry, 0, len(news.Entries))
	for i := range news.Entries {
		if e := &news.Entries[i]; len(l.kinds) == 0 || slices.Contains(l.kinds, e.Kind) {
			asked = append(asked, e)
		}
	}
	all, err := r.verdicts.of(ctx, l.viewer, news.Era, asked)
	if err != nil {
		return nil, false, err
	}
	for i, v := range all {
		if v.told && (l.documentID == "" || l.documentID == v.documentID) {
			e := *asked[i]
			e.About = v.about
			wanted = append(wanted, &e)
		}
	}
	return wanted, false, nil
}

// LedgerEntryAdded implements gen.SubscriptionResolver.
func (r subscriptionResolver) LedgerEntryAdded(ctx context.Context, documentID *string, kinds []string, after *int64) (<-chan *views.Entry, error) {
	kinds, err := kindsOf("kinds", kinds)
	if err != nil {
		return nil, err
	}
	l := &listener{viewer: registry.ActorFrom(ctx), documentID: valueOf(documentID), kinds: kinds, era: -1}
	if documentID != nil {
		d, err := newLoaders(r.views, l.viewer, r.registry.Now).documents.maybe(ctx, *documentID)
		if err != nil {
			return nil, err
		}
		if d == nil {
			return nil, notFoundError("documentId", "document")
		}
	}
	l.at = r.views.Position()
	if after != nil {
		if *after < 0 || *after >= l.at {
			return nil, invalidField("after", "there is no entry %d yet; the ledger has %d", *after, l.at)
		}
		l.at = *after + 1
	}
	if s := eventStreamFrom(ctx); s != nil {
		feed := make(chan *views.Entry, 1)
		s.listener, s.feed = l, feed
		return feed, nil
	}
	out := make(chan *views.Entry)
	go func() {
		defer close(out)
		r.listen(ctx, l, out)
	}()
	return out, nil
}

// listen sends the entries that the listener is to hear of, until ctx is done or it is over.
func (r *resolver) listen(ctx context.Context, l *listener, out chan<- *views.Entry) {
	w := waiting{ctx: ctx}
	for {
		news, err := r.registry.NewsFrom(ctx, l.at)
		if err != nil {
			return
		}
		if len(news.Entries) == 0 {
			if !w.wait(news.Changed) {
				return
			}
			continue
		}
		var wanted []*views.Entry
		over := false
		err = r.pace.work(w, func() (err error) {
			wanted, over, err = r.heed(ctx, l, news)
			return err
		})
		if err != nil || over {
			return
		}
		for _, e := range wanted {
			select {
			case out <- e:
			case <-ctx.Done():
				return
			}
			r.pace.rest(w, answerCost)
		}
		l.at = news.Entries[len(news.Entries)-1].Seq + 1
	}
}
