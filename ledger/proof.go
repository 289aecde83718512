package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// RootAt returns the root of the tree of the first size leaves, for any size
// that was flushed to tiles.
func RootAt(tiles Tiles, size int64) (Hash, error) {
	if size == 0 {
		return emptyRoot, nil
	}
	h, err := tlog.TreeHash(size, newHashReader(tiles, size))
	if err != nil {
		return Hash{}, fmt.Errorf("couldn't compute the root at size %d: %w", size, err)
	}
	return h, nil
}

// ProveRecord returns the proof that leaf index is in the tree of the first size
// leaves (RFC 6962, section 2.1.1), as tlog.CheckRecord takes it.
func ProveRecord(tiles Tiles, index, size int64) (tlog.RecordProof, error) {
	if index < 0 || index >= size {
		return nil, fmt.Errorf("couldn't prove leaf %d: it isn't in a tree of size %d", index, size)
	}
	p, err := tlog.ProveRecord(size, index, newHashReader(tiles, size))
	if err != nil {
		return nil, fmt.Errorf("couldn't prove leaf %d at size %d: %w", index, size, err)
	}
	return p, nil
}

// ProveTree returns the proof that the tree of the first old leaves is a prefix
// of the tree of the first size leaves (RFC 6962, section 2.1.2), as
// tlog.CheckTree takes it. The proof from an empty tree is empty.
func ProveTree(tiles Tiles, old, size int64) (tlog.TreeProof, error) {
	if old < 0 || old > size {
		return nil, fmt.Errorf("couldn't prove size %d: it isn't in a tree of size %d", old, size)
	}
	if old == 0 {
		return tlog.TreeProof{}, nil
	}
	p, err := tlog.ProveTree(size, old, newHashReader(tiles, size))
	if err != nil {
		return nil, fmt.Errorf("couldn't prove size %d at size %d: %w", old, size, err)
	}
	return p, nil
}

// LeafHashAt returns the hash of the leaf at index as the tiles have it.
func LeafHashAt(tiles Tiles, index int64) (Hash, error) {
	if index < 0 {
		return Hash{}, fmt.Errorf("there is no leaf %d", index)
	}
	i := int(index % TileWidth)
	data, err := readTile(tiles, 0, index/TileWidth, i+1)
	if err != nil {
		return Hash{}, err
	}
	return Hash(data[i*tlog.HashSize:]), nil
}

// TileBytes returns the hash tile at p of the tree of the first size leaves, of
// the width p says, so that every partial tile of every size ever signed can be
// served from the widest. It fails with ErrNoTile where that tree has no such
// tile, and for a tile of entries: see EntryBundle for those.
func TileBytes(tiles Tiles, p TilePath, size int64) ([]byte, error) {
	if p.Entries || !p.In(size) {
		return nil, fmt.Errorf("%w: %s at size %d", ErrNoTile, p, size)
	}
	return readTile(tiles, p.Level, p.N, p.Width)
}

// hashReader reads stored hashes out of tiles, each tile once.
type hashReader struct {
	tiles Tiles
	size  int64
	seen  map[tileKey][]byte
}

type tileKey struct {
	level int
	n     int64
}

func newHashReader(tiles Tiles, size int64) tlog.HashReader {
	return &hashReader{tiles: tiles, size: size, seen: make(map[tileKey][]byte)}
}

// ReadHashes implements tlog.HashReader.
func (r *hashReader) ReadHashes(indexes []int64) ([]Hash, error) {
	hashes := make([]Hash, len(indexes))
	for i, index := range indexes {
		t := tlog.TileForIndex(TileHeight, index)
		data, err := r.tile(t)
		if err != nil {
			return nil, err
		}
		hashes[i], err = tlog.HashFromTile(t, data[:t.W*tlog.HashSize], index)
		if err != nil {
			return nil, fmt.Errorf("couldn't find a hash in its tile: %w", err)
		}
	}
	return hashes, nil
}

// tile returns at least the t.W hashes asked for.
func (r *hashReader) tile(t tlog.Tile) ([]byte, error) {
	k := tileKey{t.L, t.N}
	if data := r.seen[k]; len(data) >= t.W*tlog.HashSize {
		return data, nil
	}
	// As wide as the tree allows, so that the next hash asked for is there.
	w := t.W
	if have := r.size>>(t.L*TileHeight) - t.N*TileWidth; have > int64(w) {
		w = int(min(have, TileWidth))
	}
	data, err := readTile(r.tiles, t.L, t.N, w)
	if err != nil {
		return nil, err
	}
	r.seen[k] = data
	return data, nil
}
