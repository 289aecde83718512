package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

const (
	// foldBatch is how many entries are read and folded in one transaction.
	foldBatch = 5000
	// bulkFrom is from how many entries on it pays to make indexes at the end.
	bulkFrom = 20_000
	// preparedBytes is how long the payloads of a batch may be together whose folds are prepared: each
	// takes several times as much until it is folded.
	preparedBytes = 16 << 20
	// patience is the longest pause between two tries to read the store's tail.
	patience = time.Second
)

// loadTree brings the tree to where the views are.
func (r *Registry) loadTree() error {
	tree, err := ledger.OpenTree(r.views.Tiles(), r.views.Position())
	if err != nil {
		return fmt.Errorf("couldn't open the tree of the views: %w", err)
	}
	var tip ledger.Hash
	if position := r.views.Position(); position > 0 {
		last, err := r.views.Entry(context.Background(), position-1)
		if err != nil {
			return fmt.Errorf("couldn't read the last entry folded: %w", err)
		}
		tip = last.Digest
	}
	tx, err := r.views.Begin(context.Background())
	if err != nil {
		return err
	}
	defer tx.Rollback()
	r.advance(tree, tx.LastAt(), tip)
	return nil
}

// advance says that the views now hold what tree spans; last and tip are the time and the digest of
// its last entry.
func (r *Registry) advance(tree *ledger.Tree, last time.Time, tip ledger.Hash) {
	r.tree = tree
	root := tree.Root()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.size, r.root, r.last, r.tip, r.advanced = tree.Size(), root, last, tip, time.Now()
	close(r.changed)
	r.changed = make(chan struct{})
}

// rebuild folds the ledger anew, into empty views. While the registry serves, nothing is shown until all of
// it is folded; who reads the views within the process has them as they were.
func (r *Registry) rebuild(ctx context.Context) error {
	if r.serving {
		r.making.Store(true)
		defer r.making.Store(false)
		return r.rebuildBeside(ctx)
	}
	if err := r.views.Reset(ctx); err != nil {
		return fmt.Errorf("couldn't empty the views: %w", err)
	}
	r.advance(&ledger.Tree{}, time.Time{}, ledger.Hash{})
	return r.catchUp(ctx)
}

// decodedEntry is an entry with its event, nil where it was erased, and its statement.
type decodedEntry struct {
	entry     ledger.Entry
	event     policies.Event
	statement []byte
}

