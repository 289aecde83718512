package registry

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
)

// copyBatch is how many entries are copied at a time.
const copyBatch = 1000

// A Copied says what a copy of a ledger holds.
type Copied struct {
	Entries int64    `json:"entries"`
	Files   int      `json:"files"`
	Lacking []string `json:"lacking,omitempty"` // files that entries name and that weren't there: being uploaded, or lost
	Damaged []string `json:"damaged,omitempty"` // files whose content isn't what was put
}

// CopyTo copies the ledger with its files to an empty store while the registry goes on, and
// verifies the copy against the signed checkpoint that it returns. An entry that was
// erased meanwhile is copied with the order to erase it.
func (r *Registry) CopyTo(ctx context.Context, to store.Store, progress func(done, total int64)) (copied Copied, checkpoint []byte, err error) {
	k := newCopier(r.o.Store, to, progress)
	var c ledger.Checkpoint
	for {
		if checkpoint, c, err = r.ReadCheckpoint(ctx); err != nil {
			return k.copied, nil, err
		}
		if err := k.entries(ctx, c.Size); err != nil {
			return k.copied, nil, err
		}
		head, err := r.o.Store.Head(ctx)
		if err != nil {
			return k.copied, nil, fmt.Errorf("couldn't ask the store for its head: %w", err)
		}
		if len(k.unordered) == 0 || head <= c.Size {
			break
		}
		if err := r.WaitFor(ctx, head); err != nil { // another node erased, and the order is on its way here
			return k.copied, nil, err
		}
	}
	if err := k.keepFiles(ctx); err != nil {
		return k.copied, nil, err
	}
	return k.copied, checkpoint, VerifyCopy(ctx, to, c)
}

// Copy copies the first entries of a ledger, with their files, to an empty store.
func Copy(ctx context.Context, from, to store.Store, size int64, progress func(done, total int64)) (Copied, error) {
	k := newCopier(from, to, progress)
	if err := k.entries(ctx, size); err != nil {
		return k.copied, err
	}
	return k.copied, k.keepFiles(ctx)
}

// VerifyCopy holds what a store keeps against a checkpoint; a *ledger.Corrupt where it
// isn't what was signed.
func VerifyCopy(ctx context.Context, s store.Store, c ledger.Checkpoint) error {
	if err := (ledger.Audit{Read: s.Read, Checkpoint: c, Erases: policies.ErasureOf}).Run(ctx); err != nil {
		return fmt.Errorf("couldn't verify the copy: %w", err)
	}
	return nil
}

// A copier copies a ledger.
type copier struct {
	from, to  store.Store
	files     map[string]bool
	unordered map[int64]bool // were erased, and no order was copied yet
	copied    Copied
	progress  func(done, total int64)
}

func newCopier(from, to store.Store, progress func(done, total int64)) *copier {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	return &copier{from: from, to: to, files: map[string]bool{}, unordered: map[int64]bool{}, progress: progress}
}

// entries copies those that weren't copied of so many.
func (k *copier) entries(ctx context.Context, size int64) error {
	for k.copied.Entries < size {
		batch, err := k.from.Read(ctx, k.copied.Entries, int(min(copyBatch, size-k.copied.Entries)))
		if err == nil && len(batch) == 0 {
			err = store.DamagedEntry(k.copied.Entries, errors.New("it is missing"))
		}
		if err != nil {
			return fmt.Errorf("couldn't read entry %d to copy it: %w", k.copied.Entries, err)
		}
		for i := range batch {
			if err := k.note(&batch[i]); err != nil {
				return err
			}
		}
		if err := k.to.Append(ctx, batch); err != nil {
			return fmt.Errorf("couldn't copy entry %d: %w", k.copied.Entries, err)
		}
		k.copied.Entries += int64(len(batch))
		k.progress(k.copied.Entries, size)
	}
	return nil
}

// note takes down which files an entry names or clears, and which entry it erases.
func (k *copier) note(e *ledger.Entry) error {
	if seq, ok := policies.ErasureOf(e.Kind, e.Subject); ok {
		delete(k.unordered, seq)
	}
	if e.Erased() {
		k.unordered[e.Seq] = true
		return nil
	}
	ev, err := policies.Decode(e.Kind, e.Payload)
	if err != nil {
		return fmt.Errorf("couldn't read entry %d: %w", e.Seq, err)
	}
	if cleared, ok := ev.(*policies.UploadsCleared); ok {
		for _, digest := range cleared.Files {
			delete(k.files, digest)
		}
	}
	for _, digest := range policies.Files(ev) {
		k.files[digest] = true
	}
	return nil
}

// keepFiles copies the files, once the entries that name them are there.
func (k *copier) keepFiles(ctx context.Context) error {
	for i, digest := range slices.Sorted(maps.Keys(k.files)) {
		err := k.keepFile(ctx, digest)
		switch {
		case errors.Is(err, store.ErrNotFound):
			k.copied.Lacking = append(k.copied.Lacking, digest)
		case errors.Is(err, store.ErrCorruptBlob):
			k.copied.Damaged = append(k.copied.Damaged, digest)
		case err != nil:
			return fmt.Errorf("couldn't copy the file %s: %w", digest, err)
		default:
			k.copied.Files++
		}
		k.progress(int64(i+1), int64(len(k.files)))
	}
	return nil
}

func (k *copier) keepFile(ctx context.Context, digest string) (err error) {
	content, err := k.from.Blobs().Open(ctx, digest)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	_, _, err = k.to.Blobs().Put(ctx, content, math.MaxInt64)
	return err
}
