package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/store/durable"
	"github.com/ewtp/entente/store/sqlite"
)

// A backup is a data folder without views, whatever keeps the ledger that it is of: its entries in a ledger.db, its
// files in blobs/, a signed checkpoint that covers all of it, and, if wished, the two keys of
// the record. So whatever reads a data folder reads a backup.
//
//	DIR/ledger.db, DIR/blobs/, DIR/lock
//	DIR/checkpoint
//	DIR/keys/checkpoint.key, DIR/keys/release.pem  with --with-keys
const checkpointFile = "checkpoint"

type backupCommand struct {
	Dir      string `arg:"" help:"A new folder, on the machine where the server runs."`
	WithKeys bool   `help:"Put the record's two secret keys in too. Whoever has such a backup can sign in the registry's name: encrypt it."`
}

// Run implements the command.
func (c *backupCommand) Run(ctx context.Context, g *globals) error {
	dir, err := filepath.Abs(c.Dir) // the server has a folder of its own
	if err != nil {
		return fmt.Errorf("couldn't find the folder: %w", err)
	}
	made, err := perform[registry.Copied](ctx, g, "backup", &backupErrand{Dir: dir, Keys: c.WithKeys})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.out, "backed up and verified: %d entries, %d files, and the checkpoint that covers them\n%s\n", made.Entries, made.Files, keysTold(c.WithKeys))
	return errors.Join(err, tellFiles(g.err, made))
}

// keysTold says whether the keys are in a backup.
func keysTold(in bool) string {
	if in {
		return "The record's two secret keys are in it: encrypt it. Keys of sessions and views are not; they are made anew."
	}
	return "No key is in it: keep keys/checkpoint.key and keys/release.pem elsewhere, without which it can't be restored. Keys of sessions and views are not in it either; they are made anew."
}

// errFilesDamaged says that files were left out.
var errFilesDamaged = errors.New("files are damaged and weren't copied; everything else was")

// tellFiles says which files aren't in a copy.
func tellFiles(w io.Writer, c registry.Copied) error {
	for _, digest := range c.Lacking {
		fmt.Fprintf(w, "file %s isn't there, though an entry names it: it is being uploaded, or lost\n", digest)
	}
	for _, digest := range c.Damaged {
		fmt.Fprintf(w, "file %s is damaged\n", digest)
	}
	if len(c.Damaged) > 0 {
		return &unfitError{errFilesDamaged}
	}
	return nil
}

// An unfitError ends the program with the status of what doesn't verify.
type unfitError struct{ error }

// ExitCode is the exit status that the program ends with.
func (e *unfitError) ExitCode() int { return exitVerification }

func (e *unfitError) Unwrap() error { return e.error }

// backupErrand makes a backup.
type backupErrand struct {
	Dir  string
	Keys bool
}

func (c *backupErrand) run(ctx context.Context, n *node, show progress) (any, error) {
	copied, err := c.backUp(ctx, n, show)
	if err != nil {
		return nil, fmt.Errorf("couldn't back up to %s: %w", c.Dir, err)
	}
	return copied, nil
}

// backUp makes a backup. The checkpoint comes last: a folder without is none.
func (c *backupErrand) backUp(ctx context.Context, n *node, show progress) (copied registry.Copied, err error) {
	if err := makeEmptyFolder(c.Dir); err != nil {
		return copied, err
	}
	to, err := sqlite.Open(ctx, c.Dir)
	if err != nil {
		return copied, err
	}
	copied, checkpoint, err := n.registry.CopyTo(ctx, to, func(done, total int64) { show("backed up", done, total) })
	if err == nil {
		err = n.keys.recordAnew(ctx, to, n.log)
	}
	if err = errors.Join(err, to.Close()); err != nil {
		return copied, err
	}
	if c.Keys {
		if err := copyKeys(filepath.Join(n.data, "keys"), filepath.Join(c.Dir, "keys")); err != nil {
			return copied, err
		}
	}
	return copied, durable.Create(durable.OS, filepath.Join(c.Dir, checkpointFile), checkpoint)
}

// makeEmptyFolder makes a folder for its owner only, or takes one that is empty.
func makeEmptyFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil { // #nosec G703 -- a folder that the operator named
		return err
	}
	there, err := os.ReadDir(dir)
	if err == nil && len(there) > 0 {
		err = fmt.Errorf("the folder isn't empty: it has %s", there[0].Name())
	}
	return err
}

// copyKeys copies the record's keys, for their owner only and never over others.
func copyKeys(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil { // #nosec G703 -- a folder that the operator named
		return err
	}
	if err := durable.OS.SyncDir(filepath.Dir(to)); err != nil {
		return err
	}
	for _, name := range recordKeys {
		text, err := os.ReadFile(filepath.Join(from, name)) // #nosec G304 -- a file of a folder that the operator named
		if err == nil {
			err = writeSecret(filepath.Join(to, name), text)
		}
		if err != nil {
			return fmt.Errorf("couldn't copy the key %s: %w", name, err)
		}
	}
	return nil
}

// hasKeys says whether a folder has one of the record's keys.
func hasKeys(dir string) bool {
	for _, name := range recordKeys {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}
