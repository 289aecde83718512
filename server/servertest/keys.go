package servertest

import (
	"testing"

	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/ledger"
)

// CheckpointKey makes a key to sign checkpoints with.
func CheckpointKey(t *testing.T) *ledger.Signer {
	t.Helper()
	key, _, err := ledger.GenerateKey(zeros{}, "registry.example/ledger")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledger.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// zeros is a source of randomness for keys that guard nothing.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// ReleaseKey makes a key to sign releases with.
func ReleaseKey(t *testing.T) *hub.Signer {
	t.Helper()
	text, err := hub.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := hub.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := hub.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}
