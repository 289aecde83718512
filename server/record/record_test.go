package record_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server/record"
	"github.com/ewtp/entente/server/servertest"
)

// A reader reads a ledger as a stranger would, over HTTP.
type reader struct {
	t *testing.T
	h http.Handler
	v *ledger.Verifier
}

// openLedger is a registry of n entries and who reads it.
func openLedger(t *testing.T, n int) (*registry.Registry, reader) {
	t.Helper()
	signer := servertest.CheckpointKey(t)
	r := registrytest.Open(t, registry.Options{Checkpoints: signer})
	for range n {
		register(t, r)
	}
	h, err := record.New(r, signer.VerifierKey(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r, reader{t, h, signer.Verifier()}
}

func register(t *testing.T, r *registry.Registry) {
	t.Helper()
	registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Business,
		Name: fmt.Sprintf("Business %d", r.Views().Position()), Jurisdiction: "EE"})
}

func (r reader) get(path string) *httptest.ResponseRecorder {
	return servertest.Serve(r.h, httptest.NewRequest("GET", "/ledger/"+path, nil))
}

func (r reader) checkpoint() ledger.Checkpoint {
	r.t.Helper()
	w := r.get("checkpoint")
	c, err := r.v.ParseCheckpoint(w.Body.Bytes())
	if err != nil || w.Code != 200 {
		r.t.Fatalf("status %d: %v", w.Code, err)
	}
	return c
}

// Height implements tlog.TileReader.
func (r reader) Height() int { return ledger.TileHeight }

// SaveTiles implements tlog.TileReader.
func (r reader) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles implements tlog.TileReader.
func (r reader) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		w := r.get(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if w.Code != 200 {
			return nil, fmt.Errorf("%s: status %d", tile.Path(), w.Code)
		}
		data = append(data, w.Body.Bytes())
	}
	return data, nil
}

// verify checks every entry of a signed tree, as golang.org/x/mod has the proofs.
func (r reader) verify(c ledger.Checkpoint) {
	r.t.Helper()
	hashes := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, r)
	for first := int64(0); first < c.Size; first += ledger.TileWidth {
		p := ledger.TilePath{Entries: true, N: first / ledger.TileWidth, Width: int(min(ledger.TileWidth, c.Size-first))}
		w := r.get(p.String())
		statements, err := ledger.ParseEntryBundle(w.Body.Bytes())
		if err != nil || w.Code != 200 || len(statements) != p.Width {
			r.t.Fatalf("%s: status %d, %d statements, %v", p, w.Code, len(statements), err)
		}
		for i, statement := range statements {
			at := first + int64(i)
			want, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, at)}) // proved up to the root
			if err != nil {
				r.t.Fatalf("entry %d of %d: %v", at, c.Size, err)
			}
			if got := tlog.RecordHash(statement); got != want[0] {
				r.t.Fatalf("entry %d of %d hashes to %v, the tree has %v", at, c.Size, got, want[0])
			}
		}
	}
}

func TestLedgerVerifiesAtEverySize(t *testing.T) {
	r, reader := openLedger(t, 0)
	if c := reader.checkpoint(); c.Size != 0 {
		t.Errorf("the empty ledger has %d entries", c.Size)
	}
	older := []ledger.Checkpoint{}
	for size := int64(1); size <= 260; size++ {
		register(t, r)
		if size > 4 && size < 254 && size%50 != 0 {
			continue
		}
		c := reader.checkpoint()
		if c.Size != size {
			t.Fatalf("the checkpoint is of %d entries, want %d", c.Size, size)
		}
		reader.verify(c)
		older = append(older, c)
	}
	for _, c := range older { // what was signed once can be verified for ever
		reader.verify(c)
	}
}

// After a start nobody need have asked for a checkpoint before the tiles.
func TestLedgerTilesBeforeACheckpoint(t *testing.T) {
	_, reader := openLedger(t, 3)
	if w := reader.get("tile/0/000.p/3"); w.Code != 200 || w.Body.Len() != 3*32 {
		t.Errorf("status %d, %d bytes", w.Code, w.Body.Len())
	}
}

