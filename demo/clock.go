package demo

import (
	"sync"
	"time"
)

// A Clock is the registry's clock while the scenario is played: it stands still
// until it is set. Many may use it at the same time.
type Clock struct {
	mu   sync.Mutex // guards what follows
	now  time.Time
	real bool
}

// NewClock returns a clock that stands at start.
func NewClock(start time.Time) *Clock { return &Clock{now: start} }

// Now is the time it stands at, or after [Clock.Real] the machine's; never earlier
// than a time it was set to.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.real {
		if wall := time.Now(); wall.After(c.now) {
			return wall
		}
	}
	return c.now
}

// Set moves the clock forward to t; it is never moved back.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
}

// Real lets the machine's clock take over.
func (c *Clock) Real() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.real = true
}
