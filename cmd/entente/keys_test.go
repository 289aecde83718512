package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/mongo/mongotest"
)

// One bit of the private half of a release key makes it another, whatever the file says is
// its public half; it is found out by the record.
func TestFlippedReleaseKey(t *testing.T) {
	s, dir := mem.Open(), filepath.Join(t.TempDir(), "keys")
	g := &globals{LogLevel: "error", err: &bytes.Buffer{}}
	k := keyring{dir: dir}
	if _, _, err := k.open(t.Context(), s, ""); err != nil {
		t.Fatal(err)
	}
	if err := k.record(t.Context(), s, g.logger()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, releaseKey)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := key.(*ecdsa.PrivateKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(block.Bytes, secret)
	for bit := 8; bit < 256; bit += 37 { // the first byte may lead past the curve's order
		changed := bytes.Clone(block.Bytes)
		changed[at+bit/8] ^= 1 << (bit % 8)
		if new(big.Int).SetBytes(changed[at:at+32]).Cmp(elliptic.P256().Params().N) >= 0 {
			continue
		}
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: changed}), 0o600); err != nil {
			t.Fatal(err)
		}
		again := keyring{dir: dir}
		if _, _, err := again.open(t.Context(), s, ""); !errors.Is(err, errNotOnRecord) || exitStatus(err) != exitVerification {
			t.Errorf("bit %d: %v", bit, err)
		}
	}
}

// Of nodes that begin a record at the same moment, each with keys of its own, one does, and the others are told.
func TestNodesBeginWithOneKey(t *testing.T) {
	s := mem.Open()
	var rings [4]keyring
	for i := range rings {
		rings[i].dir = filepath.Join(t.TempDir(), "keys")
		if _, _, err := rings[i].open(t.Context(), s, ""); err != nil {
			t.Fatal(err)
		}
	}
	g := &globals{LogLevel: "error", err: &bytes.Buffer{}}
	var all sync.WaitGroup
	var mu sync.Mutex // guards begun
	begun := 0
	for i := range rings {
		all.Go(func() {
			err := rings[i].record(t.Context(), s, g.logger())
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				begun++
			case !errors.Is(err, errNotOnRecord):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if begun != 1 {
		t.Errorf("%d began", begun)
	}
}

// A node of a record in MongoDB starts with the record's keys, and with no others and none.
func TestNodesShareKeys(t *testing.T) {
	t.Setenv("ENTENTE_STORE", mongotest.URI(t))
	start(t, "serve").end()
	for _, command := range [][]string{{"serve", "--listen=127.0.0.1:0"}, {"ledger", "verify"}} {
		var wrote safeBuffer
		status := run(t.Context(), clocks{now: time.Now}, append(command, "--data="+t.TempDir()), &wrote, &wrote)
		if status != exitVerification || !strings.Contains(wrote.String(), "couldn't find the key") {
			t.Errorf("%v without keys: status %d: %s", command, status, &wrote)
		}
	}
}
