package graph

import (
	"crypto/rand"
	"path/filepath"
	"testing"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/views"
)

// openRegistry opens an empty registry in memory that goes by a clock.
func openRegistry(t testing.TB, c *clock) *registry.Registry {
	t.Helper()
	db, err := views.Open(t.Context(), filepath.Join(t.TempDir(), "views.db"), views.Options{})
	if err != nil {
		t.Fatal(err)
	}
	key, _, err := ledger.GenerateKey(rand.Reader, "registry.example/ledger")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ledger.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	rules := policies.DefaultRules() // without ballots: where one is opened it counts all the same
	rules.WithoutBallot = map[standards.Kind]bool{standards.Regulation: true, standards.Standard: true, standards.BestPractice: true}
	r, err := registry.Open(t.Context(), registry.Options{Rules: rules, Store: mem.Open(), Views: db, Clock: c.Now, Checkpoints: signer,
		Sign: func([]byte) (string, error) { return "header..signature", nil }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}
