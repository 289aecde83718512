package graph

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// One name a subject: what resolves a type or a root field stands in the file named
// after the schema's file that defines it, or in one whose name goes on from there.
func TestResolversStandWithTheirSubject(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || f.Recv == nil {
				continue
			}
			subject := subjectOf(receiver(f), f.Name.Name)
			if subject == "" {
				continue
			}
			looked++
			if base := strings.TrimSuffix(name, ".go"); base != subject && !strings.HasPrefix(base, subject+"_") {
				t.Errorf("%s.%s stands in %s, its subject is %s", receiver(f), f.Name.Name, name, subject)
			}
		}
	}
	if looked < 250 {
		t.Errorf("only %d methods were looked at", looked)
	}
}

// receiver names the type that a method is of.
func receiver(f *ast.FuncDecl) string {
	t := f.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// subjectOf names the schema's file that defines what a method resolves; "" where it
// resolves nothing, or a root type.
func subjectOf(receiver, method string) string {
	of, ok := strings.CutSuffix(receiver, "Resolver")
	s := theSchema()
	switch {
	case receiver == "resolver":
		of = method
	case !ok:
		return ""
	default:
		of = string(unicode.ToUpper(rune(of[0]))) + of[1:]
	}
	d := s.Types[of]
	if d == nil {
		return ""
	}
	if d != s.Query && d != s.Mutation && d != s.Subscription {
		return strings.TrimSuffix(filepath.Base(d.Position.Src.Name), ".graphql")
	}
	for _, f := range d.Fields {
		if strings.EqualFold(f.Name, method) {
			return strings.TrimSuffix(filepath.Base(f.Position.Src.Name), ".graphql")
		}
	}
	return ""
}
