package durable

import (
	"errors"
	"os"
	"runtime"
)

// OS is the file system of this machine.
var OS Disk = machine{}

type machine struct{}

func (machine) CreateTemp(dir, pattern string) (File, error) { return os.CreateTemp(dir, pattern) }
func (machine) Rename(from, to string) error                 { return os.Rename(from, to) }
func (machine) Link(from, to string) error                   { return os.Link(from, to) }
func (machine) Remove(name string) error                     { return os.Remove(name) }

func (machine) SyncDir(dir string) error {
	if runtime.GOOS == "windows" { // which keeps names with the files
		return nil
	}
	d, err := os.Open(dir) // #nosec G304 -- a folder of the caller's own
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
