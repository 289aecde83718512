package auth

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
)

// Middleware verifies the token of each request that has an Authorization header,
// and puts who is asking into its context (see [From]). A request without the
// header goes through as anonymous; one with anything but exactly one good bearer
// token does not go through.
//
// The answer's headers are set here (RFC 6750: WWW-Authenticate; Retry-After where
// the provider is unavailable); refused writes its status and body: 503 where
// [Error.Retryable], else 401.
func (v *Verifier) Middleware(refused func(http.ResponseWriter, *Error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			given, ok := r.Header["Authorization"]
			if !ok {
				next.ServeHTTP(w, r)
				return
			}
			identity, err := v.authorise(r, given)
			if err == nil {
				next.ServeHTTP(w, r.WithContext(NewContext(r.Context(), identity)))
				return
			}
			e := setChallenge(w.Header(), err)
			refused(w, e)
		})
	}
}

func (v *Verifier) authorise(r *http.Request, given []string) (Identity, error) {
	if len(given) != 1 {
		return Identity{}, refuse(Malformed, "there is more than one Authorization header", nil)
	}
	// RFC 9110, section 11.1: the scheme is compared without regard to case.
	scheme, token, _ := strings.Cut(given[0], " ")
	if scheme != "" && !strings.EqualFold(scheme, "Bearer") {
		return Identity{}, refuse(Malformed, "the Authorization header's scheme must be Bearer", nil)
	}
	return v.Verify(r.Context(), strings.TrimLeft(token, " "))
}

// setChallenge sets the headers that go with a refusal.
func setChallenge(h http.Header, err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		e = refuse(Unavailable, "the token can't be verified now", err)
	}
	if e.Retryable() {
		seconds := max(1, int(math.Ceil(e.RetryAfter.Seconds())))
		h.Set("Retry-After", strconv.Itoa(seconds))
		return e
	}
	// Public sentences hold neither quotes nor backslashes, so %q is RFC 9110's quoted-string.
	h.Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="entente", error="invalid_token", error_description=%q`, e.Public))
	return e
}

// InsufficientScope sets the header that goes with a 403 for a token that lacks the
// scope (RFC 6750, section 3.1). The scope is a constant of this package.
func InsufficientScope(h http.Header, scope string) {
	h.Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="entente", error="insufficient_scope", error_description="the token's scopes don't allow that", scope=%q`, scope))
}
