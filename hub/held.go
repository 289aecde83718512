package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"

	"github.com/ewtp/entente/standards"
)

// held reads and verifies the current release. What is wrong with it is in sound: its
// number still stands, so that damage opens no way back to an older release.
func (c *Client) held(dir string, keys jose.JSONWebKeySet) (*release, error) {
	name, err := currentName(dir)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return &release{sound: refuseRelease(NotFound, "the folder holds no release")}, nil
	}
	r := &release{path: filepath.Join(dir, releasesDir, name)}
	number, _ := releaseNumber(name)
	r.sound = c.readHeld(r, keys)
	var refused *Error
	if r.sound != nil && !errors.As(r.sound, &refused) && !errors.Is(r.sound, fs.ErrNotExist) {
		return nil, r.sound // a disk that can't be read says nothing about the release
	}
	if errors.Is(r.sound, fs.ErrNotExist) {
		r.sound = refuseBecause(DigestMismatch, r.sound, "a file of the held release is missing")
	}
	if r.sound == nil && r.number != number {
		r.sound = refuseRelease(DigestMismatch, "the folder %s holds release %d", name, r.number)
	}
	r.number = number
	return r, nil
}

func (c *Client) readHeld(r *release, keys jose.JSONWebKeySet) error {
	var err error
	if r.bytes, err = readFile(filepath.Join(r.path, manifestFile), c.Limits.Manifest); err != nil {
		return err
	}
	signature, err := readFile(filepath.Join(r.path, signatureFile), MaxSignature)
	if err != nil {
		return err
	}
	r.signature = string(signature)
	if err := r.open(keys); err != nil {
		r.digest = "" // it can't be told what the digest of the release was
		return err
	}
	tag, err := readFile(filepath.Join(r.path, tagFile), MaxSignature)
	if err != nil {
		return err
	}
	r.tag = string(tag)
	for _, ref := range r.texts() {
		text, err := readFile(r.textPath(ref.Digest), int64(ref.Bytes))
		if err != nil {
			return err
		}
		if err := checkText(ref, text); err != nil {
			return err
		}
	}
	return r.checkNames()
}

func (r *release) textPath(digest string) string {
	return filepath.Join(r.path, textsDir, textFile(digest))
}

// checkNames refuses files that the manifest doesn't name: whoever applies the folder
// would apply them too.
func (r *release) checkNames() error {
	known := map[string]bool{".": true, manifestFile: true, signatureFile: true, tagFile: true, textsDir: true}
	for _, ref := range r.texts() {
		known[filepath.Join(textsDir, textFile(ref.Digest))] = true
	}
	return filepath.WalkDir(r.path, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(r.path, path)
		if err == nil && !known[name] {
			return refuseRelease(DigestMismatch, "the manifest names no file %s", name)
		}
		return err
	})
}

// install writes a verified release, with its texts, and makes it the current one.
func (c *Client) install(ctx context.Context, f *folder, held, next *release) (string, error) {
	temp, err := f.temp()
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp) // nothing is there any more once it has become the release
	if err := c.writeTexts(ctx, temp, held, next); err != nil {
		return "", err
	}
	for name, content := range map[string]string{
		manifestFile: string(next.bytes), signatureFile: next.signature, tagFile: next.tag,
	} {
		if err := writeSynced(filepath.Join(temp, name), []byte(content)); err != nil {
			return "", err
		}
	}
	if err := syncDir(temp); err != nil {
		return "", err
	}
	return f.place(temp, next.number)
}

func (c *Client) writeTexts(ctx context.Context, temp string, held, next *release) error {
	refs := next.texts()
	total := int64(0)
	for _, ref := range refs {
		if total += int64(ref.Bytes); int64(ref.Bytes) > c.Limits.Text || total > c.Limits.Texts {
			return refuseRelease(TooLarge, "the text %s has %d bytes, with those before it %d; at most %d and %d are taken",
				ref.Digest, ref.Bytes, total, c.Limits.Text, c.Limits.Texts)
		}
	}
	dir := filepath.Join(temp, textsDir)
	if err := os.Mkdir(dir, 0o755); err != nil { // #nosec G301 -- releases are public, and OPA reads them as another user
		return fmt.Errorf("couldn't write the release: %w", err)
	}
	for _, ref := range refs {
		text, err := c.text(ctx, held, ref)
		if err != nil {
			return err
		}
		if err := writeSynced(filepath.Join(dir, textFile(ref.Digest)), text); err != nil {
			return err
		}
	}
	return syncDir(dir)
}

// text takes a text from the held release where it has the very same, else from the registry.
func (c *Client) text(ctx context.Context, held *release, ref standards.TextReference) ([]byte, error) {
	if held.path != "" {
		if text, err := readFile(held.textPath(ref.Digest), int64(ref.Bytes)); err == nil && checkText(ref, text) == nil {
			return text, nil
		}
	}
	return c.fetchText(ctx, ref)
}

// readKeys reads the keys that a first pull took.
func readKeys(dir string) (jose.JSONWebKeySet, error) {
	text, err := readFile(filepath.Join(dir, keysFile), maxKeys)
	if errors.Is(err, fs.ErrNotExist) {
		return jose.JSONWebKeySet{}, refuseRelease(UnknownKey, "no key is pinned; without one nothing can be verified")
	}
	if err != nil {
		return jose.JSONWebKeySet{}, err
	}
	keys, err := ParseKeys(text)
	if err != nil {
		return keys, refuseBecause(UnknownKey, err, "the keys kept in the hub's folder can't be used")
	}
	return keys, nil
}

// readFile reads a file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path) // #nosec G304 -- a name made here, in the folder that the operator named
	if err != nil {
		return nil, fmt.Errorf("couldn't read the held release: %w", err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, fmt.Errorf("couldn't read the held release: %w", err)
	}
	if int64(len(content)) > limit {
		return nil, refuseRelease(TooLarge, "the file %s has more than %d bytes", filepath.Base(path), limit)
	}
	return content, nil
}
