//go:build !linux

package durable

import "os"

// allocate has the file system set blocks aside; false says that it can't.
func allocate(*os.File, int64) (bool, error) { return false, nil }
