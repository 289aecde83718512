package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/server/signin"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/durable"
)

// defaultOrigin is a ledger's name where none was given.
const defaultOrigin = "entente.localhost/ledger"

// The record's two keys: files in the folder of the keys, and, each under the same name,
// notes in the store that hold their public halves.
const (
	checkpointKey = "checkpoint.key" // Ed25519, a note signer key; its note is the verifier key
	releaseKey    = "release.pem"    // ES256, PKCS #8; its note is the thumbprint
)

// recordKeys are those of the record, and not of one node's visitors.
var recordKeys = []string{checkpointKey, releaseKey}

// newKeys are what --new-key takes, by what it stands for.
var newKeys = map[string]string{"checkpoint": checkpointKey, "release": releaseKey}

// A keyring is where the node's keys are. They are made for a ledger that is empty and has none
// on record; after that a key that is missing, or isn't the one on record, is an error,
// unless the operator said that it is new.
type keyring struct {
	dir   string
	found bool     // keys that aren't there are an error, and aren't made
	fresh []string // files of keys that are new by the operator's word

	made  bool                // the checkpoint key was made here
	notes map[string]keyNotes // by file
	head  int64               // of the store
}

// keyNotes are a key's public half as it is on record, and as it is.
type keyNotes struct{ was, is string }

// errNotOnRecord says that a key isn't the one that it has to be.
var errNotOnRecord = errors.New("the key isn't the record's")

// open reads the node's two keys, or makes them, and holds them against what is on record.
func (k *keyring) open(ctx context.Context, s store.Store, origin string) (*ledger.Signer, *hub.Signer, error) {
	if err := k.readNotes(ctx, s); err != nil {
		return nil, nil, err
	}
	checkpoints, err := k.openCheckpoints(origin)
	if err != nil {
		return nil, nil, err
	}
	releases, err := k.openReleases()
	if err != nil {
		return nil, nil, err
	}
	return checkpoints, releases, errors.Join(k.compare(checkpointKey, checkpoints.VerifierKey()), k.compare(releaseKey, releases.KeyID()))
}

// readNotes reads which keys are on record.
func (k *keyring) readNotes(ctx context.Context, s store.Store) (err error) {
	k.notes = map[string]keyNotes{}
	if k.head, err = s.Head(ctx); err != nil {
		return fmt.Errorf("couldn't ask the store for its head: %w", err)
	}
	for _, name := range recordKeys {
		was, err := s.Note(ctx, name)
		if err != nil {
			return fmt.Errorf("couldn't read which keys are the record's: %w", err)
		}
		k.notes[name] = keyNotes{was: was}
	}
	return nil
}

func (k *keyring) openCheckpoints(origin string) (*ledger.Signer, error) {
	text, err := k.file(checkpointKey, func() ([]byte, error) {
		name := origin
		if name == "" {
			name = defaultOrigin
		}
		key, _, err := ledger.GenerateKey(rand.Reader, name)
		return []byte(key + "\n"), err
	})
	if err != nil {
		return nil, err
	}
	checkpoints, err := ledger.NewSigner(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, unusable("checkpoint", err)
	}
	if origin != "" && origin != checkpoints.Origin() {
		return nil, &usageError{fmt.Sprintf("--origin is %q, but the checkpoint key is of %q", origin, checkpoints.Origin())}
	}
	return checkpoints, nil
}

func (k *keyring) openReleases() (*hub.Signer, error) {
	text, err := k.file(releaseKey, hub.GenerateKey)
	if err != nil {
		return nil, err
	}
	key, err := hub.ParseKey(text)
	if err != nil {
		return nil, unusable("release", err)
	}
	releases, err := hub.NewSigner(key)
	if err != nil {
		return nil, unusable("release", err)
	}
	return releases, nil
}

// unusable says that a key's file holds no key.
func unusable(which string, err error) error {
	return &unfitError{fmt.Errorf("couldn't use the %s key; put it back from another node or a backup: %w", which, err)}
}

