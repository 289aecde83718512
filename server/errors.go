package server

import (
	"encoding/json"
	"net/http"
	"strings"
)

// A Code says what kind of refusal an answer is. The codes are those of the GraphQL
// face's extensions.code, and mean the same on every face.
type Code string

// The codes.
const (
	Unauthenticated Code = "UNAUTHENTICATED" // who is asking isn't known, or the token is bad
	Forbidden       Code = "FORBIDDEN"       // known, and may not
	NotFound        Code = "NOT_FOUND"       // there is none, or none that the caller may know of
	Invalid         Code = "INVALID"         // the request is wrong in itself
	Conflict        Code = "CONFLICT"        // right, but made from a state that is no longer
	GateUnmet       Code = "GATE_UNMET"      // an adoption misses what its gate asks
	RateLimited     Code = "RATE_LIMITED"    // too many; see Retry-After
	Unavailable     Code = "UNAVAILABLE"     // not now; the same request may pass later
	Internal        Code = "INTERNAL"        // our fault
)

// statuses is the one table from codes to HTTP statuses.
var statuses = map[Code]int{
	Unauthenticated: http.StatusUnauthorized,
	Forbidden:       http.StatusForbidden,
	NotFound:        http.StatusNotFound,
	Invalid:         http.StatusBadRequest,
	Conflict:        http.StatusConflict,
	GateUnmet:       http.StatusConflict,
	RateLimited:     http.StatusTooManyRequests,
	Unavailable:     http.StatusServiceUnavailable,
	Internal:        http.StatusInternalServerError,
}

// Status returns the code's HTTP status; 500 for a code that isn't in the table.
func (c Code) Status() int {
	if status, ok := statuses[c]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// A Detail is one more member of an error's extensions.
type Detail struct {
	Key   string
	Value any // anything encoding/json can write
}

// Field names the part of the request that is wrong, such as "body" or "input.title".
func Field(path string) Detail { return Detail{"field", path} }

// Reason is a finer code, such as "expired" below UNAUTHENTICATED.
func Reason(reason string) Detail { return Detail{"reason", reason} }

// WriteError answers with the code's status and the body
//
//	{"errors":[{"message":"…","extensions":{"code":"INVALID","field":"body"}}]}
//
// which is what a GraphQL client reads anyway. The message is for people and must
// hold nothing that the caller may not know. INTERNAL also gets the request's ID as
// "requestId", for whoever reports it. Headers set for another answer (entity tags,
// caching, encoding) are taken back.
func WriteError(w http.ResponseWriter, code Code, message string, details ...Detail) {
	writeError(w, code.Status(), code, message, details...)
}

// writeError is for the statuses that HTTP itself gives a meaning beyond the code's:
// 405, 408, 413.
func writeError(w http.ResponseWriter, status int, code Code, message string, details ...Detail) {
	extensions := map[string]any{"code": code}
	for _, detail := range details {
		extensions[detail.Key] = detail.Value
	}
	header := w.Header()
	if id := header.Get(requestIDHeader); code == Internal && id != "" {
		extensions["requestId"] = id
	}
	text, err := json.Marshal(map[string]any{"errors": []any{
		map[string]any{"message": strings.ToValidUTF8(message, "\uFFFD"), "extensions": extensions},
	}})
	if err != nil { // a Detail that can't be JSON: still an answer
		status, text = http.StatusInternalServerError, []byte(`{"errors":[{"message":"internal error","extensions":{"code":"INTERNAL"}}]}`)
	}
	for _, name := range []string{"Content-Length", "Content-Encoding", "Content-Disposition", "Etag", "Last-Modified"} {
		header.Del(name)
	}
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(text, '\n'))
}
