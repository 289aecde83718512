package web

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/catalogue"
	"github.com/ewtp/entente/server/web/frame"
)

// guideFiles are the guides: guides/en/help/business.md is shown at /help/business in English.
//
//go:embed guides
var guideFiles embed.FS

// elsewhere is how a guide writes the address of a registry, in place of which this one's stands
// where it is known.
const elsewhere = "https://registry.example"

// A guide is a page of help in one language: a Markdown file whose headings have names, and whose
// front matter has a description. A link to an address here is written as "[Help](#/help)", since
// package clauses makes none to a path: other texts are written by strangers.
type guide struct {
	Title       string
	Description string
	Lead        template.HTML // what stands before the first heading
	Parts       []guidePart
}

// A guidePart is a heading and what stands under it, up to the next.
type guidePart struct {
	ID    string
	Level int // 2 or 3
	Title string
	HTML  template.HTML
}

// Contents lists the headings.
func (g *guide) Contents() (list []heading) {
	for _, p := range g.Parts {
		list = append(list, heading{ID: p.ID, Level: p.Level - 2, Title: p.Title})
	}
	return list
}

// guides are all guides in a language, by their address.
type guides map[string]*guide

// readGuides reads the guides in every language.
func readGuides(base string) (map[*catalogue.Language]guides, error) {
	all := map[*catalogue.Language]guides{}
	for _, l := range catalogue.All {
		root, err := fs.Sub(guideFiles, "guides/"+l.Tag)
		if err != nil {
			return nil, err
		}
		all[l] = guides{}
		err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			source, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			g, err := newGuide(source, base)
			if err != nil {
				return fmt.Errorf("couldn't read the guide %s in %s: %w", name, l.Name, err)
			}
			all[l]["/"+strings.TrimSuffix(name, ".md")] = g
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// newGuide takes a guide's source apart.
func newGuide(source []byte, base string) (*guide, error) {
	t, err := clauses.Parse(source, clauses.DefaultLimits)
	if err != nil {
		return nil, err
	}
	g := &guide{Title: t.Title, Description: t.Meta["description"]}
	html := func(from, to int) template.HTML {
		text := strings.ReplaceAll(clauses.RenderClause(t.Source[from:to]), `href="#/`, `href="/`)
		if base != "" {
			text = strings.ReplaceAll(text, elsewhere, template.HTMLEscapeString(base))
		}
		text = strings.ReplaceAll(text, "<pre>", `<pre class="copy" tabindex="0">`)
		return template.HTML(text) // #nosec G203 -- the guide is of this program, and package clauses lets no markup through
	}
	open := -1 // where the words of the part begin that is being read
	finish := func(end int) {
		switch {
		case open < 0:
		case len(g.Parts) == 0:
			g.Lead = html(open, end)
		default:
			g.Parts[len(g.Parts)-1].HTML = html(open, end)
		}
	}
	for i, c := range t.Clauses {
		if c.Kind != clauses.Heading {
			continue
		}
		finish(c.Start)
		open = c.End
		if c.Level > 1 {
			g.Parts = append(g.Parts, guidePart{ID: c.ID, Level: c.Level, Title: t.Plain(i)})
		}
	}
	finish(len(t.Source))
	return g, nil
}

// A guidePage shows a guide.
type guidePage struct {
	frame.Frame
	Guide  *guide
	Others []frame.Link // the guides for each kind of user, where this is one of them
}

// guide shows the guide of an address.
func (s *site) guide(v *visit) error {
	all := s.guides[v.lang]
	g := all[v.r.URL.Path]
	if g == nil {
		return policies.ErrNotFound
	}
	p := guidePage{Frame: s.frame(v, g.Title), Guide: g}
	p.Description, p.Section = g.Description, "/help"
	if here := v.r.URL.Path; here != "/help" {
		p.Crumbs = []frame.Link{{To: "/help", Word: v.say("Help")}}
		if strings.HasPrefix(here, "/help/") {
			p.Others = all.forUsers(here)
		}
	}
	return s.show(v, "guide", &p)
}

// forUsers lists the guides for each kind of user but the one at an address.
func (all guides) forUsers(here string) (list []frame.Link) {
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(path, "/help/") && path != here {
			list = append(list, frame.Link{To: path, Word: all[path].Title})
		}
	}
	return list
}
