package ledger

import (
	"crypto/sha256"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// A Hash is a node of the Merkle tree: SHA-256 as in RFC 6962, section 2.1.
type Hash = tlog.Hash

// TileHeight is the height of a hash tile: a whole tile holds 1<<TileHeight hashes.
const TileHeight = 8

// TileWidth is how many hashes a whole tile holds.
const TileWidth = 1 << TileHeight

// Tiles is where the hash tiles rest.
//
// Tile n of level l holds, one after another, up to TileWidth hashes of 32
// bytes: hash i is the root of the whole subtree over the TileWidth^l leaves
// from leaf (n*TileWidth+i) * TileWidth^l on. The last tile of a level may be
// partial: it is shorter, and is written again, longer, as the tree grows.
type Tiles interface {
	// Tile returns a tile's bytes: nil without an error where there is no such
	// tile. More hashes than the caller's tree has are no harm. The caller doesn't
	// change the bytes.
	Tile(level int, n int64) ([]byte, error)

	// SetTile keeps a tile, in place of what was there. It doesn't hold on to data.
	SetTile(level int, n int64, data []byte) error
}

// LeafHash returns the hash of a leaf, which is a statement.
func LeafHash(statement []byte) Hash { return tlog.RecordHash(statement) }

// A Tree is the right edge of a Merkle tree: all that is needed to append to it
// and to know its root. It holds at most one partial tile a level in memory and,
// until they are flushed, the tiles it completed. The zero Tree is the empty
// tree. A Tree is not safe for concurrent use.
type Tree struct {
	size int64

	// peaks are the roots of the whole subtrees that size's binary digits stand
	// for, the largest first.
	peaks []Hash

	// edge[l] is the partial tile of level l, shorter than a whole tile.
	edge []edgeTile

	// full are the tiles completed since the last flush. They are never written to
	// again, so clones share them.
	full []fullTile
}

type edgeTile struct {
	hashes []byte
	dirty  bool // changed since the last flush
}

type fullTile struct {
	level  int
	n      int64
	hashes []byte
}

// OpenTree returns the tree of the first size leaves, whose tiles were flushed
// before. It reads one tile a level. It trusts the tiles: that the root is the
// right one is for the caller to compare.
func OpenTree(tiles Tiles, size int64) (*Tree, error) {
	if size < 0 {
		return nil, fmt.Errorf("couldn't open the tree: size %d is negative", size)
	}
	t := &Tree{size: size}
	for level := 0; size>>(level*TileHeight) > 0; level++ {
		count := size >> (level * TileHeight)
		var e edgeTile
		if w := int(count % TileWidth); w > 0 {
			data, err := readTile(tiles, level, count/TileWidth, w)
			if err != nil {
				return nil, fmt.Errorf("couldn't open the tree of size %d: %w", size, err)
			}
			e.hashes = append(make([]byte, 0, TileWidth*tlog.HashSize), data...)
		}
		t.edge = append(t.edge, e)
	}
	for level := len(t.edge) - 1; level >= 0; level-- {
		t.peaks = appendPeaks(t.peaks, t.edge[level].hashes)
	}
	return t, nil
}

// appendPeaks appends the roots of the whole subtrees a partial tile's hashes
// fall into, the largest first.
func appendPeaks(peaks []Hash, hashes []byte) []Hash {
	for n := len(hashes) / tlog.HashSize; n > 0; n = len(hashes) / tlog.HashSize {
		w := 1 << (bits.Len(uint(n)) - 1)
		peaks = append(peaks, subtreeHash(hashes[:w*tlog.HashSize]))
		hashes = hashes[w*tlog.HashSize:]
	}
	return peaks
}

// subtreeHash returns the root over a power of two of hashes.
func subtreeHash(hashes []byte) Hash {
	if len(hashes) == tlog.HashSize {
		return Hash(hashes)
	}
	mid := len(hashes) / 2
	return tlog.NodeHash(subtreeHash(hashes[:mid]), subtreeHash(hashes[mid:]))
}

// readTile returns the first width hashes of a tile.
func readTile(tiles Tiles, level int, n int64, width int) ([]byte, error) {
	data, err := tiles.Tile(level, n)
	if err != nil {
		return nil, fmt.Errorf("couldn't read tile %d of level %d: %w", n, level, err)
	}
	if len(data) < width*tlog.HashSize {
		return nil, fmt.Errorf("tile %d of level %d holds %d bytes, not the %d of %d hashes",
			n, level, len(data), width*tlog.HashSize, width)
	}
	return data[:width*tlog.HashSize], nil
}

// Size returns the number of leaves.
func (t *Tree) Size() int64 { return t.size }

// Append adds statements as leaves.
func (t *Tree) Append(statements ...[]byte) {
	for _, s := range statements {
		t.AppendHash(LeafHash(s))
	}
}

// AppendHash adds one leaf by its hash.
func (t *Tree) AppendHash(leaf Hash) {
	t.put(0, leaf)
	// Each trailing 1 in the old size is a subtree as high as the one in hand:
	// merge them, and note the roots that are hashes of a higher tile level.
	h, height := leaf, 0
	for n := t.size; n&1 == 1; n >>= 1 {
		h = tlog.NodeHash(t.peaks[len(t.peaks)-1], h)
		t.peaks = t.peaks[:len(t.peaks)-1]
		height++
		if height%TileHeight == 0 {
			t.put(height/TileHeight, h)
		}
	}
	t.peaks = append(t.peaks, h)
	t.size++
}

// put adds a hash to a level's last tile.
func (t *Tree) put(level int, h Hash) {
	if level == len(t.edge) {
		t.edge = append(t.edge, edgeTile{})
	}
	e := &t.edge[level]
	if e.hashes == nil {
		e.hashes = make([]byte, 0, TileWidth*tlog.HashSize)
	}
	e.hashes = append(e.hashes, h[:]...)
	e.dirty = true
	if len(e.hashes) == TileWidth*tlog.HashSize {
		// t.size is still the index of the leaf being added, which lies in this tile.
		t.full = append(t.full, fullTile{level, t.size >> ((level + 1) * TileHeight), e.hashes})
		*e = edgeTile{}
	}
}

// Root returns the tree's root. The root of the empty tree is SHA-256 of nothing.
func (t *Tree) Root() Hash {
	if t.size == 0 {
		return emptyRoot
	}
	root := t.peaks[len(t.peaks)-1]
	for i := len(t.peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(t.peaks[i], root)
	}
	return root
}

// emptyRoot is the root of a tree without leaves (RFC 6962, section 2.1).
var emptyRoot = Hash(sha256.Sum256(nil))

// Flush writes the tiles that changed since the tree was opened or last flushed:
// each once, however many leaves were added. When it fails the tiles stay due, so
// that a caller who rolls its tiles back may flush again.
func (t *Tree) Flush(tiles Tiles) error {
	for _, f := range t.full {
		if err := tiles.SetTile(f.level, f.n, f.hashes); err != nil {
			return fmt.Errorf("couldn't write tile %d of level %d: %w", f.n, f.level, err)
		}
	}
	for level := range t.edge {
		if !t.edge[level].dirty {
			continue
		}
		n := t.size >> ((level + 1) * TileHeight)
		if err := tiles.SetTile(level, n, t.edge[level].hashes); err != nil {
			return fmt.Errorf("couldn't write tile %d of level %d: %w", n, level, err)
		}
	}
	t.full = nil
	for level := range t.edge {
		t.edge[level].dirty = false
	}
	return nil
}

// Clone returns an independent copy. Appending a batch to a clone, and keeping
// the clone only once the batch is committed, leaves no trace of a batch that was
// rolled back. It copies at most TileWidth hashes a level (8 KiB).
func (t *Tree) Clone() *Tree {
	c := &Tree{
		size:  t.size,
		peaks: append([]Hash(nil), t.peaks...),
		edge:  append([]edgeTile(nil), t.edge...),
		full:  t.full[:len(t.full):len(t.full)],
	}
	for level := range c.edge {
		if old := c.edge[level].hashes; old != nil {
			c.edge[level].hashes = append(make([]byte, 0, TileWidth*tlog.HashSize), old...)
		}
	}
	return c
}
