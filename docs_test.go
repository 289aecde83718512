package entente

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// testsThereAre are the tests and fuzz targets of a tree, as folder.Name, by its last
// folder alone; and scripts as folder.Test/script.
func testsThereAre(t *testing.T, tree fs.FS) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if folder, ok := strings.CutSuffix(path.Dir(name), "/testdata/script"); ok && path.Ext(name) == ".txt" {
			found[path.Base(folder)+".TestScripts/"+strings.TrimSuffix(path.Base(name), ".txt")] = true
		}
		if d.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && testName.MatchString(f.Name.Name) {
				found[path.Base(path.Dir(name))+"."+f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var (
	testName = regexp.MustCompile(`^(Test|Fuzz)[A-Z]`)
	comment  = regexp.MustCompile(`<!--[^>]*-->`)
	named    = regexp.MustCompile("`([a-z]*\\.?)((?:Test|Fuzz)[A-Z][A-Za-z]*(?:/[a-z]+)?)`")
)

// A test that a page names is there: whoever takes one away or calls it otherwise
// looks at what the page says it shows.
func TestDocsNameTestsThatAreThere(t *testing.T) {
	there := testsThereAre(t, os.DirFS("."))
	for page, least := range map[string]int{"docs/security.md": 100, "docs/privacy.md": 10} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text = comment.ReplaceAll(text, nil)
		all := named.FindAllStringSubmatch(string(text), -1)
		for _, m := range all {
			if !there[m[1]+m[2]] {
				t.Errorf("%s names the test %s%s, which isn't there", page, m[1], m[2])
			}
		}
		if len(all) < least {
			t.Errorf("%s names %d tests; were they recognised?", page, len(all))
		}
		if bare := regexp.MustCompile("(?:Test|Fuzz)[A-Z]").FindAllString(string(text), -1); len(bare) != len(all) {
			t.Errorf("%s speaks of %d tests, and names %d by their folder", page, len(bare), len(all))
		}
	}
}
