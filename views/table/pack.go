package table

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// packAbove is the length from which compression is worth its while.
const packAbove = 1024

var (
	encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(2))

	errPacked = errors.New("a packed text is damaged")
)

// Pack returns a 0 and the text, or a 1 and the text as zstd has it.
func Pack(s string) []byte {
	if len(s) > packAbove {
		return encoder.EncodeAll([]byte(s), []byte{1})
	}
	return append([]byte{0}, s...)
}

// Unpack returns the text that Pack was given.
func Unpack(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte{0}):
		return string(b[1:]), nil
	case bytes.HasPrefix(b, []byte{1}):
		out, err := decoder.DecodeAll(b[1:], nil)
		if err != nil {
			return "", fmt.Errorf("%w: %w", errPacked, err)
		}
		return string(out), nil
	}
	return "", errPacked
}
