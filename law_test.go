package entente

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// arrow is a line of the tour that says what rooms import: "hub, store -> ledger".
var arrow = regexp.MustCompile(`(?m)^//\t((?:[a-z/]+,\s+(?://\t)?)*[a-z/]+) +-> ([a-z/ ,]+)$`)

// arrows are what the tour says, by folder.
func arrows(tour string) map[string][]string {
	said := map[string][]string{}
	_, tour, _ = strings.Cut(tour, "# Who may import whom")
	for _, m := range arrow.FindAllStringSubmatch(tour, -1) {
		to := strings.Split(m[2], ", ")
		if m[2] == "nothing of ours" {
			to = nil
		}
		slices.Sort(to)
		for _, from := range strings.Split(strings.ReplaceAll(strings.ReplaceAll(m[1], "\n//\t", " "), ",", " "), " ") {
			if from != "" {
				said[from] = to
			}
		}
	}
	return said
}

// The tour's arrows say what the law says, of every folder with a law of its own but of
// helpers for tests, and of those that may import no more than the folder above.
func TestTourTellsTheLaw(t *testing.T) {
	tour, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	said := arrows(string(tour))
	if diff := cmp.Diff([]string{"anything"}, said["cmd/entente"]); diff != "" {
		t.Errorf("cmd/entente (-want +got):\n%s", diff)
	}
	delete(said, "cmd/entente")
	for folder, l := range laws {
		want := slices.Sorted(slices.Values(l.rooms))
		told, ok := said[folder]
		delete(said, folder)
		above, _, _ := lawFor(path.Dir(folder), laws)
		switch {
		case ok:
			if diff := cmp.Diff(want, told); diff != "" {
				t.Errorf("doc.go tells otherwise of %s (-law +tour):\n%s", folder, diff)
			}
		case folder == "." || folder == "cmd" || l.testing:
		case above == "" || slices.ContainsFunc(want, func(room string) bool { return !slices.Contains(laws[above].rooms, room) }):
			t.Errorf("doc.go has no arrow from %s", folder)
		}
	}
	for folder := range said {
		t.Errorf("doc.go has an arrow from %s, which has no law of its own", folder)
	}
}

// The law allows nothing that nobody makes use of: what a room may is what it needs.
func TestLawIsNarrow(t *testing.T) {
	uses := map[string]map[string]bool{} // what code imports, by the folder whose law holds
	inTests := map[string]map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".go" {
			return err
		}
		if strings.Contains(name, "testdata/") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, _, _ := lawFor(path.Dir(name), laws)
		into := uses
		if strings.HasSuffix(name, "_test.go") {
			into = inTests
		}
		if into[folder] == nil {
			into[folder] = map[string]bool{}
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			into[folder][strings.TrimPrefix(imported, module+"/")] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder, l := range laws {
		for _, allowed := range slices.Concat(l.rooms, l.modules) {
			if allowed != anything && !used(uses[folder], allowed) {
				t.Errorf("%s may import %s and doesn't", folder, allowed)
			}
		}
		for _, allowed := range l.inTests {
			if !used(inTests[folder], allowed) {
				t.Errorf("the tests of %s may import %s and don't", folder, allowed)
			}
		}
	}
}

// used says whether what is allowed, or something below it, is among the imports.
func used(imports map[string]bool, allowed string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(imports)), func(imported string) bool {
		return isBelow(imported, []string{allowed})
	})
}