func TestLedgerHasNoSuchTile(t *testing.T) {
	r, reader := openLedger(t, 3)
	for _, path := range []string{
		"", "checkpoint/", "keys", "tile/", "tile/0", "tile/0/000", "tile/0/000.p/4", "tile/0/000.p/0", "tile/0/000.p/03",
		"tile/0/000.p/256", "tile/0/000.p/-1", "tile/0/000.p/+3", "tile/00/000.p/3", "tile/0/0.p/3", "tile/0/001.p/1", "tile/1/000.p/1", "tile/64/000",
		"tile/0/x000/000.p/3", "tile/entries/000", "tile/entries/000.p/4", "tile/entries/x001/000", "tile/-1/000", "tile/data/000.p/3",
		"tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/000.p/3/", "tile/0/000.p/99999999999999999999",
	} {
		w := reader.get(path)
		if w.Code != 404 {
			t.Errorf("%s: status %d: %q", path, w.Code, w.Body)
			continue
		}
		if _, extensions := servertest.Refusal(t, w.Body.Bytes()); extensions["code"] != "NOT_FOUND" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v, Cache-Control %q", path, extensions, w.Header().Get("Cache-Control"))
		}
	}
	register(t, r)
	if w := reader.get("tile/0/000.p/4"); w.Code != 200 {
		t.Errorf("after the fourth entry its tile has status %d", w.Code)
	}
	if w := reader.get("tile/0/000.p/3"); w.Code != 200 {
		t.Errorf("after the fourth entry the tile of three has status %d", w.Code)
	}
}

func TestLedgerHeaders(t *testing.T) {
	_, reader := openLedger(t, 2)
	for path, want := range map[string][2]string{
		"checkpoint":           {"text/plain; charset=utf-8", "public, max-age=2"},
		"key":                  {"text/plain; charset=utf-8", "public, max-age=300"},
		"tile/0/000.p/2":       {"application/octet-stream", "public, max-age=31536000, immutable"},
		"tile/entries/000.p/1": {"application/octet-stream", "public, max-age=31536000, immutable"},
	} {
		w := reader.get(path)
		if got := [2]string{w.Header().Get("Content-Type"), w.Header().Get("Cache-Control")}; got != want || w.Code != 200 {
			t.Errorf("%s: status %d, %q, want %q", path, w.Code, got, want)
		}
		if w := servertest.Serve(reader.h, httptest.NewRequest("POST", "/ledger/"+path, nil)); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s: status %d, Allow %q", path, w.Code, w.Header().Get("Allow"))
		}
	}
	if key := reader.get("key").Body.Bytes(); !bytes.HasSuffix(key, []byte("\n")) {
		t.Errorf("the key is %q", key)
	} else if v, err := ledger.NewVerifier(strings.TrimSpace(string(key))); err != nil {
		t.Error(err)
	} else if _, err := v.ParseCheckpoint(reader.get("checkpoint").Body.Bytes()); err != nil {
		t.Errorf("the served key doesn't verify the served checkpoint: %v", err)
	}
}

// What goes wrong inside is logged and not told.
func TestLedgerInternalError(t *testing.T) {
	log, lines := servertest.Log()
	r := registrytest.Open(t, registry.Options{}) // without a key to sign with
	h, err := record.New(r, servertest.CheckpointKey(t).VerifierKey(), log)
	if err != nil {
		t.Fatal(err)
	}
	w := servertest.Serve(h, httptest.NewRequest("GET", "/ledger/checkpoint", nil))
	if message, extensions := servertest.Refusal(t, w.Body.Bytes()); w.Code != 500 || message != "internal error" || extensions["code"] != "INTERNAL" {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if !strings.Contains(lines.String(), "no key to sign checkpoints with") {
		t.Errorf("the log says %q", lines.String())
	}
	if _, err := record.New(r, "no key", log); err == nil {
		t.Error("took a key that is none")
	}
}
