package registry

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
)

// Receipt makes the receipt of an entry; policies.ErrNotFound where there is none, or
// its words were erased. It holds what the entry says: whoever asks has been judged by
// policies.May before.
func (r *Registry) Receipt(ctx context.Context, seq int64) (ledger.Receipt, error) {
	text, c, err := r.ReadCheckpoint(ctx)
	if err != nil {
		return ledger.Receipt{}, err
	}
	if seq < 0 || seq >= c.Size {
		return ledger.Receipt{}, policies.ErrNotFound
	}
	entries, err := r.o.Store.Read(ctx, seq, 1)
	if err != nil {
		return ledger.Receipt{}, fmt.Errorf("couldn't read entry %d: %w", seq, err)
	}
	if len(entries) == 0 || entries[0].Seq != seq || entries[0].Erased() {
		return ledger.Receipt{}, policies.ErrNotFound
	}
	return ledger.NewReceipt(&entries[0], r.views.Tiles(), text, c.Size)
}

// PutBlob keeps a file's bytes, at most limit of them, and returns their SHA-256 in
// hexadecimal and their number. More are refused, and where reading content fails,
// nothing is kept.
func (r *Registry) PutBlob(ctx context.Context, content io.Reader, limit int64) (digest string, size int64, err error) {
	digest, size, err = r.o.Store.Blobs().Put(ctx, content, limit)
	if errors.Is(err, store.ErrTooLarge) {
		err = &policies.Error{Code: policies.Invalid, Field: "file", Message: fmt.Sprintf("is longer than %d bytes", limit)}
	}
	return digest, size, err
}

// OpenBlob opens a file's bytes; policies.ErrNotFound where they aren't kept. The last
// Read fails where they aren't those that were.
func (r *Registry) OpenBlob(ctx context.Context, digest string) (io.ReadCloser, error) {
	content, err := r.o.Store.Blobs().Open(ctx, digest)
	if errors.Is(err, store.ErrNotFound) {
		return nil, policies.ErrNotFound
	}
	return content, err
}

// DropBlob destroys a file's bytes.
func (r *Registry) DropBlob(ctx context.Context, digest string) error {
	return r.o.Store.Blobs().Delete(ctx, digest)
}
