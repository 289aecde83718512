package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrNoTile says that the tree has no such tile.
var ErrNoTile = errors.New("no such tile")

// errTilePath says that a path doesn't name a tile.
var errTilePath = errors.New("not a tile's path")

// A TilePath names a tile as C2SP tlog-tiles does: "tile/<L>/<N>[.p/<W>]" for
// hashes, "tile/entries/<N>[.p/<W>]" for a bundle of entries.
type TilePath struct {
	Level   int   // of a hash tile, 0 to 63; 0 for entries
	Entries bool  // a bundle of entries rather than a tile of hashes
	N       int64 // which tile of the level, from 0
	Width   int   // hashes or entries in it, 1 to TileWidth
}

// String returns the tile's path, without a leading slash:
// "tile/0/x001/x234/067.p/112".
func (p TilePath) String() string {
	level := strconv.Itoa(p.Level)
	if p.Entries {
		level = "entries"
	}
	n := fmt.Sprintf("%03d", p.N%1000)
	for rest := p.N / 1000; rest > 0; rest /= 1000 {
		n = fmt.Sprintf("x%03d/%s", rest%1000, n)
	}
	if p.Width == TileWidth {
		return "tile/" + level + "/" + n
	}
	return fmt.Sprintf("tile/%s/%s.p/%d", level, n, p.Width)
}

// ParseTilePath parses what String returns, and nothing else.
func ParseTilePath(s string) (TilePath, error) {
	p, ok := parseTilePath(s)
	if !ok {
		return TilePath{}, fmt.Errorf("%w: %.80q", errTilePath, s)
	}
	return p, nil
}

func parseTilePath(s string) (p TilePath, ok bool) {
	rest, ok := strings.CutPrefix(s, "tile/")
	if !ok {
		return p, false
	}
	level, rest, ok := strings.Cut(rest, "/")
	if !ok {
		return p, false
	}
	p.Entries = level == "entries"
	if !p.Entries {
		if p.Level, ok = parseDecimal(level, 63); !ok {
			return p, false
		}
	}
	index, width, partial := strings.Cut(rest, ".p/")
	p.Width = TileWidth
	if partial {
		if p.Width, ok = parseDecimal(width, TileWidth-1); !ok || p.Width == 0 {
			return p, false
		}
	}
	p.N, ok = parseTileIndex(index)
	return p, ok
}

// parseDecimal parses a decimal number up to limit, without leading zeros.
func parseDecimal(s string, limit int) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n <= limit && s == strconv.Itoa(n)
}

// parseTileIndex parses groups of three digits, "x001/x234/067", all but the
// last with an x before, the first not 000 unless it is the only one.
func parseTileIndex(s string) (int64, bool) {
	groups := strings.Split(s, "/")
	var n int64
	for i, g := range groups {
		if i < len(groups)-1 {
			var ok bool
			if g, ok = strings.CutPrefix(g, "x"); !ok || i == 0 && g == "000" {
				return 0, false
			}
		}
		d, err := strconv.ParseUint(g, 10, 64)
		if err != nil || len(g) != 3 || n > (1<<63-1000)/1000 {
			return 0, false
		}
		n = n*1000 + int64(d) // #nosec G115 -- three digits
	}
	return n, true
}

// In says whether the tree of the first size leaves has that tile, of that
// width: a partial tile may be served for every width up to what is there.
func (p TilePath) In(size int64) bool {
	if p.Level < 0 || p.Level > 63/TileHeight || p.N < 0 || p.Width < 1 || p.Width > TileWidth {
		return false
	}
	count := size >> (p.Level * TileHeight)
	return p.N <= count/TileWidth && count-p.N*TileWidth >= int64(p.Width)
}

// First returns the index of a bundle's first entry.
func (p TilePath) First() int64 { return p.N * TileWidth }

// AppendEntry appends a statement to an entry bundle: a big-endian uint16 length
// and the statement. It fails for more than MaxStatement bytes.
func AppendEntry(bundle, statement []byte) ([]byte, error) {
	if len(statement) > MaxStatement {
		return nil, fmt.Errorf("statement is %d bytes, more than %d", len(statement), MaxStatement)
	}
	bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(statement))) // #nosec G115 -- at most MaxStatement, which is 65,535
	return append(bundle, statement...), nil
}

// EntryBundle returns the bytes of a tile of entries.
func EntryBundle(statements ...[]byte) ([]byte, error) {
	var bundle []byte
	for i, s := range statements {
		var err error
		if bundle, err = AppendEntry(bundle, s); err != nil {
			return nil, fmt.Errorf("couldn't bundle statement %d: %w", i, err)
		}
	}
	return bundle, nil
}

// ParseEntryBundle returns the statements in a bundle. They are slices of it.
func ParseEntryBundle(bundle []byte) ([][]byte, error) {
	var statements [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 {
			return nil, fmt.Errorf("couldn't read the length of statement %d", len(statements))
		}
		n := int(binary.BigEndian.Uint16(bundle))
		if len(bundle) < 2+n {
			return nil, fmt.Errorf("statement %d is cut off: %d bytes of %d", len(statements), len(bundle)-2, n)
		}
		statements = append(statements, bundle[2:2+n:2+n])
		bundle = bundle[2+n:]
	}
	return statements, nil
}
