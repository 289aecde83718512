// Package squeeze sends long pages that are the same but for a few numbers: their pieces are
// compressed once and put together for each answer.
//
// A gzip stream (RFC 1952) is a head, deflate blocks and a sum. A piece's blocks are made by an
// encoder that knows no earlier piece and ends on a byte (a sync flush, RFC 1951), so they may stand
// after any others; the sum of the whole follows from the pieces' own.
package squeeze

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
)

// What is sent once is compressed at level, to within a few hundredths of the best at five times its
// speed; what is kept and sent often as well as can be.
const (
	level = 5
	best  = 9
)

// writers keeps compressors, each of which has a megabyte of tables.
var writers = map[int]*sync.Pool{level: {}, best: {}}

// A Piece is a part of a page. It is immutable and may be sent by many at once.
type Piece struct {
	plain  []byte
	packed []byte
	sum    uint32
}

// New makes a piece that is sent once. The bytes are the piece's from then on.
func New(plain []byte) Piece { return pack(plain, level) }

// Best makes a piece that is kept and sent often: smaller than with [New], and four times as dear.
func Best(plain []byte) Piece { return pack(plain, best) }

func pack(plain []byte, level int) Piece {
	var packed bytes.Buffer
	z, ok := writers[level].Get().(*flate.Writer)
	if ok {
		z.Reset(&packed)
	} else {
		var err error
		if z, err = flate.NewWriter(&packed, level); err != nil {
			panic(err) // the levels are good ones
		}
	}
	_, _ = z.Write(plain) // a buffer takes everything
	_ = z.Flush()
	writers[level].Put(z)
	return Piece{plain, bytes.Clone(packed.Bytes()), crc32.ChecksumIEEE(plain)}
}

// Weight is how many bytes a piece takes in memory.
func (p Piece) Weight() int { return len(p.plain) + len(p.packed) }

var (
	head = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255} // no time, no name, of no system in particular
	tail = []byte{0x03, 0x00}                           // an empty last block
)

// Send answers with the pieces, one after another: compressed for whoever takes that. The status
// and the headers besides those of the encoding are set by the caller before.
func Send(w http.ResponseWriter, r *http.Request, status int, pieces ...Piece) {
	header := w.Header()
	header.Add("Vary", "Accept-Encoding")
	packed := Accepts(r)
	size := 0
	for _, p := range pieces {
		if packed {
			size += len(p.packed)
		} else {
			size += len(p.plain)
		}
	}
	if packed {
		size += len(head) + len(tail) + 8
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(size))
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	if !packed {
		for _, p := range pieces {
			if _, err := w.Write(p.plain); err != nil {
				return // whoever hung up doesn't get it
			}
		}
		return
	}
	sendPacked(w, pieces)
}

func sendPacked(w http.ResponseWriter, pieces []Piece) {
	if _, err := w.Write(head); err != nil {
		return
	}
	var sum uint32
	var length uint32 // modulo 2^32, as the format has it
	for _, p := range pieces {
		if _, err := w.Write(p.packed); err != nil {
			return
		}
		sum = combine(sum, p.sum, len(p.plain))
		length += uint32(len(p.plain)) // #nosec G115 -- modulo 2^32, as the format has it
	}
	end := binary.LittleEndian.AppendUint32(bytes.Clone(tail), sum)
	_, _ = w.Write(binary.LittleEndian.AppendUint32(end, length))
}

// Accepts says whether who asks takes gzip: named, and not with a weight of nought (RFC 9110, 12.5.3).
func Accepts(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, weight, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, isQ := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		value, err := strconv.ParseFloat(q, 64)
		return !isQ || err == nil && value > 0
	}
	return false
}

// combine returns the CRC-32 of two byte sequences one after another, of which the second has
// that length, from those of each: the register after the first is advanced over as many zero
// bytes by squaring the operator of one zero bit, as zlib's crc32_combine does.
func combine(first, second uint32, length int) uint32 {
	if first == 0 || length == 0 {
		return first ^ second
	}
	var odd, even [32]uint32
	odd[0] = crc32.IEEE // one zero bit
	for i := 1; i < 32; i++ {
		odd[i] = 1 << (i - 1)
	}
	square(&even, &odd) // two bits
	square(&odd, &even) // four
	for n := length; n > 0; {
		square(&even, &odd)
		if n&1 != 0 {
			first = times(&even, first)
		}
		if n >>= 1; n == 0 {
			break
		}
		square(&odd, &even)
		if n&1 != 0 {
			first = times(&odd, first)
		}
		n >>= 1
	}
	return first ^ second
}

// times multiplies a matrix over GF(2) with a vector.
func times(m *[32]uint32, v uint32) (sum uint32) {
	for i := 0; v != 0; i, v = i+1, v>>1 {
		if v&1 != 0 {
			sum ^= m[i]
		}
	}
	return sum
}

// square sets out to m times m.
func square(out, m *[32]uint32) {
	for i := range m {
		out[i] = times(m, m[i])
	}
}
