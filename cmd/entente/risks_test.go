package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A start says what about it is allowed and seldom meant, and says nothing of what isn't so.
func TestRiskyStarts(t *testing.T) {
	const (
		nobody, dumb = "nobody can sign in", "couldn't fetch the issuer's keys"
		office, name = "there is no secretariat", "the name that every ledger has"
		plain, mode  = "others on this machine can read", "other machines can come by plain HTTP"
	)
	all := []string{nobody, dumb, office, name, plain, mode}
	issuer := people(t, "ann")
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	deaf := "http://" + closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	staffed := []string{"--issuer", issuer + "=x", "--origin", "registry.example/ledger",
		"--secretariat-name", "Office", "--secretariat-jurisdiction", "CH", "--secretariat-issuer", issuer, "--secretariat-subject", "ann"}
	for what, c := range map[string]struct {
		args []string
		open bool // the keys are readable
		want []string
	}{
		"nothing said":             {nil, false, []string{nobody, office, name}},
		"as it should be":          {staffed, false, nil},
		"an issuer that is away":   {append([]string{"--issuer", deaf + "=x"}, staffed...), false, []string{dumb}},
		"keys that all can read":   {staffed, true, []string{plain}},
		"every address":            {append([]string{"--listen", ":0"}, staffed...), false, []string{mode}},
		"every address by a proxy": {append([]string{"--listen", ":0", "--trusted-proxy", "10.0.0.0/8"}, staffed...), false, nil},
	} {
		t.Run(what, func(t *testing.T) {
			args := append([]string{"--log-level", "info"}, c.args...)
			if c.open {
				first := start(t, "serve", args...)
				first.end()
				openKeys(t, first.dir)
				args = append(args, "--data", first.dir)
			}
			s := start(t, "serve", args...)
			s.logs(t, c.want)
			s.end()
			for _, warning := range all {
				wanted := strings.Contains(strings.Join(c.want, "\n"), warning)
				if got := strings.Contains(s.log.String(), warning); got != wanted {
					t.Errorf("%q: %v", warning, got)
				}
			}
		})
	}
}

// logs waits until the log has those words.
func (r *running) logs(t *testing.T, words []string) {
	t.Helper()
	for _, w := range words {
		for !strings.Contains(r.log.String(), w) {
			<-r.wrote
		}
	}
}

// openKeys lets everybody read the keys.
func openKeys(t *testing.T, data string) {
	t.Helper()
	dir := filepath.Join(data, "keys")
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no keys: %v", err)
	}
	for _, name := range files {
		if err := os.Chmod(name, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
