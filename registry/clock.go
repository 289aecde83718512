package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// What is still taken for a clock that is right.
const (
	// MaxQuiet is how long after its last entry a ledger is written to without anybody
	// answering for the clock.
	MaxQuiet = 31 * 24 * time.Hour
	// maxAhead is how far a clock may be ahead of another one.
	maxAhead = 5 * time.Minute
	// maxGain is the part of the time that passed by which it may be ahead besides: clocks
	// are brought to the right time by running faster or slower, by less than this.
	maxGain = 1000
	// compareEvery is how often the clock is compared with the store's.
	compareEvery = time.Minute
)

// ErrClock says that the clock can't be right. One entry under a clock that is a year
// ahead would close every consultation for good, since no entry is earlier than the one
// before it: so none is written.
var ErrClock = errors.New("the clock can't be right")

// A watchedClock is the registry's clock, held against others: one that nobody sets, and
// that of the store's server, where it has one.
type watchedClock struct {
	wall   func() time.Time
	steady func() time.Duration // since any moment; nil where there is none
	begun  time.Time            // by wall, when steady was at zero
	zero   time.Duration
	quiet  error // the last entry is too old for this to be now

	mu    sync.Mutex
	ahead error // of the store's server
}

func newWatchedClock(wall func() time.Time, steady func() time.Duration) *watchedClock {
	c := &watchedClock{wall: wall, steady: steady, begun: wall()}
	if steady != nil {
		c.zero = steady()
	}
	return c
}

// check says whether the clock is ahead of the time.
func (c *watchedClock) check() error {
	c.mu.Lock()
	err := errors.Join(c.quiet, c.ahead)
	c.mu.Unlock()
	if err != nil || c.steady == nil {
		return err
	}
	passed := c.steady() - c.zero
	gained := c.wall().Round(0).Sub(c.begun.Round(0)) - passed
	if gained > maxAhead+passed/maxGain {
		return fmt.Errorf("%w: %w: it went ahead by %s while %s passed; set it right, or start again if it is right now", ErrUnavailable, ErrClock,
			gained.Round(time.Second), passed.Round(time.Second))
	}
	return nil
}

// wake holds the clock against the last entry of a ledger that is opened.
func (c *watchedClock) wake(last time.Time) error {
	now := c.wall()
	if quiet := now.Sub(last); !last.IsZero() && quiet > MaxQuiet {
		c.quiet = fmt.Errorf("%w: %w: it is %s, %d days after the last entry, of %s; who knows that it is right, says so at the start", ErrUnavailable, ErrClock,
			now.UTC().Format(time.RFC3339), quiet/(24*time.Hour), last.UTC().Format(time.RFC3339))
	}
	return c.quiet
}

// compare holds the clock against that of the store's server.
func (c *watchedClock) compare(server time.Time) error {
	var err error
	if ahead := c.wall().Sub(server); ahead > maxAhead {
		err = fmt.Errorf("%w: %w: it is %s ahead of the store's", ErrUnavailable, ErrClock, ahead.Round(time.Second))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = err
	return err
}

// A serverClock is a store with a server that has a clock of its own.
type serverClock interface {
	Now(ctx context.Context) (time.Time, error)
}

// compareClocks compares the clock with the store's, now and from time to time.
func (r *Registry) compareClocks(ctx context.Context, server serverClock) {
	compare := func() error {
		now, err := server.Now(ctx)
		if err != nil {
			r.o.Log.Debug("couldn't compare the clock with the store's", slog.Any("error", err))
			return nil
		}
		return r.clock.compare(now)
	}
	r.attempted(ctx, distrust, compare)
	r.regularly(ctx, compareEvery, distrust, compare)
}

const distrust = "couldn't trust the clock; no commands are taken"
