// Package record shows the ledger to whoever wants to check it, as C2SP tlog-tiles has it.
package record

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/views"
)

type handler struct {
	checkpoint func(context.Context) ([]byte, error)
	tiles      func() ledger.Tiles
	entries    func(ctx context.Context, from int64, limit int) ([]views.Entry, error)
	verifier   *ledger.Verifier
	key        string
	log        *slog.Logger
	signed     atomic.Int64 // the size of the largest checkpoint seen
}

// New serves a registry's record:
//
//	/ledger/checkpoint                     a signed checkpoint of the present tree
//	/ledger/tile/{level}/{n}[.p/{width}]   hashes
//	/ledger/tile/entries/{n}[.p/{width}]   statements
//	/ledger/key                            the key that verifies checkpoints, one line
//
// No tile reaches past the newest checkpoint signed. The verifier key is that of the
// registry's checkpoints; the logger may be nil.
func New(r *registry.Registry, verifierKey string, log *slog.Logger) (http.Handler, error) {
	verifier, err := ledger.NewVerifier(verifierKey)
	if err != nil {
		return nil, fmt.Errorf("couldn't serve the ledger: %w", err)
	}
	if log == nil {
		log = slog.Default()
	}
	h := &handler{checkpoint: r.Checkpoint, tiles: r.Views().Tiles, entries: r.Views().EntriesFrom,
		verifier: verifier, key: verifierKey, log: log}
	return h.routes(), nil
}

func (h *handler) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/ledger/checkpoint", h.reading(h.serveCheckpoint))
	mux.HandleFunc("/ledger/tile/", h.reading(h.serveTile))
	mux.HandleFunc("/ledger/key", h.reading(h.serveKey))
	mux.HandleFunc("/ledger/", h.reading(func(w http.ResponseWriter, _ *http.Request) error { return ledger.ErrNoTile }))
	return mux
}

// reading lets GET and HEAD pass and answers what goes wrong.
func (h *handler) reading(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !answer.OnlyReads(w, r) {
			return
		}
		err := serve(w, r)
		if errors.Is(err, ledger.ErrNoTile) {
			err = &policies.Error{Code: policies.NotFound, Message: "the ledger has nothing at this address"}
		}
		if err != nil {
			answer.Fail(w, r, h.log, fmt.Errorf("couldn't serve the ledger: %w", err))
		}
	}
}

func (h *handler) serveCheckpoint(w http.ResponseWriter, r *http.Request) error {
	text, _, err := h.sign(r.Context())
	if err != nil {
		return err
	}
	sendPublic(w, "text/plain; charset=utf-8", "public, max-age=2", text)
	return nil
}

func (h *handler) serveKey(w http.ResponseWriter, _ *http.Request) error {
	sendPublic(w, "text/plain; charset=utf-8", "public, max-age=300", []byte(h.key+"\n"))
	return nil
}

func (h *handler) serveTile(w http.ResponseWriter, r *http.Request) error {
	p, err := ledger.ParseTilePath(strings.TrimPrefix(r.URL.Path, "/ledger/"))
	if err != nil {
		return fmt.Errorf("%w: %w", ledger.ErrNoTile, err)
	}
	size := h.signed.Load()
	if !p.In(size) { // it may have grown, or nobody has asked for a checkpoint since the start
		if _, size, err = h.sign(r.Context()); err != nil {
			return err
		}
		if !p.In(size) {
			return ledger.ErrNoTile
		}
	}
	content, err := h.tileBytes(r.Context(), p, size)
	if err != nil {
		return err
	}
	sendPublic(w, "application/octet-stream", "public, max-age=31536000, immutable", content)
	return nil
}

// sign returns a checkpoint of the present tree and the size it covers.
func (h *handler) sign(ctx context.Context) (text []byte, size int64, err error) {
	if text, err = h.checkpoint(ctx); err != nil {
		return nil, 0, fmt.Errorf("couldn't sign a checkpoint: %w", err)
	}
	c, err := h.verifier.ParseCheckpoint(text)
	if err != nil {
		return nil, 0, fmt.Errorf("couldn't read our own checkpoint: %w", err)
	}
	for {
		seen := h.signed.Load()
		if c.Size <= seen || h.signed.CompareAndSwap(seen, c.Size) {
			return text, max(c.Size, seen), nil
		}
	}
}

// tileBytes returns the bytes of a tile that the tree of that size has.
func (h *handler) tileBytes(ctx context.Context, p ledger.TilePath, size int64) ([]byte, error) {
	if !p.Entries {
		return ledger.TileBytes(h.tiles(), p, size)
	}
	entries, err := h.entries(ctx, p.First(), p.Width)
	if err != nil {
		return nil, fmt.Errorf("couldn't load the entries: %w", err)
	}
	if len(entries) != p.Width {
		return nil, fmt.Errorf("couldn't load the entries: %d of %d are there", len(entries), p.Width)
	}
	var bundle []byte
	for _, e := range entries {
		statement, err := e.Statement()
		if err != nil {
			return nil, fmt.Errorf("couldn't state entry %d: %w", e.Seq, err)
		}
		if bundle, err = ledger.AppendEntry(bundle, statement); err != nil {
			return nil, fmt.Errorf("couldn't bundle entry %d: %w", e.Seq, err)
		}
	}
	return bundle, nil
}

// sendPublic answers with a whole body.
func sendPublic(w http.ResponseWriter, media, caching string, body []byte) {
	header := w.Header()
	header.Set("Content-Type", media)
	header.Set("Cache-Control", caching)
	_, _ = w.Write(body) // #nosec G705 -- whoever hung up doesn't get it; never HTML, and sent with nosniff and a policy that allows nothing
}
