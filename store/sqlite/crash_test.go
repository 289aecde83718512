package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store/storetest"
)

// crashDir names, in the environment of a child process, the folder it is to
// append to until it is killed.
const crashDir = "ENTENTE_TEST_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		fmt.Fprintln(os.Stderr, appendForEver(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// appendForEver appends batches of 1 to 40 entries and prints the head after
// each acknowledged one.
func appendForEver(dir string) error {
	ctx := context.Background()
	s, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	for {
		n := 1 + int(head*7)%40
		if err := s.Append(ctx, storetest.Entries(head, n)); err != nil {
			return err
		}
		head += int64(n)
		fmt.Println(head)
	}
}

// TestKilled kills a process that appends, at several moments, and looks at what
// it left: every acknowledged entry, whole, and no gap. (That a killed machine
// leaves as much is SQLite's promise for synchronous=FULL.)
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for round := range 6 {
		acknowledged := killAfter(t, dir, 5+31*round)
		s := openIn(t, dir)
		head, err := s.Head(t.Context())
		if err != nil || head < acknowledged {
			t.Fatalf("round %d: head %d, %v, but %d entries were acknowledged", round, head, err, acknowledged)
		}
		checkPrefix(t, s, head)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter starts a child, kills it after so many acknowledgements and returns
// the head it last acknowledged.
func killAfter(t *testing.T, dir string, acks int) (head int64) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), crashDir+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		if head, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
			t.Fatal(err)
		}
		if n == acks {
			// What it acknowledges from here on is read too, until the pipe ends.
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); child.ProcessState.ExitCode() != -1 {
		t.Fatalf("the child wasn't killed but ended by itself: %v", err)
	}
	return head
}

// checkPrefix reads everything and compares it with what the children append.
func checkPrefix(t *testing.T, s *Store, head int64) {
	t.Helper()
	var tree, want ledger.Tree
	for tree.Size() < head {
		entries, err := s.Read(t.Context(), tree.Size(), 1000)
		if err != nil || len(entries) == 0 {
			t.Fatalf("Read from %d: %d entries, %v", tree.Size(), len(entries), err)
		}
		for i, e := range storetest.Entries(tree.Size(), len(entries)) {
			appendTo(t, &want, &e)
			appendTo(t, &tree, &entries[i])
			if string(entries[i].Payload) != string(e.Payload) {
				t.Fatalf("payload of entry %d is %q", e.Seq, entries[i].Payload)
			}
		}
	}
	if tree.Root() != want.Root() {
		t.Error("the root isn't that of the entries appended")
	}
}

func appendTo(t *testing.T, tree *ledger.Tree, e *ledger.Entry) {
	t.Helper()
	statement, err := e.Statement()
	if err != nil {
		t.Fatal(err)
	}
	tree.Append(statement)
}
