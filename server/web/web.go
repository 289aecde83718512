// Package web is how pages for people look: one frame around their content, one
// stylesheet, one content security policy. No page has a script, or a style of its own.
//
//	GET /           the front page
//	GET /style.css  the stylesheet of every page
package web

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"

	"github.com/ewtp/entente/server/auth"
)

// StylePath is where pages find the stylesheet.
const StylePath = "/style.css"

// Policy is the content security policy of pages: what is ours, and no script.
const Policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

//go:embed style.css
var stylesheet []byte

//go:embed pages.html
var pagesText string

var pages = template.Must(template.New("pages").Parse(pagesText))

// A Page is what stands in the frame.
type Page struct {
	Title string

	// Nav is where to go besides the front page.
	Nav []Link

	// Body was written by a template of package html/template.
	Body template.HTML
}

// A Link leads to a path of this server.
type Link struct{ To, Word string }

// Show answers with a page. An error says that nothing was written.
func Show(w http.ResponseWriter, status int, p Page) error {
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, "frame", p); err != nil {
		return fmt.Errorf("couldn't write the page: %w", err)
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", Policy)
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // whoever hung up doesn't get it
	return nil
}

// Handler serves the front page and the stylesheet, and notFound what is neither. With
// signIn the front page leads to package signin's pages.
func Handler(signIn bool, notFound http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { front(w, r, signIn) })
	mux.HandleFunc("GET "+StylePath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write(stylesheet)
	})
	mux.Handle("/", notFound)
	return mux
}

func front(w http.ResponseWriter, r *http.Request, signIn bool) {
	var body bytes.Buffer
	p := Page{Title: "Rules for electronic trade, in the open"}
	identity, signedIn := auth.From(r.Context())
	switch {
	case signedIn && signIn:
		name := identity.Name
		if name == "" {
			name = "You"
		}
		p.Nav = []Link{{"/me", name}}
	case signIn:
		p.Nav = []Link{{"/signin?return=/me", "Sign in"}}
	}
	w.Header().Set("Cache-Control", "private, no-cache")
	err := pages.ExecuteTemplate(&body, "front", signIn && !signedIn)
	if err == nil {
		p.Body = template.HTML(body.String()) // #nosec G203 -- html/template has just written it
		err = Show(w, http.StatusOK, p)
	}
	if err != nil {
		http.Error(w, "the page can't be written", http.StatusInternalServerError)
	}
}
