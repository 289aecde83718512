package signin

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/ewtp/entente/server/auth"
)

// signOutPatience is how long signing out waits for a provider that isn't known yet.
const signOutPatience = 2 * time.Second

// signOut ends the session here, whatever the provider does, and then there.
func (h *Handler) signOut(w http.ResponseWriter, r *http.Request) {
	s, ok, _ := h.readSession(r)
	h.setCookie(w, sessionCookie, "", -1)
	if !ok {
		h.signedOut(w, r)
		return
	}
	end := h.revokeOwn
	if r.PostFormValue("everywhere") != "" {
		end = h.revokeAll
	}
	if end(r.Context(), s) != nil {
		w.Header().Set("Retry-After", "5")
		h.fail(w, r, http.StatusServiceUnavailable, "Signed out of this browser only", "This browser has forgotten you, but the registry couldn't write that down now. Whoever has a copy of this browser's cookie could go on with it for up to twelve hours after you signed in.", "/")
		return
	}
	p := h.providers[s.Provider]
	ctx, cancel := context.WithTimeout(r.Context(), signOutPatience)
	defer cancel()
	m, err := p.known.Metadata(ctx)
	if err != nil || m.EndSession == "" {
		h.signedOut(w, r)
		return
	}
	to, err := endSessionURL(m.EndSession, p.ClientID, h.public+"/", s)
	if err != nil {
		h.signedOut(w, r)
		return
	}
	h.goOn(w, r, to, "Sign out at %s too", p.Label)
}

// endSessionURL is where the provider signs people out (RP-Initiated Logout 1.0, section 2).
func endSessionURL(endpoint, clientID, after string, s session) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", err
	}
	query := u.Query()
	query.Set("client_id", clientID)
	query.Set("post_logout_redirect_uri", after)
	switch {
	case s.Hint != "":
		query.Set("id_token_hint", s.Hint)
	case s.SID != "":
		query.Set("logout_hint", s.SID)
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

func (h *Handler) signedOut(w http.ResponseWriter, r *http.Request) {
	p := textPage{Frame: h.frame(r, "You are signed out"), To: "/"}
	p.Text, p.Word = p.Language.Say("Nobody acts in your name from this browser now."), p.Language.Say("Go on")
	h.show(w, r, http.StatusOK, "text", &p)
}

// backchannel takes a provider's word that sessions are over. The answers are those of
// OpenID Connect Back-Channel Logout 1.0, section 2.8.
func (h *Handler) backchannel(w http.ResponseWriter, r *http.Request) {
	p := h.providers[r.PathValue("provider")]
	if p == nil {
		h.refuseLogout(w, http.StatusNotFound, "there is no such provider")
		return
	}
	logout, err := p.known.VerifyLogoutToken(r.Context(), r.PostFormValue("logout_token"))
	switch {
	case auth.ReasonOf(err) == auth.Unavailable:
		w.Header().Set("Retry-After", "5")
		h.refuseLogout(w, http.StatusServiceUnavailable, "the token can't be verified now")
		return
	case err != nil:
		h.log.WarnContext(r.Context(), "refused a logout token", "provider", p.Name, "reason", string(auth.ReasonOf(err)))
		h.refuseLogout(w, http.StatusBadRequest, "the logout token won't do")
		return
	}
	// A token that comes again ends nothing that began after it, and isn't written down
	// twice, so it needn't be remembered.
	if err := h.revokeTold(r.Context(), logout); err != nil {
		w.Header().Set("Retry-After", "5")
		h.log.ErrorContext(r.Context(), "couldn't end sessions", "provider", p.Name, "error", err)
		h.refuseLogout(w, http.StatusServiceUnavailable, "the sessions couldn't be ended now")
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (h *Handler) refuseLogout(w http.ResponseWriter, status int, description string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_request", "error_description": description})
}
