package sqlite

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store/storetest"
)

// secret is a word that is nowhere but in entry seq.
func secret(seq int64) string { return fmt.Sprintf("secret<%06d>", seq) }

// secretEntries makes entries of all sizes that matter to SQLite: some in one
// cell of a page, some with overflow pages. Each payload holds its secret once
// in plain text.
func secretEntries(n int) []ledger.Entry {
	random := rand.New(rand.NewPCG(1, 2))
	entries := storetest.Entries(0, n)
	for i := range entries {
		size := random.IntN(1000)
		if i%10 == 0 {
			size = 1000 + random.IntN(20_000)
		}
		noise := make([]byte, size) // can't be compressed, so that it stays in plain text
		for j := range noise {
			noise[j] = byte(random.Uint32())
		}
		entries[i].Payload = append([]byte(secret(int64(i))), noise...)
		entries[i].Salt = []byte(fmt.Sprintf("salt%06d<salt>", i))
		entries[i].Seal()
	}
	return entries
}

// folderBytes returns all there is in the files of a folder.
func folderBytes(t *testing.T, dir string) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "ledger.db*"))
	if err != nil || len(files) < 3 {
		t.Fatalf("files: %q, %v, want the database, its log and its index", files, err)
	}
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// TestEraseRemovesBytes erases every other entry, in no order, and looks for
// their words in every file, while the other entries stay.
func TestEraseRemovesBytes(t *testing.T) {
	t.Parallel()
	const n = 600
	dir := t.TempDir()
	s := openIn(t, dir)
	entries := secretEntries(n)
	for from := 0; from < n; {
		to := min(from+1+from%7, n)
		if err := s.Append(t.Context(), entries[from:to]); err != nil {
			t.Fatal(err)
		}
		from = to
	}
	before := folderBytes(t, dir)
	erased := make(map[int64]bool)
	for _, i := range rand.New(rand.NewPCG(3, 4)).Perm(n)[:n/2] {
		seq := int64(i)
		if !bytes.Contains(before, []byte(secret(seq))) || !bytes.Contains(before, entries[i].Salt) {
			t.Fatalf("entry %d isn't in the files before it is erased: this test would find nothing", seq)
		}
		if err := s.Erase(t.Context(), seq); err != nil {
			t.Fatal(err)
		}
		erased[seq] = true
	}
	after := folderBytes(t, dir)
	for i := range entries {
		seq := int64(i)
		words, salt := bytes.Contains(after, []byte(secret(seq))), bytes.Contains(after, entries[i].Salt)
		if words == erased[seq] || salt == erased[seq] {
			t.Errorf("entry %d, erased: %v: its words are in the files: %v, its salt: %v", seq, erased[seq], words, salt)
		}
	}
}

// TestEraseWhileRead erases while readers keep the log busy.
func TestEraseWhileRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openIn(t, dir)
	entries := secretEntries(200)
	if err := s.Append(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	done := make(chan error, readers)
	for range readers {
		go func() {
			for {
				select {
				case <-stop:
					done <- nil
					return
				default:
				}
				if got, err := s.Read(t.Context(), 0, 200); err != nil || len(got) != 200 {
					done <- fmt.Errorf("Read: %d entries, %w", len(got), err)
					return
				}
			}
		}()
	}
	for seq := range int64(20) {
		if err := s.Erase(t.Context(), seq); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	for range readers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for seq := range int64(20) {
		if bytes.Contains(folderBytes(t, dir), []byte(secret(seq))) {
			t.Errorf("the words of entry %d are still in the files", seq)
		}
	}
}

// TestEraseIsFinishedByOpen takes away what a crash right after the first step
// of Erase would: the truncation of the log.
func TestEraseIsFinishedByOpen(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	s := openIn(t, dir)
	if err := s.Append(t.Context(), secretEntries(20)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.conn.ExecContext(t.Context(),
		"UPDATE entries SET packed = zeroblob(length(packed)), salt = zeroblob(length(salt)) WHERE seq = 5"); err != nil {
		t.Fatal(err)
	}
	// The folder as a crash would leave it.
	for _, name := range []string{"ledger.db", "ledger.db-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(copied, name), b)
	}
	wal, err := os.ReadFile(filepath.Join(copied, "ledger.db-wal"))
	if err != nil || !strings.Contains(string(wal), secret(5)) {
		t.Fatalf("the log doesn't hold the words: this test would find nothing (%v)", err)
	}
	again := openIn(t, copied)
	if bytes.Contains(folderBytes(t, copied), []byte(secret(5))) {
		t.Error("the words are still in the files after Open")
	}
	got, err := again.Read(t.Context(), 5, 1)
	if err != nil || len(got) != 1 || !got[0].Erased() || got[0].Salt != nil {
		t.Errorf("Read = %v, %v, want the erased entry", got, err)
	}
}
