package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// verifyBatch is how many entries are read at a time.
const verifyBatch = 2000

// A ReadFunc reads up to limit entries from a position on, in order, and none
// past the end, as store.Entries.Read does.
type ReadFunc func(ctx context.Context, from int64, limit int) ([]Entry, error)

// Corrupt says which entry doesn't fit the checkpoint, or, where that can't be
// told, between which the first such entry lies.
type Corrupt struct {
	Seq    int64  // the first bad entry, or the first that may be bad
	Until  int64  // the first bad entry lies before this; Seq+1 where it is known
	Reason string // what is wrong, in words for an operator
}

func (c *Corrupt) Error() string {
	if c.Until == c.Seq+1 {
		return fmt.Sprintf("entry %d is corrupt: %s", c.Seq, c.Reason)
	}
	return fmt.Sprintf("an entry from %d to %d is corrupt: %s", c.Seq, c.Until-1, c.Reason)
}

// corruptAt says that entry seq is bad.
func corruptAt(seq int64, format string, args ...any) *Corrupt {
	return &Corrupt{Seq: seq, Until: seq + 1, Reason: fmt.Sprintf(format, args...)}
}

// An Audit is what it takes to hold entries against a checkpoint.
type Audit struct {
	Read       ReadFunc // required
	Checkpoint Checkpoint
	Tiles      Tiles // to name the entry at fault by; nil for none
	// Known is the tree of entries that were verified before (OpenTree), nil for none:
	// that it is a prefix of the checkpoint's is verified, and the entries in it are not
	// looked at. So a node may verify its tail before it serves, and everything while it
	// does.
	Known *Tree
	// Erases says which entry a statement orders to be erased, by its kind and subject;
	// nil where no statement does.
	Erases func(kind, subject string) (seq int64, ok bool)
	// Progress is called from time to time with the number of entries verified, of so
	// many; it may be nil.
	Progress func(done, total int64)
}

// Run recomputes everything a checkpoint stands for from the entries: each payload's
// digest, each statement, the root; that seq has no gap and at never goes back; and that
// what says it was erased was ordered to be, by a later entry, perhaps one after the
// checkpoint. It returns a *Corrupt on the first mismatch, and any other error when it
// couldn't tell.
//
// A changed payload shows by its entry's digest. What else may have changed in an
// entry shows only in the root; tiles that fit the checkpoint then tell which
// entry it was. Without tiles, or with tiles that don't fit either,
// the *Corrupt says between which entries the fault lies.
//
// Reading and hashing run side by side.
func (a Audit) Run(ctx context.Context) error {
	if a.Known == nil {
		a.Known = &Tree{}
	}
	if a.Progress == nil {
		a.Progress = func(done, total int64) {}
	}
	if a.Erases == nil {
		a.Erases = func(string, string) (int64, bool) { return 0, false }
	}
	c := a.Checkpoint
	if a.Known.Size() > c.Size {
		return fmt.Errorf("couldn't verify from entry %d: the checkpoint has only %d", a.Known.Size(), c.Size)
	}
	v := &verifier{tree: a.Known.Clone(), from: a.Known.Size(), checkpoint: c, erases: a.Erases, erased: map[int64]bool{}}
	v.tree.full = nil
	if err := v.run(ctx, a.Read, a.Progress); err != nil {
		return err
	}
	if v.tree.Size() == c.Size && v.tree.Root() == c.Root {
		if err := v.findOrders(ctx, a.Read); err != nil {
			return err
		}
		return v.verdict() // the statements are right, so the first fault found is the first there is
	}
	bad, err := v.locate(ctx, a.Read, a.Tiles)
	if err != nil {
		return err
	}
	return bad
}

// A verifier goes through the entries once, in order.
type verifier struct {
	tree       *Tree
	from       int64
	checkpoint Checkpoint
	last       time.Time // at of the entry before
	first      *Corrupt  // the first fault that shows in an entry itself
	erases     func(kind, subject string) (int64, bool)
	erased     map[int64]bool // say that they were erased, and no order was read yet
}

