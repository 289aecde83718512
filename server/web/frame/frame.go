// Package frame is what stands around every page: head, navigation, who is asking, foot; the
// languages, the content security policy, and how a page's template is found and filled.
//
// A page is an HTML template that defines "main", in a file of its own, and a Go struct that embeds
// [Frame]; a test checks one against the other. Each template exists once for each language, with
// functions that write words, numbers and dates in it:
//
//	{{say "%d comments" .Total}}     a message, see package catalogue
//	{{rich "Comments close on %s" x}}  the same with values that are HTML; others are escaped
//	{{number 16937}} {{day .At}}     a number, a day
package frame

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"

	"github.com/ewtp/entente/server/web/catalogue"
	"github.com/ewtp/entente/server/web/squeeze"
	"github.com/ewtp/entente/server/web/static"
)

// Policy is the content security policy of pages: what is ours and nothing else, no script or
// style in a page itself, and no text that becomes markup but by the one policy of our modules.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types own"

// A Frame is what a page says about itself.
type Frame struct {
	Language    *catalogue.Language
	Title       string // of the page; the frame adds the product's name
	Description string // one sentence, for those who find the page by a search elsewhere
	Section     string // which part of the navigation it belongs to: a path of [Sections]
	Here        string // path and query of this page, without the choice of a language
	Who         Who
	Crumbs      []Link // how to get up again
	Feed        *Link  // an Atom feed of what the page lists
	Failed      bool   // a form was sent and refused
	Unlisted    bool   // not for search engines
	Modules     []string
	Data        any    // JSON-LD: a value that encoding/json can write; nil for none
	Canonical   string // path and query of the one address of what this page shows; "" for its path alone
	Chosen      bool   // the address names the language
	Base        string // scheme and host of this registry, without a slash at the end; "" where that isn't known
}

// A Who says who is asking, as the head of a page shows it.
type Who struct {
	SignIn       bool   // people can sign in here
	SignedIn     bool   // this one has
	Name         string // what they are called, if known
	Organisation string // that they act for; "" for none
	Unknown      bool   // whom they act for wasn't looked up
	Unsent       int    // how many comments their organisation has prepared and not sent
	Unchosen     bool   // they belong to several and have chosen none
}

// A Link leads somewhere.
type Link struct{ To, Word string }

// Sections are the parts of the navigation, in order.
var Sections = []Link{
	{"/consultations", "Open for comment"}, {"/documents", "Documents"}, {"/rulesets", "Rule sets"}, {"/record", "The record"}, {"/help", "Help"},
}

//go:embed frame.html
var own embed.FS

// Pages are the templates of some pages, in each language. They are safe for concurrent use.
type Pages struct {
	byLanguage map[*catalogue.Language]map[string]*template.Template
	log        *slog.Logger
}

// Parse reads the pages of a folder: NAME.html is the page NAME, and what begins with an
// underscore is shared by them. Of more come functions that these templates call besides; it may
// be nil, as may the logger.
func Parse(folder fs.FS, more func(*catalogue.Language) template.FuncMap, log *slog.Logger) (*Pages, error) {
	if log == nil {
		log = slog.Default()
	}
	names, err := fs.Glob(folder, "*.html")
	if err != nil {
		return nil, fmt.Errorf("couldn't list the pages: %w", err)
	}
	p := &Pages{byLanguage: map[*catalogue.Language]map[string]*template.Template{}, log: log}
	for _, l := range catalogue.All {
		if p.byLanguage[l], err = parseIn(l, more, folder, names); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Must is Parse for pages that are in the program.
func Must(p *Pages, err error) *Pages {
	if err != nil {
		panic(err)
	}
	return p
}

func parseIn(l *catalogue.Language, more func(*catalogue.Language) template.FuncMap, folder fs.FS, names []string) (map[string]*template.Template, error) {
	base := template.New("frame").Funcs(functions(l))
	if more != nil {
		base = base.Funcs(more(l))
	}
	base, err := base.ParseFS(own, "frame.html")
	if err != nil {
		return nil, fmt.Errorf("couldn't read the frame: %w", err)
	}
	for _, name := range names {
		if strings.HasPrefix(name, "_") {
			if base, err = base.ParseFS(folder, name); err != nil {
				return nil, fmt.Errorf("couldn't read what pages share: %w", err)
			}
		}
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		if strings.HasPrefix(name, "_") {
			continue
		}
		t, err := base.Clone()
		if err == nil {
			t, err = t.ParseFS(folder, name)
		}
		if err != nil {
			return nil, fmt.Errorf("couldn't read a page: %w", err)
		}
		pages[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return pages, nil
}

// Template returns the template of a page in a language, for tests; nil where there is none.
func (p *Pages) Template(l *catalogue.Language, name string) *template.Template {
	return p.byLanguage[l][name]
}

// Framed is a page: a struct that embeds Frame.
type Framed interface{ frame() *Frame }

func (f *Frame) frame() *Frame { return f }

// Show answers with a page.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, status int, name string, page Framed) {
	text, err := p.Render(name, page)
	if err != nil {
		p.log.ErrorContext(r.Context(), "couldn't write a page", "page", name, "error", err)
		http.Error(w, "the page can't be written", http.StatusInternalServerError)
		return
	}
	Head(w.Header(), page)
	squeeze.Send(w, r, status, squeeze.New(text))
}

// Render fills in a page's template.
func (p *Pages) Render(name string, page Framed) ([]byte, error) {
	t := p.byLanguage[page.frame().Language][name]
	if t == nil {
		return nil, fmt.Errorf("there is no page %s", name)
	}
	var text bytes.Buffer
	if err := t.ExecuteTemplate(&text, "frame", page); err != nil {
		return nil, fmt.Errorf("couldn't fill in the page %s: %w", name, err)
	}
	return text.Bytes(), nil
}

// Head sets the headers that every page has. What a page shows depends on who asks, and in which
// language.
func Head(header http.Header, page Framed) {
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", page.frame().Language.Tag)
	header.Set("Content-Security-Policy", Policy)
	header.Set("Referrer-Policy", "same-origin") // with no-referrer forms would come with the Origin "null"
	header.Add("Vary", "Accept-Language")
	header.Add("Vary", "Cookie")
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "private, no-cache")
	}
}

// Nav lists the sections with the one that the page belongs to marked.
func (f *Frame) Nav() (nav []struct {
	Link
	Current bool
}) {
	for _, s := range Sections {
		nav = append(nav, struct {
			Link
			Current bool
		}{s, s.To == f.Section})
	}
	return nav
}

// Static returns where a file of package static is served.
func (f *Frame) Static(name string) string { return static.Path(name) }

// Address returns the one address of what this page shows, in whichever language a visitor reads.
func (f *Frame) Address() string {
	if f.Canonical != "" {
		return f.Base + f.Canonical
	}
	path, _, _ := strings.Cut(f.Here, "?")
	return f.Base + path
}

// AddressIn returns the same in one language.
func (f *Frame) AddressIn(l *catalogue.Language) string { return inLanguage(f.Address(), l) }

// Own returns the address that this page is to be known by: with its language, where that was
// asked for, since search engines have no cookies.
func (f *Frame) Own() string {
	if f.Chosen {
		return f.AddressIn(f.Language)
	}
	return f.Address()
}

// Languages are all that the page comes in.
func (f *Frame) Languages() []*catalogue.Language { return catalogue.All }

// In returns this page's address in another language.
func (f *Frame) In(l *catalogue.Language) string { return inLanguage(f.Here, l) }

func inLanguage(address string, l *catalogue.Language) string {
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + languageKey + "=" + l.Tag
}
