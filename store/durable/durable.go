// Package durable writes small files so that after a crash, of the program or of
// the machine, a file is there whole or not at all, and what was said to be
// written is there.
//
// That takes four steps: the content goes into another file of the folder; that file is
// synced; it gets its name; the folder, which holds the name, is synced too. A step
// that fails is an error, and then whoever waits for the file to be kept must not go on.
//
// [TryLock] keeps others from writing meanwhile.
package durable

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
)

// A Disk is what it takes of a file system. [OS] is this machine's; tests have others.
type Disk interface {
	CreateTemp(dir, pattern string) (File, error) // for its owner only
	Rename(from, to string) error                 // over another
	Link(from, to string) error                   // never over another
	Remove(name string) error
	SyncDir(dir string) error // makes the names in a folder durable
}

// A File is one that is being written.
type File interface {
	io.WriteCloser
	Name() string
	Sync() error
}

// Replace writes a file in place of another, or where there was none.
func Replace(disk Disk, path string, content []byte) error {
	return writeNamed(disk, path, content, disk.Rename)
}

// Create writes a file where there is none; fs.ErrExist where there is one.
func Create(disk Disk, path string, content []byte) error {
	return writeNamed(disk, path, content, disk.Link)
}

func writeNamed(disk Disk, path string, content []byte, name func(from, to string) error) (err error) {
	dir := filepath.Dir(path)
	f, err := disk.CreateTemp(dir, "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if gone := disk.Remove(f.Name()); !errors.Is(gone, fs.ErrNotExist) { // as after a rename
			err = errors.Join(err, gone)
		}
	}()
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := name(f.Name(), path); err != nil {
		return err
	}
	return disk.SyncDir(dir)
}
