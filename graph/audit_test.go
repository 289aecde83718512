package graph

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The audit suite of the GraphQL over HTTP specification (npm graphql-http): every
// MUST and every SHOULD.
func TestGraphQLOverHTTPAudits(t *testing.T) {
	modules := os.Getenv("ENTENTE_NODE_MODULES")
	if modules == "" {
		t.Skip("ENTENTE_NODE_MODULES names no folder with graphql-http installed (npm i graphql@16 graphql-http)")
	}
	script, err := filepath.Abs(filepath.Join("testdata", "audit.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	cmd := exec.CommandContext(t.Context(), "node", script, modules, w.url)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaints.String())
	}
	ok := map[string]int{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var r struct{ ID, Name, Status, Reason string }
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		level, _, _ := strings.Cut(r.Name, " ")
		switch {
		case r.Status == "ok":
			ok[level]++
		case level != "MAY":
			t.Errorf("%s %s: %s: %s", r.ID, r.Name, r.Status, r.Reason)
		default:
			t.Logf("%s %s: %s: %s", r.ID, r.Name, r.Status, r.Reason)
		}
	}
	t.Logf("passed: %v", ok)
	if ok["MUST"] < 13 || ok["SHOULD"] < 23 {
		t.Errorf("fewer audits than there were: %v", ok)
	}
}
