//go:build unix

package sqlite

import (
	"errors"
	"os"
	"syscall"
)

// tryLock locks a file for this process. It fails with errLocked where it is
// locked already; the lock goes when the file is closed or the process ends.
func tryLock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}

// syncDir makes the names in a folder durable.
func syncDir(path string) error {
	d, err := os.Open(path) // #nosec G304 -- the store's own folder
	if err != nil {
		return err
	}
	err = d.Sync()
	return errors.Join(err, d.Close())
}
