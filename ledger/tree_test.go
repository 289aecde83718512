package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// memTiles keeps tiles in memory and counts writes.
type memTiles struct {
	tiles  map[tileKey][]byte
	writes int
	err    error // fails every write
}

func newTiles() *memTiles { return &memTiles{tiles: make(map[tileKey][]byte)} }

func (m *memTiles) Tile(level int, n int64) ([]byte, error) { return m.tiles[tileKey{level, n}], nil }

func (m *memTiles) SetTile(level int, n int64, data []byte) error {
	if m.err != nil {
		return m.err
	}
	m.writes++
	m.tiles[tileKey{level, n}] = bytes.Clone(data)
	return nil
}

// A peer is the same tree as package tlog builds it.
type peer struct {
	hashes []Hash // as tlog stores them
	size   int64
}

func (p *peer) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, x := range indexes {
		out[i] = p.hashes[x]
	}
	return out, nil
}

func (p *peer) append(t *testing.T, leaf Hash) {
	t.Helper()
	hashes, err := tlog.StoredHashesForRecordHash(p.size, leaf, p)
	if err != nil {
		t.Fatal(err)
	}
	p.hashes = append(p.hashes, hashes...)
	p.size++
}

func (p *peer) root(t *testing.T, size int64) Hash {
	t.Helper()
	if size == 0 {
		return tlog.Hash(emptyRoot)
	}
	h, err := tlog.TreeHash(size, p)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func leaf(i int64) Hash { return LeafHash(fmt.Appendf(nil, "leaf %d", i)) }

// edges are the sizes at which something about tiles changes.
var edges = []int64{0, 1, 2, 3, 7, 8, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1000,
	65279, 65280, 65281, 65535, 65536, 65537, 65791, 65792, 65793, 70000}

// TestTree grows a tree beside tlog's, flushing and opening it again at each
// edge, and compares roots, proofs and leaf hashes.
func TestTree(t *testing.T) {
	tiles, tree, p := newTiles(), &Tree{}, &peer{}
	for _, size := range edges {
		for p.size < size {
			tree.AppendHash(leaf(p.size))
			p.append(t, leaf(p.size))
		}
		if err := tree.Flush(tiles); err != nil {
			t.Fatal(err)
		}
		reopened, err := OpenTree(tiles, size)
		if err != nil {
			t.Fatal(err)
		}
		want := p.root(t, size)
		if tree.Size() != size || tree.Root() != want || reopened.Size() != size || reopened.Root() != want {
			t.Fatalf("size %d: root %v at %d, reopened %v at %d, want %v",
				size, tree.Root(), tree.Size(), reopened.Root(), reopened.Size(), want)
		}
		tree = reopened
	}
	for _, size := range edges {
		if got, err := RootAt(tiles, size); err != nil || got != p.root(t, size) {
			t.Errorf("RootAt(%d) = %v, %v, want %v", size, got, err, p.root(t, size))
		}
		checkProofs(t, tiles, p, size)
	}
}

func checkProofs(t *testing.T, tiles Tiles, p *peer, size int64) {
	t.Helper()
	root := p.root(t, size)
	for _, i := range edges {
		if i < size {
			proof, err := ProveRecord(tiles, i, size)
			if err == nil {
				err = tlog.CheckRecord(proof, size, root, i, leaf(i))
			}
			if err != nil {
				t.Errorf("proof of leaf %d at size %d: %v", i, size, err)
			}
			if h, err := LeafHashAt(tiles, i); err != nil || h != leaf(i) {
				t.Errorf("LeafHashAt(%d) = %v, %v, want %v", i, h, err, leaf(i))
			}
		} else if _, err := ProveRecord(tiles, i, size); err == nil {
			t.Errorf("leaf %d was proved at size %d", i, size)
		}
		switch proof, err := ProveTree(tiles, i, size); {
		case i > size && err == nil:
			t.Errorf("size %d was proved at size %d", i, size)
		case i == 0 && (err != nil || len(proof) > 0):
			t.Errorf("proof of the empty tree at size %d: %v, %v", size, proof, err)
		case i > 0 && i <= size:
			if err == nil {
				err = tlog.CheckTree(proof, size, root, i, p.root(t, i))
			}
			if err != nil {
				t.Errorf("proof of size %d at size %d: %v", i, size, err)
			}
		}
	}
}

// TestFlushWritesLittle: a batch costs a few tile writes, whatever its size.
func TestFlushWritesLittle(t *testing.T) {
	tiles, tree := newTiles(), &Tree{}
	for batch := range 300 {
		for range 500 {
			tree.AppendHash(leaf(tree.Size()))
		}
		tiles.writes = 0
		if err := tree.Flush(tiles); err != nil {
			t.Fatal(err)
		}
		if tiles.writes > 6 {
			t.Errorf("batch %d of 500 leaves took %d tile writes", batch, tiles.writes)
		}
	}
	tiles.writes = 0
	if err := tree.Flush(tiles); err != nil || tiles.writes > 0 {
		t.Errorf("a flush with nothing to write: %v, %d writes", err, tiles.writes)
	}
}

// TestClone appends to clones that are thrown away, as rolled-back batches are.
func TestClone(t *testing.T) {
	tiles, tree, p := newTiles(), &Tree{}, &peer{}
	for round := range int64(60) {
		discarded := tree.Clone()
		for i := range 1 + round*37%600 {
			discarded.AppendHash(leaf(-1 - i))
		}
		kept := tree.Clone()
		for range 1 + round*31%400 {
			kept.AppendHash(leaf(p.size))
			p.append(t, leaf(p.size))
		}
		discarded.AppendHash(leaf(-1)) // after its sibling went on
		if err := kept.Flush(tiles); err != nil {
			t.Fatal(err)
		}
		tree = kept
		if got, want := tree.Root(), p.root(t, p.size); got != want {
			t.Fatalf("round %d, size %d: root %v, want %v", round, p.size, got, want)
		}
	}
	if got, err := RootAt(tiles, p.size); err != nil || got != p.root(t, p.size) {
		t.Errorf("RootAt = %v, %v, want %v", got, err, p.root(t, p.size))
	}
}

// TestFlushAgain flushes after a flush that failed.
func TestFlushAgain(t *testing.T) {
	tiles, tree, p := newTiles(), &Tree{}, &peer{}
	for range 700 {
		tree.AppendHash(leaf(p.size))
		p.append(t, leaf(p.size))
	}
	tiles.err = errors.New("disk full")
	if err := tree.Flush(tiles); !errors.Is(err, tiles.err) {
		t.Fatalf("Flush = %v, want %v", err, tiles.err)
	}
	tiles.err = nil
	if err := tree.Flush(tiles); err != nil {
		t.Fatal(err)
	}
	if got, err := RootAt(tiles, 700); err != nil || got != p.root(t, 700) {
		t.Errorf("RootAt = %v, %v, want %v", got, err, p.root(t, 700))
	}
}

func TestOpenTreeWithoutTiles(t *testing.T) {
	if _, err := OpenTree(newTiles(), 3); err == nil {
		t.Error("a tree was opened whose tiles are missing")
	}
	if _, err := OpenTree(newTiles(), -1); err == nil {
		t.Error("a tree of negative size was opened")
	}
	// 256 leaves: the only partial tile is that of level 1.
	tiles, tree := newTiles(), &Tree{}
	for i := range int64(256) {
		tree.AppendHash(leaf(i))
	}
	if err := tree.Flush(tiles); err != nil {
		t.Fatal(err)
	}
	tiles.tiles[tileKey{1, 0}] = tiles.tiles[tileKey{1, 0}][:31]
	if _, err := OpenTree(tiles, 256); err == nil {
		t.Error("a tree was opened whose tile is cut off")
	}
}

// TestTileBytes compares every tile of every width with tlog's.
func TestTileBytes(t *testing.T) {
	const size = 66_000
	tiles, tree, p := newTiles(), &Tree{}, &peer{}
	for range size {
		tree.AppendHash(leaf(p.size))
		p.append(t, leaf(p.size))
	}
	if err := tree.Flush(tiles); err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{1, 255, 256, 300, 65_535, 65_536, size} {
		for _, want := range tlog.NewTiles(TileHeight, 0, at) {
			path := TilePath{Level: want.L, N: want.N, Width: want.W}
			got, err := TileBytes(tiles, path, at)
			data, wantErr := tlog.ReadTileData(want, p)
			if err != nil || wantErr != nil || !bytes.Equal(got, data) {
				t.Errorf("%s at size %d differs from tlog's: %v, %v", path, at, err, wantErr)
			}
		}
	}
	for _, test := range []struct {
		path string
		size int64
	}{
		{"tile/0/000", 255}, {"tile/0/000.p/2", 1}, {"tile/0/001.p/1", 256}, {"tile/1/000.p/1", 255},
		{"tile/1/000", 65_535}, {"tile/2/000.p/1", 65_535}, {"tile/0/258", size}, {"tile/8/000.p/1", size},
		{"tile/63/000.p/1", size}, {"tile/0/x999/x999/999", size}, {"tile/entries/000", size},
	} {
		path, err := ParseTilePath(test.path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := TileBytes(tiles, path, test.size); !errors.Is(err, ErrNoTile) {
			t.Errorf("%s at size %d: %v, want ErrNoTile", path, test.size, err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	tree, tiles := &Tree{}, newTiles()
	for b.Loop() {
		tree.AppendHash(Hash{1})
		if tree.Size()%500 == 0 {
			if err := tree.Flush(tiles); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkClone(b *testing.B) {
	tree := &Tree{}
	for range 65_535 {
		tree.AppendHash(Hash{1})
	}
	for b.Loop() {
		_ = tree.Clone()
	}
}
