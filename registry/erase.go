package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
)

// Erase removes an entry's payload for good, as a court or a privacy law may
// demand, with the files that no other entry names; puts that on record; and rebuilds
// the views without it, on every node. The tree stays whole. An erasure that was
// broken off is finished by another.
func (r *Registry) Erase(ctx context.Context, seq int64, reason string) error {
	c := policies.EraseEntry{Seq: seq, Reason: reason}
	if _, err := c.Decide(policies.Env{Actor: policies.Operator}, nil); err != nil {
		return err
	}
	err := r.onWriter(ctx, func() error {
		// The files first: only the payload says which they are.
		if err := r.eraseFiles(ctx, seq); err != nil {
			return err
		}
		return r.o.Store.Erase(ctx, seq)
	})
	if err != nil {
		return fmt.Errorf("couldn't erase entry %d: %w", seq, err)
	}
	// The key sees to it that it is on record once, with the reason given first.
	if _, err := r.Do(ctx, policies.Operator, fmt.Sprintf("erase/%d", seq), c); err != nil && !errors.Is(err, errKeyUsed) {
		return fmt.Errorf("couldn't put the erasure of entry %d on record: %w", seq, err)
	}
	return r.onWriter(ctx, func() error {
		if r.o.Checkpoints != nil { // so that none of a smaller size is signed meanwhile
			if _, err := r.checkpoint(); err != nil {
				return err
			}
		}
		return r.rebuild(ctx)
	})
}

// eraseFiles deletes the files that the entry names and no other does.
func (r *Registry) eraseFiles(ctx context.Context, seq int64) error {
	found, err := r.o.Store.Read(ctx, seq, 1)
	if err != nil || len(found) == 0 {
		return err // where it isn't there, Store.Erase says so
	}
	files, err := filesOf(&found[0])
	if err != nil || len(files) == 0 {
		return err
	}
	for from := int64(0); len(files) > 0; {
		entries, err := r.o.Store.Read(ctx, from, foldBatch)
		if err != nil {
			return fmt.Errorf("couldn't look for other entries with its files: %w", err)
		}
		if len(entries) == 0 {
			break
		}
		for i := range entries {
			if entries[i].Seq == seq {
				continue
			}
			if files, err = notNamedBy(files, &entries[i]); err != nil {
				return err
			}
		}
		from += int64(len(entries))
	}
	for _, digest := range files {
		if err := r.o.Store.Blobs().Delete(ctx, digest); err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("couldn't delete the file %s: %w", digest, err)
		}
	}
	return nil
}

// notNamedBy leaves out the files that the entry names too.
func notNamedBy(files []string, e *ledger.Entry) ([]string, error) {
	if !slices.ContainsFunc(files, func(digest string) bool { return bytes.Contains(e.Payload, []byte(digest)) }) {
		return files, nil // which is nearly always, and spares decoding it
	}
	named, err := filesOf(e)
	return slices.DeleteFunc(files, func(digest string) bool { return slices.Contains(named, digest) }), err
}

// filesOf are the files that an entry names; of one that was erased nobody knows.
func filesOf(e *ledger.Entry) ([]string, error) {
	if e.Erased() {
		return nil, nil
	}
	ev, err := policies.Decode(e.Kind, e.Payload)
	if err != nil {
		return nil, fmt.Errorf("couldn't read entry %d: %w", e.Seq, err)
	}
	return policies.Files(ev), nil
}
