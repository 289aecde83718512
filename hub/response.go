package hub

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// How long an answer may be reused without asking again.
const (
	immutable  = "public, max-age=31536000, immutable"
	revalidate = "no-cache"
)

// An response is a 200 as it goes over the wire. It is never changed once made.
type response struct {
	body        []byte
	tag         string // strong entity tag: the quoted digest of body
	length      string
	contentType string
	caching     string
	location    string // Content-Location, "" for none
	position    int64  // the source's when it was made; of mutable answers only
}

func newResponse(body []byte, contentType, caching string) *response {
	return &response{body: body, tag: `"` + standards.Digest(body) + `"`, length: strconv.Itoa(len(body)),
		contentType: contentType, caching: caching}
}

// write answers the request, with 304 or 412 where its conditions ask for that
// (RFC 9110, section 13.2.2). A 304 has the headers that a 200 would have had.
func (a *response) write(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Etag", a.tag)
	header.Set("Cache-Control", a.caching)
	if a.location != "" {
		header.Set("Content-Location", a.location)
	}
	if wanted := r.Header["If-Match"]; wanted != nil && !matchesTag(wanted, a.tag, false) {
		refusal{http.StatusPreconditionFailed, policies.Invalid, "this is no longer what If-Match names"}.write(w)
		return
	}
	if held := r.Header["If-None-Match"]; held != nil && matchesTag(held, a.tag, true) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Type", a.contentType)
	header.Set("Content-Length", a.length)
	header.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodHead {
		w.Write(a.body) // #nosec G705 -- the client went away: nobody is left to be told; never HTML, and sent with nosniff
	}
}

// matchesTag tells whether a list of entity tags, over however many header lines, names
// tag. Weak comparison takes no notice of W/; strong comparison never matches with one.
func matchesTag(lines []string, tag string, weak bool) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) == "*" {
			return true
		}
		for line != "" {
			line = strings.TrimLeft(line, " \t,")
			candidate, isWeak := strings.CutPrefix(line, "W/")
			if !strings.HasPrefix(candidate, `"`) {
				break // no list of entity tags; what came before it counts
			}
			end := strings.IndexByte(candidate[1:], '"')
			if end < 0 {
				break
			}
			if candidate[:end+2] == tag && (weak || !isWeak) {
				return true
			}
			line = candidate[end+2:]
		}
	}
	return false
}

// A refusal is an answer that isn't a 200; its code means what it means on every other
// face, and its message is for people.
type refusal struct {
	status  int
	code    policies.Code
	message string
}

func (f refusal) Error() string { return f.message }

func (f refusal) write(w http.ResponseWriter) {
	body, err := json.Marshal(map[string]any{"errors": []any{
		map[string]any{"message": f.message, "extensions": map[string]any{"code": f.code}},
	}})
	if err != nil {
		body = []byte(`{"errors":[]}`) // strings always encode
	}
	header := w.Header()
	for _, name := range []string{"Etag", "Content-Location"} {
		header.Del(name)
	}
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(f.status)
	w.Write(append(body, '\n'))
}

func notFound(message string) error {
	return refusal{http.StatusNotFound, policies.NotFound, message}
}

// orNotFound gives ErrNotFound words; other errors pass.
func orNotFound(err error, message string) error {
	if errors.Is(err, ErrNotFound) {
		return notFound(message)
	}
	return err
}
