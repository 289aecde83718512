package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/auth"
)

// attemptFor is how long somebody has for signing in at the provider.
const attemptFor = 10 * time.Minute

// An attempt is a sign-in under way: what the provider's answer must fit.
type attempt struct {
	Provider string `json:"p"`
	Issuer   string `json:"i"`
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"` // PKCE
	Return   string `json:"r"`
	Began    int64  `json:"b"`
}

func attemptCookie(provider string) string { return sessionCookie + "-signin-" + provider }

// choose shows the providers; with one alone there is no choice.
func (h *Handler) choose(w http.ResponseWriter, r *http.Request) {
	back, hint := localPath(r.URL.Query().Get("return")), ""
	if len(h.list) == 1 && h.list[0].TakesHint {
		hint = r.URL.Query().Get("login_hint")
	}
	if _, ok, _ := h.readSession(r); ok && hint == "" {
		h.redirect(w, back)
		return
	}
	if len(h.list) == 1 {
		if to := h.start(w, r, h.list[0], back, hint); to != "" {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusSeeOther)
		}
		return
	}
	h.show(w, r, http.StatusOK, "choice", &choicePage{Frame: h.frame(r, "Sign in"), Providers: h.list, Return: back})
}

// begin sends somebody on to the provider.
func (h *Handler) begin(w http.ResponseWriter, r *http.Request) {
	p := h.provider(w, r)
	if p == nil {
		return
	}
	if to := h.start(w, r, p, localPath(r.PostFormValue("return")), ""); to != "" {
		h.goOn(w, r, to, "Sign in at %s", p.Label)
	}
}

// start begins a sign-in and returns where it goes on; "" says that the request was
// answered. The hint tells the provider who is expected to sign in (OpenID Connect Core
// 1.0, section 3.1.2.1); "" for nobody in particular.
func (h *Handler) start(w http.ResponseWriter, r *http.Request, p *provider, back, hint string) string {
	m, err := p.known.Metadata(r.Context())
	if err != nil || m.Authorization == "" || m.Token == "" {
		h.unavailable(w, r, p, err)
		return ""
	}
	a := attempt{Provider: p.Name, Issuer: p.URL, State: rand.Text(), Nonce: rand.Text(),
		Verifier: oauth2.GenerateVerifier(), Return: back, Began: h.now().Unix()}
	text, _ := json.Marshal(a) // strings and a number
	name := attemptCookie(p.Name)
	h.setCookie(w, name, h.keys.seal(h.cookieName(name), text), attemptFor)
	asked := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(a.Verifier), oauth2.SetAuthURLParam("nonce", a.Nonce)}
	if hint != "" {
		asked = append(asked, oauth2.SetAuthURLParam("login_hint", hint))
	}
	return p.config(m).AuthCodeURL(a.State, asked...)
}

// callback takes the provider's answer. Whatever it is, the attempt is over.
func (h *Handler) callback(w http.ResponseWriter, r *http.Request) {
	p := h.provider(w, r)
	if p == nil {
		return
	}
	a, ok := h.readAttempt(r, p)
	query := r.URL.Query()
	if !ok || len(query["state"]) != 1 || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(a.State)) != 1 {
		// An answer that isn't this browser's leaves its own attempt alone.
		h.unfinished(w, r, p, "state", nil)
		return
	}
	h.setCookie(w, attemptCookie(p.Name), "", -1)
	m, err := p.known.Metadata(r.Context())
	if err != nil {
		h.unavailable(w, r, p, err)
		return
	}
	// RFC 9207, section 2.4: against another provider's code being sent here.
	if issuers := query["iss"]; len(issuers) > 1 || len(issuers) == 1 && issuers[0] != p.URL || len(issuers) == 0 && m.IssParameter {
		h.unfinished(w, r, p, "iss", nil)
		return
	}
	if query.Has("error") || len(query["code"]) != 1 {
		h.unfinished(w, r, p, "error", errors.New(oauthCode(query.Get("error"))))
		return
	}
	person, idToken, err := p.redeem(r.Context(), m, a, query.Get("code"))
	switch {
	case auth.ReasonOf(err) == auth.Unavailable:
		h.unavailable(w, r, p, err)
		return
	case err != nil:
		h.unfinished(w, r, p, "token", err)
		return
	}
	if old, ok, _ := h.readSession(r); ok { // whose cookie is about to be replaced
		_ = h.revokeOwn(r.Context(), old) // it is logged; the person wants to come in
	}
	h.log.InfoContext(r.Context(), "somebody signed in", "provider", p.Name, "subject", clip(person.Subject, 255), "request", answer.RequestID(w))
	h.sealSession(w, newSession(p.Name, person, idToken, h.now()))
	h.redirect(w, a.Return)
}

