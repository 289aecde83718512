package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/durable"
)

// Blobs implements store.Store.
func (s *Store) Blobs() store.Blobs { return (*blobs)(s) }

type blobs Store

// pending begins the names of blobs that are being written.
const pending = "pending-"

func (b *blobs) folder() string { return filepath.Join(b.dir, "blobs") }

func (b *blobs) file(digest string) string {
	return filepath.Join(b.folder(), digest[:2], digest[2:])
}

// sweepBlobs removes what a crash left half written. The folder is locked, so
// nobody else is writing.
func (s *Store) sweepBlobs() error {
	folder := (*blobs)(s).folder()
	left, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, f := range left {
		if !strings.HasPrefix(f.Name(), pending) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, f.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Put implements store.Blobs: the content goes to a file aside, which gets its
// name only when it is whole and durable.
func (b *blobs) Put(ctx context.Context, r io.Reader, limit int64) (digest string, size int64, err error) {
	if err := (*Store)(b).check(ctx); err != nil {
		return "", 0, err
	}
	f, err := os.CreateTemp(b.folder(), pending+"*")
	if err != nil {
		return "", 0, fmt.Errorf("couldn't put the blob: %w: %w", store.ErrUnavailable, err)
	}
	kept := false
	defer func() {
		if !kept {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	digest, size, err = store.CopyBlob(f, contextReader{ctx, r}, limit)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return "", 0, fmt.Errorf("couldn't put the blob: %w", err)
	}
	if err := b.name(f.Name(), digest); err != nil {
		return "", 0, fmt.Errorf("couldn't keep blob %s: %w: %w", digest, store.ErrUnavailable, err)
	}
	kept = true
	return digest, size, nil
}

// name gives a whole file its place. A file that is there already has the same
// content and is replaced, which also mends it where it was damaged.
func (b *blobs) name(file, digest string) error {
	to := b.file(digest)
	folder := filepath.Dir(to)
	if err := os.Mkdir(folder, 0o700); err == nil {
		if err := durable.OS.SyncDir(b.folder()); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := os.Rename(file, to); err != nil {
		return err
	}
	return durable.OS.SyncDir(folder)
}

// Open implements store.Blobs.
func (b *blobs) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	if err := (*Store)(b).check(ctx); err != nil {
		return nil, err
	}
	if !store.IsBlobName(digest) {
		return nil, fmt.Errorf("couldn't open blob %.80q: %w", digest, store.ErrNotFound)
	}
	f, err := os.Open(b.file(digest))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("couldn't open blob %s: %w", digest, store.ErrNotFound)
	case err != nil:
		return nil, fmt.Errorf("couldn't open blob %s: %w: %w", digest, store.ErrUnavailable, err)
	}
	return store.VerifyBlob(f, digest), nil
}

// Delete implements store.Blobs.
func (b *blobs) Delete(ctx context.Context, digest string) error {
	if err := (*Store)(b).check(ctx); err != nil {
		return err
	}
	if !store.IsBlobName(digest) {
		return nil
	}
	err := os.Remove(b.file(digest))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = durable.OS.SyncDir(filepath.Dir(b.file(digest)))
	}
	if err != nil {
		return fmt.Errorf("couldn't delete blob %s: %w: %w", digest, store.ErrUnavailable, err)
	}
	return nil
}

// A contextReader fails once its context is done.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
