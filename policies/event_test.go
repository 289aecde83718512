package policies

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Every event of this package is registered beside its type: an entry of a kind that
// isn't could be written and not read.
func TestEveryEventIsRegistered(t *testing.T) {
	registered := map[string]bool{}
	for _, form := range eventForms {
		registered[reflect.TypeOf(form.empty()).Elem().Name()] = true
	}
	for name, file := range sourceFiles(t) {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "Fold" {
				continue
			}
			of := f.Recv.List[0].Type
			if star, ok := of.(*ast.StarExpr); ok {
				of = star.X
			}
			if event := of.(*ast.Ident).Name; !registered[event] {
				t.Errorf("%s: %s has no registerEvent", name, event)
			}
			delete(registered, of.(*ast.Ident).Name)
		}
	}
	if len(registered) > 0 {
		t.Errorf("registered, but not found in the source: %v", registered)
	}
}

// sourceFiles are the files of this package without its tests, by name.
func sourceFiles(t *testing.T) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestPrefixOf(t *testing.T) {
	for id, want := range map[string]Prefix{"cmt_01": PrefixComment, "cmt": PrefixComment, "xyz_01": "", "": "", "_01": ""} {
		if got := PrefixOf(id); got != want {
			t.Errorf("PrefixOf(%q) is %q, want %q", id, got, want)
		}
	}
}
