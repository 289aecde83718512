package mongo

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/ewtp/entente/store/mongo/mongotest"
	"github.com/ewtp/entente/store/storetest"
)

// TestWaitPolls waits on a store that follows no change stream for what another
// store appends.
func TestWaitPolls(t *testing.T) {
	uri := mongotest.URI(t)
	writer := openURI(t, uri)
	waiter := newStore(writer.client, writer.db.Name()) // nothing runs in its background
	ctx := t.Context()
	for seq := range int64(3) {
		done := make(chan error, 1)
		go func() { done <- waiter.Wait(ctx, seq) }()
		if err := writer.Append(ctx, storetest.Entries(seq, 1)); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Errorf("Wait(%d): %v", seq, err)
		}
	}
}

// TestChangeStream follows another store's appends by the change stream alone.
func TestChangeStream(t *testing.T) {
	uri := mongotest.URI(t)
	writer := openURI(t, uri)
	follower := newStore(writer.client, writer.db.Name())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	ended := make(chan error, 1)
	go func() {
		_, err := follower.follow(ctx)
		ended <- err
	}()
	for seq := int64(0); ; seq++ {
		// The stream tells of nothing from before it was open: append until it does.
		if err := writer.Append(ctx, storetest.Entries(seq, 1)); err != nil {
			t.Fatal(err)
		}
		_, moved := follower.tail.Past(seq)
		select {
		case <-moved:
			if head := follower.tail.Head(); head < 1 || head > seq+1 {
				t.Errorf("the stream tells of a head at %d, but it is at %d", head, seq+1)
			}
			cancel()
			<-ended
			return
		case err := <-ended:
			var refused mongo.CommandError
			if errors.As(err, &refused) {
				t.Skipf("the server has no change streams: %v", err)
			}
			t.Fatalf("the stream ended: %v", err)
		case <-again.C:
		}
	}
}

// A server without change streams is asked once; one that was lost is asked less and less
// often, and anew once it was there.
func TestAskAgain(t *testing.T) {
	lost := errors.New("lost")
	for _, x := range []struct {
		paused time.Duration
		opened bool
		err    error
		want   time.Duration // 0: never again
	}{
		{0, false, lost, watchSoon},
		{watchSoon, false, lost, 2 * watchSoon},
		{watchSoon, false, mongo.CommandError{Code: 40573}, 2 * watchSoon},
		{watchLater - 1, false, lost, watchLater},
		{watchLater, true, lost, watchSoon},
		{watchLater, true, nil, watchSoon},
		{0, false, mongo.CommandError{Code: 115}, 0},
		{watchLater, true, fmt.Errorf("ended: %w", mongo.CommandError{Code: 115}), 0},
	} {
		if pause, again := askAgain(x.paused, x.opened, x.err); pause != x.want || again != (x.want > 0) {
			t.Errorf("after %v, %t, %v: %v, %t, want %v", x.paused, x.opened, x.err, pause, again, x.want)
		}
	}
}
