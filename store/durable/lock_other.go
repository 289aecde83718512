//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package durable

import (
	"errors"
	"os"
)

// TryLock locks a file, or fails at once: see lock_flock.go.
func TryLock(*os.File) error { return errors.ErrUnsupported }
