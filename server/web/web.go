// Package web is the registry for people: pages, written on the server, that work without scripts
// and better with them. They show what GraphQL shows, from the same views and by the same rules.
//
// A page has one name through all its parts: document.go asks the views and fills in a struct,
// pages/document.html says how it looks. Package frame stands around it, package catalogue has its
// words in each language, package static what it is made of besides, package plot its figures.
// Help, and what else is written once, are Markdown files in guides, one for each language.
// [Routes] lists the addresses. Nothing is changed but by a form sent with POST, from this site, by
// whoever may; what was typed comes back with what is wrong with it.
package web

import (
	"context"
	"embed"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/web/catalogue"
	"github.com/ewtp/entente/server/web/frame"
	"github.com/ewtp/entente/server/web/static"
	"github.com/ewtp/entente/views"
)

//go:embed pages/*.html
var folder embed.FS

// Options say what pages are about.
type Options struct {
	Registry *registry.Registry
	SignIn   bool   // people can sign in here
	Base     string // scheme and host of this registry, "https://registry.example"; "" where that isn't known
	Log      *slog.Logger

	VerifierKey string // of the record's checkpoints
	Demo        *Demo  // what a demonstration's front page shows besides; nil in earnest

	// KeepFile looks into a file that goes with a comment, and keeps it.
	KeepFile func(ctx context.Context, a policies.Actor, content io.Reader, name string) (policies.AttachFile, error)

	// CountUpload counts a file that comes with a form; false says that there were too many, and
	// that the request was answered. nil counts nothing.
	CountUpload func(http.ResponseWriter, *http.Request) bool
}

// A site answers for all pages.
type site struct {
	Options
	views *views.DB
	pages *frame.Pages
	texts *texts

	guides map[*catalogue.Language]guides

	hearings chan struct{} // has an element for each report on what was heard that is being made
}

// A route is what is shown at an address, by pattern of net/http.ServeMux.
type route struct {
	pattern string
	show    func(*site, *visit) error
}

// routes are all addresses of pages.
var routes = []route{
	{"GET /{$}", (*site).home},
	{"GET /documents", (*site).documents},
	{"GET /documents.atom", (*site).documentsFeed},
	{"GET /search", (*site).search},
	{"GET /consultations.atom", (*site).consultationsFeed},
	{"GET /rulesets.atom", (*site).releasesFeed},
	{"GET /rulesets/{slug}/releases.atom", (*site).releasesFeed},
	{"GET /robots.txt", (*site).robots},
	{"GET /sitemap.xml", (*site).sitemap},
	{"GET /sitemap/{page}", (*site).sitemapPage},
	{"GET /documents/{number}", (*site).document},
	{"GET /documents/{number}/revisions/{revision}", (*site).document},
	{"GET /documents/{number}/clauses/{clause}", (*site).clause},
	{"GET /documents/{number}/comment", (*site).writeComment},
	{"POST /documents/{number}/comment", (*site).sendComment},
	{"GET /documents/{number}/compare", (*site).compare},
	{"GET /documents/{number}/compare/{pair}", (*site).compare},
	{"GET /documents/{number}/history", (*site).history},
	{"GET /documents/{number}/heard", (*site).heard},
	{"GET /documents/{number}/revisions/{revision}/{file}", (*site).textOf},
	{"GET /consultations", (*site).consultations},
	{"GET /rulesets", (*site).ruleSets},
	{"GET /rulesets/{slug}", (*site).ruleSet},
	{"GET /rulesets/{slug}/releases/{release}", (*site).release},
	{"GET /record", (*site).record},
	{"GET /record/{seq}", (*site).entry},
	{"GET /record/verify", (*site).verify},
	{"POST /record/verify", (*site).checkReceipt},
	{"GET /documents/{number}/questions", (*site).questions},
	{"GET /comments/mine", (*site).mine},
	{"GET /drafts", (*site).drafts},
	{"POST /drafts", (*site).sendDrafts},
	{"GET /help", (*site).guide},
	{"GET /help/{guide}", (*site).guide},
	{"GET /about", (*site).guide},
	{"GET /glossary", (*site).guide},
	{"GET /accessibility", (*site).guide},
	{"GET /privacy", (*site).guide},
	{"GET /api", (*site).guide},
	{"GET /documents/{number}/comments", (*site).comments},
	{"GET /documents/{number}/comments/by-clause", (*site).byClause},
	{"GET /documents/{number}/comments/{comment}", (*site).comment},
	{"GET /documents/{number}/comments/{comment}/withdrawal", (*site).withdrawal},
	{"POST /documents/{number}/comments/{comment}/{act}", (*site).commentAct},
}