func (v *verifier) verdict() error {
	if v.first != nil {
		return v.first
	}
	return nil
}

type entryBatch struct {
	entries []Entry
	err     error
}

// run reads the entries in one goroutine and checks them in another, until the
// checkpoint's size or a fault that makes what follows meaningless.
func (v *verifier) run(ctx context.Context, read ReadFunc, progress func(done, total int64)) error {
	ctx, cancel := context.WithCancel(ctx)
	batches := make(chan entryBatch, 2)
	go func() {
		defer close(batches)
		readAll(ctx, read, v.from, v.checkpoint.Size, batches)
	}()
	defer func() {
		cancel()
		for range batches { // wait, so that nothing reads on after the verdict
		}
	}()
	total := v.checkpoint.Size - v.from
	progress(0, total)
	for b := range batches {
		if b.err != nil {
			return fmt.Errorf("couldn't read the ledger from entry %d: %w", v.tree.Size(), b.err)
		}
		for i := range b.entries {
			if !v.check(&b.entries[i]) {
				return nil
			}
		}
		progress(v.tree.Size()-v.from, total)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if n := v.tree.Size(); n < v.checkpoint.Size {
		v.fault(corruptAt(n, "it is missing: the record ends before it, but the checkpoint covers %d entries", v.checkpoint.Size))
	}
	return nil
}

// readAll sends the entries from one position to before another; fewer when the
// record ends earlier.
func readAll(ctx context.Context, read ReadFunc, from, to int64, batches chan<- entryBatch) {
	for from < to {
		entries, err := read(ctx, from, int(min(verifyBatch, to-from)))
		if len(entries) == 0 && err == nil {
			return
		}
		select {
		case batches <- entryBatch{entries, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
		from += int64(len(entries))
	}
}

// check takes in the next entry. It returns false when there is no point in going on.
func (v *verifier) check(e *Entry) bool {
	seq := v.tree.Size()
	if e.Seq != seq {
		v.fault(corruptAt(seq, "entry %d stands in its place", e.Seq))
		return false
	}
	if e.At.Before(v.last) {
		v.fault(corruptAt(seq, "its time %s is before the time of the entry before it, %s",
			e.At.UTC().Format(TimeLayout), v.last.UTC().Format(TimeLayout)))
	}
	v.last = e.At
	if e.Erased() {
		v.erased[seq] = true
	} else if digestOf(e.Salt, e.Cause(), e.Payload) != e.Digest {
		v.fault(corruptAt(seq, "its payload, or the command that caused it, doesn't have its digest"))
	}
	v.readOrder(e)
	statement, err := e.Statement()
	if err != nil {
		v.fault(corruptAt(seq, "it has no statement: %v", err))
		return false
	}
	v.tree.AppendHash(LeafHash(statement))
	return true
}

func (v *verifier) fault(c *Corrupt) {
	if v.first == nil {
		v.first = c
	}
}

// readOrder takes an entry's order to erase another, if it is one.
func (v *verifier) readOrder(e *Entry) {
	if seq, ok := v.erases(e.Kind, e.Subject); ok && seq < e.Seq {
		delete(v.erased, seq)
	}
}

// findOrders wants an order for everything that says it was erased: a node that was
// stopped once it had carried one out has signed nothing that holds it yet, so it may
// stand after the checkpoint.
func (v *verifier) findOrders(ctx context.Context, read ReadFunc) error {
	for from := v.checkpoint.Size; len(v.erased) > 0; {
		entries, err := read(ctx, from, verifyBatch)
		if err != nil {
			return fmt.Errorf("couldn't read the ledger from entry %d: %w", from, err)
		}
		if len(entries) == 0 {
			break
		}
		for i := range entries {
			v.readOrder(&entries[i])
		}
		from += int64(len(entries))
	}
	if len(v.erased) > 0 {
		seq := slices.Min(slices.Collect(maps.Keys(v.erased)))
		c := corruptAt(seq, "its words are gone, and no entry orders its erasure; %d entries are so", len(v.erased))
		if v.first == nil || seq < v.first.Seq {
			v.first = c
		}
	}
	return nil
}
