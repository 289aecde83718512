package issuer

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	lifetime = time.Hour
	maxForm  = 4 << 10 // bytes
)

// A refusal is an error answer of RFC 6749, section 5.2.
type refusal struct {
	status      int
	code        string
	description string
}

// token is the token endpoint: POST, a form, the client credentials grant.
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Pragma", "no-cache") // RFC 6749, section 5.1; writeJSON sets no-store
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		i.refuse(w, refusal{http.StatusMethodNotAllowed, "invalid_request", "the token endpoint takes POST only"})
		return
	}
	persona, refused := i.authenticate(w, r)
	if refused != nil {
		i.refuse(w, *refused)
		return
	}
	access, err := i.sign(persona)
	if err != nil {
		i.refuse(w, refusal{http.StatusInternalServerError, "server_error", "the token couldn't be signed"})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": int(lifetime.Seconds()),
	})
}

func (i *Issuer) refuse(w http.ResponseWriter, e refusal) {
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="entente demo"`)
	}
	writeJSON(w, e.status, map[string]string{"error": e.code, "error_description": e.description})
}

// authenticate reads the request and says which persona it proves to be.
func (i *Issuer) authenticate(w http.ResponseWriter, r *http.Request) (Persona, *refusal) {
	invalid := func(description string) *refusal {
		return &refusal{http.StatusBadRequest, "invalid_request", description}
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return Persona{}, invalid("the body must be a form (application/x-www-form-urlencoded)")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return Persona{}, invalid("the form can't be read")
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return Persona{}, invalid("a parameter is there twice")
		}
	}
	switch r.PostForm.Get("grant_type") {
	case "client_credentials":
	case "":
		return Persona{}, invalid("grant_type is missing")
	default:
		return Persona{}, &refusal{http.StatusBadRequest, "unsupported_grant_type", "grant_type must be client_credentials"}
	}
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if _, basic := r.Header["Authorization"]; basic {
		if secret != "" {
			return Persona{}, invalid("the client authenticates in two ways")
		}
		inForm := id
		id, secret = basicCredentials(r)
		if inForm != "" && inForm != id {
			return Persona{}, invalid("the two client_id differ")
		}
	}
	persona, known := i.personas[id]
	given, wanted := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(Secret))
	// The comparison is made for an unknown persona too.
	if same := subtle.ConstantTimeCompare(given[:], wanted[:]) == 1; !same || !known {
		return Persona{}, &refusal{http.StatusUnauthorized, "invalid_client", "no such persona, or its secret isn't the one on the issuer's page"}
	}
	return persona, nil
}

// basicCredentials undoes the form encoding inside HTTP basic (RFC 6749, section 2.3.1).
func basicCredentials(r *http.Request) (id, secret string) {
	user, password, _ := r.BasicAuth()
	id, err := url.QueryUnescape(user)
	if err != nil {
		return "", ""
	}
	secret, err = url.QueryUnescape(password)
	if err != nil {
		return "", ""
	}
	return id, secret
}

// sign makes a persona's access token.
func (i *Issuer) sign(persona Persona) (string, error) {
	now := i.options.Now()
	claims := struct {
		jwt.Claims
		ClientID      string `json:"client_id"`
		Name          string `json:"name,omitempty"`
		Email         string `json:"email,omitempty"`
		EmailVerified bool   `json:"email_verified"`
	}{
		Claims: jwt.Claims{
			Issuer: i.options.Issuer, Subject: persona.ID, Audience: jwt.Audience{i.options.Audience}, ID: rand.Text(),
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(lifetime)),
		},
		ClientID: persona.ID, Name: persona.Name, Email: persona.Email, EmailVerified: persona.Email != "",
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := i.signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}
