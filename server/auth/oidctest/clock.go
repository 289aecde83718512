package oidctest

import (
	"sync/atomic"
	"time"
)

// A Clock is set by hand; the zero Clock, until then, shows the time.
type Clock struct{ at atomic.Pointer[time.Time] }

// NewClock makes a clock that shows noon on the first of March 2026.
func NewClock() *Clock {
	c := &Clock{}
	c.Set(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	return c
}

// Set sets the clock.
func (c *Clock) Set(t time.Time) { c.at.Store(&t) }

// Forward sets the clock forward.
func (c *Clock) Forward(d time.Duration) { c.Set(c.Now().Add(d)) }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	if at := c.at.Load(); at != nil {
		return *at
	}
	return time.Now()
}
