// Package spool keeps bodies that arrive or leave slowly on disk, so that whatever works on one
// waits for nobody's line, and its turn is over before the answer is sent.
package spool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// inMemory is how much of a body is kept in memory; what is longer goes to disk.
const inMemory = 64 << 10

// A File takes what is written to it, and is read from its beginning then. Its file has no name that
// others could open it by, where the system allows that. Close rids the disk of it.
type File struct {
	memory bytes.Buffer
	disk   *os.File // nil while what there is fits in memory
	size   int64
}

// Keep reads a body to its end.
func Keep(body io.Reader) (*File, error) {
	f := &File{}
	if _, err := io.Copy(f, body); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Write implements io.Writer.
func (f *File) Write(p []byte) (n int, err error) {
	if f.disk == nil && f.memory.Len()+len(p) > inMemory {
		if err := f.toDisk(); err != nil {
			return 0, err
		}
	}
	if f.disk == nil {
		n, err = f.memory.Write(p)
	} else {
		n, err = f.disk.Write(p)
	}
	f.size += int64(n)
	return n, err
}

// toDisk moves what is in memory to a file.
func (f *File) toDisk() (err error) {
	if f.disk, err = os.CreateTemp("", "entente-*"); err != nil {
		return fmt.Errorf("couldn't make a temporary file: %w", err)
	}
	_ = os.Remove(f.disk.Name()) // Close does where an open file can't be removed
	_, err = f.memory.WriteTo(f.disk)
	f.memory = bytes.Buffer{}
	return err
}

// Size is how many bytes it holds.
func (f *File) Size() int64 { return f.size }

// Reader reads it from the beginning. Nothing is to be written afterwards.
func (f *File) Reader() io.Reader {
	if f.disk == nil {
		return bytes.NewReader(f.memory.Bytes())
	}
	return io.NewSectionReader(f.disk, 0, f.size)
}

// Close gives back what it takes. Closing twice is no error.
func (f *File) Close() error {
	f.memory = bytes.Buffer{}
	if f.disk == nil {
		return nil
	}
	disk := f.disk
	f.disk, f.size = nil, 0
	err := disk.Close()
	if gone := os.Remove(disk.Name()); !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
