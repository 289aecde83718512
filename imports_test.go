package entente

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const module = "github.com/ewtp/entente"

// A law says what the files of a folder, and of the folders below that have no law
// of their own, may import. Its own room it always may, unless it names folders of it:
// then those, and what is below its own folder.
type law struct {
	rooms   []string // the project's rooms, or folders of them; anything is all of them
	modules []string // prefixes of import paths of third parties; anything is all of them
	pure    bool     // no input or output, no clock, no randomness
	testing bool     // package testing, outside of _test.go files too; nothing but tests imports it

	// What _test.go files may import of the project besides. Of the standard library
	// and of third parties they may import anything.
	inTests []string
}

const anything = "*"

// laws is the import law, by folder. The tour in doc.go says the same in words.
var laws = map[string]law{
	".": {},

	"clauses": {pure: true, modules: []string{"github.com/yuin/goldmark", "golang.org/x/text", "gopkg.in/yaml.v3"}},
	"standards": {pure: true, rooms: []string{"clauses"},
		modules: []string{"github.com/gowebpki/jcs"}},
	"policies":          {pure: true, rooms: []string{"standards", "clauses"}, modules: []string{"golang.org/x/text", "go.mau.fi/util"}}, // which names are one, or look so
	"policies/campaign": {pure: true, modules: []string{"golang.org/x/text"}},
	"policies/policiestest": {pure: true, testing: true, rooms: []string{"policies", "standards", "clauses"},
		modules: []string{"github.com/google/go-cmp"}},
	"ledger": {pure: true, modules: []string{"golang.org/x/mod/sumdb"}},

	// Caches are the same everywhere.
	"internal/lru":   {},
	"internal/bench": {},
	// What writes graph/gen.
	"internal/gqlgen": {modules: []string{"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2"}},

	"store":          {rooms: []string{"ledger"}},
	"store/internal": {},
	"store/pack":     {rooms: []string{"store"}, modules: []string{"github.com/klauspost/compress"}},
	"store/durable":  {modules: []string{"golang.org/x/sys"}},
	"store/sqlite": {rooms: []string{"ledger"},
		modules: []string{"modernc.org/sqlite"}},
	"store/mongo":           {rooms: []string{"ledger"}, modules: []string{"go.mongodb.org/mongo-driver/v2"}},
	"store/mongo/mongotest": {testing: true, modules: []string{"go.mongodb.org/mongo-driver/v2"}},
	"store/storetest": {testing: true, rooms: []string{"ledger"},
		modules: []string{"github.com/google/go-cmp", "golang.org/x/sync"}},

	"views": {rooms: []string{"policies", "standards", "clauses", "ledger", "store/pack", "internal/lru"},
		modules: []string{"golang.org/x/sync"}},
	// The engine knows neither schema nor policies.
	"views/table": {modules: []string{"modernc.org/sqlite"}},
	"views/words": {pure: true, modules: []string{"golang.org/x/text"}},
	"registry": {rooms: []string{"views", "store", "policies", "clauses", "ledger"}, modules: []string{"go.jetify.com/typeid", "golang.org/x/sys"},
		inTests: []string{"standards", "clauses"}},
	"registry/registrytest": {testing: true, rooms: []string{"registry", "views", "store", "policies"}},
	"reports":               {rooms: []string{"registry", "views", "policies", "standards", "clauses"}, inTests: []string{"demo"}},
	// Other people's spreadsheets are read here and nowhere else.
	"reports/sheet": {pure: true, modules: []string{"github.com/xuri/excelize/v2", "golang.org/x/text"}}, // and what they are encoded in
	"hub":           {rooms: []string{"policies", "standards", "store/durable", "internal/lru"}, modules: []string{"github.com/go-jose/go-jose/v4"}},

	"graph": {rooms: []string{"reports", "registry", "views", "policies", "standards", "clauses"},
		modules: []string{"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2"},
		inTests: []string{"ledger"}},
	"graph/graphtest": {testing: true, modules: []string{"github.com/vektah/gqlparser/v2"}},
	"graph/wire":      {rooms: []string{"views", "policies", "clauses"}, modules: []string{"github.com/99designs/gqlgen"}},

	// The hall knows no face but by its handler.
	"server": {rooms: []string{"graph", "registry", "policies", "server/auth", "server/answer", "internal/lru"},
		modules: []string{"github.com/prometheus/client_golang", "go.opentelemetry.io"},
		inTests: []string{"demo", "reports", "standards", "clauses", "server"}},
	"server/auth": {rooms: []string{"internal/lru"},
		modules: []string{"github.com/coreos/go-oidc/v3", "github.com/go-jose/go-jose/v4", "golang.org/x/oauth2"}},
	"server/auth/oidctest": {testing: true, modules: []string{"github.com/go-jose/go-jose/v4"}},
	"server/answer":        {rooms: []string{"registry", "policies"}},
	"server/acting":        {rooms: []string{"graph", "registry", "views", "policies", "server/auth", "server/answer"}, inTests: []string{"graph", "store", "server"}},
	"server/calendar":      {rooms: []string{"views", "policies", "standards", "server/answer"}, inTests: []string{"server"}},
	"server/files":         {rooms: []string{"registry", "policies", "server/answer", "server/spool"}, inTests: []string{"ledger", "server"}},
	"server/matrix":        {rooms: []string{"reports", "registry", "policies", "server/acting", "server/answer", "server/spool"}, inTests: []string{"server"}},
	"server/spool":         {},
	"server/record":        {rooms: []string{"registry", "views", "policies", "ledger", "server/answer"}, inTests: []string{"server"}},
	"server/releases":      {rooms: []string{"hub", "views", "policies", "standards"}, inTests: []string{"registry", "server"}},
	"server/servertest":    {testing: true, rooms: []string{"demo", "graph", "hub", "registry", "policies", "standards", "clauses", "ledger", "server"}},
	"server/web": {rooms: []string{"reports", "registry", "views", "policies", "standards", "clauses", "ledger", "internal/lru", "server/auth", "server/answer"},
		modules: []string{"golang.org/x/text", "rsc.io/qr"}, inTests: []string{"server"}},
	"server/web/frame":     {rooms: []string{"server/web/catalogue", "server/web/squeeze", "server/web/static"}},
	"server/web/browser":   {testing: true}, // nothing but tests, in a browser
	"server/web/catalogue": {pure: true, modules: []string{"golang.org/x/text"}},
	"server/web/plot":      {pure: true},
	"server/web/squeeze":   {modules: []string{"github.com/klauspost/compress"}},
	"server/web/static":    {},
	"server/signin": {rooms: []string{"registry", "policies", "server/auth", "server/answer", "server/web/frame"},
		modules: []string{"golang.org/x/crypto", "golang.org/x/oauth2"},
		inTests: []string{"demo", "store", "server"}},

	"demo":        {rooms: []string{"registry", "views", "policies", "standards"}, inTests: []string{"store", "hub", "ledger", "clauses"}},
	"demo/issuer": {modules: []string{"github.com/go-jose/go-jose/v4"}, inTests: []string{"server"}},
	"cmd":         {rooms: []string{anything}, modules: []string{anything}},
}

