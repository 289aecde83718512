package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A record is a ledger that a test may damage.
type record struct {
	entries    []Entry
	tiles      *memTiles
	checkpoint Checkpoint
}

func newRecord(t testing.TB, n int) *record {
	t.Helper()
	r := &record{tiles: newTiles()}
	var tree Tree
	for i := range n {
		e := Entry{
			Seq:     int64(i),
			At:      time.UnixMilli(1_770_000_000_000 + int64(i/2)).UTC(),
			Kind:    "test.happened/1",
			Subject: fmt.Sprintf("tst_%d", i),
			Command: fmt.Sprintf("cmd_%d", i),
			Payload: fmt.Appendf(nil, `{"number":%d}`, i),
			Salt:    fmt.Appendf(nil, "%016d", i),
		}
		e.Seal()
		statement, err := e.Statement()
		if err != nil {
			t.Fatal(err)
		}
		tree.Append(statement)
		r.entries = append(r.entries, e)
	}
	if err := tree.Flush(r.tiles); err != nil {
		t.Fatal(err)
	}
	r.checkpoint = Checkpoint{Origin: testOrigin, Size: tree.Size(), Root: tree.Root()}
	return r
}

// eraseSome erases entries, and puts on record that it was to be.
func (r *record) eraseSome(t testing.TB, seqs ...int) {
	t.Helper()
	orders := newRecord(t, len(r.entries)+len(seqs)).entries[len(r.entries):]
	for i, seq := range seqs {
		r.entries[seq].Payload, r.entries[seq].Salt = nil, nil
		orders[i].Kind, orders[i].Subject = "test.erased/1", fmt.Sprint(seq)
		r.entries = append(r.entries, orders[i])
	}
	var tree Tree
	for i := range r.entries {
		statement, err := r.entries[i].Statement()
		if err != nil {
			t.Fatal(err)
		}
		tree.Append(statement)
	}
	if err := tree.Flush(r.tiles); err != nil {
		t.Fatal(err)
	}
	r.checkpoint.Size, r.checkpoint.Root = tree.Size(), tree.Root()
}

// testErases reads the orders of eraseSome.
func testErases(kind, subject string) (int64, bool) {
	seq, err := strconv.ParseInt(subject, 10, 64)
	return seq, err == nil && kind == "test.erased/1"
}

func verify(ctx context.Context, read ReadFunc, tiles Tiles, c Checkpoint, progress func(done, total int64)) error {
	return verifyFrom(ctx, nil, read, tiles, c, progress)
}

func verifyFrom(ctx context.Context, known *Tree, read ReadFunc, tiles Tiles, c Checkpoint, progress func(done, total int64)) error {
	return Audit{Read: read, Checkpoint: c, Tiles: tiles, Known: known, Erases: testErases, Progress: progress}.Run(ctx)
}

func (r *record) read(ctx context.Context, from int64, limit int) ([]Entry, error) {
	from = min(from, int64(len(r.entries)))
	to := min(from+int64(limit), int64(len(r.entries)))
	return slices.Clone(r.entries[from:to]), ctx.Err()
}

func TestVerify(t *testing.T) {
	for _, n := range []int{0, 1, 255, 256, 257, 5000} {
		r := newRecord(t, n)
		var erased []int
		for i := 3; i < n; i += 7 {
			erased = append(erased, i)
		}
		r.eraseSome(t, erased...)
		n = len(r.entries)
		var last, calls int64
		progress := func(done, total int64) {
			if done < last || total != int64(n) {
				t.Errorf("progress(%d, %d) after %d of %d", done, total, last, n)
			}
			last = done
			calls++
		}
		if err := verify(t.Context(), r.read, r.tiles, r.checkpoint, progress); err != nil {
			t.Errorf("%d entries: Verify: %v", n, err)
		}
		if last != int64(n) || calls == 0 {
			t.Errorf("%d entries: progress ended at %d", n, last)
		}
		if err := verify(t.Context(), r.read, nil, r.checkpoint, nil); err != nil {
			t.Errorf("%d entries, no tiles: Verify: %v", n, err)
		}
	}
}

