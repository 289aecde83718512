package hub

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ewtp/entente/store/durable"
)

// Names in a client's folder; the package comment says what they are for.
const (
	currentLink   = "current"
	releasesDir   = "releases"
	keysFile      = "keys.json"
	lockFile      = ".lock"
	tempPrefix    = ".pull-"
	manifestFile  = "manifest.json"
	signatureFile = "manifest.jws"
	tagFile       = "etag"
	textsDir      = "texts"
)

func textFile(digest string) string { return strings.TrimPrefix(digest, "sha256:") + ".md" }

// A folder is a client's folder, held by one pull at a time.
type folder struct {
	dir  string
	lock *os.File
}

// openFolder takes hold of the folder and clears away what a pull left that was cut
// off. The lock ends with the process, however it ends.
func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(filepath.Join(dir, releasesDir), 0o755); err != nil { // #nosec G301 -- releases are public, and OPA reads them as another user
		return nil, fmt.Errorf("couldn't make the hub's folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o644) // #nosec G302 G304 -- holds nothing; the folder is the one that the operator named
	if err != nil {
		return nil, fmt.Errorf("couldn't lock the hub's folder: %w", err)
	}
	f := &folder{dir: dir, lock: lock}
	// Where there are no locks it is up to the operator to run one pull at a time.
	if err := durable.TryLock(lock); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		f.close()
		return nil, refuseBecause(Busy, err, "another pull is at work in %s", dir)
	}
	if err := f.sweep(); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *folder) close() { f.lock.Close() } // which gives up the lock

func (f *folder) sweep() error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return fmt.Errorf("couldn't look through the hub's folder: %w", err)
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), tempPrefix) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(f.dir, entry.Name())); err != nil {
			return fmt.Errorf("couldn't clear away a pull that was cut off: %w", err)
		}
	}
	return nil
}

// temp makes an empty folder for what isn't whole yet; the next pull clears it away
// if this one can't.
func (f *folder) temp() (string, error) {
	path, err := os.MkdirTemp(f.dir, tempPrefix+"*")
	if err != nil {
		return "", fmt.Errorf("couldn't make a temporary folder: %w", err)
	}
	if err := os.Chmod(path, 0o755); err != nil { // #nosec G302 -- it will become a release's folder: releases are public, and OPA reads them as another user
		return "", fmt.Errorf("couldn't make a temporary folder: %w", err)
	}
	return path, nil
}

// place makes a whole release in temp the current one: renamed to its name, then the
// link swapped, each step durable before the next. A crash between the two leaves a
// whole release that nobody points to, which the next pull replaces.
func (f *folder) place(temp string, number int) (string, error) {
	releases := filepath.Join(f.dir, releasesDir)
	current, err := currentName(f.dir)
	if err != nil {
		return "", err
	}
	name := strconv.Itoa(number)
	for i := 1; name == current; i++ { // it is damaged; it stays until its successor stands
		name = fmt.Sprintf("%d.%d", number, i)
	}
	path := filepath.Join(releases, name)
	if err := f.setAside(path); err != nil {
		return "", err
	}
	if err := os.Rename(temp, path); err != nil {
		return "", fmt.Errorf("couldn't put the release in place: %w", err)
	}
	if err := syncDir(releases); err != nil {
		return "", err
	}
	if err := f.point(name); err != nil {
		return "", err
	}
	if n, _ := releaseNumber(current); n == number {
		return path, f.setAside(filepath.Join(releases, current))
	}
	return path, nil
}

// setAside removes a release that isn't current, by a rename first: what is named as
// a release is always whole.
func (f *folder) setAside(path string) error {
	aside, err := f.temp()
	if err != nil {
		return err
	}
	defer os.RemoveAll(aside) // what can't be removed now is swept next time
	if err := os.Rename(path, filepath.Join(aside, "old")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("couldn't set the old release aside: %w", err)
	}
	return nil
}

// point swaps the link: readers see the old release or the new one, never none.
func (f *folder) point(name string) error {
	aside, err := f.temp()
	if err != nil {
		return err
	}
	defer os.RemoveAll(aside)
	link := filepath.Join(aside, currentLink)
	if err := os.Symlink(filepath.Join(releasesDir, name), link); err != nil {
		return fmt.Errorf("couldn't point to the release: %w", err)
	}
	if err := os.Rename(link, filepath.Join(f.dir, currentLink)); err != nil {
		return fmt.Errorf("couldn't point to the release: %w", err)
	}
	return syncDir(f.dir)
}

// currentName is the name of the current release's folder below releases, "" for none.
func currentName(dir string) (string, error) {
	target, err := os.Readlink(filepath.Join(dir, currentLink))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("couldn't tell which release is current: %w", err)
	}
	name := filepath.Base(target)
	if _, ok := releaseNumber(name); !ok || filepath.Dir(target) != releasesDir {
		return "", fmt.Errorf("couldn't tell which release is current: %q isn't one of them", target)
	}
	return name, nil
}

// releaseNumber reads the number from a folder's name: "7", or "7.1" for one that
// replaced a damaged "7".
func releaseNumber(name string) (int, bool) {
	whole, part, dotted := strings.Cut(name, ".")
	n, ok := countingNumber(whole)
	if dotted && ok {
		_, ok = countingNumber(part)
	}
	return n, ok
}

func countingNumber(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0 && strconv.Itoa(n) == s
}

// writeSynced writes a new file whose bytes are on disk when it returns.
func writeSynced(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) // #nosec G302 G304 -- releases are public, and OPA reads them as another user; the name is made here
	if err != nil {
		return fmt.Errorf("couldn't write the release: %w", err)
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("couldn't write the release: %w", err)
	}
	return nil
}

// writeWhole puts a file in place that others see whole or not at all.
func writeWhole(path string, content []byte) error {
	temp, err := os.MkdirTemp(filepath.Dir(path), tempPrefix+"*")
	if err != nil {
		return fmt.Errorf("couldn't make a temporary folder: %w", err)
	}
	defer os.RemoveAll(temp)
	half := filepath.Join(temp, filepath.Base(path))
	if err := writeSynced(half, content); err != nil {
		return err
	}
	if err := os.Rename(half, path); err != nil {
		return fmt.Errorf("couldn't put %s in place: %w", filepath.Base(path), err)
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes renames and new names in a folder durable.
func syncDir(path string) error {
	if err := durable.OS.SyncDir(path); err != nil {
		return fmt.Errorf("couldn't sync the folder: %w", err)
	}
	return nil
}