// catchUp folds what the ledger holds beyond the views, decoding a batch ahead.
// When the last entry folded is no longer the ledger's, the views are made anew.
func (r *Registry) catchUp(ctx context.Context) error {
	from := r.views.Position()
	var gone *Missing
	switch err := r.lookBehind(ctx); {
	case errors.As(err, &gone) && r.serving:
		r.takes(gone)
		return err
	case errors.Is(err, errOtherHistory), gone != nil:
		r.o.Log.Warn("the ledger's tail isn't what the views hold; making the views anew", slog.Int64("position", from))
		return r.rebuild(ctx)
	case err != nil:
		return err
	}
	head, err := r.o.Store.Head(ctx)
	if err != nil {
		return fmt.Errorf("couldn't ask the store for its head: %w", err)
	}
	erased := false
	err = inBulk(ctx, r.views, !r.serving && head-from > bulkFrom, func() error {
		return r.eachBatch(ctx, from, func(batch []decodedEntry) error {
			if err := r.fold(ctx, batch); err != nil {
				return err
			}
			for i := range batch {
				_, is := batch[i].event.(*policies.EntryErased)
				erased = erased || is
			}
			if done := r.views.Position(); r.o.Progress != nil && head-from > foldBatch {
				r.o.Progress("folding the ledger into the views", done, max(head, done))
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	r.behind.Store(false)
	if erased && r.serving {
		r.wakeRenewal()
	}
	return nil
}

// inBulk calls fold, in a bulk if it is large.
func inBulk(ctx context.Context, db *views.DB, large bool, fold func() error) error {
	if !large {
		return fold()
	}
	return db.Bulk(ctx, fold)
}

// eachBatch calls f with the ledger's entries from one on, decoding a batch ahead.
func (r *Registry) eachBatch(ctx context.Context, from int64, f func([]decodedEntry) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	batches, failed := make(chan []decodedEntry, 1), make(chan error, 1)
	go func() {
		defer close(batches)
		failed <- r.readAhead(ctx, from, batches)
	}()
	for batch := range batches {
		if err := f(batch); err != nil {
			return err
		}
	}
	return <-failed
}

// checkLength refuses a ledger that is shorter than views made of it: its last entries were
// acknowledged and are gone, with a write-ahead log for instance, and the views are the
// evidence. Views of another ledger are none.
func (r *Registry) checkLength(ctx context.Context) error {
	head, err := r.o.Store.Head(ctx)
	if err != nil {
		return fmt.Errorf("couldn't ask the store for its head: %w", err)
	}
	position := r.views.Position()
	if head >= position || r.o.Shorter {
		return nil
	}
	same, err := r.sameHistory(ctx, head)
	if err != nil || !same {
		return err
	}
	return fmt.Errorf("%w: it has %d, and the views of this node hold %d of it: entries %d to %d are missing", ErrShorter, head, position, head, position-1)
}

// sameHistory says whether the entry before position is the one that was folded.
func (r *Registry) sameHistory(ctx context.Context, position int64) (bool, error) {
	if position == 0 {
		return true, nil
	}
	folded, err := r.views.Entry(ctx, position-1)
	if err != nil {
		return false, fmt.Errorf("couldn't read the last entry folded: %w", err)
	}
	kept, err := r.o.Store.Digest(ctx, position-1)
	if err != nil {
		return false, fmt.Errorf("couldn't read the ledger: %w", err)
	}
	return kept == folded.Digest, nil
}

func (r *Registry) readAhead(ctx context.Context, from int64, batches chan<- []decodedEntry) error {
	for {
		entries, err := r.o.Store.Read(ctx, from, foldBatch)
		if err != nil {
			return fmt.Errorf("couldn't read the ledger from entry %d: %w", from, err)
		}
		if len(entries) == 0 {
			return nil
		}
		batch, err := decodeEntries(entries)
		if err != nil {
			return err
		}
		select {
		case batches <- batch:
		case <-ctx.Done():
			return ctx.Err()
		}
		from += int64(len(entries))
	}
}

// decodeEntries decodes entries, and does ahead what their folds would take long for.
func decodeEntries(entries []ledger.Entry) (batch []decodedEntry, err error) {
	batch = make([]decodedEntry, len(entries))
	long := preparedBytes
	for i, e := range entries {
		d := &batch[i]
		d.entry = e
		if d.statement, err = e.Statement(); err != nil {
			return nil, fmt.Errorf("couldn't read entry %d: %w", e.Seq, err)
		}
		if e.Erased() {
			continue
		}
		if d.event, err = policies.Decode(e.Kind, e.Payload); err != nil {
			return nil, fmt.Errorf("couldn't read entry %d: %w", e.Seq, err)
		}
		if l, is := d.event.(policies.LongEvent); is && len(e.Payload) <= long {
			long -= len(e.Payload)
			_ = l.Prepare() // what it can't do, the fold says
		}
	}
	return batch, nil
}

func (r *Registry) fold(ctx context.Context, batch []decodedEntry) error {
	tree := r.tree.Clone()
	last, err := foldBatchInto(ctx, r.views, tree, batch)
	if err != nil {
		return err
	}
	r.advance(tree, last, batch[len(batch)-1].entry.Digest)
	return nil
}

// foldBatchInto folds entries into views, in one transaction, and adds them to the tree of all
// before them; it returns the time of the last.
func foldBatchInto(ctx context.Context, db *views.DB, tree *ledger.Tree, batch []decodedEntry) (last time.Time, err error) {
	tx, err := db.Begin(ctx)
	if err != nil {
		return last, err
	}
	defer tx.Rollback() // nothing after Commit
	if err := foldInto(tx, tree, batch); err != nil {
		return last, err
	}
	if err := tx.Commit(); err != nil {
		return last, fmt.Errorf("couldn't commit the views: %w", err)
	}
	return tx.LastAt(), nil
}

// foldInto folds entries and adds them to the tree of all before them.
func foldInto(tx *views.Tx, tree *ledger.Tree, batch []decodedEntry) error {
	for i := range batch {
		e := &batch[i].entry
		if err := tx.Fold(e, batch[i].event); err != nil {
			return fmt.Errorf("couldn't fold entry %d: %w", e.Seq, err)
		}
		tree.Append(batch[i].statement)
	}
	if err := tree.Flush(tx); err != nil {
		return fmt.Errorf("couldn't keep the hash tiles: %w", err)
	}
	return nil
}

// catchUpPatiently tries until the store's tail could be read or ctx is done.
func (r *Registry) catchUpPatiently(ctx context.Context) error {
	for pause := time.Millisecond; ; pause = min(2*pause, patience) {
		err := r.catchUp(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}

// follow wakes the writer when another node has written.
func (r *Registry) follow(ctx context.Context) {
	for ctx.Err() == nil {
		at, changed := r.state()
		if err := r.o.Store.Wait(ctx, at); err != nil {
			if ctx.Err() != nil {
				return
			}
			r.o.Log.Warn("couldn't wait for the ledger", slog.Any("error", err))
			select {
			case <-time.After(patience):
			case <-ctx.Done():
			}
			continue
		}
		select {
		case <-changed: // our own writer's doing
		case r.moved <- struct{}{}:
			select { // one look at a time; a failed look is tried again after a pause
			case <-changed:
			case <-time.After(patience):
			case <-ctx.Done():
			}
		case <-ctx.Done():
		}
	}
}

// state returns how much the views hold and a channel that is closed when that grows.
func (r *Registry) state() (int64, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.size, r.changed
}

// WaitFor returns when the views hold at least the first position entries.
func (r *Registry) WaitFor(ctx context.Context, position int64) error {
	for {
		at, changed := r.state()
		if at >= position {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
