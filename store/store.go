// Package store says how entries and blobs are kept, whatever keeps them.
//
// A store knows nothing of what an entry means. Three backends keep this
// contract and pass one conformance suite (store/storetest): store/sqlite, one
// folder on one machine; store/mongo, one record for many nodes; store/mem, for
// tests.
package store

import (
	"context"
	"errors"
	"io"

	"github.com/ewtp/entente/ledger"
)

var (
	// ErrConflict says that the head is not where the caller thought: catch up,
	// decide again and retry. Nothing was appended.
	ErrConflict = errors.New("the ledger's head has moved")

	// ErrAmbiguous says that an append may or may not have happened (a time-out,
	// a fail-over). Read the tail and look for the commands before saying anything.
	ErrAmbiguous = errors.New("the outcome of the append is unknown")

	// ErrNoLedger says that there is no ledger where one should be opened that exists.
	ErrNoLedger = errors.New("there is no ledger")

	// ErrNotFound says that there is no such entry or blob.
	ErrNotFound = errors.New("not found in the store")

	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("the store is closed")

	// ErrDamaged says that what the store keeps isn't what it wrote. Trying again
	// won't help.
	ErrDamaged = errors.New("what the store keeps is damaged")

	// ErrFull says that there is no room for more. Nothing was appended.
	ErrFull = errors.New("the store's disk is full")

	// ErrUnavailable says that the store can't be reached or can't write now; trying again may help.
	// Of an append it says that nothing was written.
	ErrUnavailable = errors.New("the store is unavailable")
)

// Entries keeps the ledger's entries. Implementations are safe for concurrent use.
type Entries interface {
	// Append adds entries in order, all durable when it returns nil. The first
	// entry's Seq must be the head; otherwise ErrConflict and nothing is added. A
	// crash or a failure in the middle may leave a prefix of the entries (never a
	// gap): the caller learns of it by ErrAmbiguous and reads the tail. No entries:
	// nothing is done. Any other error: nothing is added. A payload of more than MaxPayload bytes: ErrTooLarge, and
	// nothing is added. Sub-millisecond parts of At aren't kept.
	Append(ctx context.Context, entries []ledger.Entry) error

	// Read returns up to limit entries from seq on, in order and without a gap;
	// none when seq is the head or past it. It returns only what can't be rolled
	// back. It may return fewer than there are: go on from the last one. Payload and
	// Salt of an erased entry are nil; the Payload of any other isn't.
	Read(ctx context.Context, from int64, limit int) ([]ledger.Entry, error)

	// Digest returns the digest of the entry at seq, ErrNotFound where there is no such
	// entry, or none that can't be rolled back. It costs little: it is asked before each append.
	Digest(ctx context.Context, seq int64) (ledger.Hash, error)

	// Head returns the number of entries, which is the next entry's Seq.
	Head(ctx context.Context) (int64, error)

	// Wait returns when the head is past seq (head > seq) or ctx is done.
	Wait(ctx context.Context, seq int64) error

	// Erase removes payload and salt of the entry at seq for good, everywhere the
	// store keeps them. Erasing twice is no error; ErrNotFound where there is no
	// such entry.
	Erase(ctx context.Context, seq int64) error

	// Probe says whether the store takes entries now, as far as that can be found out
	// without appending one: nil, or why it doesn't.
	Probe(ctx context.Context) error

	// Close lets go of what the store holds. Everything else then fails with
	// ErrClosed, those who wait too. Closing twice is no error.
	Close() error
}

// Blobs keeps content-addressed bytes: a blob's name is the SHA-256 of its content.
type Blobs interface {
	// Put stores what r yields, at most limit bytes, and returns its SHA-256 in
	// lower-case hexadecimal and its size. More than limit: ErrTooLarge, and
	// nothing is kept. Putting the same content again is no error.
	Put(ctx context.Context, r io.Reader, limit int64) (digest string, size int64, err error)

	// Open returns the content. ErrNotFound when there is none. Reading to the end
	// verifies it: the last Read fails with ErrCorruptBlob where the content isn't
	// the digest's.
	Open(ctx context.Context, digest string) (io.ReadCloser, error)

	// Delete removes a blob. Deleting what is not there is no error.
	Delete(ctx context.Context, digest string) error
}

// ErrTooLarge says that a blob or a payload is larger than its limit.
var ErrTooLarge = errors.New("larger than the limit")

// MaxPayload is the largest payload in bytes that every store takes: a document
// of MongoDB holds at most 16 MiB, whatever is in it.
const MaxPayload = 15 << 20

// MaxCommand is the largest key of a command in bytes.
const MaxCommand = 1 << 10

// Notes keeps a few short texts by their names, which all who open the record share: what
// is said of it, and isn't in it. They are durable when SetNote returns.
type Notes interface {
	// Note returns a note's text; "" where there is none.
	Note(ctx context.Context, name string) (string, error)

	// SetNote writes a note that still is as it was, "" for none. ErrConflict where it isn't,
	// and nothing is written.
	SetNote(ctx context.Context, name, was, text string) error
}

// A Store keeps all of them.
type Store interface {
	Entries
	Notes
	Blobs() Blobs
}
