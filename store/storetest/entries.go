package storetest

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
)

func testEmpty(t *testing.T, s store.Store) {
	wantEntries(t, s, nil)
	if err := s.Append(t.Context(), nil); err != nil {
		t.Errorf("Append of nothing: %v", err)
	}
	wantHead(t, s, 0)
}

func testRoundTrip(t *testing.T, s store.Store) {
	entries := Entries(0, 9)
	entries[0].Payload = []byte{} // empty, and not erased
	entries[1].Salt = nil
	entries[2].Salt = []byte{}
	entries[3].Payload = []byte{0, 1, 2, 0xff, 0}
	entries[4].Kind, entries[4].Subject, entries[4].Command = "документ/1", "主題 <&\"'\\", "ключ\x01\U0001f680"
	entries[5].At = time.Date(1, 1, 1, 0, 0, 0, 1_000_000, time.UTC)
	entries[6].At = time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC)
	entries[6].Words = bytes.Repeat([]byte{6}, 16)
	entries[7].Released = bytes.Repeat([]byte{7}, 32)
	for i := range entries {
		entries[i].Seal()
	}
	entries[8].Payload, entries[8].Salt = nil, nil // copied from elsewhere, where it was erased

	written := append([]ledger.Entry(nil), entries...)
	written[7].At = entries[7].At.In(time.FixedZone("", 7200)).Add(999 * time.Microsecond)
	mustAppend(t, s, written[:1]...)
	mustAppend(t, s, written[1:]...)
	wantEntries(t, s, entries)
	for i, e := range readAll(t, s) {
		if e.Erased() != (i == 8) {
			t.Errorf("entry %d: Erased() = %v", i, e.Erased())
		}
	}
}

func testDigest(t *testing.T, s store.Store) {
	entries := Entries(0, 5)
	mustAppend(t, s, entries...)
	if err := s.Erase(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if digest, err := s.Digest(t.Context(), e.Seq); err != nil || digest != e.Digest {
			t.Errorf("Digest(%d) = %s, %v, want %x", e.Seq, digest, err, e.Digest)
		}
	}
	for _, seq := range []int64{-1, 5, 6} {
		if _, err := s.Digest(t.Context(), seq); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Digest(%d): %v, want ErrNotFound", seq, err)
		}
	}
}

// testProbe: asking whether entries are taken adds none and changes none.
func testProbe(t *testing.T, s store.Store) {
	probe := func() {
		t.Helper()
		if err := s.Probe(t.Context()); err != nil {
			t.Errorf("Probe: %v", err)
		}
	}
	probe()
	wantEntries(t, s, nil)
	entries := Entries(0, 3)
	mustAppend(t, s, entries...)
	probe()
	probe()
	wantEntries(t, s, entries)
	mustAppend(t, s, Entries(3, 1)...)
}

func testLargePayloads(t *testing.T, s store.Store) {
	const large = 5 << 20
	noise := make([]byte, large)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(noise) // never fails
	payloads := [][]byte{
		noise,
		[]byte(strings.Repeat("the quick brown fox ", large/20)),
		noise[:1023], noise[:1024], noise[:1025],
		bytes.Repeat([]byte("a"), 1024), bytes.Repeat([]byte("a"), 1025),
		make([]byte, large),
	}
	entries := Entries(0, len(payloads))
	for i := range entries {
		entries[i].Payload = payloads[i]
		entries[i].Seal()
	}
	mustAppend(t, s, entries...)
	got := readAll(t, s)
	if len(got) != len(entries) {
		t.Fatalf("read %d entries, want %d", len(got), len(entries))
	}
	for i := range got {
		if !bytes.Equal(got[i].Payload, payloads[i]) {
			t.Errorf("payload %d of %d bytes came back as another, of %d bytes", i, len(payloads[i]), len(got[i].Payload))
		}
	}
}

func testTooLargePayload(t *testing.T, s store.Store) {
	entries := Entries(0, 2)
	entries[1].Payload = make([]byte, store.MaxPayload+1)
	if err := s.Append(t.Context(), entries); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("Append of a payload of MaxPayload+1 bytes: %v, want ErrTooLarge", err)
	}
	wantHead(t, s, 0)
	entries[1].Payload = entries[1].Payload[:store.MaxPayload]
	_, _ = rand.NewChaCha8([32]byte{2}).Read(entries[1].Payload)
	mustAppend(t, s, entries...)
	wantHead(t, s, 2)
}

func testConflict(t *testing.T, s store.Store) {
	entries := Entries(0, 5)
	mustAppend(t, s, entries...)
	for _, seq := range []int64{0, 3, 4, 6, 100} {
		err := s.Append(t.Context(), Entries(seq, 4))
		if !errors.Is(err, store.ErrConflict) {
			t.Errorf("Append at %d, the head being 5: %v, want ErrConflict", seq, err)
		}
	}
	wantEntries(t, s, entries)
	mustAppend(t, s, Entries(5, 1)...)
	wantHead(t, s, 6)
}

func testNotABatch(t *testing.T, s store.Store) {
	for name, entries := range map[string][]ledger.Entry{
		"gap":      append(Entries(0, 2), Entries(3, 1)...),
		"twice":    append(Entries(0, 2), Entries(1, 1)...),
		"negative": Entries(-1, 2),
	} {
		err := s.Append(t.Context(), entries)
		if err == nil || errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrAmbiguous) {
			t.Errorf("%s: Append = %v, want an error that isn't worth a retry", name, err)
		}
	}
	wantHead(t, s, 0)
}

