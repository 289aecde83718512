package acting

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/views"
)

// A lease lets a stream go on for as long as what names its caller: it ends when the
// token or session expires or is revoked, or the membership ends, on whichever node that
// was decided. An ordinary request needs none: it is over before.
type lease struct {
	identity auth.Identity
	actor    policies.Actor
	end      context.CancelCauseFunc
}

// leases are those of all open streams. While there is one, they follow the ledger, and
// check each lease after an entry that may end one.
type leases struct {
	still    func(ctx context.Context, a policies.Actor) (policies.Actor, bool, error)
	follow   func(ctx context.Context, from int64) <-chan views.Entry
	position func() int64
	log      *slog.Logger

	mu   sync.Mutex // guards what is below
	open map[*lease]struct{}
	stop context.CancelFunc // ends the watch; nil while nothing is open
}

const (
	// A look at all leases is followed by a rest of so many times as long, at most
	// longestRest: many sign-outs beside many streams mustn't take a processor.
	restShare   = 4
	longestRest = 5 * time.Second

	// watchAgain is how long to wait after the views couldn't be read.
	watchAgain = time.Second
)

func newLeases(r *registry.Registry, log *slog.Logger) *leases {
	return &leases{still: r.Still, follow: r.Follow, position: r.Views().Position, log: log, open: map[*lease]struct{}{}}
}

// take returns a context that ends with the lease, and what gives the lease back.
func (l *leases) take(ctx context.Context, identity auth.Identity, actor policies.Actor) (context.Context, func()) {
	ctx, end := context.WithCancelCause(ctx)
	held := &lease{identity, actor, end}
	expiry := time.AfterFunc(time.Until(identity.Expiry), func() { end(graph.Unauthorized) })
	l.add(held)
	l.check(ctx, held) // what ended since the caller was looked up may have been told already
	return ctx, func() {
		expiry.Stop()
		l.remove(held)
		end(nil)
	}
}

func (l *leases) add(held *lease) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[held] = struct{}{}
	if l.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		l.stop = stop
		go l.watch(ctx, l.position())
	}
}

func (l *leases) remove(held *lease) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if delete(l.open, held); len(l.open) == 0 && l.stop != nil {
		l.stop()
		l.stop = nil
	}
}

// watch looks at all leases whenever the ledger, from a position on, tells what may
// end one. It returns when ctx is done.
func (l *leases) watch(ctx context.Context, from int64) {
	told := make(chan struct{}, 1)
	go func() {
		for ctx.Err() == nil {
			for e := range l.follow(ctx, from) {
				from = e.Seq + 1
				if policies.EndsActing(e.Kind) {
					select {
					case told <- struct{}{}:
					default: // a look is due anyway
					}
				}
			}
			restFor(ctx, watchAgain)
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case <-told:
		}
		start := time.Now()
		for _, held := range l.all() {
			l.check(ctx, held)
		}
		restFor(ctx, min(restShare*time.Since(start), longestRest))
	}
}

func (l *leases) all() []*lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]*lease, 0, len(l.open))
	for held := range l.open {
		all = append(all, held)
	}
	return all
}

// check ends a lease that is over, or of which that can't be known.
func (l *leases) check(ctx context.Context, held *lease) {
	if held.identity.Over != nil {
		over, err := held.identity.Over(ctx)
		if over || err != nil {
			l.logFailure(ctx, err)
			held.end(graph.Unauthorized)
			return
		}
	}
	if _, still, err := l.still(ctx, held.actor); !still || err != nil {
		l.logFailure(ctx, err)
		held.end(graph.Forbidden)
	}
}

func (l *leases) logFailure(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		l.log.ErrorContext(ctx, "couldn't look up whether a stream may go on", "error", err)
	}
}

func restFor(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
