package durable

import "errors"

// ErrLocked says that another process, or another part of this one, has the file locked.
var ErrLocked = errors.New("the file is locked")
