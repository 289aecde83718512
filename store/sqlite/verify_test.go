package sqlite

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store/storetest"
)

// checkpointOf returns what a checkpoint of those entries says.
func checkpointOf(t testing.TB, tree *ledger.Tree) ledger.Checkpoint {
	t.Helper()
	return ledger.Checkpoint{Origin: "test.example", Size: tree.Size(), Root: tree.Root()}
}

// TestOneByteChanged changes a byte of one payload in the file itself, behind
// SQLite's back, and verifies.
func TestOneByteChanged(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	entries := storetest.Entries(0, 3000)
	var tree ledger.Tree
	for i := range entries {
		appendTo(t, &tree, &entries[i])
	}
	if err := s.Append(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	if err := (ledger.Audit{Read: s.Read, Checkpoint: checkpointOf(t, &tree)}).Run(t.Context()); err != nil {
		t.Fatalf("Verify of what was written: %v", err)
	}
	if err := errors.Join(truncateLog(t.Context(), s.conn), s.Close()); err != nil {
		t.Fatal(err)
	}

	path := filepath.Join(dir, "ledger.db")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(file, []byte(`{"number":1717}`))
	if at < 0 {
		t.Fatal("the payload isn't in the file")
	}
	file[at+len(`{"number":171`)] = '8'
	write(t, path, file)

	s = openIn(t, dir)
	err = ledger.Audit{Read: s.Read, Checkpoint: checkpointOf(t, &tree)}.Run(t.Context())
	var bad *ledger.Corrupt
	if !errors.As(err, &bad) || bad.Seq != 1717 || bad.Until != 1718 {
		t.Errorf("Verify = %v, want entry 1717", err)
	}
}

// TestAnyByteChanged changes bytes anywhere in the file. Nothing may panic, and a
// record that verifies must be the one that was written (or have lost payloads,
// which can't be told from erasure).
func TestAnyByteChanged(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	entries := storetest.Entries(0, 200)
	for i := range entries {
		if i%20 == 0 {
			entries[i].Payload = bytes.Repeat(entries[i].Payload, 200) // compressed
			entries[i].Seal()
		}
	}
	var tree ledger.Tree
	for i := range entries {
		appendTo(t, &tree, &entries[i])
	}
	if err := errors.Join(s.Append(t.Context(), entries), truncateLog(t.Context(), s.conn), s.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ledger.db")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 6))
	found := 0
	for range 300 {
		changed := bytes.Clone(file)
		at := random.IntN(len(file))
		changed[at] ^= 1 << random.IntN(8)
		write(t, path, changed)
		if err := verifyFolder(t, dir, checkpointOf(t, &tree), entries); err != nil {
			found++
		}
	}
	if found < 100 {
		t.Errorf("only %d of 300 changes were found", found)
	}
}

// verifyFolder opens a folder, verifies it and compares what it holds.
func verifyFolder(t *testing.T, dir string, c ledger.Checkpoint, want []ledger.Entry) error {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		return err
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := (ledger.Audit{Read: s.Read, Checkpoint: c}).Run(t.Context()); err != nil {
		return err
	}
	got, err := s.Read(t.Context(), 0, len(want))
	if err != nil || len(got) != len(want) {
		t.Errorf("Read after Verify: %d entries, %v", len(got), err)
		return err
	}
	for i := range got {
		if !got[i].Erased() && !bytes.Equal(got[i].Payload, want[i].Payload) {
			t.Errorf("payload of entry %d was changed, and that wasn't found", i)
		}
	}
	return nil
}

// BenchmarkVerify verifies a million entries of about 100 bytes.
func BenchmarkVerify(b *testing.B) {
	const total, batch = 1_000_000, 500
	s := openIn(b, b.TempDir())
	var tree ledger.Tree
	for at := int64(0); at < total; at += batch {
		entries := storetest.Entries(at, batch)
		for i := range entries {
			statement, err := entries[i].Statement()
			if err != nil {
				b.Fatal(err)
			}
			tree.Append(statement)
		}
		if err := s.Append(context.Background(), entries); err != nil {
			b.Fatal(err)
		}
	}
	n := 0
	for b.Loop() {
		if err := (ledger.Audit{Read: s.Read, Checkpoint: checkpointOf(b, &tree)}).Run(b.Context()); err != nil {
			b.Fatal(err)
		}
		n += total
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
}
