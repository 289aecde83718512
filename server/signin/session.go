package signin

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/auth"
)

const (
	// absolute is how long a session lasts, whatever happens.
	sessionTerm = policies.SessionTerm

	// idle is how long a session lasts without a request.
	idleTerm = time.Hour

	// resealAfter is how old the note of the last request may get before the cookie is
	// sealed anew.
	resealAfter = time.Minute

	// maxHint is how large a session cookie's value may be, in bytes, before first the
	// ID token and then other things that can be done without stay outside.
	maxHint = 3500

	sessionCookie = "entente"
)

// A session is what the session cookie holds. Times are Unix seconds, but for Began.
type session struct {
	ID            string `json:"id"`
	Provider      string `json:"p"`
	Issuer        string `json:"i"`
	Subject       string `json:"s"`
	Name          string `json:"n,omitempty"`
	Email         string `json:"e,omitempty"`
	EmailVerified bool   `json:"v,omitempty"`
	SID           string `json:"sid,omitempty"`
	IssuedAt      int64  `json:"iat"` // of the ID token, by the provider's clock
	Began         int64  `json:"b"`   // in milliseconds
	Seen          int64  `json:"l"`
	Organisation  string `json:"o,omitempty"`
	Hint          string `json:"h,omitempty"` // the ID token, for signing out at the provider
}

// newSession is the session of somebody who has just signed in. What is longer than it
// can sensibly be is left out.
func newSession(provider string, person auth.Person, idToken string, now time.Time) session {
	clip := func(text string, limit int) string {
		if len(text) <= limit {
			return text
		}
		return ""
	}
	s := session{
		ID: rand.Text(), Provider: provider, Issuer: person.Issuer, Subject: person.Subject,
		Name: clip(person.Name, 200), Email: clip(person.Email, 254), SID: clip(person.SID, 255),
		IssuedAt: person.IssuedAt.Unix(), Began: now.UnixMilli(), Seen: now.Unix(), Hint: idToken,
	}
	s.EmailVerified = person.EmailVerified && s.Email != ""
	return s
}

func (s session) expiry() time.Time {
	last, unused := time.UnixMilli(s.Began).Add(sessionTerm), time.Unix(s.Seen, 0).Add(idleTerm)
	if unused.Before(last) {
		return unused
	}
	return last
}

func (s session) identity() auth.Identity {
	return auth.Identity{
		Issuer: s.Issuer, Subject: s.Subject, Name: s.Name, Email: s.Email, EmailVerified: s.EmailVerified,
		Expiry: s.expiry(), Session: true, Organisation: s.Organisation,
	}
}

// cookieName is a cookie's name as browsers know it.
func (h *Handler) cookieName(name string) string {
	if h.secure {
		return "__Host-" + name
	}
	return name
}

// setCookie sets a cookie that lasts so long; a negative time clears it.
func (h *Handler) setCookie(w http.ResponseWriter, name, value string, lasts time.Duration) {
	seconds := int(lasts.Seconds())
	if seconds <= 0 {
		value, seconds = "", -1
	}
	// #nosec G124 -- Secure everywhere but on this very machine, where New lets plain http pass
	http.SetCookie(w, &http.Cookie{Name: h.cookieName(name), Value: value, Path: "/", MaxAge: seconds,
		Secure: h.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// sealSession gives the browser the session's cookie.
func (h *Handler) sealSession(w http.ResponseWriter, s session) {
	seal := func() string {
		text, _ := json.Marshal(s) // strings, numbers and a bool
		return h.keys.seal(h.cookieName(sessionCookie), text)
	}
	value := seal()
	for _, dispensable := range []*string{&s.Hint, &s.Name, &s.SID} {
		if len(value) > maxHint && *dispensable != "" {
			*dispensable = ""
			value = seal()
		}
	}
	left := time.UnixMilli(s.Began).Add(sessionTerm).Sub(h.now())
	h.setCookie(w, sessionCookie, value, left)
}

// readSession returns the request's session. There is none where the cookie can't be
// opened, is too old, comes from a provider that isn't configured any more, or was
// revoked. Given says that there is a cookie all the same, which is to be cleared.
func (h *Handler) readSession(r *http.Request) (s session, ok, given bool) {
	cookies := r.CookiesNamed(h.cookieName(sessionCookie))
	if len(cookies) == 0 {
		return session{}, false, false
	}
	// Two of one name are somebody's attempt to plant one (only without __Host-).
	text, err := h.keys.open(h.cookieName(sessionCookie), cookies[0].Value)
	if err != nil || len(cookies) > 1 || json.Unmarshal(text, &s) != nil {
		return session{}, false, true
	}
	p := h.providers[s.Provider]
	now := h.now()
	switch {
	case p == nil || p.known.Issuer() != s.Issuer || s.Subject == "":
	case !now.Before(s.expiry()) || s.Began > now.Add(time.Minute).UnixMilli():
	default:
		over, err := h.revoked(r.Context(), s)
		if err != nil { // it may be a session yet, so the cookie stays
			h.log.ErrorContext(r.Context(), "couldn't look up whether a session ended", "error", err)
			return session{}, false, false
		}
		if !over {
			return s, true, true
		}
	}
	return session{}, false, true
}
