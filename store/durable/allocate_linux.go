package durable

import (
	"errors"
	"os"
	"syscall"
)

// allocate has the file system set blocks aside; false says that it can't.
func allocate(f *os.File, size int64) (bool, error) {
	err := syscall.Fallocate(int(f.Fd()), 0, 0, size) // #nosec G115 -- a descriptor is a small number
	return !errors.Is(err, syscall.EOPNOTSUPP), err
}
