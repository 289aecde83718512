package web

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/server/web/catalogue"
)

func allGuides(t *testing.T) map[*catalogue.Language]guides {
	t.Helper()
	all, err := readGuides("")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every guide is in every language, with the same headings in the same order, so that a link to
// a part of it leads there in each.
func TestGuidesAreTheSameInEveryLanguage(t *testing.T) {
	all := allGuides(t)
	for path, source := range all[catalogue.English] {
		if source.Description == "" || source.Lead == "" || len(source.Parts) == 0 {
			t.Errorf("%s has no description, no lead or no parts", path)
		}
		for _, p := range source.Parts {
			if !clauses.ValidID(p.ID) || p.Level < 2 || p.Level > 3 {
				t.Errorf("%s: the heading %q has the name %q and level %d", path, p.Title, p.ID, p.Level)
			}
		}
		for _, l := range catalogue.All {
			other := all[l][path]
			if other == nil {
				t.Errorf("%s isn't there in %s", path, l.Name)
				continue
			}
			same := func(a, b guidePart) bool { return a.ID == b.ID && a.Level == b.Level }
			if !slices.EqualFunc(source.Parts, other.Parts, same) {
				t.Errorf("%s has other headings in %s", path, l.Name)
			}
			if l != catalogue.English && (other.Title == source.Title || other.Description == source.Description) {
				t.Errorf("%s has the same title or description in %s", path, l.Name)
			}
			for i, p := range source.Parts {
				if a, b := blocks(string(p.HTML)), blocks(string(other.Parts[min(i, len(other.Parts)-1)].HTML)); a != b {
					t.Errorf("%s#%s is made otherwise in %s:\n%s\n%s", path, p.ID, l.Name, a, b)
				}
			}
		}
	}
	for _, l := range catalogue.All {
		if n := len(all[l]); n != len(all[catalogue.English]) {
			t.Errorf("%s has %d guides, English %d", l.Name, n, len(all[catalogue.English]))
		}
	}
}

// The glossary of the pages has words of the project's glossary and no others.
func TestGlossaryHasTheWordsOfTheProject(t *testing.T) {
	source, err := os.ReadFile("../../docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	terms := 0
	for _, p := range allGuides(t)[catalogue.English]["/glossary"].Parts {
		if p.Level != 3 {
			continue
		}
		terms++
		if !strings.Contains(string(source), "\n**"+p.Title+"**") {
			t.Errorf("docs/glossary.md has no %s", p.Title)
		}
	}
	if terms < 30 {
		t.Errorf("the glossary has %d terms", terms)
	}
}

var element = regexp.MustCompile(`<(p|ul|ol|li|table|tr|t[hd]|pre|code|h[1-6])[ >]|href="[^"]*"`)

// blocks lists what a part is made of, words aside, addresses sorted: their order is the
// language's own.
func blocks(html string) string {
	var of, to []string
	for _, found := range element.FindAllString(html, -1) {
		if strings.HasPrefix(found, "href") {
			to = append(to, found)
		} else {
			of = append(of, strings.Trim(found, "<> "))
		}
	}
	slices.Sort(to)
	return strings.Join(append(of, to...), " ")
}
