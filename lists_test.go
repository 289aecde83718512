package entente

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// A list such as policies.Actions holds every constant of its type, and so does a map by
// them such as policies.Prefixes: what is added to the one is added to the other. What is
// left out of a map on purpose stands there with an empty value.
func TestListsHoldEveryConstant(t *testing.T) {
	wrong, held, err := checkLists(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
	if held < 15 {
		t.Errorf("only %d lists were found", held)
	}
}

func TestListsAreChecked(t *testing.T) {
	const src = `package x
type Colour string
const (
	Red  Colour = "red"
	Blue Colour = "blue"
)
var Colours = []Colour{Red}
var Names = map[Colour]string{Red: "rot", Blue: "blau", Green: "grün"}
var few = []Colour{Blue}
var Others = []string{"x"}
`
	got, held, err := checkLists(fstest.MapFS{"x/x.go": {Data: []byte(src)}, "x/y.go": {Data: []byte("package x\nconst Green Colour = \"green\"\n")}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"x.Colours lacks Blue", "x.Colours lacks Green"}, got); diff != "" || held != 2 {
		t.Errorf("of %d lists (-want +got):\n%s", held, diff)
	}
}

// checkLists says which lists lack a constant of their type, of those that have
// constants, and how many lists there are.
func checkLists(tree fs.FS) (wrong []string, held int, err error) {
	constants := map[string][]string{}        // by type
	lists := map[string]map[string][]string{} // by type, then by name: what it holds
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata/") || strings.HasPrefix(name, "graph/gen/") {
			return err
		}
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder := path.Dir(name)
		for _, decl := range parsed.Decls {
			if d, ok := decl.(*ast.GenDecl); ok {
				for _, spec := range d.Specs {
					if s, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.CONST {
						addConstants(constants, folder, s)
					} else if ok && d.Tok == token.VAR {
						addList(lists, folder, s)
					}
				}
			}
		}
		return nil
	})
	for _, of := range slices.Sorted(maps.Keys(lists)) {
		if len(constants[of]) == 0 {
			continue
		}
		for _, list := range slices.Sorted(maps.Keys(lists[of])) {
			held++
			for _, c := range constants[of] {
				if !slices.Contains(lists[of][list], c) {
					wrong = append(wrong, list+" lacks "+c)
				}
			}
		}
	}
	return wrong, held, err
}

// addConstants adds the exported constants that are declared with a type of the package.
func addConstants(constants map[string][]string, folder string, s *ast.ValueSpec) {
	named, ok := s.Type.(*ast.Ident)
	if !ok {
		return
	}
	of := path.Base(folder) + "." + named.Name
	for _, n := range s.Names {
		if n.IsExported() {
			constants[of] = append(constants[of], n.Name)
		}
	}
}

// addList adds an exported slice of such a type, or any map by one.
func addList(lists map[string]map[string][]string, folder string, s *ast.ValueSpec) {
	if len(s.Names) != 1 || len(s.Values) != 1 {
		return
	}
	literal, ok := s.Values[0].(*ast.CompositeLit)
	if !ok {
		return
	}
	of, byKey := "", false
	switch x := literal.Type.(type) {
	case *ast.ArrayType:
		if s.Names[0].IsExported() {
			of = typeNamed(folder, x.Elt)
		}
	case *ast.MapType:
		of, byKey = typeNamed(folder, x.Key), true
	}
	if of == "" {
		return
	}
	holds := []string{}
	for _, e := range literal.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if e = pair.Value; byKey {
				e = pair.Key
			}
		}
		switch constant := e.(type) {
		case *ast.Ident:
			holds = append(holds, constant.Name)
		case *ast.SelectorExpr:
			holds = append(holds, constant.Sel.Name)
		}
	}
	if lists[of] == nil {
		lists[of] = map[string][]string{}
	}
	lists[of][path.Base(folder)+"."+s.Names[0].Name] = holds
}

// typeNamed names a type with its package, "" where it has no name.
func typeNamed(folder string, e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return path.Base(folder) + "." + x.Name
	case *ast.SelectorExpr:
		if in, ok := x.X.(*ast.Ident); ok {
			return in.Name + "." + x.Sel.Name
		}
	}
	return ""
}
