package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Polling begins with the shorter interval and slows down to the longer.
const (
	pollFirst = 50 * time.Millisecond
	pollLast  = time.Second
)

// Wait implements store.Entries. What this process appends or reads wakes it at
// once, and so does a change stream; otherwise it asks the server, at intervals.
func (s *Store) Wait(ctx context.Context, seq int64) error {
	if err := s.check(ctx); err != nil {
		return err
	}
	interval := pollFirst
	for {
		past, moved := s.tail.Past(seq)
		if past {
			return nil
		}
		if head, err := s.Head(ctx); err != nil {
			return err
		} else if head > seq {
			return nil
		}
		timer := time.NewTimer(interval)
		select {
		case <-moved:
		case <-timer.C:
			interval = min(2*interval, pollLast)
		case <-ctx.Done():
		case <-s.closed:
		}
		timer.Stop()
		if err := s.check(ctx); err != nil {
			return err
		}
	}
}

// Watching is tried again after the shorter time, and then less and less often.
const (
	watchSoon  = time.Second
	watchLater = 5 * time.Minute
)

// watch follows the change stream, if there is one, until ctx is done. It is there
// to wake those who wait sooner than polling would; nothing else depends on it.
func (s *Store) watch(ctx context.Context) {
	for pause, again := time.Duration(0), true; again && ctx.Err() == nil; {
		opened, err := s.follow(ctx)
		if pause, again = askAgain(pause, opened, err); again {
			pauseFor(ctx, pause)
		}
	}
}

// askAgain says after which time to ask for a change stream again, if at all, when one
// ended or wasn't to be had after that pause.
func askAgain(paused time.Duration, opened bool, err error) (pause time.Duration, again bool) {
	const notSupported = 115 // CommandNotSupported
	var refused mongo.CommandError
	switch {
	case errors.As(err, &refused) && refused.Code == notSupported:
		return 0, false
	case opened || paused == 0:
		return watchSoon, true
	}
	return min(2*paused, watchLater), true
}

// follow reads one change stream to its end, and says whether there was one. An event is a reason to look at the
// head and no more: there are servers that tell of inserts that failed, and a head
// that was believed too high would refuse every append from then on.
func (s *Store) follow(ctx context.Context) (opened bool, err error) {
	stream, err := s.entries.Watch(ctx, mongo.Pipeline{
		{{Key: "$match", Value: bson.D{{Key: "operationType", Value: "insert"}}}},
		{{Key: "$project", Value: bson.D{{Key: "documentKey", Value: 1}}}},
	})
	if err != nil {
		return false, err
	}
	// The server forgets a stream by itself if this can't tell it to.
	defer func() { _ = stream.Close(context.WithoutCancel(ctx)) }()
	for {
		asked := time.Now()
		switch {
		case stream.TryNext(ctx):
			if stream.RemainingBatchLength() > 0 {
				continue // one look for all of them
			}
			if _, err := s.Head(ctx); err != nil {
				return true, err
			}
		case stream.Err() != nil || stream.ID() == 0:
			return true, stream.Err()
		case time.Since(asked) < pollFirst:
			// The server is to answer late when it has nothing to tell, but some don't.
			pauseFor(ctx, pollFirst)
		}
	}
}

// pauseFor returns after d, or when ctx is done.
func pauseFor(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
