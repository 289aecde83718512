package storetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ewtp/entente/store"
)

// wantBlob reads a blob and compares it.
func wantBlob(t *testing.T, s store.Store, digest string, want []byte) {
	t.Helper()
	r, err := s.Blobs().Open(t.Context(), digest)
	if err != nil {
		t.Errorf("Open: %v", err)
		return
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Errorf("couldn't read the blob: %v", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("blob of %d bytes came back as another, of %d bytes", len(want), len(got))
	}
}

func wantNoBlob(t *testing.T, s store.Store, digest string) {
	t.Helper()
	r, err := s.Blobs().Open(t.Context(), digest)
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Open(%.80q): %v, want ErrNotFound", digest, err)
	}
	if err == nil {
		_ = r.Close() // only read from
	}
}

func digestOf(content []byte) string {
	d := sha256.Sum256(content)
	return hex.EncodeToString(d[:])
}

func testBlob(t *testing.T, s store.Store) {
	large := make([]byte, 3<<20+17)
	_, _ = rand.NewChaCha8([32]byte{3}).Read(large) // never fails
	for name, content := range map[string][]byte{
		"empty":   {},
		"one":     {0},
		"unicode": []byte("приложение — 附件 \U0001f4ce"),
		"large":   large,
	} {
		limit := int64(len(content)) // just enough
		digest, size, err := s.Blobs().Put(t.Context(), iotest.HalfReader(bytes.NewReader(content)), limit)
		if err != nil || digest != digestOf(content) || size != int64(len(content)) {
			t.Errorf("%s: Put = %s, %d, %v, want %s, %d", name, digest, size, err, digestOf(content), len(content))
			continue
		}
		wantBlob(t, s, digest, content)
	}
}

func testBlobTwice(t *testing.T, s store.Store) {
	for range 3 {
		if _, _, err := s.Blobs().Put(t.Context(), strings.NewReader("again"), 100); err != nil {
			t.Fatalf("Put: %v", err)
		}
		wantBlob(t, s, digestOf([]byte("again")), []byte("again"))
	}
	if err := s.Blobs().Delete(t.Context(), digestOf([]byte("again"))); err != nil {
		t.Errorf("Delete: %v", err)
	}
	wantNoBlob(t, s, digestOf([]byte("again")))
}

func testBlobTooLarge(t *testing.T, s store.Store) {
	content := bytes.Repeat([]byte("too large "), 60_000)
	for _, limit := range []int64{-1, 0, 10, int64(len(content)) - 1} {
		_, _, err := s.Blobs().Put(t.Context(), bytes.NewReader(content), limit)
		if !errors.Is(err, store.ErrTooLarge) {
			t.Errorf("Put of %d bytes, limit %d: %v, want ErrTooLarge", len(content), limit, err)
		}
		wantNoBlob(t, s, digestOf(content))
		wantNoBlob(t, s, digestOf(content[:max(limit, 0)]))
	}
}

func testBlobReaderFails(t *testing.T, s store.Store) {
	broken := errors.New("the line went dead")
	r := io.MultiReader(strings.NewReader("half of it"), iotest.ErrReader(broken))
	if _, _, err := s.Blobs().Put(t.Context(), r, 100); !errors.Is(err, broken) {
		t.Errorf("Put from a reader that fails: %v, want its error", err)
	}
	wantNoBlob(t, s, digestOf([]byte("half of it")))
}

func testBlobUnknown(t *testing.T, s store.Store) {
	content := []byte("known")
	digest, _, err := s.Blobs().Put(t.Context(), bytes.NewReader(content), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, unknown := range []string{
		"", "..", "../ledger.db", strings.Repeat("0", 64), strings.ToUpper(digest), digest[:63], digest + "0",
		"../" + digest[3:], digest[:2] + "/" + digest[2:], "\x00",
	} {
		wantNoBlob(t, s, unknown)
		if err := s.Blobs().Delete(t.Context(), unknown); err != nil {
			t.Errorf("Delete(%q): %v", unknown, err)
		}
	}
	wantBlob(t, s, digest, content)
}

func testBlobDelete(t *testing.T, s store.Store) {
	keep, _, err := s.Blobs().Put(t.Context(), strings.NewReader("keep"), 100)
	if err != nil {
		t.Fatal(err)
	}
	digest, _, err := s.Blobs().Put(t.Context(), strings.NewReader("drop"), 100)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Blobs().Delete(t.Context(), digest); err != nil {
			t.Errorf("Delete: %v", err)
		}
		wantNoBlob(t, s, digest)
	}
	wantBlob(t, s, keep, []byte("keep"))
	if _, _, err := s.Blobs().Put(t.Context(), strings.NewReader("drop"), 100); err != nil {
		t.Errorf("Put after Delete: %v", err)
	}
	wantBlob(t, s, digest, []byte("drop"))
}
