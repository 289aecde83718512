package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
)

// A movedClock is a registry's that a test moves.
type movedClock struct{ offset atomic.Int64 }

func (c *movedClock) now() time.Time {
	return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(c.offset.Load()))
}

func (c *movedClock) forward(d time.Duration) { c.offset.Add(int64(d)) }

// keep uploads words, which must succeed.
func keep(t *testing.T, r *Registry, who policies.Actor, words string) string {
	t.Helper()
	c, err := r.KeepFile(t.Context(), who, policies.AttachFile{Type: "text/plain", Name: "words.txt"}, []byte(words))
	if err != nil {
		t.Fatal(err)
	}
	return c.Digest
}

// kept says whether a file's bytes are there.
func kept(t *testing.T, r *Registry, digest string) bool {
	t.Helper()
	f, err := r.OpenBlob(t.Context(), digest)
	if errors.Is(err, policies.ErrNotFound) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.ReadAll(f); err != nil {
		t.Fatal(err)
	}
	return true
}

// What is uploaded again at the moment in which another node clears it is there
// afterwards, and what a comment comes to name at that moment too.
func TestClearingLosesNothing(t *testing.T) {
	s, clock := mem.Open(), &movedClock{}
	a, b := openOn(t, Options{Store: s, Clock: clock.now}), openOn(t, Options{Store: s, Clock: clock.now})
	c := settle(t, a, 1)
	for round := range 30 {
		words := fmt.Sprint("words ", round)
		digest := keep(t, a, c.carrier, words)
		clock.forward(policies.UploadLife)
		if err := b.WaitFor(t.Context(), a.Views().Position()); err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		both.Go(func() {
			if err := a.ClearUploads(t.Context()); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() {
			var refused *policies.Error
			_, err := b.KeepFile(t.Context(), c.second, policies.AttachFile{Type: "text/plain", Name: "again.txt"}, []byte(words))
			for errors.As(err, &refused) && refused.Code == policies.Conflict && refused.Field == "file" {
				_, err = b.KeepFile(t.Context(), c.second, policies.AttachFile{Type: "text/plain", Name: "again.txt"}, []byte(words))
			}
			if err != nil {
				t.Error(err)
			}
			said := c.says(0, "See the file.")
			said.Attachments = []policies.Attachment{{Digest: digest}}
			if _, err := b.Do(t.Context(), c.second, "", said); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		if !kept(t, a, digest) {
			t.Fatalf("round %d: the file of a comment is gone", round)
		}
		if err := a.WaitFor(t.Context(), b.Views().Position()); err != nil {
			t.Fatal(err)
		}
	}
}

// While one node deletes a file's bytes, another takes the same file from nobody.
func TestNothingIsStoredWhileItIsDeleted(t *testing.T) {
	s, clock := &stubborn{Store: mem.Open()}, &movedClock{}
	a, b := openOn(t, Options{Store: s, Clock: clock.now}), openOn(t, Options{Store: s, Clock: clock.now})
	c := settle(t, a, 1)
	digest := keep(t, a, c.carrier, "words")
	clock.forward(policies.UploadLife)
	deletions := 0
	s.deleting = func() {
		deletions++
		if err := b.WaitFor(t.Context(), a.Views().Position()); err != nil {
			t.Fatal(err)
		}
		var refused *policies.Error
		_, err := b.KeepFile(t.Context(), c.second, policies.AttachFile{Type: "text/plain", Name: "a.txt"}, []byte("words"))
		if !errors.As(err, &refused) || refused.Code != policies.Conflict || refused.Field != "file" {
			t.Errorf("uploaded meanwhile: %v", err)
		}
	}
	if err := a.ClearUploads(t.Context()); err != nil || deletions != 1 || kept(t, a, digest) {
		t.Fatalf("%d deletions, %v", deletions, err)
	}
	if err := b.WaitFor(t.Context(), a.Views().Position()); err != nil {
		t.Fatal(err)
	}
	if keep(t, b, c.second, "words"); !kept(t, a, digest) {
		t.Error("uploaded afterwards, it is gone")
	}
}

// Two nodes that look at once clear each upload once, and in time all of them; what is
// younger or named stays.
func TestClearingOnTwoNodes(t *testing.T) {
	s, clock := mem.Open(), &movedClock{}
	nodes := []*Registry{openOn(t, Options{Store: s, Clock: clock.now}), openOn(t, Options{Store: s, Clock: clock.now})}
	c := settle(t, nodes[0], 1)
	var old []string
	for i := range policies.MaxCleared + 20 {
		old = append(old, keep(t, nodes[0], c.carrier, fmt.Sprint("words ", i)))
	}
	said := c.says(0, "See the file.")
	said.Attachments = []policies.Attachment{{Digest: old[0]}}
	do(t, nodes[0], c.carrier, "", said)
	clock.forward(policies.UploadLife)
	if err := nodes[1].WaitFor(t.Context(), nodes[0].Views().Position()); err != nil {
		t.Fatal(err)
	}
	young := keep(t, nodes[1], c.second, "later")
	var both sync.WaitGroup
	for _, r := range nodes {
		both.Go(func() {
			if err := errors.Join(r.ClearUploads(t.Context()), r.ClearUploads(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	times := map[string]int{}
	for _, e := range entriesOf(t, s) {
		ev, err := policies.Decode(e.Kind, e.Payload)
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := ev.(*policies.UploadsCleared); ok {
			for _, id := range e.Uploads {
				times[id]++
			}
		}
	}
	for id, n := range times {
		if n != 1 {
			t.Errorf("%s was cleared %d times", id, n)
		}
	}
	if len(times) != len(old)-1 || !kept(t, nodes[0], old[0]) || !kept(t, nodes[0], young) {
		t.Errorf("%d of %d were cleared", len(times), len(old)-1)
	}
	for _, digest := range old[1:] {
		if kept(t, nodes[0], digest) {
			t.Errorf("%s is kept", digest)
		}
	}
}

// stubborn is a store whose blobs aren't deleted for a while, or that is asked something first.
type stubborn struct {
	store.Store
	refuses  atomic.Bool
	deleting func() // nil for nothing
}

func (s *stubborn) Blobs() store.Blobs { return stubbornBlobs{s.Store.Blobs(), s} }

type stubbornBlobs struct {
	store.Blobs
	s *stubborn
}

func (b stubbornBlobs) Delete(ctx context.Context, digest string) error {
	if b.s.refuses.Load() {
		return store.ErrUnavailable
	}
	if b.s.deleting != nil {
		b.s.deleting()
	}
	return b.Blobs.Delete(ctx, digest)
}

// A clearing whose deletions fail is finished by its node at the next look, and where
// the node is gone by another one an hour later; until then nobody uploads the file.
func TestClearingIsFinished(t *testing.T) {
	for _, abandoned := range []bool{false, true} {
		s, clock := &stubborn{Store: mem.Open()}, &movedClock{}
		a, b := openOn(t, Options{Store: s, Clock: clock.now}), openOn(t, Options{Store: s, Clock: clock.now})
		c := settle(t, a, 1)
		digest := keep(t, a, c.carrier, "words")
		clock.forward(policies.UploadLife)
		s.refuses.Store(true)
		if err := a.ClearUploads(t.Context()); !errors.Is(err, store.ErrUnavailable) {
			t.Fatal(err)
		}
		s.refuses.Store(false)
		again := policies.AttachFile{Type: "text/plain", Name: "a.txt"}
		var refused *policies.Error
		if _, err := a.KeepFile(t.Context(), c.second, again, []byte("words")); !errors.As(err, &refused) || refused.Field != "file" {
			t.Fatalf("uploaded meanwhile: %v", err)
		}
		if err := b.WaitFor(t.Context(), a.Views().Position()); err != nil {
			t.Fatal(err)
		}
		if err := b.ClearUploads(t.Context()); err != nil || !kept(t, a, digest) {
			t.Fatalf("another node took part at once: %v", err)
		}
		finishes := a
		if abandoned {
			clock.forward(abandonedAfter)
			finishes = b
		}
		if err := finishes.ClearUploads(t.Context()); err != nil || kept(t, a, digest) {
			t.Fatalf("it isn't finished: %v", err)
		}
		if _, err := finishes.KeepFile(t.Context(), c.second, again, []byte("words")); err != nil || !kept(t, a, digest) {
			t.Errorf("uploaded afterwards: %v", err)
		}
	}
}

// What is refused is never stored.
func TestRefusedFilesAreNotStored(t *testing.T) {
	r := openOn(t, Options{Rules: func() policies.Rules { r := policies.DefaultRules(); r.MemberBytes = 3; return r }()})
	c := settle(t, r, 1)
	for _, x := range []struct {
		who   policies.Actor
		words string
	}{{c.carrier, "four"}, {policies.Actor{}, "one"}, {c.carrier, ""}} {
		var refused *policies.Error
		got, err := r.KeepFile(t.Context(), x.who, policies.AttachFile{Type: "text/plain", Name: "a.txt"}, []byte(x.words))
		if !errors.As(err, &refused) || kept(t, r, got.Digest) {
			t.Errorf("%q: %v", x.words, err)
		}
	}
}
