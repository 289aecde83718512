package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/registry"
)

// served is the settings of a command on a data folder, and a node with its door open there.
func served(t *testing.T, data string) (*globals, *node, *door) {
	t.Helper()
	g := &globals{Data: data, LogLevel: "error", Progress: true, clocks: clocks{now: time.Now}, out: &bytes.Buffer{}, err: &bytes.Buffer{}}
	n, err := g.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.close(); err != nil {
			t.Error(err)
		}
	})
	d, err := n.openDoor()
	if err != nil {
		t.Fatal(err)
	}
	return g, n, d
}

// The door leads in wherever the data folder lies, and for its owner only; a second server is
// refused; closed, it leaves nothing behind.
func TestDoor(t *testing.T) {
	for name, below := range map[string]string{"near": "data", "far": strings.Repeat("deep/", 30)} {
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), below)
			g, n, d := served(t, data)
			if reach, err := perform[registry.Reach](t.Context(), g, "verify", &verifyErrand{}); err != nil || reach.Entries != 0 {
				t.Errorf("verify: %+v, %v", reach, err)
			}
			info, err := os.Stat(filepath.Join(data, doorFolder))
			if err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("the door's folder: %v, %v", info.Mode(), err)
			}
			for _, folder := range d.folders {
				if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
					t.Errorf("%s: %v, %v", folder, info.Mode(), err)
				}
			}
			if _, err := n.openDoor(); err == nil || !strings.Contains(err.Error(), "in use by another process") {
				t.Errorf("a second door: %v", err)
			}
			if err := d.close(); err != nil {
				t.Error(err)
			}
			for _, folder := range d.folders {
				if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s is still there: %v", folder, err)
				}
			}
		})
	}
}

// What a server that was killed left behind stops nobody: the command opens the ledger itself,
// and the next server its door.
func TestDoorOfTheKilled(t *testing.T) {
	data := t.TempDir()
	g, n, d := served(t, data)
	if err := errors.Join(d.close(), n.close()); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(data, doorFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, doorFolder, doorAddress), []byte(filepath.Join(data, "gone")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := perform[registry.Reach](t.Context(), g, "verify", &verifyErrand{}); err != nil {
		t.Error(err)
	}
	_, _, d = served(t, data)
	if err := d.close(); err != nil {
		t.Error(err)
	}
}

// Errors mean the same to a caller whoever did the errand.
func TestFailuresTravel(t *testing.T) {
	g, _, d := served(t, t.TempDir())
	defer func() {
		if err := d.close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := perform[any](t.Context(), g, "entry", &entryErrand{Seq: 7}); err == nil || exitStatus(err) != exitError || !strings.Contains(err.Error(), "entry 7") {
		t.Errorf("of no entry: %v, status %d", err, exitStatus(err))
	}
	if _, err := perform[any](t.Context(), g, "no such", &entryErrand{}); err == nil || exitStatus(err) != exitUsage {
		t.Errorf("of no errand: %v, status %d", err, exitStatus(err))
	}
	was := &ledger.Corrupt{Seq: 3, Until: 5, Reason: "x"}
	var corrupt *ledger.Corrupt
	if err := error(asFailure(was)); exitStatus(err) != exitVerification || !errors.As(err, &corrupt) || *corrupt != *was {
		t.Errorf("%v, status %d", err, exitStatus(err))
	}
	if _, err := readFrames(strings.NewReader(`{"progress":{"what":"x","done":1,"total":2}}`), g.progress()); err == nil {
		t.Error("an answer that was broken off is taken")
	}
}