// compare holds a key's public half against the one on record.
func (k *keyring) compare(name, is string) error {
	was := k.notes[name].was
	k.notes[name] = keyNotes{was: was, is: is}
	if was == "" || was == is || slices.Contains(k.fresh, name) {
		return nil
	}
	return &unfitError{fmt.Errorf("couldn't use %s: %w: its public half is %s, and on record is %s; put the record's own there, from another node or a backup, or replace it by --new-key",
		filepath.Join(k.dir, name), errNotOnRecord, is, was)}
}

// former verifies what was signed by the key that the new one replaces; nil where none is replaced.
func (k *keyring) former() *ledger.Verifier {
	n := k.notes[checkpointKey]
	if n.was == "" || n.was == n.is {
		return nil
	}
	v, err := ledger.NewVerifier(n.was)
	if err != nil {
		return nil // a note that isn't ours verifies nothing
	}
	return v
}

// record puts on record which the keys are, once what they open was found to be sound. It
// fails where another node put others there meanwhile.
func (k *keyring) record(ctx context.Context, s store.Store, log *slog.Logger) error {
	for _, name := range recordKeys {
		n := k.notes[name]
		if n.was == n.is {
			continue
		}
		err := s.SetNote(ctx, name, n.was, n.is)
		if errors.Is(err, store.ErrConflict) {
			now, asked := s.Note(ctx, name)
			if k.notes[name] = (keyNotes{was: now}); asked == nil {
				k.fresh = nil
				err = k.compare(name, n.is)
			}
		}
		if err != nil {
			return fmt.Errorf("couldn't put the key on record: %w", err)
		}
		if n.was != "" || k.head > 0 {
			log.Warn("another key is on record now", "key", name, "before", n.was, "now", n.is)
		}
	}
	return nil
}

// recordAnew puts the same keys on record in another store, which has none.
func (k *keyring) recordAnew(ctx context.Context, s store.Store, log *slog.Logger) error {
	other := keyring{dir: k.dir, notes: map[string]keyNotes{}}
	for name, n := range k.notes {
		other.notes[name] = keyNotes{is: n.is}
	}
	return other.record(ctx, s, log)
}

// openSessions reads what seals cookies, and makes it where it isn't there.
func (k *keyring) openSessions() (*signin.Keys, error) {
	text, err := k.file(sessionKeys, signin.GenerateKeys)
	if err != nil {
		return nil, err
	}
	return signin.ParseKeys(text)
}

// sessionKeys is the name of the file of what seals cookies. Whoever loses it signs everybody
// out, and no more.
const sessionKeys = "session.keys"

// file reads a key; where there is none it makes one, if it may.
func (k *keyring) file(name string, generate func() ([]byte, error)) ([]byte, error) {
	path := filepath.Join(k.dir, name)
	text, err := os.ReadFile(path) // #nosec G304 -- a file of the data folder that the operator named
	if err == nil {
		return text, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("couldn't read the key: %w", err)
	}
	if err := k.mayMake(name); err != nil {
		return nil, err
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

// mayMake refuses to make a key of a record that had one: whoever lost it would go on under
// another without knowing.
func (k *keyring) mayMake(name string) error {
	switch {
	case !slices.Contains(recordKeys, name), slices.Contains(k.fresh, name) && !k.found:
		return nil
	case k.notes[name].was == "" && k.head == 0 && !k.found:
		return nil
	}
	return &unfitError{fmt.Errorf("couldn't find the key %s: the ledger was begun with it and has %d entries; put it back from another node or a backup, or have another made by --new-key",
		filepath.Join(k.dir, name), k.head)}
}

// writeSecret writes a file that only its owner may read, whole or not at
// all, and never over another: half a key, or a replaced one, can't be mended.
func writeSecret(path string, text []byte) error {
	if err := durable.Create(durable.OS, path, text); err != nil {
		return fmt.Errorf("couldn't write the key: %w", err)
	}
	return nil
}
