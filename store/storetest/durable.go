package storetest

import (
	"strings"
	"testing"

	"github.com/ewtp/entente/store"
)

// RunDurable tests what a store keeps when it is closed. reopen opens another
// store, after the first was closed, on what the first kept.
func RunDurable(t *testing.T, open Opener, reopen func(t *testing.T, first store.Store) store.Store) {
	t.Run("Durable", func(t *testing.T) {
		first := open(t)
		want := Entries(0, 40)
		want[7].Payload = []byte(strings.Repeat("compressible ", 1000))
		want[7].Seal()
		mustAppend(t, first, want[:20]...)
		mustAppend(t, first, want[20:]...)
		if err := first.Erase(t.Context(), 11); err != nil {
			t.Fatal(err)
		}
		want[11].Payload, want[11].Salt = nil, nil
		digest, _, err := first.Blobs().Put(t.Context(), strings.NewReader("attached"), 100)
		if err != nil {
			t.Fatal(err)
		}
		if err := first.SetNote(t.Context(), "key", "", "noted"); err != nil {
			t.Fatal(err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}

		second := reopen(t, first)
		wantEntries(t, second, want)
		wantBlob(t, second, digest, []byte("attached"))
		wantNote(t, second, "key", "noted")
		if err := second.Wait(t.Context(), 39); err != nil {
			t.Errorf("Wait: %v", err)
		}
		mustAppend(t, second, Entries(40, 2)...)
		wantEntries(t, second, append(want, Entries(40, 2)...))
	})
}
