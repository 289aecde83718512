package signin

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strings"

	"github.com/ewtp/entente/server/web"
)

//go:embed pages.html
var pagesText string

var pages = template.Must(template.New("pages").Parse(pagesText))

// The names of the pages' templates.
const (
	choicePage = "choice"
	textPage   = "text"
	mePage     = "me"
)

// A link is a page of a sentence or two, and where to go from it.
type link struct {
	Text, To, Word string
}

// show answers with a page.
func (h *Handler) show(w http.ResponseWriter, status int, title, page string, body any) {
	var text bytes.Buffer
	err := pages.ExecuteTemplate(&text, page, body)
	if err == nil {
		// #nosec G203 -- html/template has just written it
		err = web.Show(w, status, web.Page{Title: title, Body: template.HTML(text.String())})
	}
	if err != nil {
		h.log.Error("couldn't write a page", "page", page, "error", err)
		http.Error(w, "the page can't be written", http.StatusInternalServerError)
	}
}

// fail answers with a page that says what went wrong, and how to go on.
func (h *Handler) fail(w http.ResponseWriter, status int, title, text, to string) {
	word := "Go on"
	if to == "/signin" {
		word = "Sign in"
	}
	h.show(w, status, title, textPage, link{text, to, word})
}

// goOn sends a browser that sent a form to another site; see the package comment.
func (h *Handler) goOn(w http.ResponseWriter, to, word string) {
	w.Header().Set("Refresh", `0; url="`+strings.ReplaceAll(to, `"`, "%22")+`"`)
	h.show(w, http.StatusOK, word, textPage, link{"Your browser goes there by itself; where it doesn't, follow the link.", to, word})
}

// redirect goes on to a path of this server. The whole URL is written out, so that no
// path can be read as another host's.
func (h *Handler) redirect(w http.ResponseWriter, path string) {
	w.Header().Set("Location", h.public+path)
	w.WriteHeader(http.StatusSeeOther)
}
