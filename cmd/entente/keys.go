package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/server/signin"
	"github.com/ewtp/entente/store/durable"
)

// defaultOrigin is a ledger's name where none was given.
const defaultOrigin = "entente.localhost/ledger"

// The names of the record's two keys' files.
const (
	checkpointKey = "checkpoint.key"
	releaseKey    = "release.pem"
)

// A keyring is where the node's keys are.
type keyring struct {
	dir   string
	found bool // keys that aren't there are an error, and aren't made
	made  bool // the checkpoint key was made here
}

// open reads the node's two keys and makes those that aren't there.
//
//	DIR/checkpoint.key  Ed25519, a note signer key
//	DIR/release.pem     ES256, PKCS #8
func (k *keyring) open(origin string) (*ledger.Signer, *hub.Signer, error) {
	text, err := k.file(checkpointKey, func() ([]byte, error) {
		name := origin
		if name == "" {
			name = defaultOrigin
		}
		key, _, err := ledger.GenerateKey(rand.Reader, name)
		return []byte(key + "\n"), err
	})
	if err != nil {
		return nil, nil, err
	}
	checkpoints, err := ledger.NewSigner(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't use the checkpoint key: %w", err)
	}
	if origin != "" && origin != checkpoints.Origin() {
		return nil, nil, &usageError{fmt.Sprintf("--origin is %q, but the checkpoint key is of %q", origin, checkpoints.Origin())}
	}
	if text, err = k.file(releaseKey, hub.GenerateKey); err != nil {
		return nil, nil, err
	}
	key, err := hub.ParseKey(text)
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't use the release key: %w", err)
	}
	releases, err := hub.NewSigner(key)
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't use the release key: %w", err)
	}
	return checkpoints, releases, nil
}

// openSessions reads what seals cookies, and makes it where it isn't there.
func (k *keyring) openSessions() (*signin.Keys, error) {
	text, err := k.file("session.keys", signin.GenerateKeys)
	if err != nil {
		return nil, err
	}
	return signin.ParseKeys(text)
}

// file reads a key; where there is none it makes one.
func (k *keyring) file(name string, generate func() ([]byte, error)) ([]byte, error) {
	path := filepath.Join(k.dir, name)
	text, err := os.ReadFile(path) // #nosec G304 -- a file of the data folder that the operator named
	if err == nil {
		return text, nil
	}
	if k.found || !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("couldn't read the key: %w", err)
	}
	if text, err = generate(); err != nil {
		return nil, fmt.Errorf("couldn't make the key %s: %w", name, err)
	}
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return nil, fmt.Errorf("couldn't make the folder of the keys: %w", err)
	}
	if err := errors.Join(durable.OS.SyncDir(filepath.Dir(k.dir)), writeSecret(path, text)); err != nil {
		return nil, err
	}
	k.made = k.made || name == checkpointKey
	return text, nil
}

// writeSecret writes a file that only its owner may read, whole or not at
// all, and never over another: half a key, or a replaced one, can't be mended.
func writeSecret(path string, text []byte) error {
	if err := durable.Create(durable.OS, path, text); err != nil {
		return fmt.Errorf("couldn't write the key: %w", err)
	}
	return nil
}
