package ledger

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Checkpoint says what the ledger is at a size: whoever holds two of one
// origin can have it proved that the later extends the earlier.
type Checkpoint struct {
	Origin string // the ledger's name: a URL without its scheme, "registry.example/ledger"
	Size   int64  // number of leaves
	Root   Hash
}

// ErrCheckpoint says that a checkpoint is malformed or isn't signed by the key expected.
var ErrCheckpoint = errors.New("not a valid checkpoint")

// GenerateKey makes an Ed25519 key for a ledger of that origin and returns it as
// text: the signer key is secret ("PRIVATE+KEY+…"), the verifier key is for
// everybody. It fails for an origin that is empty or holds a space or a plus.
func GenerateKey(random io.Reader, origin string) (signerKey, verifierKey string, err error) {
	signerKey, verifierKey, err = note.GenerateKey(random, origin)
	if err != nil {
		return "", "", fmt.Errorf("couldn't make a checkpoint key: %w", err)
	}
	if _, err := NewVerifier(verifierKey); err != nil {
		return "", "", fmt.Errorf("couldn't make a checkpoint key for origin %q: %w", origin, err)
	}
	return signerKey, verifierKey, nil
}

// A Signer signs checkpoints. The zero Signer is of no use: see NewSigner.
type Signer struct {
	signer      note.Signer
	verifierKey string
}

// NewSigner takes a signer key as GenerateKey makes it. Its error doesn't hold
// the key.
func NewSigner(signerKey string) (*Signer, error) {
	signerKey = strings.TrimSpace(signerKey)
	s, err := note.NewSigner(signerKey)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the checkpoint key: %w", err)
	}
	// note has checked the form PRIVATE+KEY+name+hash+keydata, where keydata is an
	// algorithm's number and the seed.
	keydata := signerKey[len("PRIVATE+KEY+")+len(s.Name())+len("+01234567+"):]
	seed, err := base64.StdEncoding.DecodeString(keydata)
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return nil, errors.New("couldn't read the checkpoint key: it isn't an Ed25519 key")
	}
	public := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(s.Name(), public)
	if err != nil {
		return nil, fmt.Errorf("couldn't derive the verifier key: %w", err)
	}
	return &Signer{signer: s, verifierKey: vkey}, nil
}

// Origin returns the name of the ledger the key is for.
func (s *Signer) Origin() string { return s.signer.Name() }

// VerifierKey returns the public half as text, "<origin>+<hash>+<key>".
func (s *Signer) VerifierKey() string { return s.verifierKey }

// Verifier returns what verifies this signer's checkpoints.
func (s *Signer) Verifier() *Verifier {
	v, err := NewVerifier(s.verifierKey)
	if err != nil {
		panic("a verifier key made here is valid: " + err.Error())
	}
	return v
}

// Sign returns the signed checkpoint of a tree. Ed25519 is deterministic: the
// same tree gives the same bytes.
func (s *Signer) Sign(size int64, root Hash) ([]byte, error) {
	c := Checkpoint{Origin: s.Origin(), Size: size, Root: root}
	msg, err := note.Sign(&note.Note{Text: c.text()}, s.signer)
	if err != nil {
		return nil, fmt.Errorf("couldn't sign the checkpoint of size %d: %w", size, err)
	}
	return msg, nil
}

// A Verifier checks one ledger's checkpoints.
type Verifier struct{ verifier note.Verifier }

// NewVerifier takes a verifier key, "<origin>+<hash>+<key>".
func NewVerifier(verifierKey string) (*Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(verifierKey))
	if err != nil {
		return nil, fmt.Errorf("couldn't read the verifier key: %w", err)
	}
	return &Verifier{v}, nil
}

// Origin returns the name of the ledger the key is for.
func (v *Verifier) Origin() string { return v.verifier.Name() }

// ParseCheckpoint checks the signature and the origin of a signed checkpoint and
// returns what it says. Signatures by other keys are let be: a witness may have
// added one. All its errors wrap ErrCheckpoint.
func (v *Verifier) ParseCheckpoint(msg []byte) (Checkpoint, error) {
	n, err := note.Open(msg, note.VerifierList(v.verifier))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	c, err := parseCheckpointText(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != v.Origin() {
		return Checkpoint{}, fmt.Errorf("%w: it is of %q, not of %q", ErrCheckpoint, c.Origin, v.Origin())
	}
	return c, nil
}

// text is the checkpoint's signed text (C2SP tlog-checkpoint).
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// parseCheckpointText parses a checkpoint's text. Lines after the third are
// extensions, which it ignores, as C2SP tlog-checkpoint says; none is empty.
func parseCheckpointText(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return Checkpoint{}, fmt.Errorf("%w: it has fewer than three lines", ErrCheckpoint)
	}
	for _, l := range lines[:len(lines)-1] {
		if l == "" {
			return Checkpoint{}, fmt.Errorf("%w: a line is empty", ErrCheckpoint)
		}
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || lines[1] != strconv.FormatInt(size, 10) {
		return Checkpoint{}, fmt.Errorf("%w: its size isn't a number: %.40q", ErrCheckpoint, lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		return Checkpoint{}, fmt.Errorf("%w: its root isn't a hash: %.80q", ErrCheckpoint, lines[2])
	}
	if size == 0 && root != emptyRoot {
		return Checkpoint{}, fmt.Errorf("%w: size 0 has another root", ErrCheckpoint)
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: root}, nil
}
