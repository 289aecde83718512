package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/signin"
	"github.com/ewtp/entente/server/web"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/mongo"
	"github.com/ewtp/entente/store/sqlite"
	"github.com/ewtp/entente/views"
)

// A node is a registry that is open, with what it stands on.
type node struct {
	store       store.Store
	views       *views.DB
	registry    *registry.Registry
	checkpoints *ledger.Signer
	releases    *hub.Signer
	sessions    *signin.Keys
	keys        keyring
	log         *slog.Logger
	data        string    // the data folder
	public      string    // scheme and host by which people come here; "" where nobody signs in
	demo        *web.Demo // what the demonstration shows besides; nil in earnest
}

// open opens the registry, and makes what isn't there.
func (g *globals) open(ctx context.Context) (*node, error) {
	return g.openAt(ctx, g.clocks, false)
}

// openExisting opens a registry that is there: where there is no ledger, or there are no keys, it
// fails and makes nothing, so that a mistaken path is no new registry.
func (g *globals) openExisting(ctx context.Context) (*node, error) {
	return g.openAt(ctx, g.clocks, true)
}

// openAndStaff opens the registry and brings the secretariat in: for the commands
// that write entries anyway.
func (g *globals) openAndStaff(ctx context.Context) (*node, error) {
	n, err := g.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := g.bootstrap(ctx, n); err != nil {
		return nil, errors.Join(err, n.close())
	}
	return n, nil
}

// openAt opens store, keys, views and registry; existing as for openExisting. What it opened it
// closes if the rest can't be.
func (g *globals) openAt(ctx context.Context, c clocks, existing bool) (_ *node, err error) {
	n := &node{log: g.logger()}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.close())
		}
	}()
	if err := g.openFolder(existing); err != nil {
		return nil, err
	}
	n.data = g.Data
	if n.store, err = g.openStore(ctx, existing); err != nil {
		return nil, fmt.Errorf("couldn't open the store: %w", err)
	}
	n.keys = keyring{dir: g.inData("keys"), found: existing}
	if !existing { // who only looks puts nothing on record
		n.keys.fresh = g.newKeys()
	}
	if n.checkpoints, n.releases, err = n.keys.open(ctx, n.store, g.Origin); err != nil {
		return nil, err
	}
	if !existing { // who only looks signs nobody in
		if n.sessions, err = n.keys.openSessions(); err != nil {
			return nil, err
		}
	}
	if n.views, err = views.Open(ctx, g.inData("views.db"), views.Options{Log: n.log, Memory: g.memory}); err != nil {
		return nil, fmt.Errorf("couldn't open the views: %w", err)
	}
	n.registry, err = registry.Open(ctx, registry.Options{Store: n.store, Views: n.views, Rules: g.rules(), Clock: c.now, Steady: c.steady, AnyClock: g.AcceptClock,
		Sign: n.releases.Sign, Checkpoints: n.checkpoints, CheckpointFile: g.inData(checkpointFile),
		FormerKey: n.keys.former(), SignOnDemand: existing, Unsigned: n.keys.made || g.WithoutCheckpoint, Shorter: g.AcceptShorter, Log: n.log, Progress: g.progress()})
	if err != nil {
		return nil, fmt.Errorf("couldn't open the registry: %w", err)
	}
	if !existing {
		if err := n.keys.record(ctx, n.store, n.log); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// openFolder settles which folder is the node's, and makes it unless it must exist.
func (g *globals) openFolder(existing bool) error {
	if g.Data == "" {
		g.Data = defaultData
	}
	if existing {
		if _, err := os.Stat(g.Data); err != nil {
			return fmt.Errorf("couldn't find the data folder: %w: %w", store.ErrNoLedger, err)
		}
		return nil
	}
	if err := os.MkdirAll(g.Data, 0o700); err != nil {
		return fmt.Errorf("couldn't make the data folder: %w", err)
	}
	return nil
}

// openStore opens the store that the settings name.
func (g *globals) openStore(ctx context.Context, existing bool) (store.Store, error) {
	dir, isFolder := strings.CutPrefix(g.Store, "sqlite:")
	switch {
	case g.Store == "":
		dir, isFolder = g.Data, true
	case g.Store == "mem" && existing:
		return nil, fmt.Errorf("%w in memory", store.ErrNoLedger)
	case g.Store == "mem":
		return mem.Open(), nil
	case strings.HasPrefix(g.Store, "mongodb://"), strings.HasPrefix(g.Store, "mongodb+srv://"):
		open := mongo.Open
		if existing {
			open = mongo.OpenExisting
		}
		return asStore(open(ctx, g.Store))
	}
	if !isFolder || dir == "" {
		return nil, &usageError{"--store is none of sqlite:DIR, mongodb://… and mem"}
	}
	open := sqlite.Open
	if existing {
		open = sqlite.OpenExisting
	}
	return asStore(open(ctx, dir))
}

// asStore is s, or nil and the error: a nil pointer must not become a store.Store.
func asStore[S store.Store](s S, err error) (store.Store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// close closes what is open: the registry first, which still writes to the others.
func (n *node) close() (err error) {
	if n.registry != nil {
		err = n.registry.Close()
	}
	if n.views != nil {
		err = errors.Join(err, n.views.Close())
	}
	if n.store != nil {
		err = errors.Join(err, n.store.Close())
	}
	return err
}
