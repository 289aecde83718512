package signin

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// maxSealed bounds a sealed value looked at, in bytes: browsers keep cookies of 4,096
// bytes with name and attributes.
const maxSealed = 4096

// sealedVersion is part of the associated data: what another format sealed doesn't open.
const sealedVersion = "1"

// errSealed says that a value doesn't open. There is one error for every cause.
var errSealed = errors.New("couldn't open the sealed value")

// Keys seal cookies with XChaCha20-Poly1305. The first seals, all open. They are safe
// for concurrent use.
//
// In their file each key is a line, 32 bytes in base64; lines that are empty or begin
// with # are passed over. To rotate: add a new line at the end on every node and
// restart them; move it to the top on every node and restart them; once the longest
// session is over (12 hours), remove the old line. To end all sessions at once: replace
// all lines.
type Keys struct {
	aeads []cipher.AEAD
}

// GenerateKeys makes a file of one fresh key.
func GenerateKeys() ([]byte, error) {
	key := make([]byte, chacha20poly1305.KeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("couldn't make a session key: %w", err)
	}
	return []byte("# The first key seals the cookies of people who signed in; each line opens them.\n" +
		base64.StdEncoding.EncodeToString(key) + "\n"), nil
}

// ParseKeys reads a file of keys. No error says anything of a key.
func ParseKeys(file []byte) (*Keys, error) {
	keys := &Keys{}
	for number, line := range bytes.Split(file, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		key, err := base64.StdEncoding.Strict().DecodeString(string(line))
		if err != nil || len(key) != chacha20poly1305.KeySize {
			return nil, fmt.Errorf("couldn't read the session keys: line %d isn't %d bytes in base64", number+1, chacha20poly1305.KeySize)
		}
		aead, err := chacha20poly1305.NewX(key)
		if err != nil {
			return nil, fmt.Errorf("couldn't use the session key of line %d: %w", number+1, err)
		}
		keys.aeads = append(keys.aeads, aead)
	}
	if len(keys.aeads) == 0 {
		return nil, errors.New("couldn't read the session keys: there is none")
	}
	return keys, nil
}

// seal seals a text for the cookie of that name: base64url(nonce || ciphertext).
func (k *Keys) seal(name string, text []byte) string {
	nonce := make([]byte, chacha20poly1305.NonceSizeX, chacha20poly1305.NonceSizeX+len(text)+chacha20poly1305.Overhead)
	_, _ = rand.Read(nonce) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(k.aeads[0].Seal(nonce, nonce, text, associated(name)))
}

// open undoes seal, with whichever key it was.
func (k *Keys) open(name, value string) ([]byte, error) {
	if len(value) > maxSealed {
		return nil, errSealed
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(value)
	if err != nil || len(sealed) < chacha20poly1305.NonceSizeX+chacha20poly1305.Overhead {
		return nil, errSealed
	}
	nonce, ciphertext := sealed[:chacha20poly1305.NonceSizeX], sealed[chacha20poly1305.NonceSizeX:]
	for _, aead := range k.aeads {
		if text, err := aead.Open(nil, nonce, ciphertext, associated(name)); err == nil {
			return text, nil
		}
	}
	return nil, errSealed
}

// associated binds a sealed value to its cookie: another cookie's doesn't open.
func associated(name string) []byte { return []byte(name + "\x00" + sealedVersion) }