// impure are the packages, with all below them, that a pure room does without.
// (time/tzdata is data; of time, see clocks.)
var impure = []string{
	"crypto/rand", "database", "io/fs", "io/ioutil", "log", "math/rand", "net", "os",
	"path/filepath", "plugin", "syscall", "unsafe",
}

// clocks are the members of package time that ask this machine what time it is, or where.
var clocks = []string{
	"After", "AfterFunc", "Local", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until",
}

func TestImportLaw(t *testing.T) {
	breaches, err := check(os.DirFS("."), laws)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range breaches {
		t.Error(b)
	}
}

// Every room has its line in the tour.
func TestTourNamesEveryRoom(t *testing.T) {
	tour, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	rooms, _, _ := strings.Cut(string(tour), "# Who may import whom")
	for folder, l := range laws {
		switch isBelow := strings.Contains(folder, "/"); {
		case folder == ".", l.testing:
		case !isBelow && !strings.Contains(rooms, "\n//\t"+folder+"/"):
			t.Errorf("doc.go has no line for %s/", folder)
		case isBelow && !strings.Contains(rooms, path.Base(folder)):
			t.Errorf("doc.go says nothing of %s", folder)
		}
		if _, err := os.Stat(folder); err != nil {
			t.Errorf("the law names a room that isn't there: %v", err)
		}
	}
}

