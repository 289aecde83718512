package registry

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
)

// A meddled store gives other bytes for one of its files.
type meddled struct {
	store.Store
	spoilt string
}

func (m *meddled) Blobs() store.Blobs { return meddledBlobs{m.Store.Blobs(), m.spoilt} }

type meddledBlobs struct {
	store.Blobs
	spoilt string
}

func (b meddledBlobs) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	if digest == b.spoilt {
		return store.VerifyBlob(io.NopCloser(strings.NewReader("flipped")), digest), nil
	}
	return b.Blobs.Open(ctx, digest)
}

// A copy has what was said and which files are named, is content with what was cleared, and
// says which files it lacks.
func TestCopyFiles(t *testing.T) {
	clock, from := &movedClock{}, &meddled{Store: mem.Open()}
	r := openOn(t, Options{Store: from, Clock: clock.now, Checkpoints: signer(t)})
	c := settle(t, r, 1)
	keep(t, r, c.carrier, "cleared")
	clock.forward(policies.UploadLife)
	if err := r.ClearUploads(t.Context()); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, words := range []string{"kept", "lost", "spoilt"} {
		digest := keep(t, r, c.carrier, words)
		said := c.says(0, words)
		said.Attachments = []policies.Attachment{{Digest: digest}}
		do(t, r, c.carrier, "", said)
		files = append(files, digest)
	}
	if err := from.Store.Blobs().Delete(t.Context(), files[1]); err != nil {
		t.Fatal(err)
	}
	from.spoilt = files[2]
	to := mem.Open()
	copied, _, err := r.CopyTo(t.Context(), to, nil)
	want := Copied{Entries: r.Views().Position(), Files: 1, Lacking: files[1:2], Damaged: files[2:]}
	if diff := cmp.Diff(want, copied); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff(entriesOf(t, from), entriesOf(t, to)); diff != "" {
		t.Errorf("the copy's entries (-want +got):\n%s", diff)
	}
	if _, err := to.Blobs().Open(t.Context(), files[2]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the spoilt file's copy: %v", err)
	}
}

// An entry that another node erases while it is copied is in the copy with its order, so
// that the copy verifies; one whose words are gone without an order isn't copied in silence.
func TestCopyWhileErasing(t *testing.T) {
	s := mem.Open()
	a, b := openOn(t, Options{Store: s, Checkpoints: signer(t)}), openOn(t, Options{Store: s})
	c := settle(t, b, 1)
	seq := do(t, b, c.carrier, "", c.says(0, theWords)).Seq
	if err := a.WaitFor(t.Context(), seq+1); err != nil {
		t.Fatal(err)
	}
	k := newCopier(s, mem.Open(), nil)
	if err := k.entries(t.Context(), seq+1); err != nil || len(k.unordered) != 0 {
		t.Fatalf("%v, %v", k.unordered, err)
	}
	if err := b.Erase(t.Context(), []int64{seq}, "An order.", nil); err != nil {
		t.Fatal(err)
	}
	k = newCopier(s, mem.Open(), nil)
	if err := k.entries(t.Context(), seq+1); err != nil || !k.unordered[seq] {
		t.Fatalf("erased, and no order copied: %v, %v", k.unordered, err)
	}
	if err := k.entries(t.Context(), seq+2); err != nil || len(k.unordered) != 0 {
		t.Fatalf("erased, and its order copied: %v, %v", k.unordered, err)
	}

	to := mem.Open()
	copied, text, err := a.CopyTo(t.Context(), to, nil)
	if err != nil || copied.Entries != seq+2 || len(text) == 0 || !slices.ContainsFunc(entriesOf(t, to), func(e ledger.Entry) bool { return e.Erased() }) {
		t.Errorf("%+v, %v", copied, err)
	}
	if err := s.Erase(t.Context(), 1); err != nil { // by nobody's order
		t.Fatal(err)
	}
	var corrupt *ledger.Corrupt
	if _, _, err := a.CopyTo(t.Context(), mem.Open(), nil); !errors.As(err, &corrupt) || corrupt.Seq != 1 {
		t.Errorf("words that are gone without an order: %v", err)
	}
}
