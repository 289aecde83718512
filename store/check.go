package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/ewtp/entente/ledger"
)

// Check says whether entries can be appended together, wherever the head is:
// their Seqs follow each other, and no payload is larger than MaxPayload and no key than
// MaxCommand. Every
// backend's Append begins with it.
func Check(entries []ledger.Entry) error {
	for i := range entries {
		e := &entries[i]
		if e.Seq < 0 || e.Seq != entries[0].Seq+int64(i) {
			return fmt.Errorf("couldn't append entry %d: it is number %d of a batch that begins at %d",
				e.Seq, i, entries[0].Seq)
		}
		if len(e.Command) > MaxCommand {
			return fmt.Errorf("couldn't append entry %d: its command's key is %d bytes: %w (%d)", e.Seq, len(e.Command), ErrTooLarge, MaxCommand)
		}
		if len(e.Payload) > MaxPayload {
			return fmt.Errorf("couldn't append entry %d: its payload is %d bytes: %w (%d)",
				e.Seq, len(e.Payload), ErrTooLarge, MaxPayload)
		}
	}
	return nil
}

// DamagedEntry says that an entry that the store keeps isn't what it wrote: ErrDamaged, and
// a *ledger.Corrupt that names it.
func DamagedEntry(seq int64, why error) error {
	return fmt.Errorf("%w: %w", ErrDamaged, &ledger.Corrupt{Seq: seq, Until: seq + 1, Reason: why.Error()})
}

// Alive fails with ErrClosed where closed is, and with the context's error where that is
// done.
func Alive(ctx context.Context, closed <-chan struct{}) error {
	select {
	case <-closed:
		return ErrClosed
	default:
		return ctx.Err()
	}
}

// IsBlobName says whether s has the form of a blob's name: a SHA-256 in lower-case
// hexadecimal. What hasn't is never looked for.
func IsBlobName(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// ErrCorruptBlob says that a blob's content doesn't have the blob's digest.
var ErrCorruptBlob = errors.New("the blob's content doesn't have its digest")

// VerifyBlob returns a reader of a blob's content that fails with ErrCorruptBlob,
// in place of io.EOF, where the content doesn't have the digest.
func VerifyBlob(content io.ReadCloser, digest string) io.ReadCloser {
	return &verifyingReader{content, sha256.New(), digest}
}

type verifyingReader struct {
	io.ReadCloser
	hash   hash.Hash
	digest string
}

func (r *verifyingReader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.hash.Write(p[:n])
	if err == io.EOF && hex.EncodeToString(r.hash.Sum(nil)) != r.digest {
		err = fmt.Errorf("%w: %s", ErrCorruptBlob, r.digest)
	}
	return n, err
}

// CopyBlob copies at most limit bytes of content and returns their SHA-256 in
// lower-case hexadecimal and their number. More: ErrTooLarge.
func CopyBlob(w io.Writer, content io.Reader, limit int64) (digest string, size int64, err error) {
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(w, h), io.LimitReader(content, max(limit, 0)))
	if err != nil {
		return "", 0, err
	}
	// There is more only if another byte can be read.
	var one [1]byte
	switch _, err := io.ReadFull(content, one[:]); err {
	case io.EOF:
		return hex.EncodeToString(h.Sum(nil)), size, nil
	case nil:
		return "", 0, fmt.Errorf("%w of %d bytes", ErrTooLarge, limit)
	default:
		return "", 0, err
	}
}