// The checker finds what the law forbids, and nothing else.
func TestCheckFindsBreaches(t *testing.T) {
	table := map[string]law{
		"pure":    {pure: true, modules: []string{"example.org/markdown"}},
		"face":    {rooms: []string{"pure"}, inTests: []string{"demo"}},
		"face/in": {},
		"part":    {rooms: []string{"face/in", "suite"}},
		"hall/in": {rooms: []string{"hall/out"}, inTests: []string{"hall/only"}},
		"demo":    {rooms: []string{"face", "pure"}},
		"cmd":     {rooms: []string{anything}, modules: []string{anything}},
		"suite":   {testing: true},
	}
	tests := []struct {
		name string
		file string
		src  string
		want []string
	}{
		{"nothing wrong", "face/a.go", `import ("os"; "github.com/ewtp/entente/pure"; "github.com/ewtp/entente/face/in")`, nil},
		{"a room out of reach", "pure/a.go", `import "github.com/ewtp/entente/face"`,
			[]string{"pure/a.go: pure may not import the room face"}},
		{"a folder of a room out of reach", "pure/deep/a.go", `import "github.com/ewtp/entente/face/in"`,
			[]string{"pure/deep/a.go: pure may not import the room face"}},
		{"a stricter law below", "face/in/a.go", `import "github.com/ewtp/entente/pure"`,
			[]string{"face/in/a.go: face/in may not import the room pure"}},
		{"a folder of a room", "part/a.go", `import "github.com/ewtp/entente/face/in"`, nil},
		{"the rest of that room", "part/a.go", `import "github.com/ewtp/entente/face"`,
			[]string{"part/a.go: part may not import the room face"}},
		{"a folder of its own room", "hall/in/a.go", `import ("github.com/ewtp/entente/hall/out"; "github.com/ewtp/entente/hall/in/deep")`, nil},
		{"the rest of its own room", "hall/in/a.go", `import "github.com/ewtp/entente/hall"`,
			[]string{"hall/in/a.go: hall/in may not import hall"}},
		{"the rest of its own room, in tests", "hall/in/a_test.go", `import "github.com/ewtp/entente/hall/only"`, nil},
		{"only tests may", "face/a_test.go", `import "github.com/ewtp/entente/demo"`, nil},
		{"not even tests may", "pure/a_test.go", `import ("os"; "example.org/any"; "github.com/ewtp/entente/demo")`,
			[]string{"pure/a_test.go: pure may not import the room demo"}},
		{"a module that isn't listed", "face/a.go", `import "example.org/markdown"`,
			[]string{"face/a.go: face may not import example.org/markdown"}},
		{"a package below a listed module", "pure/a.go", `import "example.org/markdown/ast"`, nil},
		{"a module whose name only begins alike", "pure/a.go", `import "example.org/markdowner"`,
			[]string{"pure/a.go: pure may not import example.org/markdowner"}},
		{"input and output", "pure/a.go", `import ("io"; "os"; "net/http"; "math/rand/v2"; "log/slog"; "osprey")`, []string{
			"pure/a.go: pure is pure and may not import os",
			"pure/a.go: pure is pure and may not import net/http",
			"pure/a.go: pure is pure and may not import math/rand/v2",
			"pure/a.go: pure is pure and may not import log/slog",
		}},
		{"a clock", "pure/a.go", "import \"time\"\nvar a, b = time.Now(), time.UTC",
			[]string{"pure/a.go:4: pure is pure and may not use time.Now"}},
		{"a clock as a value, renamed", "pure/a.go", "import t \"time\"\nvar since = t.Since",
			[]string{"pure/a.go:4: pure is pure and may not use time.Since"}},
		{"a clock without its name", "pure/a.go", "import . \"time\"\nvar now = Now",
			[]string{"pure/a.go: pure is pure and may not import all of time by a dot"}},
		{"something else that is called time", "pure/a.go", "var time struct{ Now int }\nvar now = time.Now", nil},
		{"a clock where one may", "face/a.go", "import \"time\"\nvar now = time.Now", nil},
		{"testing outside of tests", "face/a.go", `import "testing"`,
			[]string{"face/a.go: face may not import testing outside of its tests"}},
		{"a suite", "suite/a.go", `import "testing"`, nil},
		{"a suite in a test", "part/a_test.go", `import "github.com/ewtp/entente/suite"`, nil},
		{"a suite outside of tests", "part/a.go", `import "github.com/ewtp/entente/suite"`,
			[]string{"part/a.go: part may not import suite outside of its tests"}},
		{"anything", "cmd/x/a.go", `import ("example.org/any"; "github.com/ewtp/entente/face/in")`, nil},
		{"a room without a law", "utils/a.go", `import "os"`, []string{"utils/a.go: no law for the room utils"}},
		{"test data", "pure/testdata/a.go", `import "os"`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := "// Package x is for tests.\npackage x\n" + test.src + "\n"
			got, err := check(fstest.MapFS{test.file: {Data: []byte(src)}}, table)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("breaches (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckFindsMissingComments(t *testing.T) {
	tree := fstest.MapFS{
		"said/a.go":        {Data: []byte("package said\n")},
		"said/doc.go":      {Data: []byte("// Package said is for tests.\npackage said\n")},
		"unsaid/a.go":      {Data: []byte("package unsaid\n")},
		"unsaid/a_test.go": {Data: []byte("// Package unsaid says it in a test only.\npackage unsaid\n")},
		"tests/a_test.go":  {Data: []byte("package tests\n")},
		"made/a.go":        {Data: []byte("// Code generated by x, DO NOT EDIT.\n\npackage made\n")},
	}
	got, err := check(tree, map[string]law{"said": {}, "unsaid": {}, "tests": {}, "made": {}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"unsaid: the package has no comment that says what it is for"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("breaches (-want +got):\n%s", diff)
	}
}

func TestCheckRefusesWhatIsNotGo(t *testing.T) {
	_, err := check(fstest.MapFS{"pure/a.go": {Data: []byte("import first")}}, laws)
	if err == nil {
		t.Error("a file that doesn't parse passed")
	}
}

// check reads every Go file below the root of tree, whatever its build
// constraints, and returns what breaks the law, by file.
func check(tree fs.FS, laws map[string]law) ([]string, error) {
	var breaches []string
	commented := map[string]bool{} // by folder with files that people wrote and that aren't tests
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := path.Base(name); name != "." && (base == "testdata" || base[0] == '.' || base[0] == '_') {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return fmt.Errorf("couldn't read the source: %w", err)
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, src, parser.ParseComments)
		if err != nil {
			return fmt.Errorf("couldn't parse the source: %w", err)
		}
		if !strings.HasSuffix(name, "_test.go") && !ast.IsGenerated(file) {
			said := file.Doc != nil && strings.TrimSpace(file.Doc.Text()) != ""
			commented[path.Dir(name)] = commented[path.Dir(name)] || said
		}
		breaches = append(breaches, checkFile(files, name, file, laws)...)
		return nil
	})
	for _, folder := range slices.Sorted(maps.Keys(commented)) {
		if !commented[folder] {
			breaches = append(breaches, folder+": the package has no comment that says what it is for")
		}
	}
	return breaches, err
}

// checkFile returns how one file breaks the law that holds for it.
func checkFile(files *token.FileSet, name string, file *ast.File, laws map[string]law) []string {
	folder, l, ok := lawFor(path.Dir(name), laws)
	if !ok {
		return []string{fmt.Sprintf("%s: no law for the room %s", name, room(path.Dir(name)))}
	}
	test := strings.HasSuffix(name, "_test.go")
	var breaches []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			breaches = append(breaches, fmt.Sprintf("%s: %v", name, err))
			continue
		}
		if why := l.forbids(folder, imported, test); why != "" {
			breaches = append(breaches, name+": "+why)
		}
		if ours, _ := strings.CutPrefix(imported, module+"/"); laws[ours].testing && !test && !l.testing {
			breaches = append(breaches, fmt.Sprintf("%s: %s may not import %s outside of its tests", name, folder, ours))
		}
		if l.pure && !test && imported == "time" {
			breaches = append(breaches, checkClocks(files, name, folder, file, spec)...)
		}
	}
	return breaches
}

