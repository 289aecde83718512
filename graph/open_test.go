package graph

import (
	"crypto/rand"
	"testing"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/standards"
)

// openRegistry opens an empty registry in memory that goes by a clock.
func openRegistry(t testing.TB, c *clock, kept *registrytest.Store) *registry.Registry {
	t.Helper()
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
	return registrytest.Open(t, registry.Options{Store: kept, Rules: rules, Clock: c.Now, Checkpoints: signer,
		Sign: func([]byte) (string, error) { return "header..signature", nil }})
}
