// Package pack is how payloads are written, and other long texts: a byte that says how,
// then the payload, compressed with zstd where that makes it smaller.
package pack

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"github.com/ewtp/entente/store"
)

// The first byte of a packed payload. Any two differ in four bits or more, so that no
// damage to one or two makes words that are there look as if they had been erased.
const (
	erased  = 0x00 // nothing of it is left; zeros follow, or nothing
	plain   = 0x33
	packed  = 0x5c // one zstd frame
	primed  = 0xe9 // one zstd frame that goes on from the dictionary
	primer1 = 1    // the dictionary's ID in such frames
)

// Sizes in bytes up to which compression isn't tried, since it gains less than it costs,
// and up to which the dictionary helps: beyond it a payload brings its own words.
const (
	threshold = 128
	primeUpTo = 16 << 10
)

// dictionary has what payloads have in common, the commonest last. It is part of the form:
// a change takes a code, and an ID, of its own.
//
//go:embed dictionary.txt
var dictionary []byte

// ErrMalformed says that bytes are no packed payload.
var ErrMalformed = errors.New("malformed packed payload")

var (
	encoder = must(zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false)))
	primer  = must(zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false), zstd.WithEncoderDictRaw(primer1, dictionary), zstd.WithEncoderLevel(zstd.SpeedFastest)))
	decoder = must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(store.MaxPayload), zstd.WithDecoderDictRaw(primer1, dictionary)))
)

// must is for options that are constants: they are right or they never were.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Encode packs a payload; nil is the payload of an erased entry.
func Encode(payload []byte) []byte {
	with, form := encoder, byte(packed)
	switch {
	case payload == nil:
		return []byte{erased}
	case len(payload) <= primeUpTo:
		with, form = primer, primed
	}
	if len(payload) > threshold {
		b := with.EncodeAll(payload, append(make([]byte, 0, 1+len(payload)), form))
		if len(b) < 1+len(payload) {
			return b
		}
	}
	return append(append(make([]byte, 0, 1+len(payload)), plain), payload...)
}

// Ahead is a payload that was packed ahead, or else Encode of it.
func Ahead(packed, payload []byte) []byte {
	if packed != nil {
		return packed
	}
	return Encode(payload)
}

// Decode unpacks a payload: nil for an erased entry's, else not nil. The result
// doesn't share memory with b and isn't larger than store.MaxPayload.
func Decode(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrMalformed)
	}
	switch b[0] {
	case erased:
		if !IsZero(b) {
			return nil, fmt.Errorf("%w: it says that it was erased, and words are left", ErrMalformed)
		}
		return nil, nil
	case plain:
		return append(make([]byte, 0, len(b)-1), b[1:]...), nil
	case packed, primed:
		payload, err := decoder.DecodeAll(b[1:], nil)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		if payload == nil {
			payload = []byte{}
		}
		return payload, nil
	}
	return nil, fmt.Errorf("%w: unknown form %d", ErrMalformed, b[0])
}

// IsZero says whether nothing but zeros is there, as after an erasure.
func IsZero(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }
