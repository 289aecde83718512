package entente

import (
	"github.com/google/go-cmp/cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// flags are the program's flags with their defaults, read from the tags of its structs as
// kong reads them.
func flags(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("cmd/entente/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok {
				if flag, otherwise := flagOf(t, field); flag != "" {
					found[flag] = otherwise
				}
			}
			return true
		})
	}
	return found
}

var inner = regexp.MustCompile(`([a-z])([A-Z])`)

// flagOf names the flag that a struct's field is, "" where it is none, and its default.
func flagOf(t *testing.T, field *ast.Field) (flag, otherwise string) {
	t.Helper()
	if field.Tag == nil || len(field.Names) != 1 {
		return "", ""
	}
	text, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		t.Fatal(err)
	}
	tag := reflect.StructTag(text)
	for _, other := range []string{"cmd", "arg"} {
		if _, is := tag.Lookup(other); is {
			return "", ""
		}
	}
	if _, is := tag.Lookup("help"); !is { // every flag has one
		return "", ""
	}
	otherwise = tag.Get("default")
	if name := tag.Get("name"); name != "" {
		return name, otherwise
	}
	return strings.ToLower(inner.ReplaceAllString(field.Names[0].Name, "$1-$2")), otherwise
}

var flagName = regexp.MustCompile("--(?:no-)?([a-z][a-z-]*)")

func TestOperationsNamesEveryFlag(t *testing.T) {
	page := read(t, "docs/operations.md")
	known := flags(t)
	if len(known) < 20 {
		t.Fatalf("only %d flags found", len(known))
	}
	said := map[string]string{} // with the rows of tables that speak of it
	for _, m := range flagName.FindAllStringSubmatch(page, -1) {
		said[m[1]] += ""
	}
	for row := range strings.Lines(page) {
		if first, _, table := strings.Cut(strings.TrimPrefix(row, "|"), "|"); table && strings.HasPrefix(row, "|") {
			for _, m := range flagName.FindAllStringSubmatch(first, -1) {
				said[m[1]] += row
			}
		}
	}
	for flag, otherwise := range known {
		rows, ok := said[flag]
		switch {
		case !ok:
			t.Errorf("docs/operations.md says nothing of --%s", flag)
		case otherwise != "true" && !strings.Contains(rows, otherwise): // of what is on, only --no- can be given
			t.Errorf("docs/operations.md doesn't say that --%s is %s unless given", flag, otherwise)
		}
	}
	for flag := range said {
		if _, ok := known[flag]; !ok && flag != "help" {
			t.Errorf("docs/operations.md speaks of --%s, which is none", flag)
		}
	}
}

// The metrics that the server counts are those that operations tells of.
func TestOperationsNamesEveryMetric(t *testing.T) {
	metric := regexp.MustCompile(`\bhttp_[a-z_]+\b`)
	has, said := map[string]bool{}, map[string]bool{}
	for _, m := range metric.FindAllString(read(t, "server/metrics.go"), -1) {
		has[m] = true
	}
	for _, m := range metric.FindAllString(read(t, "docs/operations.md"), -1) {
		said[m] = true
	}
	if diff := cmp.Diff(has, said); diff != "" || len(has) == 0 {
		t.Errorf("metrics (-server +docs/operations.md):\n%s", diff)
	}
}

// What the image and the composition set, the program reads.
func TestDeploymentsSetWhatThereIs(t *testing.T) {
	known := flags(t)
	for _, file := range []string{"Dockerfile", "compose.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bENTENTE_([A-Z_]+)`).FindAllStringSubmatch(string(text), -1) {
			flag := strings.ReplaceAll(strings.ToLower(m[1]), "_", "-")
			if _, ok := known[flag]; !ok {
				t.Errorf("%s sets %s, but there is no --%s", file, m[0], flag)
			}
		}
	}
}