// TestVerifyLonger: entries after the checkpoint are none of its business.
func TestVerifyLonger(t *testing.T) {
	r := newRecord(t, 600)
	c := Checkpoint{Size: 300}
	var err error
	if c.Root, err = RootAt(r.tiles, 300); err != nil {
		t.Fatal(err)
	}
	r.entries[300].Payload = []byte("changed")
	if err := verify(t.Context(), r.read, r.tiles, c, nil); err != nil {
		t.Errorf("Verify: %v", err)
	}
}

// damages are ways to change the record at an entry.
var damages = []struct {
	name   string
	do     func(r *record, seq int)
	reason string
	shown  bool // by the entry itself: no tiles are needed to find it
}{
	{"payload", func(r *record, i int) { r.entries[i].Payload = []byte(`{"number":-1}`) }, "payload", true},
	{"one bit of it", func(r *record, i int) { r.entries[i].Payload = []byte(string(r.entries[i].Payload[:1]) + "X") }, "payload", true},
	{"payload and salt", func(r *record, i int) { r.entries[i].Payload, r.entries[i].Salt = nil, nil }, "words are gone", true},
	{"command", func(r *record, i int) { r.entries[i].Command += "x" }, "command", true},
	{"words", func(r *record, i int) { r.entries[i].Words = []byte("other") }, "command", true},
	{"salt", func(r *record, i int) { r.entries[i].Salt = []byte("other") }, "payload", true},
	{"digest", func(r *record, i int) { r.entries[i].Digest[0] ^= 1 }, "payload", true},
	{"payload and digest", func(r *record, i int) { r.entries[i].Payload = []byte("{}"); r.entries[i].Seal() }, "statement", false},
	{"kind", func(r *record, i int) { r.entries[i].Kind = "test.happened/2" }, "statement", false},
	{"subject", func(r *record, i int) { r.entries[i].Subject = "tst_other" }, "statement", false},
	{"released", func(r *record, i int) { r.entries[i].Released = []byte("x") }, "statement", false},
	{"at goes back", func(r *record, i int) { r.entries[i].At = time.Unix(0, 0) }, "time", true},
	{"missing at the end", func(r *record, i int) { r.entries = r.entries[:i] }, "missing", true},
	{"missing in the middle", func(r *record, i int) { r.entries = slices.Delete(r.entries, i, i+1) }, "stands in its place", true},
	{"twice", func(r *record, i int) { r.entries = slices.Insert(r.entries, i, r.entries[i-1]) }, "stands in its place", true},
}

func TestVerifyNamesTheEntry(t *testing.T) {
	const n, seq = 3000, 2301
	for _, d := range damages {
		r := newRecord(t, n)
		d.do(r, seq+300) // not the first one
		d.do(r, seq)
		err := verify(t.Context(), r.read, r.tiles, r.checkpoint, nil)
		wantCorrupt(t, d.name, err, seq, seq+1, d.reason)

		err = verify(t.Context(), r.read, nil, r.checkpoint, nil)
		rootFits := slices.Contains([]string{"payload", "one bit of it", "salt", "payload and salt", "command", "words"}, d.name)
		switch {
		case d.shown && rootFits:
			wantCorrupt(t, d.name+", no tiles", err, seq, seq+1, d.reason)
		case d.shown:
			wantCorrupt(t, d.name+", no tiles", err, 0, seq+1, d.reason)
		default:
			wantCorrupt(t, d.name+", no tiles", err, 0, n, "root")
		}
	}
}

// TestVerifyHiddenThenShown: an entry whose fault shows only in the root comes
// before one whose fault shows in itself.
func TestVerifyHiddenThenShown(t *testing.T) {
	r := newRecord(t, 1000)
	r.entries[400].Subject = "tst_other"
	r.entries[700].Payload = []byte("{}")
	wantCorrupt(t, "tiles", verify(t.Context(), r.read, r.tiles, r.checkpoint, nil), 400, 401, "statement")
	wantCorrupt(t, "no tiles", verify(t.Context(), r.read, nil, r.checkpoint, nil), 0, 701, "entry 700 is bad in any case")
}

func TestVerifyWithBadTiles(t *testing.T) {
	r := newRecord(t, 1000)
	r.tiles.tiles[tileKey{0, 2}][5] ^= 1
	if err := verify(t.Context(), r.read, r.tiles, r.checkpoint, nil); err != nil {
		t.Errorf("good entries, bad tiles: Verify: %v", err)
	}
	r.entries[900].Subject = "tst_other"
	wantCorrupt(t, "bad tiles", verify(t.Context(), r.read, r.tiles, r.checkpoint, nil), 0, 1000, "tiles")
}

