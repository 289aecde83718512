package auth

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// accepted are the signature algorithms that can be verified without knowing how
// to sign. The symmetric ones and "none" are not here, whatever a provider lists.
var accepted = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512,
	oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

// types are the JOSE "typ" values a bearer token may have, in lower case: an access
// token (RFC 9068), a plain JWT, or none. Others are other things signed by the same
// keys, such as logout tokens.
var types = []string{"", "jwt", "at+jwt", "application/at+jwt"}

// A header is what a token says of itself before anything is verified.
type header struct {
	algorithm string
	keyID     string
	issuer    string
}

// peekHeader reads a token's unverified header and issuer, and refuses what could not be
// accepted from any issuer. Types are the "typ" values that will do.
func peekHeader(raw string, types []string) (header, error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return header{}, refuse(Malformed, "the token isn't three parts joined by dots", nil)
	}
	var jose struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid"`
		Type      string `json:"typ"`
	}
	if !decodePart(parts[0], &jose) {
		return header{}, refuse(Malformed, "the token's header can't be read", nil)
	}
	if !slices.Contains(accepted, jose.Algorithm) {
		return header{}, refuse(BadSignature, "the token isn't signed with an accepted algorithm", nil)
	}
	if !slices.Contains(types, strings.ToLower(jose.Type)) {
		return header{}, refuse(Malformed, "the token isn't of a type that will do here", nil)
	}
	var claims struct {
		Issuer string `json:"iss"`
	}
	if !decodePart(parts[1], &claims) {
		return header{}, refuse(Malformed, "the token's claims can't be read", nil)
	}
	if claims.Issuer == "" {
		return header{}, refuse(Malformed, "the token names no issuer", nil)
	}
	return header{algorithm: jose.Algorithm, keyID: jose.KeyID, issuer: claims.Issuer}, nil
}

func decodePart(part string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}

// identify checks the claims of a token whose signature is good. go-oidc could check
// audience and time too, but would not say by a value which of them failed, and has
// a fixed leeway of five minutes.
func identify(token *oidc.IDToken, issuer Issuer, now time.Time) (Identity, error) {
	var claims struct {
		NotBefore     *float64        `json:"nbf"`
		Issued        *float64        `json:"iat"`
		Name          string          `json:"name"`
		Email         string          `json:"email"`
		EmailVerified lenientBool     `json:"email_verified"`
		ClientID      string          `json:"client_id"`
		Scope         scopes          `json:"scope"`
		SCP           scopes          `json:"scp"`    // what Microsoft's and Okta's call it
		Events        json.RawMessage `json:"events"` // RFC 8417: only security event tokens have it
	}
	if err := token.Claims(&claims); err != nil {
		return Identity{}, refuse(Malformed, "the token's claims can't be read", err)
	}
	switch {
	case claims.Events != nil:
		return Identity{}, refuse(Malformed, "the token tells of an event and authorises nothing", nil)
	case !slices.Contains(token.Audience, issuer.Audience):
		return Identity{}, refuse(WrongAudience, "the token is meant for another audience", nil)
	case token.Expiry.IsZero() || token.Expiry.Unix() == 0:
		return Identity{}, refuse(Malformed, "the token has no expiry", nil)
	case !now.Before(token.Expiry):
		return Identity{}, refuse(Expired, "the token has expired", nil)
	case claims.NotBefore != nil && *claims.NotBefore > float64(now.Add(leeway).Unix()):
		return Identity{}, refuse(NotYetValid, "the token isn't valid yet", nil)
	case claims.Issued != nil && *claims.Issued > float64(now.Add(leeway).Unix()):
		return Identity{}, refuse(NotYetValid, "the token was issued in the future", nil)
	// OpenID Connect Core, section 2: a subject has at most 255 characters.
	case token.Subject == "" || len(token.Subject) > 255:
		return Identity{}, refuse(Malformed, "the token needs a subject of 1 to 255 characters", nil)
	}
	return Identity{
		Issuer: issuer.URL, Subject: token.Subject, Expiry: token.Expiry,
		Name: claims.Name, Email: claims.Email, EmailVerified: bool(claims.EmailVerified) && issuer.vouches(claims.Email),
		ClientID: claims.ClientID, Scopes: append(claims.Scope, claims.SCP...),
	}, nil
}

// scopes are those of ours in a claim: a string in which they are joined by spaces (RFC 8693,
// section 4.2), or, with some providers, a list.
type scopes []string

func (s *scopes) UnmarshalJSON(text []byte) error {
	var list []string
	if len(text) > 0 && text[0] == '[' {
		if err := json.Unmarshal(text, &list); err != nil {
			return err
		}
	} else {
		var joined string
		if err := json.Unmarshal(text, &joined); err != nil {
			return err
		}
		list = strings.Fields(joined)
	}
	for _, scope := range list {
		if strings.HasPrefix(scope, scopePrefix) {
			*s = append(*s, scope)
		}
	}
	return nil
}

// A lenientBool also reads "true" and "false", which some providers send.
type lenientBool bool

func (b *lenientBool) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "true", `"true"`:
		*b = true
	case "false", `"false"`, "null":
		*b = false
	default:
		return fmt.Errorf("couldn't read %.20q as a boolean", text)
	}
	return nil
}
