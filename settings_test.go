package entente

import (
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

// flags are the names of the program's flags, read from the tags of its structs
// as kong reads them.
func flags(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("cmd/entente/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
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
				if flag := flagOf(t, field); flag != "" {
					found[flag] = true
				}
			}
			return true
		})
	}
	return found
}

var inner = regexp.MustCompile(`([a-z])([A-Z])`)

// flagOf names the flag that a struct's field is, "" where it is none.
func flagOf(t *testing.T, field *ast.Field) string {
	t.Helper()
	if field.Tag == nil || len(field.Names) != 1 {
		return ""
	}
	text, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		t.Fatal(err)
	}
	tag := reflect.StructTag(text)
	for _, other := range []string{"cmd", "arg"} {
		if _, is := tag.Lookup(other); is {
			return ""
		}
	}
	if _, is := tag.Lookup("help"); !is { // every flag has one
		return ""
	}
	if name := tag.Get("name"); name != "" {
		return name
	}
	return strings.ToLower(inner.ReplaceAllString(field.Names[0].Name, "$1-$2"))
}

func TestOperationsNamesEveryFlag(t *testing.T) {
	page, err := os.ReadFile("docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	known := flags(t)
	if len(known) < 20 {
		t.Fatalf("only %d flags found", len(known))
	}
	said := map[string]bool{}
	for _, m := range regexp.MustCompile("--(?:no-)?([a-z][a-z-]*)").FindAllStringSubmatch(string(page), -1) {
		said[m[1]] = true
	}
	for flag := range known {
		if !said[flag] {
			t.Errorf("docs/operations.md says nothing of --%s", flag)
		}
	}
	for flag := range said {
		if !known[flag] && flag != "help" {
			t.Errorf("docs/operations.md speaks of --%s, which is none", flag)
		}
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
			if flag := strings.ReplaceAll(strings.ToLower(m[1]), "_", "-"); !known[flag] {
				t.Errorf("%s sets %s, but there is no --%s", file, m[0], flag)
			}
		}
	}
}
