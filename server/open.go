package server

import (
	"net/http"
	"strings"
)

// What pages of other sites may do at an open route, and read of its answers. Whatever isn't named here, a
// browser neither sends for them nor shows to them.
var (
	openMethods = "GET, HEAD, POST"
	openRequest = strings.Join([]string{"Accept", "Authorization", "Content-Type", "Entente-At-Least", "Entente-Organisation", "If-None-Match",
		"Prefer", "Range", "Traceparent", "Tracestate"}, ", ")
	openAnswer = strings.Join([]string{"Allow", "ETag", "Entente-Cost", "Entente-Position", "RateLimit", "RateLimit-Policy", "Retry-After",
		"WWW-Authenticate", "X-Request-Id"}, ", ")
)

// openHeaders are the headers of every answer of an open route.
var openHeaders = []headerField{{"Access-Control-Allow-Origin", []string{"*"}}, {"Access-Control-Expose-Headers", []string{openAnswer}}}

// preflightFor is for how many seconds a browser needn't ask again: two hours, which is the most that any keeps.
const preflightFor = "7200"

// openToPages lets pages of every site read the answers, refusals included, and answers what browsers ask
// before. Browsers hand an answer to a page only where the request went without cookies: that is what the
// star means, beside which no credentials are allowed. So that this doesn't hang on browsers alone, a cookie
// that comes with another site's question isn't looked at; one that comes with anything else is guardOrigin's.
func openToPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		setAll(h, openHeaders)
		if r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", openMethods)
			h.Set("Access-Control-Allow-Headers", openRequest)
			h.Set("Access-Control-Max-Age", preflightFor)
			w.WriteHeader(http.StatusNoContent)
			return
		}
		if (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.Header.Get("Upgrade") == "" && fromElsewhere(r) {
			r = r.Clone(r.Context())
			r.Header.Del("Cookie")
		}
		next.ServeHTTP(w, r)
	})
}
