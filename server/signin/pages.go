package signin

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"

	"github.com/ewtp/entente/server/web/frame"
)

//go:embed pages/*.html
var folder embed.FS

var pages = frame.Must(func() (*frame.Pages, error) {
	sub, err := fs.Sub(folder, "pages")
	if err != nil {
		return nil, err
	}
	return frame.Parse(sub, nil, nil)
}())

// A textPage is a sentence or two, and where to go from it.
type textPage struct {
	frame.Frame
	Text, To, Word string
}

// A choicePage lets people choose who vouches for them.
type choicePage struct {
	frame.Frame
	Providers []*provider
	Return    string
}

// A mePage shows who one is, and for whom one may act.
type mePage struct {
	frame.Frame
	Name, Email, Provider, Subject, Chosen string
	EmailVerified                          bool
	Memberships                            []Membership
	Invitations                            []Invitation
}

// frame begins a page with a message for its title, and values for that. Most pages here answer
// something that is done once, and their addresses hold what is nobody's business: their links lead
// back to /me.
func (h *Handler) frame(r *http.Request, title string, values ...any) frame.Frame {
	l := frame.LanguageOf(r)
	here := "/me"
	if lasting(r) {
		here = frame.Here(r)
	}
	return frame.Frame{Language: l, Title: l.Say(title, values...), Here: here, Base: h.public, Unlisted: true, Who: frame.Who{SignIn: true}}
}

// lasting says whether a page can be asked for again.
func lasting(r *http.Request) bool { return r.URL.Path == "/signin" || r.URL.Path == "/me" }

// show answers with a page.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, status int, name string, page frame.Framed) {
	pages.Show(w, r, status, name, page)
}

// fail answers with a page that says what went wrong, by two messages and values for the second,
// and how to go on.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, status int, title, text, to string, values ...any) {
	p := textPage{Frame: h.frame(r, title), To: to}
	p.Text, p.Word = p.Language.Say(text, values...), p.Language.Say("Go on")
	if to == "/signin" {
		p.Word = p.Language.Say("Sign in")
	}
	h.show(w, r, status, "text", &p)
}

// goOn sends a browser that sent a form to another site; see the package comment.
func (h *Handler) goOn(w http.ResponseWriter, r *http.Request, to, word string, values ...any) {
	w.Header().Set("Refresh", `0; url="`+strings.ReplaceAll(to, `"`, "%22")+`"`)
	p := textPage{Frame: h.frame(r, word, values...), To: to}
	p.Text, p.Word = p.Language.Say("Your browser goes there by itself; where it doesn't, follow the link."), p.Title
	h.show(w, r, http.StatusOK, "text", &p)
}

// redirect goes on to a path of this server. The whole URL is written out, so that no
// path can be read as another host's.
func (h *Handler) redirect(w http.ResponseWriter, path string) {
	w.Header().Set("Location", h.public+path)
	w.WriteHeader(http.StatusSeeOther)
}
