package entente

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// timing are the members of packages by which a test would depend on how quick the
// machine is: it measures, sleeps, or gives something so long and no longer. What never
// ends, go test's own -timeout ends, and shows where it stood.
var timing = map[string][]string{
	"time":    {"After", "AfterFunc", "NewTimer", "Since", "Sleep", "Tick", "Until"},
	"context": {"WithTimeout", "WithTimeoutCause"},
}

// No test depends on the speed of the machine. Benchmarks measure, and in a bubble of
// testing/synctest time is made of nothing.
func TestNoTestIsTimed(t *testing.T) {
	timed, err := timedTests(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, where := range timed {
		t.Error(where)
	}
}

func TestTimedTestsAreFound(t *testing.T) {
	const imports = "package x\nimport (\"testing\"; \"time\")\n"
	tree := fstest.MapFS{
		"a/a.go":             {Data: []byte("package x\nimport \"time\"\nfunc f() { time.Sleep(1) }\n")},
		"a/a_test.go":        {Data: []byte(imports + "func TestX(t *testing.T) {\n\ttime.Sleep(1)\n\t_ = time.Now()\n}\n")},
		"a/b_test.go":        {Data: []byte(imports + "func BenchmarkX(b *testing.B) { time.Sleep(1) }\nfunc TestY(t *testing.T) { f := time.Since; _ = f }\n")},
		"a/bubble_test.go":   {Data: []byte("package x\nimport (_ \"testing/synctest\"; \"time\")\nfunc f() { time.Sleep(1) }\n")},
		"suite/suite.go":     {Data: []byte(imports + "func TestZ(t *testing.T) { time.Sleep(1) }\n")},
		"testdata/a_test.go": {Data: []byte("no Go")},
	}
	got, err := timedTests(tree)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a/a_test.go:4: time.Sleep", "a/b_test.go:4: time.Since", "suite/suite.go:3: time.Sleep"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("timed tests (-want +got):\n%s", diff)
	}
}

// timedTests are the places in the tests of a tree, and in packages that are for tests,
// that ask for a member of timing outside of benchmarks and bubbles.
func timedTests(tree fs.FS) (timed []string, err error) {
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path.Base(name) == "testdata":
			return fs.SkipDir
		case path.Ext(name) != ".go":
			return nil
		}
		files := token.NewFileSet()
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return fmt.Errorf("couldn't read the source: %w", err)
		}
		file, err := parser.ParseFile(files, name, src, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("couldn't parse the source: %w", err)
		}
		if isTest := strings.HasSuffix(name, "_test.go") || importsPath(file, "testing"); !isTest || importsPath(file, "testing/synctest") {
			return nil
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && takesB(f) {
				continue
			}
			timed = append(timed, timingIn(files, decl)...)
		}
		return nil
	})
	return timed, err
}

func importsPath(file *ast.File, imported string) bool {
	return slices.ContainsFunc(file.Imports, func(spec *ast.ImportSpec) bool { return spec.Path.Value == `"`+imported+`"` })
}

// takesB reports whether a function is a benchmark, or helps one alone.
func takesB(f *ast.FuncDecl) bool {
	return slices.ContainsFunc(f.Type.Params.List, func(p *ast.Field) bool {
		star, ok := p.Type.(*ast.StarExpr)
		if !ok {
			return false
		}
		selector, ok := star.X.(*ast.SelectorExpr)
		return ok && selector.Sel.Name == "B"
	})
}

// timingIn finds the members of timing that a declaration asks for.
func timingIn(files *token.FileSet, decl ast.Decl) (found []string) {
	ast.Inspect(decl, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := selector.X.(*ast.Ident); ok && slices.Contains(timing[of.Name], selector.Sel.Name) {
			at := files.Position(selector.Pos())
			found = append(found, fmt.Sprintf("%s:%d: %s.%s", at.Filename, at.Line, of.Name, selector.Sel.Name))
		}
		return true
	})
	return found
}
