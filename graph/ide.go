package graph

import (
	"bytes"
	"embed"
	"mime"
	"net/http"
	"strings"
	"time"
)

// The IDE is one page that works without any network but this server.
//
//go:embed ide
var ide embed.FS

// ideFile serves a file of the IDE. The page loads nothing from elsewhere, runs no inline
// script, and may talk to this server only.
func ideFile(name string) http.Handler {
	b, err := ide.ReadFile("ide/" + name)
	if err != nil {
		panic(err) // can't be: the file is compiled in
	}
	kind := mime.TypeByExtension(name[strings.LastIndex(name, "."):])
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Vary", "Accept")
		h.Set("Cache-Control", "no-cache")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "+
			"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
	})
}

// wantsPage says whether a client prefers a page to JSON, as the address bar of a browser
// does.
func wantsPage(r *http.Request) bool {
	for item := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		switch media, _, _ := mime.ParseMediaType(item); media {
		case "text/html":
			return true
		case typeJSON, typeResponse, typeEvents:
			return false
		}
	}
	return false
}