// readAttempt opens the cookie of a sign-in under way at the provider.
func (h *Handler) readAttempt(r *http.Request, p *provider) (a attempt, ok bool) {
	name := h.cookieName(attemptCookie(p.Name))
	cookies := r.CookiesNamed(name)
	if len(cookies) != 1 {
		return attempt{}, false
	}
	text, err := h.keys.open(name, cookies[0].Value)
	if err != nil || json.Unmarshal(text, &a) != nil || a.State == "" {
		return attempt{}, false
	}
	age := h.now().Sub(time.Unix(a.Began, 0))
	return a, a.Provider == p.Name && a.Issuer == p.URL && age < attemptFor && age > -time.Minute
}

// redeem exchanges the code and says whom the provider means. An error whose reason is
// auth.Unavailable says that the provider is to blame, and not the answer.
func (p *provider) redeem(ctx context.Context, m auth.Metadata, a attempt, code string) (auth.Person, string, error) {
	token, err := p.config(m).Exchange(context.WithValue(ctx, oauth2.HTTPClient, p.known.Client()), code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		var answered *oauth2.RetrieveError
		if errors.As(err, &answered) && answered.Response != nil && answered.Response.StatusCode < 500 && answered.ErrorCode != "" {
			// The error itself holds the whole answer.
			return auth.Person{}, "", errors.New("the provider refused the code: " + oauthCode(answered.ErrorCode))
		}
		return auth.Person{}, "", &auth.Error{Reason: auth.Unavailable, Public: "the provider's token endpoint doesn't answer as it should"}
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok || raw == "" {
		return auth.Person{}, "", errors.New("the provider gave no ID token")
	}
	person, err := p.known.VerifyIDToken(ctx, raw, a.Nonce)
	if err != nil {
		return auth.Person{}, "", err
	}
	person, err = p.known.UserInfo(ctx, person, token.AccessToken)
	return person, raw, err
}

// oauthCode is an error code of OAuth (RFC 6749, section 4.1.2.1), without what could
// be anything else.
func oauthCode(code string) string {
	if len(code) > 60 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "an error that isn't a code"
	}
	return code
}

// unavailable says that the provider doesn't answer.
func (h *Handler) unavailable(w http.ResponseWriter, r *http.Request, p *provider, err error) {
	cause := "its metadata lack an endpoint"
	if err != nil {
		cause = err.Error()
	}
	h.log.WarnContext(r.Context(), "couldn't reach the provider", "provider", p.Name, "error", clip(cause, 300))
	w.Header().Set("Retry-After", "30")
	h.fail(w, r, http.StatusServiceUnavailable, "Sign-in isn't possible now", "Nobody can sign in with %s now. Whoever is signed in already stays so and can go on working. Try again in a minute.", "/signin", p.Label)
}

// unfinished says that the answer of the provider is none for this browser's sign-in.
// What is wrong with it is for the log only.
func (h *Handler) unfinished(w http.ResponseWriter, r *http.Request, p *provider, what string, err error) {
	cause := ""
	if err != nil {
		cause = err.Error()
	}
	h.log.WarnContext(r.Context(), "a sign-in couldn't be finished", "provider", p.Name, "what", what, "error", clip(cause, 300))
	h.fail(w, r, http.StatusBadRequest, "You are not signed in", "This sign-in can't be finished: it was cancelled, took too long, or was begun in another browser. Please begin again.", "/signin")
}

func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}
