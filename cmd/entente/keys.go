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
)

// defaultOrigin is a ledger's name where none was given.
const defaultOrigin = "entente.localhost/ledger"

// openKeys reads the node's two keys and makes those that aren't there.
//
//	DIR/checkpoint.key  Ed25519, a note signer key
//	DIR/release.pem     ES256, PKCS #8
func openKeys(dir, origin string) (*ledger.Signer, *hub.Signer, error) {
	text, err := keyFile(filepath.Join(dir, "checkpoint.key"), func() ([]byte, error) {
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
	if text, err = keyFile(filepath.Join(dir, "release.pem"), hub.GenerateKey); err != nil {
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

// keyFile reads a key; where there is none it makes one.
func keyFile(path string, generate func() ([]byte, error)) ([]byte, error) {
	text, err := os.ReadFile(path) // #nosec G304 -- a file of the data folder that the operator named
	if err == nil {
		return text, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("couldn't read the key: %w", err)
	}
	if text, err = generate(); err != nil {
		return nil, fmt.Errorf("couldn't make the key %s: %w", filepath.Base(path), err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("couldn't make the folder of the keys: %w", err)
	}
	return text, writeSecret(path, text)
}

// writeSecret writes a file that only its owner may read, whole and synced or not
// at all, and never over another: half a key, or a replaced one, can't be mended.
func writeSecret(path string, text []byte) (err error) {
	wrap := func(err error) error { return fmt.Errorf("couldn't write the key: %w", err) }
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return wrap(err)
	}
	defer func() { err = errors.Join(err, ignoreMissing(os.Remove(f.Name()))) }()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return wrap(err)
	}
	if err := os.Link(f.Name(), path); err != nil { // unlike a rename it fails where there is one
		return wrap(err)
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
