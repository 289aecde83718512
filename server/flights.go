package server

import (
	"context"
	"sync"
)

// flights knows the requests being served, and which of them are streams: those
// have no end of their own, so a shutdown has to end them.
type flights struct {
	mu       sync.Mutex // guards all below
	ordinary map[*exchange]struct{}
	streams  map[*exchange]struct{}
	ending   bool          // streams end as soon as they are known to be some
	changed  chan struct{} // closed and replaced at each change, while somebody waits
	waiting  bool
}

func (f *flights) init() {
	f.ordinary, f.streams = map[*exchange]struct{}{}, map[*exchange]struct{}{}
	f.changed = make(chan struct{})
}

func (f *flights) begin(ex *exchange) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ordinary[ex] = struct{}{}
}

func (f *flights) becomeStream(ex *exchange) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.ordinary[ex]; !ok {
		return
	}
	delete(f.ordinary, ex)
	f.streams[ex] = struct{}{}
	if f.ending {
		ex.cancel()
	}
	f.notifyLocked()
}

// end says whether the request was a stream.
func (f *flights) end(ex *exchange) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, streamed := f.streams[ex]
	delete(f.ordinary, ex)
	delete(f.streams, ex)
	f.notifyLocked()
	return streamed
}

// endStreams cancels the context of every stream, and of those to come.
func (f *flights) endStreams() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ending = true
	for ex := range f.streams {
		ex.cancel()
	}
}

func (f *flights) notifyLocked() {
	if f.waiting {
		close(f.changed)
		f.changed = make(chan struct{})
		f.waiting = false
	}
}

// counts returns how many requests of each kind are being served.
func (f *flights) counts() (ordinary, streams int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.ordinary), len(f.streams)
}

// wait returns when done holds of the counts, or with ctx's error.
func (f *flights) wait(ctx context.Context, done func(ordinary, streams int) bool) error {
	for {
		f.mu.Lock()
		if done(len(f.ordinary), len(f.streams)) {
			f.mu.Unlock()
			return nil
		}
		f.waiting = true
		changed := f.changed
		f.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
