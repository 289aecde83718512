package entente

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
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
	for page, least := range map[string]int{"docs/security.md": 100, "docs/privacy.md": 10, "docs/reliability.md": 10, "docs/api.md": 5} {
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

// goNames are the names that the source declares, and members of types by their type:
// pkg.Name, Type.Member, pkg.Type.Member. A package goes by its last folder, and by its
// own name.
func goNames(t *testing.T, tree fs.FS) map[string]bool {
	t.Helper()
	found, embeds := map[string]bool{}, map[string][]string{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata/") || strings.HasPrefix(name, "graph/gen/") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, read(t, name), parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			for _, declared := range namesOf(decl, embeds) {
				found[file.Name.Name+"."+declared] = true
				if strings.Contains(declared, ".") {
					found[declared] = true
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for outer, inner := range embeds { // whose members are its own
		for _, name := range slices.Collect(maps.Keys(found)) {
			if of, member, _ := strings.Cut(name, "."); slices.Contains(inner, of) {
				found[outer+"."+member] = true
			}
		}
	}
	return found
}

// namesOf are the names that a declaration declares: Name, and Type.Member. It tells too
// what types embed.
func namesOf(decl ast.Decl, embeds map[string][]string) (names []string) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []string{d.Name.Name}
		}
		return []string{baseOf(d.Recv.List[0].Type) + "." + d.Name.Name}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
				members, embedded := membersOf(s.Type)
				embeds[s.Name.Name] = append(embeds[s.Name.Name], embedded...)
				for _, member := range members {
					names = append(names, s.Name.Name+"."+member)
				}
			}
		}
	}
	return names
}

// baseOf is the name of a receiver's type.
func baseOf(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.StarExpr:
		return baseOf(x.X)
	case *ast.IndexExpr:
		return baseOf(x.X)
	case *ast.IndexListExpr:
		return baseOf(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}

// membersOf are the fields of a struct, or the methods of an interface, and the types that
// it embeds.
func membersOf(e ast.Expr) (members, embedded []string) {
	var list *ast.FieldList
	switch x := e.(type) {
	case *ast.StructType:
		list = x.Fields
	case *ast.InterfaceType:
		list = x.Methods
	default:
		return nil, nil
	}
	for _, field := range list.List {
		for _, n := range field.Names {
			members = append(members, n.Name)
		}
		if len(field.Names) == 0 {
			embedded = append(embedded, baseOf(field.Type))
		}
	}
	return members, embedded
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	goName    = regexp.MustCompile("`([A-Za-z]+(?:\\.[A-Za-z]+){1,2})`")
	schemaOf  = regexp.MustCompile(`^[A-Z][A-Za-z]*\.([a-z][A-Za-z]*)$`) // a field of GraphQL
	prefixRow = regexp.MustCompile("`([a-z]{3})_`")
	prefixGo  = regexp.MustCompile(`Prefix = "([a-z]{3})"`)
)

// Words on the pages of words name what is there in the code, or in GraphQL; and every
// prefix of an ID has its word.
func TestWordsNameWhatIsThere(t *testing.T) {
	there := goNames(t, os.DirFS("."))
	var schema strings.Builder
	files, err := fs.Glob(os.DirFS("."), "graph/schema/*.graphql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		schema.WriteString(read(t, name))
	}
	said := map[string]bool{}
	for page, least := range map[string]int{"docs/glossary.md": 80, "docs/code-words.md": 40} {
		text := read(t, page)
		all := goName.FindAllStringSubmatch(text, -1)
		for _, m := range all {
			field := schemaOf.FindStringSubmatch(m[1])
			inSchema := field != nil && regexp.MustCompile(`(?m)^  `+field[1]+`[(:]`).MatchString(schema.String())
			if !there[m[1]] && !inSchema {
				t.Errorf("%s names %s, which isn't there", page, m[1])
			}
		}
		if len(all) < least {
			t.Errorf("%s has %d names; were they recognised?", page, len(all))
		}
		for _, m := range prefixRow.FindAllStringSubmatch(text, -1) {
			said[m[1]] = true
		}
	}
	for _, m := range prefixGo.FindAllStringSubmatch(read(t, "policies/id.go"), -1) {
		if !said[m[1]] {
			t.Errorf("no page of words has the prefix %s_", m[1])
		}
		delete(said, m[1])
	}
	for prefix := range said {
		t.Errorf("a page of words has the prefix %s_, which is none", prefix)
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	file    = regexp.MustCompile(`\b([a-z][a-z0-9_/-]*\.(?:go|sql|md|graphql|html|css|ya?ml|txt))\b`)
)

// pages are the documents that people read.
func pages(t *testing.T) []string {
	t.Helper()
	found := []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "doc.go"}
	for _, glob := range []string{"docs/*.md", "docs/decisions/*.md"} {
		names, err := fs.Glob(os.DirFS("."), glob)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, names...)
	}
	return found
}

// Links within the repository lead to a file that is there, and to a heading in it.
func TestLinksLeadSomewhere(t *testing.T) {
	for _, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, page), -1) {
			to, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(m[1], "://") || path.Ext(page) == ".go" {
				continue
			}
			target := path.Join(path.Dir(page), to)
			if to == "" {
				target = page
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
				continue
			}
			if anchor == "" {
				continue
			}
			known := false
			for _, h := range heading.FindAllStringSubmatch(read(t, target), -1) {
				known = known || anchorOf(h[1]) == anchor
			}
			if !known {
				t.Errorf("%s links to %s, and there is no such heading", page, m[1])
			}
		}
	}
}

// anchorOf is a heading as links name it.
func anchorOf(words string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		}
		return -1
	}, strings.ToLower(words))
}

// A source file that CONTRIBUTING, the tour or a page for who runs Entente names is
// there, in some folder.
func TestPagesNameFilesThatAreThere(t *testing.T) {
	names := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		for in := true; in; _, name, in = strings.Cut(name, "/") {
			names[name] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"CONTRIBUTING.md", "doc.go", "docs/code-words.md", "docs/security.md"} {
		text := link.ReplaceAllString(read(t, page), "]")
		for _, m := range file.FindAllStringSubmatch(text, -1) {
			if !names[m[1]] {
				t.Errorf("%s names the file %s, which isn't there", page, m[1])
			}
		}
	}
}
