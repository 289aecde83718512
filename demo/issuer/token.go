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

	"github.com/go-jose/go-jose/v4"
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

// token is the token endpoint: POST, a form, and one of the two grants.
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Pragma", "no-cache") // RFC 6749, section 5.1; writeJSON sets no-store
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		i.refuse(w, refusal{http.StatusMethodNotAllowed, "invalid_request", "the token endpoint takes POST only"})
		return
	}
	answer, refused := i.grant(w, r)
	if refused != nil {
		i.refuse(w, *refused)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// grant reads the request and makes the answer.
func (i *Issuer) grant(w http.ResponseWriter, r *http.Request) (map[string]any, *refusal) {
	if refused := readForm(w, r); refused != nil {
		return nil, refused
	}
	answer := map[string]any{"token_type": "Bearer", "expires_in": int(lifetime.Seconds())}
	var persona Persona
	var err error
	switch r.PostForm.Get("grant_type") {
	case "client_credentials":
		var refused *refusal
		if persona, refused = i.authenticate(r); refused != nil {
			return nil, refused
		}
	case "authorization_code":
		granted, refused := i.redeem(r)
		if refused != nil {
			return nil, refused
		}
		persona = granted.persona
		answer["id_token"], err = i.signID(granted)
	case "":
		return nil, invalidRequest("grant_type is missing")
	default:
		return nil, &refusal{http.StatusBadRequest, "unsupported_grant_type", "grant_type must be client_credentials or authorization_code"}
	}
	if err == nil {
		answer["access_token"], err = i.sign(persona)
	}
	if err != nil {
		return nil, &refusal{http.StatusInternalServerError, "server_error", "the token couldn't be signed"}
	}
	return answer, nil
}

func invalidRequest(description string) *refusal {
	return &refusal{http.StatusBadRequest, "invalid_request", description}
}

func (i *Issuer) refuse(w http.ResponseWriter, e refusal) {
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="entente demo"`)
	}
	writeJSON(w, e.status, map[string]string{"error": e.code, "error_description": e.description})
}

// readForm reads a form in which no parameter is there twice.
func readForm(w http.ResponseWriter, r *http.Request) *refusal {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return invalidRequest("the body must be a form (application/x-www-form-urlencoded)")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return invalidRequest("the form can't be read")
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return invalidRequest("a parameter is there twice")
		}
	}
	return nil
}

// authenticate says which persona the client credentials prove to be.
func (i *Issuer) authenticate(r *http.Request) (Persona, *refusal) {
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if _, basic := r.Header["Authorization"]; basic {
		if secret != "" {
			return Persona{}, invalidRequest("the client authenticates in two ways")
		}
		inForm := id
		id, secret = basicCredentials(r)
		if inForm != "" && inForm != id {
			return Persona{}, invalidRequest("the two client_id differ")
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
	return compactJWS(i.signer, claims)
}

// compactJWS signs claims and writes them in compact form.
func compactJWS(signer jose.Signer, claims any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}
