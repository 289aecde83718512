package mongo

import (
	"context"
	"errors"
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
	go func() { ended <- follower.follow(ctx) }()
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
