package graph

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever has no seat waits for one, for as long as its patience lasts, and goes ahead then; a seat that
// is given back is the next one's.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seats := make(chan struct{}, 2)
		sit := func() *turn { return &turn{seats: seats, patience: time.Second} }
		first, second, third, fourth := sit(), sit(), sit(), sit()
		first.take(t.Context())
		second.take(t.Context())
		began := time.Now()
		third.take(t.Context())
		if third.seated || time.Since(began) != time.Second {
			t.Errorf("without a seat: seated %t after %s", third.seated, time.Since(began))
		}
		given := make(chan struct{})
		go func() {
			defer close(given)
			<-time.After(time.Second / 2)
			first.give()
		}()
		began = time.Now()
		fourth.take(t.Context())
		<-given
		if !fourth.seated || time.Since(began) != time.Second/2 {
			t.Errorf("with a seat given back: seated %t after %s", fourth.seated, time.Since(began))
		}
		for _, x := range []*turn{first, second, third, fourth, fourth} {
			x.give()
		}
		if len(seats) != 0 {
			t.Errorf("%d seats are taken by nobody", len(seats))
		}
	})
}

// While a change waits for the writer, its seat is another's.
func TestWaitingTakesNoTurn(t *testing.T) {
	seats := make(chan struct{}, 1)
	own := &turn{seats: seats, patience: time.Hour}
	own.take(t.Context())
	ctx := context.WithValue(t.Context(), turnKey{}, own)
	_, err := outOfTurn(ctx, func() (int, error) {
		other := &turn{seats: seats, patience: time.Hour}
		other.take(t.Context())
		if !other.seated {
			t.Error("the seat is held by who waits")
		}
		other.give()
		return 0, nil
	})
	if err != nil || !own.seated {
		t.Errorf("afterwards: seated %t, %v", own.seated, err)
	}
	own.give()
}
