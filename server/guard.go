package server

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/answer"
)

// recoverPanics turns a panic into a 500 that tells nothing, and logs it with its stack.
// Where the answer has begun, the connection is cut, so that the client can't take
// half of it for the whole.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler {
				panic(cause) // the handler's way to cut the connection, meant so
			}
			ex := exchangeOf(r)
			s.log.ErrorContext(r.Context(), "panic", "request", ex.id, "route", ex.route,
				"cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			if out, ok := w.(*recorder); ok && out.Begun() {
				panic(http.ErrAbortHandler)
			}
			answer.WriteError(w, policies.Internal, "something went wrong here; it has been logged")
		}()
		next.ServeHTTP(w, r)
	})
}

// securityHeaders are the headers of every answer, refusals included, and pageHeaders those of every answer
// but to machines. They are right for answers to machines; a page sets its own content security policy over that here.
// What net/http answers itself, to what isn't HTTP, goes without. Requests share the lists of values: nobody
// writes into one.
var (
	securityHeaders = []headerField{
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"Content-Security-Policy", []string{"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}}, // no-cors embedding only: programs and CORS aren't concerned
	}
	pageHeaders = []headerField{
		{"Referrer-Policy", []string{"no-referrer"}},
		{"Permissions-Policy", []string{"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	}
)

type headerField struct {
	name   string // as net/http spells it
	values []string
}

func setAll(h http.Header, fields []headerField) {
	for _, f := range fields {
		h[f.name] = f.values[:1:1]
	}
}

// forMachines says whether a request goes to a face that has no pages: programs poll it.
func forMachines(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/hub/") || strings.HasPrefix(r.URL.Path, "/ledger/")
}

// hstsForAYear is for this host alone: nobody said that its subdomains are ours.
const hstsForAYear = "max-age=31536000"

func (s *Server) secureHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		setAll(header, securityHeaders)
		if !forMachines(r) {
			setAll(header, pageHeaders)
		}
		if s.options.HSTS || exchangeOf(r).tls {
			header.Set("Strict-Transport-Security", hstsForAYear)
		}
		next.ServeHTTP(w, r)
	})
}

// guardOrigin refuses unsafe requests that another site made a browser send with its
// cookies for us. A request without cookies carries nothing a browser adds by itself,
// so curl, OPA and GraphQL clients pass whatever Origin they send, as do requests with
// a bearer token. A WebSocket's GET is as unsafe as what is then sent over it.
func guardOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asks := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
		if r.Header.Get("Cookie") == "" || asks && r.Header.Get("Upgrade") == "" || !fromElsewhere(r) {
			next.ServeHTTP(w, r)
			return
		}
		answer.WriteError(w, policies.Forbidden, "the request was made by another site", answer.Reason("cross_origin"))
	})
}

// fromElsewhere says whether a page that isn't ours made a browser send the request, whatever its method, as
// far as the browser tells.
func fromElsewhere(r *http.Request) bool {
	if r.Header["Origin"] == nil && r.Header["Sec-Fetch-Site"] == nil {
		return false // no browser, or one that doesn't tell
	}
	judged := *r
	judged.Method = http.MethodPost // what is safe is judged no less
	return crossOrigin.Check(&judged) != nil
}

var crossOrigin = http.NewCrossOriginProtection()
