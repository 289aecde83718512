package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// locate tells which entry is the first that doesn't fit the checkpoint, after
// the root showed that one doesn't. Authenticated leaf hashes out of the tiles
// tell it exactly.
func (v *verifier) locate(ctx context.Context, read ReadFunc, tiles Tiles) (*Corrupt, error) {
	end := v.checkpoint.Size
	if v.first != nil {
		end = v.first.Seq
	}
	if tiles == nil {
		return v.somewhere(end, "the root isn't the checkpoint's"), nil
	}
	leaves := authenticatedHashes(tiles, v.checkpoint)
	for from := v.from; from < end; {
		entries, err := read(ctx, from, int(min(TileWidth-from%TileWidth, end-from)))
		if err != nil {
			return nil, fmt.Errorf("couldn't read the ledger from entry %d: %w", from, err)
		}
		if len(entries) == 0 {
			return corruptAt(from, "it is missing"), nil
		}
		hashes, err := readLeaves(leaves, from, len(entries))
		if err != nil {
			return v.somewhere(end, "the root isn't the checkpoint's, and neither are the tiles ("+err.Error()+")"), nil
		}
		for i := range entries {
			statement, err := entries[i].Statement()
			if err != nil || LeafHash(statement) != hashes[i] {
				return corruptAt(from+int64(i), "its statement isn't the one that was recorded"), nil
			}
		}
		from += int64(len(entries))
	}
	if v.first != nil {
		return v.first, nil
	}
	// Every entry looked at is right, so those that weren't are not.
	return &Corrupt{Seq: 0, Until: max(v.from, 1), Reason: "the tree before the entries verified isn't the checkpoint's"}, nil
}

// somewhere says that the first fault lies in the entries verified, up to the
// first that shows by itself, if any.
func (v *verifier) somewhere(end int64, reason string) *Corrupt {
	c := &Corrupt{Seq: 0, Until: max(end, 1), Reason: reason}
	if v.first != nil {
		c.Until = end + 1
		c.Reason += fmt.Sprintf("; entry %d is bad in any case: %s", v.first.Seq, v.first.Reason)
	}
	return c
}

// authenticatedHashes reads hashes that are proved, tile by tile, to be of the
// checkpoint's tree.
func authenticatedHashes(tiles Tiles, c Checkpoint) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, tileReader{tiles})
}

// readLeaves returns n leaf hashes from a position on.
func readLeaves(r tlog.HashReader, from int64, n int) ([]Hash, error) {
	indexes := make([]int64, n)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, from+int64(i))
	}
	return r.ReadHashes(indexes)
}

// tileReader gives Tiles the shape package tlog wants.
type tileReader struct{ tiles Tiles }

func (tileReader) Height() int { return TileHeight }

func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		var err error
		if data[i], err = readTile(r.tiles, t.L, t.N, t.W); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (tileReader) SaveTiles([]tlog.Tile, [][]byte) {}
