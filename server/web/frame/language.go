package frame

import (
	"net/http"
	"net/url"
	"time"

	"github.com/ewtp/entente/server/web/catalogue"
)

// languageKey is the query's key by which a language is chosen, and the cookie's that keeps it.
const languageKey = "lang"

// LanguageOf returns the language in which a request is answered: the one that its query names,
// else the one chosen before, else the best of those that the browser names.
func LanguageOf(r *http.Request) *catalogue.Language {
	if l := catalogue.Named(r.URL.Query().Get(languageKey)); l != nil {
		return l
	}
	if c, err := r.Cookie(languageKey); err == nil {
		if l := catalogue.Named(c.Value); l != nil {
			return l
		}
	}
	return catalogue.Match(r.Header.Get("Accept-Language"))
}

// Keep keeps a language that a link chose in a cookie, which holds nothing else, and returns the
// request without the choice, so that links made of it hold for every language. Only what a link
// asks is a choice. The page comes at once: search engines have no cookies and would never find it.
func Keep(w http.ResponseWriter, r *http.Request) (without *http.Request, chosen bool) {
	query := r.URL.Query()
	if !query.Has(languageKey) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return r, false
	}
	l := catalogue.Named(query.Get(languageKey))
	if l != nil {
		http.SetCookie(w, &http.Cookie{Name: languageKey, Value: l.Tag, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()), // #nosec G124 -- it names a language: no secret, and plain HTTP on this machine needs it too
			SameSite: http.SameSiteLaxMode, HttpOnly: true, Secure: r.TLS != nil})
	}
	query.Del(languageKey)
	copied := *r
	copied.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: query.Encode()}
	return &copied, l != nil
}

// Choose is Keep for pages that are nothing to search engines: it says where the same page is
// without the choice.
func Choose(w http.ResponseWriter, r *http.Request) (path string, chosen bool) {
	without, _ := Keep(w, r)
	return without.URL.String(), without != r
}

// Here returns the path and query of a request without the choice of a language.
func Here(r *http.Request) string {
	query := r.URL.Query()
	query.Del(languageKey)
	return (&url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: query.Encode()}).String()
}
