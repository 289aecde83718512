package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store/durable"
)

const (
	// signEvery is how old the checkpoint on disk gets while entries come in.
	signEvery = 5 * time.Second
	// verifiedTail is how many of the last entries are verified before the node
	// serves; what lies before them is verified while it does (docs/decisions/0004).
	verifiedTail = 100_000
)

// Checkpoint returns a signed checkpoint of all that the views hold.
func (r *Registry) Checkpoint(context.Context) ([]byte, error) {
	if r.o.Checkpoints == nil {
		return nil, errors.New("no key to sign checkpoints with")
	}
	return r.checkpoint()
}

// ReadCheckpoint returns what Checkpoint does, with what it says.
func (r *Registry) ReadCheckpoint(ctx context.Context) (text []byte, c ledger.Checkpoint, err error) {
	if text, err = r.Checkpoint(ctx); err != nil {
		return nil, c, err
	}
	if c, err = r.o.Checkpoints.Verifier().ParseCheckpoint(text); err != nil {
		return nil, c, fmt.Errorf("couldn't read our own checkpoint: %w", err)
	}
	return text, c, nil
}

// checkpoint signs the present tree, unless that was done, and keeps the result
// before anybody sees it: who rolled the ledger back to before one that was seen would
// otherwise not be found out at the next start.
func (r *Registry) checkpoint() ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.signed != nil && r.signedSize >= r.size { // larger while the views are made anew
		return r.signed, nil
	}
	text, err := r.o.Checkpoints.Sign(r.size, r.root)
	if err != nil {
		return nil, fmt.Errorf("couldn't sign a checkpoint: %w", err)
	}
	if r.o.CheckpointFile != "" {
		if err := durable.Replace(r.o.disk, r.o.CheckpointFile, text); err != nil {
			return nil, fmt.Errorf("couldn't keep the checkpoint: %w", err)
		}
	}
	r.signed, r.signedSize = text, r.size
	return text, nil
}

// signs says whether checkpoints are signed without being asked for.
func (r *Registry) signs() bool { return r.o.Checkpoints != nil && !r.o.SignOnDemand }

// findUnsigned tells of entries that no signature covers, at the start: a node that was killed
// leaves a few, and so does who forges some.
func (r *Registry) findUnsigned() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found = max(r.size, r.covered)
	if r.signs() && r.found > r.covered {
		r.o.Log.Warn("entries are there that the last checkpoint doesn't cover; the next one will", slog.Int64("from", r.covered), slog.Int64("until", r.found))
	}
}

// A Reach says up to where signatures reach.
type Reach struct {
	Entries int64 `json:"entries"` // that there are
	Signed  int64 `json:"signed"`  // the first so many are covered by a signed checkpoint
	// LateFrom and LateUntil bound the entries that this node found without a signature at
	// its start, and has signed since; they are the same where there was none.
	LateFrom  int64 `json:"lateFrom,omitempty"`
	LateUntil int64 `json:"lateUntil,omitempty"`
}

