package answer

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/ewtp/entente/policies"
)

// RequestIDHeader is the header of an answer that holds the request's ID.
const RequestIDHeader = "X-Request-Id"

// RequestID returns the ID under which the request is in the access log, or "".
func RequestID(w http.ResponseWriter) string { return w.Header().Get(RequestIDHeader) }

// statuses is the one table from codes to HTTP statuses.
var statuses = map[policies.Code]int{
	policies.Unauthenticated: http.StatusUnauthorized,
	policies.Forbidden:       http.StatusForbidden,
	policies.NotFound:        http.StatusNotFound,
	policies.Invalid:         http.StatusBadRequest,
	policies.Conflict:        http.StatusConflict,
	policies.TextConflict:    http.StatusConflict,
	policies.KeyReused:       http.StatusConflict,
	policies.GateUnmet:       http.StatusConflict,
	policies.RateLimited:     http.StatusTooManyRequests,
	policies.Unavailable:     http.StatusServiceUnavailable,
	policies.OutcomeUnknown:  http.StatusGatewayTimeout,
	policies.AnswerLost:      http.StatusInternalServerError,
	policies.Internal:        http.StatusInternalServerError,
}

// Status returns a code's HTTP status; 500 for a code that isn't in the table.
func Status(c policies.Code) int {
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

// Reason is a finer code, such as "expired" below [policies.Unauthenticated].
func Reason(reason string) Detail { return Detail{"reason", reason} }

// WriteError answers with the code's status and the body
//
//	{"errors":[{"message":"…","extensions":{"code":"…","field":"body"}}]}
//
// which is what a GraphQL client reads anyway. The message is for people and must
// hold nothing that the caller may not know. [policies.Internal] also gets the request's
// ID as "requestId", for whoever reports it. Headers set for another answer (entity tags,
// caching, encoding) are taken back.
func WriteError(w http.ResponseWriter, code policies.Code, message string, details ...Detail) {
	WriteStatus(w, Status(code), code, message, details...)
}

// WriteStatus is WriteError for the statuses that HTTP itself gives a meaning beyond the
// code's: 405, 408, 413, 415. A writer that is a [Teller], or wraps one, may tell it in its own way.
func WriteStatus(w http.ResponseWriter, status int, code policies.Code, message string, details ...Detail) {
	header := w.Header()
	for _, name := range []string{"Content-Length", "Content-Encoding", "Content-Disposition", "Etag", "Last-Modified"} {
		header.Del(name)
	}
	header.Set("Cache-Control", "no-store")
	if t, ok := find[Teller](w); ok && t.Tell(w, status, Told{code, message, details}) {
		return
	}
	id := ""
	if code == policies.Internal {
		id = RequestID(w)
	}
	text, err := errorBody(code, message, id, details)
	if err != nil { // a Detail that can't be JSON: still an answer
		status = http.StatusInternalServerError
		text, _ = errorBody(policies.Internal, internalError, "", nil)
	}
	header.Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // whoever hung up doesn't get it
}

// A Teller is a writer that may have another way to tell a refusal than the body of [WriteError]: a
// page, for a browser. Tell writes it to w, which is the Teller or wraps it; false says that it wrote
// nothing.
type Teller interface {
	Tell(w http.ResponseWriter, status int, told Told) bool
}

// WantsPage says whether a request comes from a browser, for a person to read the answer.
func WantsPage(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// NotFound answers where there is nothing at all.
func NotFound(w http.ResponseWriter, _ *http.Request) {
	WriteError(w, policies.NotFound, "there is nothing at this address")
}

// errorBody is the body that WriteError describes.
func errorBody(code policies.Code, message, requestID string, details []Detail) ([]byte, error) {
	extensions := map[string]any{"code": code}
	for _, detail := range details {
		extensions[detail.Key] = detail.Value
	}
	if requestID != "" {
		extensions["requestId"] = requestID
	}
	return json.Marshal(map[string]any{"errors": []any{
		map[string]any{"message": strings.ToValidUTF8(message, "\uFFFD"), "extensions": extensions},
	}})
}
