package graph

import (
	"context"
	"sync"
	"time"
)

const (
	// restShare is how many times as long as its work a stream rests while somebody writes:
	// finding out what is told, and sending it, take a tenth of a processor each then,
	// however many listen.
	restShare = 9
	// stillWriting is how long after a commit somebody is taken to be writing.
	stillWriting = 200 * time.Millisecond
	// answerCost is what it is taken to cost to answer a subscription on a WebSocket for an event.
	answerCost = 300 * time.Microsecond
	// sendCost and sendRate are what an event stream's write is taken to cost. That isn't
	// measured, for a write that waits for its client isn't work. Half of it is the kernel's.
	sendCost = 100 * time.Microsecond
	sendRate = 250 << 20 // bytes a second
)

// A pace lets streams make way for whoever writes: what they do for their listeners they do
// by and by, so that listeners may hear of a burst late, but of all of it.
type pace struct {
	turn       chan struct{}    // has an element while a stream works, and while that rests
	lastCommit func() time.Time // of the registry

	mu   sync.Mutex
	free time.Time // when all rests for sending are over
}

func newPace(lastCommit func() time.Time) *pace {
	return &pace{turn: make(chan struct{}, 1), lastCommit: lastCommit}
}

// writing says whether somebody is.
func (p *pace) writing(now time.Time) bool { return now.Sub(p.lastCommit()) <= stillWriting }

// work runs f when its turn comes: one processor works for all streams.
func (p *pace) work(w waiting, f func() error) error {
	if err := w.take(p.turn); err != nil {
		return err
	}
	start := time.Now()
	defer func() { p.handOver(restShare * time.Since(start)) }()
	return f()
}

// handOver ends a turn after a rest, or once nobody writes any more.
func (p *pace) handOver(rest time.Duration) {
	if rest <= 0 || !p.writing(time.Now()) {
		<-p.turn
		return
	}
	part := min(rest, stillWriting)
	time.AfterFunc(part, func() { p.handOver(rest - part) })
}

// rest waits as long as so much work asks for, behind those who wait already, but no longer than
// somebody writes.
func (p *pace) rest(w waiting, work time.Duration) {
	until := p.book(work)
	for now := time.Now(); now.Before(until) && p.writing(now); now = time.Now() {
		if !w.sleep(min(until.Sub(now), stillWriting)) {
			return
		}
	}
}

// book takes the rest for so much work, and says when it is over.
func (p *pace) book(work time.Duration) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); p.free.Before(now) || !p.writing(now) {
		p.free = now
	}
	p.free = p.free.Add(work * (restShare + 1))
	return p.free
}

// sending is what it costs to send so many bytes.
func sending(bytes int) time.Duration {
	return sendCost + time.Duration(bytes)*time.Second/sendRate
}

// waiting is how a stream waits: until its context is done, and with a sign of life whenever one
// is due.
type waiting struct {
	ctx  context.Context
	due  <-chan time.Time // nil: never
	ping func()
}

// take puts an element into a channel.
func (w waiting) take(c chan<- struct{}) error {
	for {
		select {
		case c <- struct{}{}:
			return nil
		case <-w.due:
			w.ping()
		case <-w.ctx.Done():
			return w.ctx.Err()
		}
	}
}

// wait returns once a channel is closed; false says that the context is done.
func (w waiting) wait(c <-chan struct{}) bool {
	for {
		select {
		case <-c:
			return true
		case <-w.due:
			w.ping()
		case <-w.ctx.Done():
			return false
		}
	}
}

// sleep waits for so long; false says that the context is done.
func (w waiting) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			return true
		case <-w.due:
			w.ping()
		case <-w.ctx.Done():
			return false
		}
	}
}
