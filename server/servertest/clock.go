package servertest

import (
	"sync/atomic"
	"time"
)

// A Clock is set by hand; it begins on the first of March 2026, at nine.
type Clock struct{ at atomic.Pointer[time.Time] }

// NewClock makes a clock.
func NewClock() *Clock {
	c := &Clock{}
	c.Set(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	return c
}

// Set sets the clock.
func (c *Clock) Set(t time.Time) { c.at.Store(&t) }

// Now is what the clock shows.
func (c *Clock) Now() time.Time { return *c.at.Load() }
