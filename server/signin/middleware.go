package signin

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strings"
	"time"

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
			r = r.WithContext(auth.NewContext(r.Context(), identity))
			if !h.due(s) {
				next.ServeHTTP(w, r)
				return
			}
		case !given:
			next.ServeHTTP(w, r)
			return
		}
		set := &setting{ResponseWriter: w, cookie: func() {
			if ok {
				h.renew(w, s)
			} else {
				h.setCookie(w, sessionCookie, "", -1)
			}
		}}
		next.ServeHTTP(set, r)
		set.begin() // an answer without a word is one too
	})
}

// due says whether the note of the last request is old.
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

// A setting sets a cookie when the answer begins, unless caches may share the answer:
// they would hand one person's session to the next.
type setting struct {
	http.ResponseWriter
	cookie func()
	begun  bool
}

func (s *setting) begin() {
	if s.begun {
		return
	}
	s.begun = true
	for _, value := range s.Header().Values("Cache-Control") {
		if value = strings.ToLower(value); strings.Contains(value, "public") || strings.Contains(value, "s-maxage") {
			return
		}
	}
	s.cookie()
}

// WriteHeader implements http.ResponseWriter.
func (s *setting) WriteHeader(status int) {
	s.begin()
	s.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (s *setting) Write(b []byte) (int, error) {
	s.begin()
	return s.ResponseWriter.Write(b)
}

// Flush implements http.Flusher, for event streams.
func (s *setting) Flush() {
	s.begin()
	_ = http.NewResponseController(s.ResponseWriter).Flush() // a stream that can't be flushed ends by its next write
}

// Hijack implements http.Hijacker, for WebSockets, whose answers set no cookie.
func (s *setting) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(s.ResponseWriter).Hijack()
}

// Unwrap serves http.ResponseController.
func (s *setting) Unwrap() http.ResponseWriter { return s.ResponseWriter }
