// Package pack is how payloads are written, and other long texts: a byte that says how,
// then the payload, compressed with zstd where that makes it smaller.
package pack

import (
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"github.com/ewtp/entente/store"
)

// The first byte of a packed payload.
const (
	erased = 0 // nothing of it is left; what follows is without meaning, so zeros say it too
	plain  = 1
	packed = 2 // one zstd frame
)

// threshold is the size in bytes up to which compression isn't tried: it gains
// less than it costs.
const threshold = 1024

// ErrMalformed says that bytes are no packed payload.
var ErrMalformed = errors.New("malformed packed payload")

var (
	encoder = must(zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(false)))
	decoder = must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(store.MaxPayload)))
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
	switch {
	case payload == nil:
		return []byte{erased}
	case len(payload) > threshold:
		b := encoder.EncodeAll(payload, append(make([]byte, 0, 1+len(payload)/2), packed))
		if len(b) < 1+len(payload) {
			return b
		}
	}
	return append(append(make([]byte, 0, 1+len(payload)), plain), payload...)
}

// Decode unpacks a payload: nil for an erased entry's, else not nil. The result
// doesn't share memory with b and isn't larger than store.MaxPayload.
func Decode(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrMalformed)
	}
	switch b[0] {
	case erased:
		return nil, nil
	case plain:
		return append(make([]byte, 0, len(b)-1), b[1:]...), nil
	case packed:
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
