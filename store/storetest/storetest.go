// Package storetest holds what every store must do: one conformance suite, and
// a store that fails on purpose.
//
// A backend's test calls Run, RunConcurrent and, where it keeps anything when it
// is closed, RunDurable.
package storetest

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
)

// An Opener opens a new, empty store, and closes it when the test ends.
type Opener func(t *testing.T) store.Store

// Start is the time of the first entry that Entries makes.
var Start = time.Date(2026, 3, 29, 0, 59, 59, 998_000_000, time.UTC)

// Entries makes n sealed entries from a position on, each one millisecond after
// the one before. Their commands and salts are a function of their positions.
func Entries(from int64, n int) []ledger.Entry {
	entries := make([]ledger.Entry, n)
	for i := range entries {
		seq := from + int64(i)
		entries[i] = Entry(seq, fmt.Sprintf("cmd-%d", seq), fmt.Appendf(nil, `{"number":%d}`, seq))
	}
	return entries
}

// Entry makes a sealed entry.
func Entry(seq int64, command string, payload []byte) ledger.Entry {
	salt := sha256.Sum256([]byte(command))
	e := ledger.Entry{
		Seq:     seq,
		At:      Start.Add(time.Duration(seq) * time.Millisecond),
		Kind:    "test.happened/1",
		Subject: fmt.Sprintf("tst_%d", seq/3),
		Command: command,
		Payload: payload,
		Salt:    salt[:ledger.SaltSize],
	}
	e.Seal()
	return e
}

// Run tests everything about a store but what takes several callers or a second life.
func Run(t *testing.T, open Opener) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, store.Store)
	}{
		{"Empty", testEmpty},
		{"RoundTrip", testRoundTrip},
		{"LargePayloads", testLargePayloads},
		{"TooLargePayload", testTooLargePayload},
		{"Conflict", testConflict},
		{"NotABatch", testNotABatch},
		{"Read", testRead},
		{"Digest", testDigest},
		{"Probe", testProbe},
		{"ReadsAreCopies", testReadsAreCopies},
		{"Wait", testWait},
		{"Erase", testErase},
		{"EraseUnknown", testEraseUnknown},
		{"Cancelled", testCancelled},
		{"Closed", testClosed},
		{"ClosedWhileWaiting", testClosedWhileWaiting},
		{"Blob", testBlob},
		{"BlobTwice", testBlobTwice},
		{"BlobTooLarge", testBlobTooLarge},
		{"BlobReaderFails", testBlobReaderFails},
		{"BlobUnknown", testBlobUnknown},
		{"BlobDelete", testBlobDelete},
		{"Notes", testNotes},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// mustAppend appends entries to a store that has room for them.
func mustAppend(t *testing.T, s store.Store, entries ...ledger.Entry) {
	t.Helper()
	if err := s.Append(t.Context(), entries); err != nil {
		t.Fatalf("Append of %d entries from %d: %v", len(entries), entries[0].Seq, err)
	}
}

// readAll reads a whole store, in steps.
func readAll(t *testing.T, s store.Store) []ledger.Entry {
	t.Helper()
	var all []ledger.Entry
	for {
		entries, err := s.Read(t.Context(), int64(len(all)), 1000)
		if err != nil {
			t.Fatalf("Read from %d: %v", len(all), err)
		}
		if len(entries) == 0 {
			return all
		}
		all = append(all, entries...)
	}
}

// wantEntries compares a store's content. An empty salt may come back nil.
func wantEntries(t *testing.T, s store.Store, want []ledger.Entry) {
	t.Helper()
	if diff := diffEntries(want, readAll(t, s)); diff != "" {
		t.Errorf("entries differ (-want +got):\n%.4000s", diff)
	}
	wantHead(t, s, int64(len(want)))
}

func diffEntries(want, got []ledger.Entry) string {
	return cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b time.Time) bool {
		return a.Equal(b) && a.Location() == b.Location()
	}))
}

func wantHead(t *testing.T, s store.Store, want int64) {
	t.Helper()
	if head, err := s.Head(t.Context()); head != want || err != nil {
		t.Errorf("Head() = %d, %v, want %d", head, err, want)
	}
}

// rootOf computes the Merkle root over the statements of entries.
func rootOf(t *testing.T, entries []ledger.Entry) ledger.Hash {
	t.Helper()
	var tree ledger.Tree
	for i := range entries {
		statement, err := entries[i].Statement()
		if err != nil {
			t.Fatal(err)
		}
		tree.Append(statement)
	}
	return tree.Root()
}