// Routes lists the patterns of all pages.
func Routes() (patterns []string) {
	for _, r := range routes {
		patterns = append(patterns, r.pattern)
	}
	return patterns
}

// A Handler answers for all pages, and for what they are made of.
type Handler struct {
	mux  *http.ServeMux
	site *site
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// New returns the handler of all pages, and of what they are made of.
func New(o Options) (*Handler, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &site{Options: o, views: o.Registry.Views(), texts: newTexts(), hearings: make(chan struct{}, heardAtOnce)}
	var err error
	if s.pages, err = parse(o.Log); err != nil {
		return nil, err
	}
	if s.guides, err = readGuides(o.Base); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.HandleFunc(r.pattern, func(w http.ResponseWriter, req *http.Request) { s.serve(w, req, r.show) })
	}
	notFound := func(w http.ResponseWriter, req *http.Request) {
		if methods := methodsAt(mux, req); len(methods) > 0 {
			answer.Allows(w, req, methods...)
			return
		}
		if to := withoutSlash(mux, req); to != "" {
			http.Redirect(w, req, to, http.StatusMovedPermanently) // #nosec G710 -- a path of this server at which there is a page
			return
		}
		s.serve(w, req, func(*site, *visit) error { return policies.ErrNotFound })
	}
	mux.HandleFunc("/", notFound)
	mux.Handle("GET "+static.Prefix, static.Handler(http.HandlerFunc(notFound)))
	return &Handler{mux, s}, nil
}

// withoutSlash is where the page is that an address with a slash too many at its end means; "" where
// there is none.
func withoutSlash(mux *http.ServeMux, r *http.Request) string {
	path := strings.TrimRight(r.URL.Path, "/")
	if path == "" || path == r.URL.Path || strings.HasPrefix(path, "//") || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return ""
	}
	there := &http.Request{Method: r.Method, Host: r.Host, URL: &url.URL{Path: path, RawQuery: r.URL.RawQuery}}
	if _, pattern := mux.Handler(there); pattern == "" || pattern == "/" || strings.HasSuffix(pattern, static.Prefix) {
		return ""
	}
	return there.URL.String()
}

func parse(log *slog.Logger) (*frame.Pages, error) {
	sub, err := fs.Sub(folder, "pages")
	if err != nil {
		return nil, err
	}
	return frame.Parse(sub, functions, log)
}

// A visit is one request for a page.
type visit struct {
	w      http.ResponseWriter
	r      *http.Request
	ctx    context.Context
	viewer policies.Actor
	now    time.Time
	lang   *catalogue.Language
	chosen bool // the address names it
}

// serve answers a request: with a page, or with one that says why not.
func (s *site) serve(w http.ResponseWriter, r *http.Request, show func(*site, *visit) error) {
	v := &visit{w: w, ctx: r.Context(), viewer: registry.ActorFrom(r.Context()), now: s.Registry.Now(), lang: frame.LanguageOf(r)}
	v.r, v.chosen = frame.Keep(w, r)
	if err := show(s, v); err != nil && !errors.Is(err, errAnswered) {
		s.fail(v, err)
	}
}

// say returns a message in the visitor's language.
func (v *visit) say(key string, values ...any) string { return v.lang.Say(key, values...) }

// frame begins a page.
func (s *site) frame(v *visit, title string) frame.Frame {
	f := frame.Frame{Language: v.lang, Title: title, Here: frame.Here(v.r), Chosen: v.chosen, Base: s.base(v), Who: frame.Who{SignIn: s.SignIn, Unchosen: v.viewer.Unchosen}}
	identity, signedIn := auth.From(v.ctx)
	if !signedIn {
		return f
	}
	f.Who.SignedIn, f.Who.Name = true, identity.Name
	if v.viewer.OrganisationID != "" && !v.viewer.Unchosen {
		if o, err := s.views.Organisation(v.ctx, v.viewer.OrganisationID, time.Time{}); err == nil {
			f.Who.Organisation = o.Name
		}
		if n, err := s.views.CommentDraftTotal(v.ctx, v.viewer); err == nil {
			f.Who.Unsent = n
		}
	}
	return f
}

// show answers with a page.
func (s *site) show(v *visit, name string, page frame.Framed) error {
	s.pages.Show(v.w, v.r, http.StatusOK, name, page)
	return nil
}

// readAtMost reads a text that is no longer than so many bytes.
func readAtMost(r io.Reader, limit int64) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = &policies.Error{Code: policies.Invalid, Message: "the file is too long"}
	}
	return string(text), err
}
