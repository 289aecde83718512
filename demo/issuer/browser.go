package issuer

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	codeLifetime = time.Minute
	maxCodes     = 1000
)

// A grant is what a code stands for.
type grant struct {
	persona   Persona
	redirect  string
	nonce     string
	challenge string // PKCE, S256
	at        time.Time
}

// grants keeps the codes that were given out. Each is good once.
type grants struct {
	mu    sync.Mutex // guards codes
	codes map[string]grant
}

// add gives a code out; "" where there are too many already.
func (g *grants) add(given grant) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	for code, old := range g.codes {
		if given.at.Sub(old.at) > codeLifetime {
			delete(g.codes, code)
		}
	}
	if len(g.codes) >= maxCodes {
		return ""
	}
	if g.codes == nil {
		g.codes = map[string]grant{}
	}
	code := rand.Text()
	g.codes[code] = given
	return code
}

// take takes a code back.
func (g *grants) take(code string) (grant, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	given, ok := g.codes[code]
	delete(g.codes, code)
	return given, ok
}

// carried are the parameters of an authorization request that matter here.
var carried = []string{"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method"}

var authorizeTemplate = template.Must(template.New("authorize").Parse(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Demo issuer: who are you?</title></head>
<body>
<h1>Who are you?</h1>
<p>This issuer belongs to the demonstration: choose anybody, without a password.</p>
<form method="post">
{{range $name, $value := .Carried}}<input type="hidden" name="{{$name}}" value="{{$value}}">
{{end}}<ul>
{{range .Personas}}<li><button name="persona" value="{{.ID}}">{{.Name}}, {{.Organisation}}</button></li>
{{end}}</ul>
</form>
</body>
</html>
`))

// authorize shows the personas to choose from, unless login_hint names one. A request that is wrong is answered
// here: nobody is sent to an address that might be a stranger's.
func (i *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if wrong := i.faultOf(query); wrong != "" {
		http.Error(w, wrong, http.StatusBadRequest)
		return
	}
	if persona, named := i.personas[query.Get("login_hint")]; named {
		i.sendBack(w, query, persona)
		return
	}
	values := map[string]string{}
	for _, name := range carried {
		values[name] = query.Get(name)
	}
	var text bytes.Buffer
	if err := authorizeTemplate.Execute(&text, map[string]any{"Carried": values, "Personas": i.options.Personas}); err != nil {
		http.Error(w, "the page can't be written", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	// The answer to the form leads to the client, which is the demonstration itself.
	header.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	_, _ = w.Write(text.Bytes())
}

// faultOf says what is wrong with an authorization request; "" where nothing is.
func (i *Issuer) faultOf(request url.Values) string {
	for _, name := range carried {
		if len(request[name]) > 1 {
			return "a parameter is there twice"
		}
	}
	switch {
	case request.Get("client_id") != i.options.Client:
		return "there is no such client"
	case !slices.Contains(i.options.Redirects, request.Get("redirect_uri")):
		return "the redirect_uri isn't the client's"
	case request.Get("response_type") != "code":
		return "response_type must be code"
	case request.Get("code_challenge_method") != "S256" || len(request.Get("code_challenge")) != 43:
		return "a code_challenge of the method S256 is missing"
	}
	return ""
}

// choosePersona takes the form with the persona chosen: it sends the browser back with a code.
func (i *Issuer) choosePersona(w http.ResponseWriter, r *http.Request) {
	if refused := readForm(w, r); refused != nil {
		http.Error(w, refused.description, refused.status)
		return
	}
	persona, known := i.personas[r.PostForm.Get("persona")]
	wrong := i.faultOf(r.PostForm)
	if !known && wrong == "" {
		wrong = "there is no such persona"
	}
	if wrong != "" {
		http.Error(w, wrong, http.StatusBadRequest)
		return
	}
	i.sendBack(w, r.PostForm, persona)
}

// sendBack sends the browser back to the client with a code for a persona.
func (i *Issuer) sendBack(w http.ResponseWriter, request url.Values, persona Persona) {
	code := i.grants.add(grant{persona: persona, redirect: request.Get("redirect_uri"), nonce: request.Get("nonce"),
		challenge: request.Get("code_challenge"), at: i.options.Now()})
	if code == "" {
		http.Error(w, "too many people sign in at once", http.StatusServiceUnavailable)
		return
	}
	to, err := url.Parse(request.Get("redirect_uri"))
	if err != nil {
		http.Error(w, "the redirect_uri can't be read", http.StatusBadRequest)
		return
	}
	query := to.Query()
	query.Set("code", code)
	query.Set("state", request.Get("state"))
	query.Set("iss", i.options.Issuer) // RFC 9207
	to.RawQuery = query.Encode()
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", to.String())
	w.WriteHeader(http.StatusSeeOther)
}

// redeem is the token endpoint's side of the authorization code.
func (i *Issuer) redeem(r *http.Request) (grant, *refusal) {
	given, ok := i.grants.take(r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	if !ok || i.options.Client == "" || r.PostForm.Get("client_id") != i.options.Client ||
		r.PostForm.Get("redirect_uri") != given.redirect || i.options.Now().Sub(given.at) > codeLifetime ||
		subtle.ConstantTimeCompare([]byte(challenge), []byte(given.challenge)) != 1 {
		return grant{}, &refusal{http.StatusBadRequest, "invalid_grant", "the code is used, too old, or another's"}
	}
	return given, nil
}

// signID makes the ID token.
func (i *Issuer) signID(given grant) (string, error) {
	now := i.options.Now()
	return compactJWS(i.idSigner, struct {
		jwt.Claims
		Nonce         string `json:"nonce,omitempty"`
		Name          string `json:"name,omitempty"`
		Email         string `json:"email,omitempty"`
		EmailVerified bool   `json:"email_verified"`
	}{
		Claims: jwt.Claims{
			Issuer: i.options.Issuer, Subject: given.persona.ID, Audience: jwt.Audience{i.options.Client},
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(lifetime)),
		},
		Nonce: given.nonce, Name: given.persona.Name, Email: given.persona.Email, EmailVerified: given.persona.Email != "",
	})
}

// logout ends nothing, since this issuer keeps no sessions: it sends people back.
func (i *Issuer) logout(w http.ResponseWriter, r *http.Request) {
	if to := r.URL.Query().Get("post_logout_redirect_uri"); to != "" && to == i.options.AfterLogout {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("You are signed out.\n"))
}
