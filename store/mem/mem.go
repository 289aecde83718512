// Package mem keeps entries and blobs in memory, for tests.
package mem

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/internal/tail"
)

// A Store keeps everything until it is closed.
type Store struct {
	tail   tail.Tail
	closed chan struct{}

	mu      sync.RWMutex // guards what follows
	entries []ledger.Entry
	blobs   map[string][]byte
	notes   map[string]string
	once    sync.Once
}

// Open returns an empty store.
func Open() *Store {
	return &Store{closed: make(chan struct{}), blobs: make(map[string][]byte), notes: make(map[string]string)}
}

var _ store.Store = (*Store)(nil)

// check fails when ctx is done or the store is closed.
func (s *Store) check(ctx context.Context) error {
	return store.Alive(ctx, s.closed)
}

// Append implements store.Entries.
func (s *Store) Append(ctx context.Context, entries []ledger.Entry) error {
	if err := store.Check(entries); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(ctx); err != nil || len(entries) == 0 {
		return err
	}
	if head := int64(len(s.entries)); entries[0].Seq != head {
		return fmt.Errorf("couldn't append entry %d: %w: it is at %d", entries[0].Seq, store.ErrConflict, head)
	}
	for _, e := range entries {
		e.At = e.At.UTC().Truncate(time.Millisecond)
		s.entries = append(s.entries, cloneEntry(e))
	}
	s.tail.Advance(int64(len(s.entries)))
	return nil
}

// cloneEntry returns an entry that shares no memory with e.
func cloneEntry(e ledger.Entry) ledger.Entry {
	e.Payload, e.Packed = slices.Clone(e.Payload), nil
	e.Salt = slices.Clone(e.Salt)
	e.Words, e.Released = slices.Clone(e.Words), slices.Clone(e.Released)
	return e
}

// Read implements store.Entries.
func (s *Store) Read(ctx context.Context, from int64, limit int) ([]ledger.Entry, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.check(ctx); err != nil {
		return nil, err
	}
	head := int64(len(s.entries))
	from = min(max(from, 0), head)
	to := min(from+int64(max(limit, 0)), head)
	var entries []ledger.Entry
	for _, e := range s.entries[from:to] {
		entries = append(entries, cloneEntry(e))
	}
	return entries, nil
}

// Digest implements store.Entries.
func (s *Store) Digest(ctx context.Context, seq int64) (ledger.Hash, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.check(ctx); err != nil {
		return ledger.Hash{}, err
	}
	if seq < 0 || seq >= int64(len(s.entries)) {
		return ledger.Hash{}, fmt.Errorf("couldn't read the digest of entry %d: %w", seq, store.ErrNotFound)
	}
	return s.entries[seq].Digest, nil
}

// Probe implements store.Entries: memory always takes entries.
func (s *Store) Probe(ctx context.Context) error { return s.check(ctx) }

// Head implements store.Entries.
func (s *Store) Head(ctx context.Context) (int64, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return int64(len(s.entries)), s.check(ctx)
}

// Wait implements store.Entries.
func (s *Store) Wait(ctx context.Context, seq int64) error {
	if err := s.check(ctx); err != nil {
		return err
	}
	return s.tail.Wait(ctx, seq, s.closed, store.ErrClosed)
}

// Erase implements store.Entries.
func (s *Store) Erase(ctx context.Context, seq int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(ctx); err != nil {
		return err
	}
	if seq < 0 || seq >= int64(len(s.entries)) {
		return fmt.Errorf("couldn't erase entry %d: %w", seq, store.ErrNotFound)
	}
	s.entries[seq].Payload, s.entries[seq].Salt = nil, nil
	return nil
}

// Note implements store.Notes.
func (s *Store) Note(ctx context.Context, name string) (string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.notes[name], s.check(ctx)
}

// SetNote implements store.Notes.
func (s *Store) SetNote(ctx context.Context, name, was, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(ctx); err != nil {
		return err
	}
	if s.notes[name] != was {
		return fmt.Errorf("couldn't write the note %s: %w", name, store.ErrConflict)
	}
	s.notes[name] = text
	return nil
}

// Close implements store.Entries.
func (s *Store) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// Blobs implements store.Store.
func (s *Store) Blobs() store.Blobs { return (*blobs)(s) }

type blobs Store

// Put implements store.Blobs.
func (b *blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	if err := (*Store)(b).check(ctx); err != nil {
		return "", 0, err
	}
	var content bytes.Buffer
	digest, size, err := store.CopyBlob(&content, r, limit)
	if err != nil {
		return "", 0, fmt.Errorf("couldn't put the blob: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.blobs[digest] = content.Bytes()
	return digest, size, nil
}

// Open implements store.Blobs.
func (b *blobs) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	if err := (*Store)(b).check(ctx); err != nil {
		return nil, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	content, ok := b.blobs[digest]
	if !ok {
		return nil, fmt.Errorf("couldn't open blob %.80q: %w", digest, store.ErrNotFound)
	}
	return store.VerifyBlob(io.NopCloser(bytes.NewReader(content)), digest), nil
}

// Delete implements store.Blobs.
func (b *blobs) Delete(ctx context.Context, digest string) error {
	if err := (*Store)(b).check(ctx); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.blobs, digest)
	return nil
}
