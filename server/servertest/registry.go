package servertest

import (
	"path/filepath"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/views"
)

// Issuer is that of callers whom Sessions names.
const Issuer = "https://issuer.example"

// Unvoted are rules that ask for no ballot.
func Unvoted() policies.Rules {
	r := policies.DefaultRules()
	r.WithoutBallot = map[standards.Kind]bool{standards.Regulation: true, standards.Standard: true, standards.BestPractice: true}
	return r
}

// OpenRegistry opens an empty registry in memory.
func OpenRegistry(t *testing.T, o registry.Options) *registry.Registry {
	t.Helper()
	db, err := views.Open(t.Context(), filepath.Join(t.TempDir(), "views.db"), views.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o.Store, o.Views = mem.Open(), db
	r, err := registry.Open(t.Context(), o)
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

// Do carries a command out and waits until the views have it.
func Do(t *testing.T, r *registry.Registry, a policies.Actor, c policies.Command) registry.Outcome {
	t.Helper()
	done, err := r.Do(t.Context(), a, "", c)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.WaitFor(t.Context(), done.Seq+1); err != nil {
		t.Fatal(err)
	}
	return done
}
