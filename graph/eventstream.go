package graph

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"

	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/views"
)

// An eventStream is a subscription over server-sent events. It executes its operation for each
// event for which none of its audience has, in the goroutine of its request: it has none of its own.
type eventStream struct {
	root     *resolver
	op       *graphql.OperationContext
	listener *listener
	feed     chan<- *views.Entry // takes one event
	next     graphql.ResponseHandler
	audience *audience // nil before the first event
}

// errOver says that a listener is to hear no more.
var errOver = errors.New("the listener is a member no more")

type eventStreamKey struct{}

// eventStreamFrom returns the event stream that an operation begins for, or nil.
func eventStreamFrom(ctx context.Context) *eventStream {
	s, _ := ctx.Value(eventStreamKey{}).(*eventStream)
	return s
}

// read returns the text on what is new; or, where nothing is, what is closed when something will be;
// or that it is over.
func (s *eventStream) read(w waiting) (text []byte, changed <-chan struct{}, over bool) {
	l := s.listener
	era, err := s.root.registry.Era(w.ctx)
	if err != nil {
		return nil, nil, true
	}
	if over, err := s.present(w.ctx, era); over || err != nil {
		return nil, nil, true
	}
	fetch := func() (registry.News, error) { return s.root.registry.NewsFrom(w.ctx, l.at) }
	write := func(news registry.News) (text []byte, ends []int, err error) {
		err = s.root.pace.work(w, func() (err error) {
			text, ends, err = s.write(w.ctx, news)
			return err
		})
		return text, ends, err
	}
	before := l.at
	text, next, news, err := s.audience.told(w, l.at, era, s.root.audiences.share(s.audience), fetch, write)
	l.at = next
	if err == nil && next == before {
		return nil, news.Changed, false
	}
	return text, nil, err != nil
}

// present finds out who listens in an era, and makes the stream part of the audience of that.
func (s *eventStream) present(ctx context.Context, era int64) (over bool, err error) {
	if _, over, err := s.root.heed(ctx, s.listener, registry.News{Era: era}); over || err != nil {
		return over, err
	}
	s.belong()
	return false, nil
}

// belong makes the stream part of the audience that its viewer belongs to by now.
func (s *eventStream) belong() {
	if s.audience != nil && s.audience.key.viewer == s.listener.viewer {
		return
	}
	key := audienceKey{s.listener.viewer, askedBy(s.op, s.listener)}
	s.leave()
	s.audience = s.root.audiences.join(key)
}

// leave ends the stream's part in its audience.
func (s *eventStream) leave() {
	if s.audience != nil {
		s.root.audiences.leave(s.audience)
		s.audience = nil
	}
}

// write executes the operation for those of new entries that the listener is to hear of, and says
// where the part of each entry ends.
func (s *eventStream) write(ctx context.Context, news registry.News) (text []byte, ends []int, err error) {
	wanted, over, err := s.root.heed(ctx, s.listener, news)
	if err != nil || over {
		return nil, nil, errors.Join(err, errOver)
	}
	batch := s.withLoaders(ctx, wanted)
	for i := range news.Entries {
		if len(wanted) > 0 && wanted[0].Seq == news.Entries[i].Seq {
			s.feed <- wanted[0]
			wanted = wanted[1:]
			response := s.next(batch)
			if err := ctx.Err(); err != nil { // what it says may be no more than that
				return nil, nil, err
			}
			if len(response.Errors) > 0 { // what couldn't be loaded for one event may be for the next
				batch = s.withLoaders(ctx, wanted)
			}
			text = append(text, eventText(response)...)
		}
		ends = append(ends, len(text))
	}
	return text, ends, nil
}

// withLoaders gives the events on some entries the loaders that they share.
func (s *eventStream) withLoaders(ctx context.Context, entries []*views.Entry) context.Context {
	l := newLoaders(s.root.views, s.listener.viewer, s.root.registry.Now)
	for _, e := range entries {
		announceNode(l, e.About)
	}
	return context.WithValue(ctx, batchKey{}, l)
}
