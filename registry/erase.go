package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
)

// Erase removes entries' payloads for good, as a court or a privacy law may demand, with
// the files that no other entry names. It puts that on record first, and then carries it
// out: here, on every node that reads the record, and, should this node stop half-way, on whichever starts
// next. Nothing shows the words from the moment that is on record. The views are made anew without
// them, once for all, while readers and writers go on; then Erase returns. The tree stays whole.
// progress may be nil.
func (r *Registry) Erase(ctx context.Context, seqs []int64, reason string, progress func(done, total int64)) error {
	for _, seq := range seqs { // before anything is on record
		if _, err := (policies.EraseEntry{Seq: seq, Reason: reason}).Decide(policies.Env{Actor: policies.Operator}, nil); err != nil {
			return err
		}
		if _, err := r.entryToErase(ctx, seq); err != nil {
			return err
		}
	}
	for i, seq := range seqs {
		if err := r.orderErasure(ctx, seq, reason); err != nil {
			return fmt.Errorf("couldn't put the erasure of entry %d on record: %w", seq, err)
		}
		if progress != nil {
			progress(int64(i+1), int64(len(seqs)))
		}
	}
	return r.carryOut(context.WithoutCancel(ctx)) // what is on record
}

// entryToErase reads an entry.
func (r *Registry) entryToErase(ctx context.Context, seq int64) (ledger.Entry, error) {
	found, err := r.o.Store.Read(ctx, seq, 1)
	if err == nil && len(found) == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return ledger.Entry{}, fmt.Errorf("couldn't read entry %d: %w", seq, err)
	}
	return found[0], nil
}

// orderErasure puts an erasure on record, unless it is.
func (r *Registry) orderErasure(ctx context.Context, seq int64, reason string) error {
	c := policies.EraseEntry{Seq: seq, Reason: reason}
	ordered, err := r.views.ErasureOrdered(ctx, seq)
	if err != nil || ordered {
		return err
	}
	e, err := r.entryToErase(ctx, seq)
	if err != nil {
		return err
	}
	if !e.Erased() {
		ev, err := policies.Decode(e.Kind, e.Payload)
		if err != nil {
			return err
		}
		c.Spent = policies.NumberOf(ev)
	}
	_, err = r.Do(ctx, policies.Operator, "", c)
	return err
}

// finishErasures takes from the store what is on record as erased. It
// runs on the writer, or before there is one.
func (r *Registry) finishErasures(ctx context.Context) error {
	seqs, err := r.views.UnfinishedErasures(ctx)
	if err != nil || len(seqs) == 0 {
		return err
	}
	// The files first: only the payloads say which they are.
	if err := r.eraseFiles(ctx, seqs); err != nil {
		return err
	}
	for _, seq := range seqs {
		if err := r.o.Store.Erase(ctx, seq); err != nil {
			return fmt.Errorf("couldn't erase entry %d: %w", seq, err)
		}
	}
	if r.o.Checkpoints != nil { // so that none of a smaller size is signed meanwhile
		if _, err := r.checkpoint(); err != nil {
			return err
		}
	}
	r.o.Log.Info("entries were erased; making the views anew", slog.Int("entries", len(seqs)))
	return nil
}

// eraseFiles deletes the files that the entries name and no other does.
func (r *Registry) eraseFiles(ctx context.Context, seqs []int64) error {
	var files []string
	for _, seq := range seqs {
		e, err := r.entryToErase(ctx, seq)
		if err != nil {
			return err
		}
		named, err := filesOf(&e)
		if err != nil {
			return err
		}
		files = append(files, named...)
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
			if slices.Contains(seqs, entries[i].Seq) {
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