// lawFor finds the law of the folder, or of the nearest one above it.
func lawFor(folder string, laws map[string]law) (string, law, bool) {
	for f := folder; ; f = path.Dir(f) {
		if l, ok := laws[f]; ok && (f != "." || folder == ".") {
			return f, l, true
		}
		if f == "." {
			return "", law{}, false
		}
	}
}

// room is the first element of a path.
func room(folder string) string {
	first, _, _ := strings.Cut(folder, "/")
	return first
}

// forbids says why an import breaks the law; "" where it doesn't.
func (l law) forbids(folder, imported string, test bool) string {
	first, _, _ := strings.Cut(imported, "/")
	ours, isOurs := strings.CutPrefix(imported, module+"/")
	switch {
	case isOurs:
		allowed := l.rooms
		if test {
			allowed = slices.Concat(l.rooms, l.inTests)
		}
		switch {
		case slices.Contains(allowed, anything), slices.Contains(allowed, room(ours)), isBelow(ours, allowed), isBelow(ours, []string{folder}):
		case room(ours) != room(folder):
			return fmt.Sprintf("%s may not import the room %s", folder, room(ours))
		case slices.ContainsFunc(l.rooms, func(r string) bool { return strings.HasPrefix(r, room(folder)+"/") }):
			return fmt.Sprintf("%s may not import %s", folder, ours)
		}
	case test:
	case strings.Contains(first, "."): // as the go command tells modules from the standard library
		if !slices.Contains(l.modules, anything) && !isBelow(imported, l.modules) {
			return fmt.Sprintf("%s may not import %s", folder, imported)
		}
	case l.pure && isBelow(imported, impure):
		return fmt.Sprintf("%s is pure and may not import %s", folder, imported)
	case !l.testing && isBelow(imported, []string{"testing"}):
		return fmt.Sprintf("%s may not import %s outside of its tests", folder, imported)
	}
	return ""
}

// isBelow reports whether a path is one of the prefixes or below one.
func isBelow(imported string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool {
		return imported == p || strings.HasPrefix(imported, p+"/")
	})
}

// checkClocks returns where a file that imports time asks the machine for it.
func checkClocks(files *token.FileSet, name, folder string, file *ast.File, spec *ast.ImportSpec) []string {
	local := "time"
	if spec.Name != nil {
		local = spec.Name.Name
	}
	if local == "." {
		return []string{fmt.Sprintf("%s: %s is pure and may not import all of time by a dot", name, folder)}
	}
	var breaches []string
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Name == local && slices.Contains(clocks, selector.Sel.Name) {
			breaches = append(breaches, fmt.Sprintf("%s:%d: %s is pure and may not use time.%s",
				name, files.Position(selector.Pos()).Line, folder, selector.Sel.Name))
		}
		return true
	})
	return breaches
}
