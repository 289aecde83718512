//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package hub

import (
	"os"
	"syscall"
)

// tryLock takes an exclusive lock that ends with the file's closing, or fails at once.
func tryLock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
