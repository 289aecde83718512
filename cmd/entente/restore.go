package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/durable"
	"github.com/ewtp/entente/store/sqlite"
)

type restoreCommand struct {
	Dir     string   `arg:"" help:"The backup, a folder as backup makes it."`
	Seen    []string `placeholder:"FILE" help:"A checkpoint that somebody has seen, such as /ledger/checkpoint gave it: the backup must hold what it covers. May be given more than once. The one that is in the data folder is looked at in any case."`
	Shorter bool     `help:"Go on though the backup lacks entries that a checkpoint covers: they are lost, and whoever has seen that checkpoint will find that the record was rewritten."`
}

// Run implements the command.
func (c *restoreCommand) Run(ctx context.Context, g *globals) error {
	copied, err := c.restore(ctx, g)
	if err != nil {
		return fmt.Errorf("couldn't restore %s: %w", c.Dir, err)
	}
	_, err = fmt.Fprintf(g.out, "restored and verified: %d entries, %d files\n", copied.Entries, copied.Files)
	return errors.Join(err, tellFiles(g.err, copied))
}

func (c *restoreCommand) restore(ctx context.Context, g *globals) (copied registry.Copied, err error) {
	text, err := os.ReadFile(filepath.Join(c.Dir, checkpointFile))
	if errors.Is(err, fs.ErrNotExist) {
		return copied, fmt.Errorf("it is no backup that was finished: %w", err)
	}
	if err != nil {
		return copied, err
	}
	if err := g.openFolder(false); err != nil {
		return copied, err
	}
	if err := isVacant(g.Data); err != nil {
		return copied, err
	}
	from, err := sqlite.OpenExisting(ctx, c.Dir)
	if err != nil {
		return copied, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	keys, err := c.keys(g)
	if err != nil {
		return copied, err
	}
	covered, err := c.verify(ctx, g, keys, from, text)
	if err != nil {
		return copied, err
	}
	return g.putBack(ctx, from, keys, text, covered)
}

// isVacant refuses a data folder that has, or had, a ledger.
func isVacant(data string) error {
	for _, name := range []string{"ledger.db", "views.db"} {
		if _, err := os.Stat(filepath.Join(data, name)); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(fmt.Errorf("the data folder %s has a %s: restore into one that has nothing but keys/ and the lost node's checkpoint", data, name), err)
		}
	}
	return nil
}

// keys are those of the data folder, or else of the backup.
func (c *restoreCommand) keys(g *globals) (*keyring, error) {
	for _, dir := range []string{g.inData("keys"), filepath.Join(c.Dir, "keys")} {
		if hasKeys(dir) {
			return &keyring{dir: dir, found: true}, nil
		}
	}
	return nil, fmt.Errorf("the backup holds no keys: put those of the record into %s first", g.inData("keys"))
}

// verify holds the backup against its checkpoint, and against those that were seen.
func (c *restoreCommand) verify(ctx context.Context, g *globals, keys *keyring, from store.Store, text []byte) (covered ledger.Checkpoint, err error) {
	signer, _, err := keys.open(ctx, from, g.Origin)
	if err != nil {
		return covered, err
	}
	if covered, err = signer.Verifier().ParseCheckpoint(text); err != nil {
		return covered, fmt.Errorf("couldn't use the backup's checkpoint: %w", err)
	}
	if err := registry.VerifyCopy(ctx, from, covered); err != nil {
		return covered, err
	}
	seen := c.Seen
	if _, err := os.Stat(g.inData(checkpointFile)); err == nil {
		seen = append(seen, g.inData(checkpointFile))
	}
	for _, name := range seen {
		if err := c.holds(ctx, from, covered, signer.Verifier(), name); err != nil {
			return covered, err
		}
	}
	return covered, nil
}

// holds wants what a checkpoint covers that somebody has seen.
func (c *restoreCommand) holds(ctx context.Context, from store.Store, covered ledger.Checkpoint, v *ledger.Verifier, name string) error {
	text, err := os.ReadFile(name) // #nosec G304 -- a file that the operator named
	if err != nil {
		return fmt.Errorf("couldn't read a checkpoint: %w", err)
	}
	seen, err := v.ParseCheckpoint(text)
	if err != nil {
		return fmt.Errorf("couldn't use the checkpoint %s: %w", name, err)
	}
	if seen.Size > covered.Size {
		if c.Shorter {
			return nil
		}
		return &unfitError{fmt.Errorf("the backup is older than the checkpoint %s, which somebody may have seen: it lacks the entries from %d to %d; find a later one, or answer for their loss by --shorter",
			name, covered.Size, seen.Size-1)}
	}
	if err := registry.VerifyCopy(ctx, from, seen); err != nil {
		return fmt.Errorf("the backup isn't what the checkpoint %s covers: %w", name, err)
	}
	return nil
}

// putBack copies a backup that was verified to where the settings say. The checkpoint comes
// first: should this be broken off, no server starts with what is there by then.
func (g *globals) putBack(ctx context.Context, from store.Store, keys *keyring, text []byte, c ledger.Checkpoint) (copied registry.Copied, err error) {
	if g.Store == "mem" {
		return copied, &usageError{"a backup isn't restored into memory"}
	}
	if folder, isFolder := strings.CutPrefix(g.Store, "sqlite:"); isFolder {
		if err := isVacant(folder); err != nil {
			return copied, err
		}
	}
	to, err := g.openStore(ctx, false)
	if err != nil {
		return copied, fmt.Errorf("couldn't open the store: %w", err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if head, err := to.Head(ctx); err != nil || head > 0 {
		return copied, errors.Join(fmt.Errorf("the store has a ledger of %d entries: restore into one that has none", head), err)
	}
	if err := keys.recordAnew(ctx, to, g.logger()); err != nil { // others may be, of a record that was begun and is empty
		return copied, err
	}
	if keys.dir != g.inData("keys") {
		if err := copyKeys(keys.dir, g.inData("keys")); err != nil {
			return copied, err
		}
	}
	if err := durable.Replace(durable.OS, g.inData(checkpointFile), text); err != nil {
		return copied, fmt.Errorf("couldn't write the checkpoint: %w", err)
	}
	show := g.progress()
	copied, err = registry.Copy(ctx, from, to, c.Size, func(done, total int64) { show("restored", done, total) })
	if err != nil {
		return copied, err
	}
	return copied, registry.VerifyCopy(ctx, to, c)
}
