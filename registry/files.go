package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
)

const (
	// clearEvery is how often a node looks for uploads that nothing names.
	clearEvery = 10 * time.Minute
	// maxClearings is how many clearings one look makes; what is left waits for the next.
	maxClearings = 10
	// deletingFor bounds the deletion of one file's bytes.
	deletingFor = 30 * time.Second
	// abandonedAfter is when a clearing that another node began is taken for abandoned. It is
	// much longer than deletingFor, so that its deletions are over.
	abandonedAfter = time.Hour
)

// KeepFile puts a file on record as c does, whose size and digest are those of the bytes,
// and then stores them. In that order nothing is stored that no entry names. Where it
// fails after the first, the file is to be given again.
func (r *Registry) KeepFile(ctx context.Context, a policies.Actor, c policies.AttachFile, content []byte) (policies.AttachFile, error) {
	sum := sha256.Sum256(content)
	c.Digest, c.Size = hex.EncodeToString(sum[:]), int64(len(content))
	var unread *Unread // is on record all the same
	if _, err := r.Do(ctx, a, "", c); err != nil && !errors.As(err, &unread) {
		return c, err
	}
	if _, _, err := r.o.Store.Blobs().Put(ctx, bytes.NewReader(content), c.Size); err != nil {
		return c, fmt.Errorf("couldn't store the file %s: %w", c.Digest, err)
	}
	return c, nil
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

func (r *Registry) clearFromTimeToTime(ctx context.Context) {
	r.regularly(ctx, clearEvery, "couldn't clear uploads", func() error { return r.ClearUploads(ctx) })
}

// ClearUploads clears what was uploaded and nothing came to name in time, and carries out
// clearings that were broken off. A node does so by itself from time to time; what is due
// is said by the registry's clock. Of more than a thousand the rest waits for the next time.
func (r *Registry) ClearUploads(ctx context.Context) error {
	r.clearing.Lock()
	defer r.clearing.Unlock()
	if err := r.finishClearings(ctx); err != nil {
		return err
	}
	for range maxClearings {
		idle, err := r.views.HasIdleUploads(ctx, r.Now().Add(-policies.UploadLife))
		if err != nil || !idle {
			return err
		}
		done, err := r.Do(ctx, policies.Operator, "", policies.ClearUploads{})
		var refused *policies.Error
		if errors.As(err, &refused) && refused.Code == policies.Conflict {
			return nil // another node was faster
		}
		if err != nil {
			return fmt.Errorf("couldn't put on record which uploads go: %w", err)
		}
		r.o.Log.Info("uploads that nothing named were cleared", slog.String("clearing", done.Subject))
		r.begun[done.Subject] = true
		if err := r.finishClearings(ctx); err != nil {
			return err
		}
	}
	return nil
}

// finishClearings deletes the files of the clearings that this node began, and of those
// that their nodes abandoned.
func (r *Registry) finishClearings(ctx context.Context) error {
	under, err := r.views.Clearings(ctx)
	if err != nil {
		return fmt.Errorf("couldn't find the clearings under way: %w", err)
	}
	for _, c := range under {
		if !r.begun[c.ID] && r.Now().Sub(c.At) < abandonedAfter {
			continue
		}
		for _, digest := range c.Files {
			if err := r.deleteFile(ctx, digest); err != nil {
				return err
			}
		}
		_, err := r.Do(ctx, policies.Operator, "", policies.FinishClearing{ClearingID: c.ID})
		var refused *policies.Error
		if errors.As(err, &refused) && refused.Code == policies.NotFound {
			continue // another node did the same
		}
		if err != nil {
			return fmt.Errorf("couldn't put on record that %s is finished: %w", c.ID, err)
		}
		r.o.Log.Info("the files of cleared uploads were deleted", slog.String("clearing", c.ID), slog.Int("files", len(c.Files)))
	}
	clear(r.begun)
	return nil
}

func (r *Registry) deleteFile(ctx context.Context, digest string) error {
	ctx, cancel := context.WithTimeout(ctx, deletingFor)
	defer cancel()
	if err := r.o.Store.Blobs().Delete(ctx, digest); err != nil {
		return fmt.Errorf("couldn't delete the file %s: %w", digest, err)
	}
	return nil
}
