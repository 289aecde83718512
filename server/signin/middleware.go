package signin

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/auth"
)

// Middleware names the caller by the session cookie where no token did: it comes after
// auth.Verifier.Middleware. A request without a session goes through as anonymous. An
// answer that caches may share goes without a cookie.
func (h *Handler) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		if _, named := auth.From(r.Context()); named {
			next.ServeHTTP(w, r)
			return
		}
		s, ok, given := h.readSession(r)
		switch {
		case ok:
			identity := s.identity()
			identity.Over = func(ctx context.Context) (bool, error) { return h.revoked(ctx, s) }
			r = r.WithContext(registry.WithSession(auth.NewContext(r.Context(), identity), s.known()))
			if !h.due(s) {
				next.ServeHTTP(w, r)
				return
			}
		case !given:
			next.ServeHTTP(w, r)
			return
		}
		set := answer.Before(w, func() {
			switch {
			case sharedByCaches(w.Header()):
			case ok:
				h.renew(w, s)
			default:
				h.setCookie(w, sessionCookie, "", -1)
			}
		})
		next.ServeHTTP(set, r)
		set.Begin()
	})
}

// due says whether the cookie's note of the last request is old enough to be renewed.
func (h *Handler) due(s session) bool {
	return h.now().Sub(time.Unix(s.Seen, 0)) >= resealAfter
}

// renew notes in the cookie that there was a request, at most once a minute.
func (h *Handler) renew(w http.ResponseWriter, s session) {
	if h.due(s) {
		s.Seen = h.now().Unix()
		h.sealSession(w, s)
	}
}

// sharedByCaches says whether caches may keep the answer for others: with a cookie they would hand
// one person's session to the next.
func sharedByCaches(header http.Header) bool {
	for _, value := range header.Values("Cache-Control") {
		if value = strings.ToLower(value); strings.Contains(value, "public") || strings.Contains(value, "s-maxage") {
			return true
		}
	}
	return false
}
