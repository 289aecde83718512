package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A frail disk loses, when its power is cut, whatever wasn't synced: contents of files,
// or names in the folder. It fails at one of its operations.
type frail struct {
	failAt int // count of the operation that fails; 0: none does
	count  int

	names, kept map[string]*inode // as seen, and as a cut leaves them for certain
}

type inode struct{ content, synced string }

var errFrail = errors.New("the disk failed")

func newFrail(failAt int, before string) *frail {
	d := &frail{failAt: failAt, names: map[string]*inode{}}
	if before != "" {
		d.names["dir/file"] = &inode{before, before}
	}
	d.kept = maps.Clone(d.names)
	return d
}

func (d *frail) step() error {
	if d.count++; d.count == d.failAt {
		return errFrail
	}
	return nil
}

type frailFile struct {
	d    *frail
	name string
	node *inode
}

func (f frailFile) Name() string { return f.name }
func (f frailFile) Close() error { return f.d.step() }
func (f frailFile) Sync() error {
	if err := f.d.step(); err != nil {
		return err
	}
	f.node.synced = f.node.content
	return nil
}

func (f frailFile) Write(b []byte) (int, error) {
	if err := f.d.step(); err != nil {
		f.node.content += string(b[:len(b)/2])
		return len(b) / 2, err
	}
	f.node.content += string(b)
	return len(b), nil
}

func (d *frail) CreateTemp(dir, _ string) (File, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	f := frailFile{d, dir + "/temp", &inode{}}
	d.names[f.name] = f.node
	return f, nil
}

func (d *frail) Rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	d.names[to] = d.names[from]
	delete(d.names, from)
	return nil
}

func (d *frail) Link(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.names[to] != nil {
		return fs.ErrExist
	}
	d.names[to] = d.names[from]
	return nil
}

func (d *frail) Remove(name string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.names[name] == nil {
		return fs.ErrNotExist
	}
	delete(d.names, name)
	return nil
}

func (d *frail) SyncDir(string) error {
	if err := d.step(); err != nil {
		return err
	}
	d.kept = maps.Clone(d.names)
	return nil
}

// cut returns what the file may hold after the power was cut: by the names that were
// synced, or by those that happened to get there, with what was synced of the content.
func (d *frail) cut() []string {
	var found []string
	for _, names := range []map[string]*inode{d.kept, d.names} {
		content := "nothing"
		if node := names["dir/file"]; node != nil {
			content = node.synced
		}
		found = append(found, content)
	}
	return found
}

// Wherever the disk fails, and whenever the power is cut then, the file is the old one or
// the new one, whole; where the caller was told that it is kept, it is the new one.
func TestPowerCuts(t *testing.T) {
	for name, x := range map[string]struct {
		write  func(Disk, string, []byte) error
		before string
	}{"replace": {Replace, "old"}, "replace nothing": {Replace, ""}, "create": {Create, ""}} {
		old := x.before
		if old == "" {
			old = "nothing"
		}
		for failAt := range 10 {
			d := newFrail(failAt, x.before)
			err := x.write(d, "dir/file", []byte("new"))
			if (err != nil) != (failAt > 0 && failAt <= d.count) || err != nil && !errors.Is(err, errFrail) {
				t.Errorf("%s, failing at %d of %d: %v", name, failAt, d.count, err)
			}
			for _, content := range d.cut() {
				if content != "new" && (err == nil || content != old) {
					t.Errorf("%s, failing at %d (%v): the file holds %q after a cut", name, failAt, err, content)
				}
			}
		}
	}
}

func TestCreateNeverReplaces(t *testing.T) {
	d := newFrail(0, "old")
	if err := Create(d, "dir/file", []byte("new")); !errors.Is(err, fs.ErrExist) || !slices.Equal(d.cut(), []string{"old", "old"}) {
		t.Errorf("%v, and the file holds %q", err, d.cut())
	}
}

// On this machine too, for its owner only, and nothing stays beside it.
func TestOS(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for i, write := range []func(Disk, string, []byte) error{Create, Replace, Replace} {
		if err := write(OS, path, fmt.Append(nil, i)); err != nil {
			t.Fatal(err)
		}
		if content, err := os.ReadFile(path); err != nil || string(content) != fmt.Sprint(i) {
			t.Errorf("it holds %q, %v", content, err)
		}
	}
	if err := Create(OS, path, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second file: %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("the folder has %v, %v", left, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
}
