package graph

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
)

// clientPackages matches the packages that the clients take, with their exact versions.
var clientPackages = regexp.MustCompile(`"(@?[a-z][^"]*)": "(\d+\.\d+\.\d+)"`)

// clientFolder is a copy of the folder clients with the schema and the packages of ENTENTE_NODE_MODULES in it. Without those
// the test is skipped.
func clientFolder(t *testing.T) string {
	t.Helper()
	modules := os.Getenv("ENTENTE_NODE_MODULES")
	text, err := os.ReadFile(filepath.Join("clients", "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	packages := clientPackages.FindAllStringSubmatch(string(text), -1)
	if len(packages) < 15 {
		t.Fatalf("the clients take only %v", packages)
	}
	for _, p := range packages {
		if _, err := os.Stat(filepath.Join(modules, p[1])); modules == "" || err != nil {
			t.Skipf("ENTENTE_NODE_MODULES names no folder with %s@%s installed, which graph/clients/package.json wants", p[1], p[2])
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("clients")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"schema.graphql", "typescript/schema.graphql"} {
		if err := os.WriteFile(filepath.Join(dir, to), sdl(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// runNode runs a script in a folder, and returns what it says.
func runNode(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("node %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// The client in TypeScript of graph/clients is generated, compiled with every strictness there is, and talks to a server.
func TestTypeScriptClient(t *testing.T) {
	dir := clientFolder(t)
	s := newStage(t)
	in := filepath.Join(dir, "typescript")
	runNode(t, in, nil, "../node_modules/.bin/graphql-codegen-cjs", "--config", "codegen.cjs")
	runNode(t, in, nil, "../node_modules/.bin/tsc", "-p", ".")
	before := s.registry.Views().Position()
	said := runNode(t, in, []string{"ENTENTE_URL=" + s.url, `ENTENTE_HEADERS={"Test-Actor": "loom"}`}, "out/worked.js")
	if wrote := s.registry.Views().Position() - before; wrote < 1 || strings.Count(said, "The buyer should pay.") != int(wrote) {
		t.Errorf("it wrote %d entries, and says %s", wrote, said)
	}
}

// relay-compiler makes each Node refetchable, and paginates each connection of one.
func TestRelayCompiler(t *testing.T) {
	in := filepath.Join(clientFolder(t), "relay")
	var refetchable, paginated int
	for _, word := range strings.Split(strings.TrimSpace(runNode(t, in, nil, "generate.mjs")), ", ") {
		number, what, _ := strings.Cut(word, " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		*map[string]*int{"refetchable": &refetchable, "paginated": &paginated}[what] = n
	}
	nodes := len(theSchema().GetPossibleTypes(theSchema().Types["Node"]))
	out := runNode(t, in, nil, "../node_modules/.bin/relay-compiler", "relay.config.json")
	want := "compiled documents: " + strconv.Itoa(2*(refetchable+paginated)) + " reader"
	if refetchable != nodes || paginated < 15 || !strings.Contains(out, want) {
		t.Errorf("of %d nodes %d are refetchable, with %d connections, want %q: %s", nodes, refetchable, paginated, want, out)
	}
}

// The schema is clean by the schema and Relay presets of graphql-eslint, but for the exceptions that its configuration gives reasons for.
func TestSchemaIsCleanByGraphQLESLint(t *testing.T) {
	dir := clientFolder(t)
	runNode(t, dir, nil, "node_modules/.bin/eslint", "schema.graphql", "--max-warnings", "0")
	text := strings.Replace(string(sdl()), "type Attachment {", "type AttachmentEdge {", 1)
	if err := os.WriteFile(filepath.Join(dir, "schema.graphql"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "node_modules/.bin/eslint", "schema.graphql")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err == nil {
		t.Errorf("an edge without a cursor is clean too: %s", out)
	}
}

// Apollo's cache joins the pages of a connection, and history never overwrites the present in it.
func TestApolloClient(t *testing.T) {
	dir := clientFolder(t)
	s := newStage(t)
	for range 4 {
		s.comment("ferry", s.ids["csn"].(string), "", "Once more")
	}
	law := s.ids["law"].(string)
	s.clock.forward(62 * day)
	then := s.clock.Now().Format(time.RFC3339)
	s.clock.forward(time.Hour)
	s.do(s.actor("estonia"), policies.CorrectDocument{DocumentID: law, Title: new("Parcels of low value"), Reason: "As the law has it."})
	types := map[string][]string{}
	for name, of := range theSchema().PossibleTypes {
		for _, d := range of {
			types[name] = append(types[name], d.Name)
		}
	}
	b, err := json.Marshal(types)
	if err != nil {
		t.Fatal(err)
	}
	said := runNode(t, filepath.Join(dir, "cache"), []string{"ENTENTE_URL=" + s.url, "ENTENTE_POSSIBLE_TYPES=" + string(b), "ENTENTE_DOCUMENT=" + law, "ENTENTE_THEN=" + then}, "apollo.mjs")
	if !strings.Contains(said, "comments in one list") {
		t.Error(said)
	}
}

// graphql-ws, graphql-sse and urql are told the same.
func TestStreamClients(t *testing.T) {
	dir := clientFolder(t)
	s := newStage(t)
	if said := runNode(t, filepath.Join(dir, "streams"), []string{"ENTENTE_URL=" + s.url}, "streams.mjs"); !strings.Contains(said, "3 entries alike") {
		t.Error(said)
	}
}