func testRead(t *testing.T, s store.Store) {
	entries := Entries(0, 25)
	mustAppend(t, s, entries[:10]...)
	mustAppend(t, s, entries[10:]...)
	for _, test := range []struct {
		from  int64
		limit int
		want  []ledger.Entry
	}{
		{0, 1, entries[:1]},
		{0, 25, entries},
		{0, 1000, entries},
		{9, 2, entries[9:11]},
		{24, 5, entries[24:]},
		{25, 5, nil},
		{26, 5, nil},
		{1 << 40, 5, nil},
		{3, 0, nil},
	} {
		got, err := s.Read(t.Context(), test.from, test.limit)
		if err != nil {
			t.Errorf("Read(%d, %d): %v", test.from, test.limit, err)
		} else if diff := diffEntries(test.want, got); diff != "" {
			t.Errorf("Read(%d, %d) (-want +got):\n%s", test.from, test.limit, diff)
		}
	}
}

// testReadsAreCopies changes what went in and what came out.
func testReadsAreCopies(t *testing.T, s store.Store) {
	entries := Entries(0, 1)
	mustAppend(t, s, entries...)
	entries[0].Payload[0], entries[0].Salt[0] = 'X', 'X'
	got := readAll(t, s)
	got[0].Payload[1], got[0].Salt[1] = 'X', 'X'
	wantEntries(t, s, Entries(0, 1))
}

func testWait(t *testing.T, s store.Store) {
	mustAppend(t, s, Entries(0, 3)...)
	if err := s.Wait(t.Context(), 2); err != nil {
		t.Errorf("Wait(2) at head 3: %v", err)
	}
	done := make(chan error, 3)
	for _, seq := range []int64{3, 3, 4} {
		go func() { done <- s.Wait(t.Context(), seq) }()
	}
	mustAppend(t, s, Entries(3, 1)...)
	for range 2 {
		if err := <-done; err != nil {
			t.Errorf("Wait(3): %v", err)
		}
	}
	mustAppend(t, s, Entries(4, 2)...)
	if err := <-done; err != nil {
		t.Errorf("Wait(4): %v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	go func() { done <- s.Wait(ctx, 6) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Wait at the head, cancelled: %v, want context.Canceled", err)
	}
	ctx, cancel = context.WithDeadline(t.Context(), time.Time{})
	defer cancel()
	if err := s.Wait(ctx, 6); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Wait at the head, too late: %v, want context.DeadlineExceeded", err)
	}
}

func testErase(t *testing.T, s store.Store) {
	want := Entries(0, 6)
	want[3].Payload = []byte(strings.Repeat("something personal. ", 100))
	want[3].Seal()
	mustAppend(t, s, want...)
	before := rootOf(t, want)
	for _, seq := range []int64{3, 0, 3} {
		if err := s.Erase(t.Context(), seq); err != nil {
			t.Fatalf("Erase(%d): %v", seq, err)
		}
		want[seq].Payload, want[seq].Salt = nil, nil
		wantEntries(t, s, want)
	}
	if got := rootOf(t, readAll(t, s)); got != before {
		t.Errorf("the root is %v after erasing, want %v", got, before)
	}
	mustAppend(t, s, Entries(6, 1)...)
	wantEntries(t, s, append(want, Entries(6, 1)...))
}

func testEraseUnknown(t *testing.T, s store.Store) {
	mustAppend(t, s, Entries(0, 1)...)
	for _, seq := range []int64{-1, 1, 99} {
		if err := s.Erase(t.Context(), seq); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Erase(%d) at head 1: %v, want ErrNotFound", seq, err)
		}
	}
	wantEntries(t, s, Entries(0, 1))
}

// callEverything calls each method of a store and says what it returned.
func callEverything(ctx context.Context, s store.Store) map[string]error {
	errs := map[string]error{
		"Append":       s.Append(ctx, Entries(1, 1)),
		"Wait":         s.Wait(ctx, 1),
		"Erase":        s.Erase(ctx, 0),
		"Blobs.Delete": s.Blobs().Delete(ctx, strings.Repeat("0", 64)),
	}
	errs["SetNote"] = s.SetNote(ctx, "a", "", "b")
	_, errs["Note"] = s.Note(ctx, "a")
	_, errs["Read"] = s.Read(ctx, 0, 1)
	_, errs["Head"] = s.Head(ctx)
	_, _, errs["Blobs.Put"] = s.Blobs().Put(ctx, strings.NewReader("x"), 10)
	_, errs["Blobs.Open"] = s.Blobs().Open(ctx, strings.Repeat("0", 64))
	return errs
}

func testCancelled(t *testing.T, s store.Store) {
	mustAppend(t, s, Entries(0, 1)...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range callEverything(ctx, s) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a context that is done: %v, want context.Canceled", name, err)
		}
	}
	wantEntries(t, s, Entries(0, 1))
}

func testClosed(t *testing.T, s store.Store) {
	mustAppend(t, s, Entries(0, 1)...)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	for name, err := range callEverything(t.Context(), s) {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s of a closed store: %v, want ErrClosed", name, err)
		}
	}
}

func testClosedWhileWaiting(t *testing.T, s store.Store) {
	done := make(chan error, 1)
	go func() { done <- s.Wait(t.Context(), 0) }()
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := <-done; !errors.Is(err, store.ErrClosed) {
		t.Errorf("Wait while the store is closed: %v, want ErrClosed", err)
	}
}
