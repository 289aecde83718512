package auth

import (
	"context"
	"crypto"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// A said is a provider that says the same at every address but one.
type said struct{ metadata, keys string }

// RoundTrip implements http.RoundTripper.
func (s said) RoundTrip(r *http.Request) (*http.Response, error) {
	text := s.keys
	if strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration") {
		text = s.metadata
	}
	return &http.Response{StatusCode: 200, Status: "200 OK", Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

// Whatever a provider says of itself, what is believed are public keys and algorithms
// that need one, from an address as safe as its own.
func FuzzProviderAnswers(f *testing.F) {
	const issuer = "https://id.example"
	metadata := `{"issuer":"https://id.example","jwks_uri":"https://id.example/keys","id_token_signing_alg_values_supported":["ES256"]}`
	keys := `{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}`
	f.Add(metadata, keys)
	f.Add(metadata, strings.Replace(keys, `"y"`, `"d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE","y"`, 1))
	f.Add(metadata, `{"keys":[{"kty":"oct","k":"c2VjcmV0"},{"kty":"RSA","n":"AQ","e":"AQ"},7,null]}`)
	f.Add(strings.Replace(metadata, "https://id.example/keys", "http://169.254.169.254/", 1), keys)
	f.Add(strings.Replace(metadata, "ES256", `none","HS256`, 1), keys)
	f.Add(strings.Replace(metadata, `["ES256"]`, `null`, 1), keys)
	f.Add(`{"issuer":"https://id.example"}`, `[]`)
	f.Add(`<html>`, ``)
	f.Fuzz(func(t *testing.T, metadata, keys string) {
		found, err := discover(context.Background(), &http.Client{Transport: said{metadata, keys}}, Issuer{URL: issuer})
		if err != nil {
			return
		}
		if len(found.keys) == 0 || len(found.algorithms) == 0 {
			t.Errorf("believed without keys or algorithms: %+v", found)
		}
		for _, key := range found.keys {
			_, secret := key.Key.([]byte)
			if _, private := key.Key.(crypto.Signer); secret || private || !key.Valid() {
				t.Errorf("believed: %T", key.Key)
			}
		}
		for _, algorithm := range found.algorithms {
			if !slices.Contains(accepted, algorithm) || strings.HasPrefix(algorithm, "HS") || algorithm == "none" {
				t.Errorf("believed: %s", algorithm)
			}
		}
	})
}
