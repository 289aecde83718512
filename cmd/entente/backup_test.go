package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/store/mongo/mongotest"
)

// What lies in a MongoDB database is backed up while a server runs, and restored into
// another, and into a folder, from which servers start.
func TestBackupOfMongoDB(t *testing.T) {
	office := []string{"--secretariat-name=Office", "--secretariat-issuer=https://issuer.example", "--secretariat-subject=ann"}
	t.Setenv("ENTENTE_STORE", mongotest.URI(t))
	s := start(t, "serve", office...)
	backup := filepath.Join(t.TempDir(), "backup")
	entente := func(want int, args ...string) string {
		t.Helper()
		var wrote safeBuffer
		if status := run(t.Context(), clocks{now: time.Now}, args, &wrote, &wrote); status != want {
			t.Fatalf("%v: status %d, want %d: %s", args, status, want, &wrote)
		}
		return wrote.String()
	}
	if told := entente(exitOK, "backup", backup, "--with-keys", "--data="+s.dir); !strings.Contains(told, "verified: 2 entries") {
		t.Error(told)
	}
	if told := entente(exitError, "restore", backup, "--data="+t.TempDir()); !strings.Contains(told, "has a ledger of 2 entries") {
		t.Error(told)
	}
	s.end()
	signed, err := os.ReadFile(filepath.Join(backup, checkpointFile))
	if err != nil {
		t.Fatal(err)
	}
	begun := mongotest.URI(t)
	t.Setenv("ENTENTE_STORE", begun)
	start(t, "serve").end() // with keys of its own
	if told := entente(exitVerification, "restore", backup, "--data="+t.TempDir()); !strings.Contains(told, errNotOnRecord.Error()) {
		t.Error(told)
	}
	for name, at := range map[string]string{"database": mongotest.URI(t), "folder": ""} {
		t.Setenv("ENTENTE_STORE", at)
		data := t.TempDir()
		if told := entente(exitOK, "restore", backup, "--data="+data); !strings.Contains(told, "restored and verified: 2 entries") {
			t.Errorf("%s: %s", name, told)
		}
		again := start(t, "serve", append(office, "--data="+data)...)
		_, text := again.send(t, "GET", "/ledger/checkpoint", "")
		if diff := cmp.Diff(string(signed), text); diff != "" {
			t.Errorf("%s: the checkpoint of the server that started from it (-backup +server):\n%s", name, diff)
		}
		again.end()
		if told := entente(exitError, "restore", backup, "--data="+data); !strings.Contains(told, "has a") {
			t.Errorf("%s: restored twice: %s", name, told)
		}
	}
}