// Reach signs the tree as it is, unless that is done on demand only, and says what is covered.
func (r *Registry) Reach() (reach Reach, err error) {
	if r.signs() {
		if _, err := r.checkpoint(); err != nil {
			return reach, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	reach = Reach{Entries: r.size, Signed: max(r.covered, r.signedSize)}
	if r.signs() {
		reach.LateFrom, reach.LateUntil = r.covered, r.found
	}
	return reach, nil
}

func (r *Registry) signFromTimeToTime(ctx context.Context) {
	r.regularly(ctx, signEvery, "couldn't sign a checkpoint", func() error { _, err := r.checkpoint(); return err })
}

// lastCheckpoint reads the checkpoint of an earlier run; ok is false when there is none.
func (r *Registry) lastCheckpoint(ctx context.Context) (c ledger.Checkpoint, ok bool, err error) {
	if r.o.Checkpoints == nil || r.o.CheckpointFile == "" {
		return c, false, nil
	}
	text, err := os.ReadFile(r.o.CheckpointFile)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(bytes.TrimSpace(text)) == 0 {
		return c, false, r.mayLackCheckpoint(ctx)
	}
	if err != nil {
		return c, false, fmt.Errorf("couldn't read the last checkpoint: %w", err)
	}
	c, err = r.o.Checkpoints.Verifier().ParseCheckpoint(text)
	if err != nil && r.o.FormerKey != nil { // its first start with a new key
		c, err = r.o.FormerKey.ParseCheckpoint(text)
	}
	if err != nil {
		return c, false, fmt.Errorf("couldn't use the last checkpoint, %s (it is torn, or another key signed it; put a later one of this record there, from another node or from who watches it, or remove it and answer for the ledger as it is by --without-checkpoint): %w",
			r.o.CheckpointFile, err)
	}
	return c, true, nil
}

// mayLackCheckpoint refuses a ledger with entries for which there is no checkpoint. A
// registry keeps one before its first entry, so somebody took it away, and
// perhaps entries with it.
func (r *Registry) mayLackCheckpoint(ctx context.Context) error {
	if r.o.Unsigned {
		return nil
	}
	head, err := r.o.Store.Head(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("couldn't ask the store for its head: %w", err)
	case head > 0:
		return fmt.Errorf("%w: the ledger has %d entries, and %s is missing or empty", ErrNoCheckpoint, head, r.o.CheckpointFile)
	}
	return nil
}

// verifyAtStart holds the ledger against the last checkpoint. It returns the
// checkpoint when entries before the tail are still to be verified.
func (r *Registry) verifyAtStart(ctx context.Context) (*ledger.Checkpoint, error) {
	c, ok, err := r.lastCheckpoint(ctx)
	if err != nil || !ok {
		return nil, err
	}
	r.covered = c.Size
	var tiles ledger.Tiles // those of the views, where they fit the checkpoint
	spoilt := false
	if r.views.Position() >= c.Size {
		root, err := ledger.RootAt(r.views.Tiles(), c.Size)
		if spoilt = err != nil || root != c.Root; !spoilt {
			tiles = r.views.Tiles()
		}
	}
	known, from := &ledger.Tree{}, int64(0)
	if tiles != nil && c.Size > verifiedTail {
		from = (c.Size - verifiedTail) / ledger.TileWidth * ledger.TileWidth
		if known, err = ledger.OpenTree(tiles, from); err != nil {
			return nil, fmt.Errorf("couldn't open the tree of the views: %w", err)
		}
	}
	audit := r.audit(c, func(done, total int64) {
		if r.o.Progress != nil && total > verifiedTail {
			r.o.Progress("verifying the ledger", done, total)
		}
	})
	audit.Tiles, audit.Known = tiles, known
	err = audit.Run(ctx)
	if err != nil {
		return nil, fmt.Errorf("couldn't verify the ledger against its last checkpoint: %w", err)
	}
	if spoilt { // the ledger is sound, so the views aren't
		r.o.Log.Warn("the views don't fit the last checkpoint; making them anew")
		if err := r.views.Reset(ctx); err != nil {
			return nil, fmt.Errorf("couldn't empty the views: %w", err)
		}
	}
	if from == 0 {
		return nil, nil
	}
	return &c, nil
}

// verifyBehind verifies the whole ledger while the node serves. On a mismatch the
// node takes no further commands and says so.
func (r *Registry) verifyBehind(ctx context.Context, c ledger.Checkpoint) {
	err := r.audit(c, nil).Run(ctx)
	var corrupt *ledger.Corrupt
	switch {
	case errors.As(err, &corrupt):
		r.o.Log.Error("the ledger isn't what was signed; no more commands are taken", slog.Any("error", err))
		r.mu.Lock()
		r.fatal = fmt.Errorf("the ledger isn't what was signed: %w", err)
		r.mu.Unlock()
	case err != nil && ctx.Err() == nil:
		r.o.Log.Error("couldn't verify the ledger", slog.Any("error", err))
	}
}

// Verify holds the whole ledger against a checkpoint of all that the views hold.
// The error wraps a *ledger.Corrupt on a mismatch.
func (r *Registry) Verify(ctx context.Context, progress func(done, total int64)) error {
	r.mu.Lock()
	c := ledger.Checkpoint{Size: r.size, Root: r.root}
	r.mu.Unlock()
	return r.audit(c, progress).Run(ctx)
}

// audit holds the whole ledger against a checkpoint.
func (r *Registry) audit(c ledger.Checkpoint, progress func(done, total int64)) ledger.Audit {
	return ledger.Audit{Read: r.o.Store.Read, Checkpoint: c, Tiles: r.views.Tiles(), Erases: policies.ErasureOf, Progress: progress}
}
