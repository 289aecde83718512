package graph

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// While somebody writes, what is done for all streams together leaves nine tenths of a processor;
// otherwise they wait for nothing but their turn.
func TestStreamsMakeWay(t *testing.T) {
	for name, c := range map[string]struct {
		writing   bool
		each      func(p *pace, w waiting)
		low, high time.Duration // how long 20 streams take for 10 pieces of work of 1 ms
	}{
		"working while somebody writes": {true, worksFor(time.Millisecond), 1900 * time.Millisecond, 2100 * time.Millisecond},
		"working otherwise":             {false, worksFor(time.Millisecond), 200 * time.Millisecond, 200 * time.Millisecond},
		"sending while somebody writes": {true, func(p *pace, w waiting) { p.rest(w, time.Millisecond) }, 2 * time.Second, 2 * time.Second},
		"sending otherwise":             {false, func(p *pace, w waiting) { p.rest(w, time.Millisecond) }, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPace(func() time.Time {
					if c.writing {
						return time.Now()
					}
					return time.Time{}
				})
				start := time.Now()
				var streams sync.WaitGroup
				for range 20 {
					streams.Go(func() {
						for range 10 {
							c.each(p, waiting{ctx: t.Context()})
						}
					})
				}
				streams.Wait()
				if took := time.Since(start); took < c.low || took > c.high {
					t.Errorf("took %v, want %v to %v", took, c.low, c.high)
				}
				synctest.Wait()
				time.Sleep(time.Second) // the last one's rest
			})
		})
	}
}

func worksFor(d time.Duration) func(p *pace, w waiting) {
	return func(p *pace, w waiting) {
		_ = p.work(w, func() error { time.Sleep(d); return nil })
	}
}

// Rests end soon after whoever wrote is done, however many were booked; whoever waits shows that it lives,
// and goes when it is told to.
func TestRestsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end := time.Now().Add(time.Second)
		p := newPace(func() time.Time {
			if now := time.Now(); now.Before(end) {
				return now
			}
			return end
		})
		due := time.NewTicker(300 * time.Millisecond)
		defer due.Stop()
		pings := 0
		p.rest(waiting{t.Context(), due.C, func() { pings++ }}, time.Hour)
		if late := time.Since(end); late > 2*stillWriting || pings != 4 {
			t.Errorf("it rested until %v after the last write, with %d signs of life", late, pings)
		}
		end = time.Now().Add(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		p.rest(waiting{ctx: ctx}, time.Minute)
		if took := time.Since(start); took != time.Second {
			t.Errorf("whoever left rested for %v", took)
		}
		p.turn <- struct{}{} // somebody else's
		if err := p.work(waiting{ctx: ctx}, func() error { t.Error("worked"); return nil }); err == nil {
			t.Error("whoever left had a turn")
		}
	})
}