func wantCorrupt(t *testing.T, name string, err error, seq, until int64, reason string) {
	t.Helper()
	var c *Corrupt
	if !errors.As(err, &c) {
		t.Errorf("%s: Verify = %v, want a *Corrupt", name, err)
		return
	}
	if c.Seq != seq || c.Until != until || !strings.Contains(c.Error(), reason) {
		t.Errorf("%s: Verify = %v (%d to %d), want %d to %d and %q", name, c, c.Seq, c.Until, seq, until, reason)
	}
}

func TestVerifyFrom(t *testing.T) {
	const n, known = 3000, 2000
	r := newRecord(t, n)
	open := func() *Tree {
		tree, err := OpenTree(r.tiles, known)
		if err != nil {
			t.Fatal(err)
		}
		return tree
	}
	if err := verifyFrom(t.Context(), open(), r.read, r.tiles, r.checkpoint, nil); err != nil {
		t.Errorf("VerifyFrom: %v", err)
	}
	r.entries[100].Payload = []byte("changed, and not looked at")
	if err := verifyFrom(t.Context(), open(), r.read, r.tiles, r.checkpoint, nil); err != nil {
		t.Errorf("VerifyFrom: %v", err)
	}
	r.entries[2500].Subject = "tst_other"
	wantCorrupt(t, "tail", verifyFrom(t.Context(), open(), r.read, r.tiles, r.checkpoint, nil), 2500, 2501, "statement")

	r = newRecord(t, n)
	tree := &Tree{}
	for range known {
		tree.AppendHash(leaf(0))
	}
	wantCorrupt(t, "another tree", verifyFrom(t.Context(), tree, r.read, r.tiles, r.checkpoint, nil), 0, known, "before the entries verified")

	if err := verifyFrom(t.Context(), open(), r.read, r.tiles, Checkpoint{Size: known - 1}, nil); err == nil {
		t.Error("VerifyFrom took a checkpoint older than the tree")
	}
}

func TestVerifyStops(t *testing.T) {
	r := newRecord(t, 100)
	broken := errors.New("disk on fire")
	err := verify(t.Context(), func(context.Context, int64, int) ([]Entry, error) { return nil, broken }, r.tiles, r.checkpoint, nil)
	if !errors.Is(err, broken) {
		t.Errorf("Verify = %v, want the reader's error", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := verify(ctx, r.read, r.tiles, r.checkpoint, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify = %v, want context.Canceled", err)
	}
}

// Whatever destroys words without an order is found, however it is done; and what was
// ordered passes, though the order stands after the checkpoint, but not though it stands
// before what it orders.
func TestVerifyErasures(t *testing.T) {
	r := newRecord(t, 3000)
	r.eraseSome(t, 700, 20)
	if err := verify(t.Context(), r.read, r.tiles, r.checkpoint, nil); err != nil {
		t.Errorf("what was ordered: %v", err)
	}
	before := Checkpoint{Size: 2000}
	var err error
	if before.Root, err = RootAt(r.tiles, before.Size); err != nil {
		t.Fatal(err)
	}
	if err := verify(t.Context(), r.read, r.tiles, before, nil); err != nil {
		t.Errorf("ordered after the checkpoint: %v", err)
	}
	for _, seq := range []int{0, 1999, 2500} {
		r.entries[seq].Payload, r.entries[seq].Salt = nil, nil
	}
	wantCorrupt(t, "without an order", verify(t.Context(), r.read, r.tiles, r.checkpoint, nil), 0, 1, "3 entries")
	r = newRecord(t, 3000)
	r.eraseSome(t, 20)
	order := r.entries[3000]
	r = newRecord(t, 10)
	r.entries[5].Kind, r.entries[5].Subject = order.Kind, "7"
	r.eraseSome(t)
	r.entries[7].Payload, r.entries[7].Salt = nil, nil
	wantCorrupt(t, "ordered before it was there", verify(t.Context(), r.read, r.tiles, r.checkpoint, nil), 7, 8, "words are gone")
}
