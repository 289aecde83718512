// Package registrytest opens registries for the tests of whoever stands on one.
package registrytest

import (
	"path/filepath"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/views"
)

// Open opens a registry with those options, and closes it with the test. Its store is
// one in memory and its views are new ones, unless the options have some.
func Open(t testing.TB, o registry.Options) *registry.Registry {
	t.Helper()
	if o.Store == nil {
		o.Store = mem.Open()
	}
	if o.Views == nil {
		o.Views = openViews(t)
	}
	r, err := registry.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func openViews(t testing.TB) *views.DB {
	t.Helper()
	db, err := views.Open(t.Context(), filepath.Join(t.TempDir(), "views.db"), views.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Do carries a command out, which must succeed.
func Do(t testing.TB, r *registry.Registry, a policies.Actor, c policies.Command) registry.Outcome {
	t.Helper()
	done, err := r.Do(t.Context(), a, "", c)
	if err != nil {
		t.Fatalf("%T: %v", c, err)
	}
	return done
}

// Admit makes a person a member, as an invitation of the operator's has it, and returns
// the member's ID.
func Admit(t testing.TB, r *registry.Registry, c policies.InviteMember) string {
	t.Helper()
	return policiestest.Admit(func(a policies.Actor, c policies.Command) string { return Do(t, r, a, c).Subject }, policies.Operator, c)
}
