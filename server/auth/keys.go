package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// errUnknownKey says that none of the keys known is the one a token was signed
// with, as far as its header tells: newer keys may do.
var errUnknownKey = errors.New("no such key")

// A snapshot is what a provider said at one moment. It is never changed.
//
// go-oidc's own RemoteKeySet is not used: it fetches the keys again for every token
// with an unknown key ID or a wrong signature, never otherwise, and hides whether
// the signature or the fetch failed.
type snapshot struct {
	keys       []jose.JSONWebKey
	algorithms []string
	metadata   Metadata
	at         time.Time
}

// discover asks a provider for its metadata and its keys.
func discover(ctx context.Context, client *http.Client, issuer Issuer) (*snapshot, error) {
	metadata, err := oidc.NewProvider(oidc.ClientContext(ctx, client), issuer.URL)
	if err != nil {
		return nil, fmt.Errorf("couldn't discover the provider: %w", err)
	}
	var lists struct {
		KeysURL    string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := metadata.Claims(&lists); err != nil {
		return nil, fmt.Errorf("couldn't read the provider's metadata: %w", err)
	}
	found := &snapshot{}
	for _, algorithm := range lists.Algorithms {
		if slices.Contains(accepted, algorithm) {
			found.algorithms = append(found.algorithms, algorithm)
		}
	}
	if len(lists.Algorithms) == 0 {
		found.algorithms = []string{oidc.RS256} // the one that every provider must have
	}
	if len(found.algorithms) == 0 {
		return nil, errors.New("the provider lists no asymmetric signature algorithm")
	}
	if err := metadata.Claims(&found.metadata); err != nil {
		return nil, fmt.Errorf("couldn't read the provider's metadata: %w", err)
	}
	if !asSafe(lists.KeysURL, issuer) {
		return nil, errors.New("the provider's jwks_uri isn't a URL that is as safe as its own")
	}
	if found.keys, err = fetchKeys(ctx, client, lists.KeysURL); err != nil {
		return nil, fmt.Errorf("couldn't fetch the provider's keys: %w", err)
	}
	return found, nil
}

// asSafe says whether text is a URL to which the issuer's secrets may go: https, or
// what the issuer's own URL is.
func asSafe(text string, issuer Issuer) bool {
	u, err := url.Parse(text)
	own, ownErr := url.Parse(issuer.URL)
	return err == nil && ownErr == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == own.Scheme)
}

// fetchKeys reads a JWK set and keeps its public signature keys. Keys of kinds not
// known here are passed over, as RFC 7517, section 5 asks.
func fetchKeys(ctx context.Context, client *http.Client, from string) ([]jose.JSONWebKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Cache-Control", "no-cache")
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the answer is %s", answer.Status)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, errors.New("the answer isn't a JWK set")
	}
	var keys []jose.JSONWebKey
	for _, text := range set.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(text, &key) == nil && key.Valid() && key.IsPublic() && (key.Use == "" || key.Use == "sig") {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("the JWK set has no public signature key")
	}
	return keys, nil
}

// verify checks raw's signature with the snapshot's keys, and its issuer. It returns
// errUnknownKey where other keys might do.
func (s *snapshot) verify(ctx context.Context, issuer, raw string, head header) (*oidc.IDToken, error) {
	if !slices.Contains(s.algorithms, head.algorithm) {
		return nil, refuse(BadSignature, "the token isn't signed with an algorithm that its issuer lists", nil)
	}
	ring := &keyring{algorithms: s.algorithms}
	for _, key := range s.keys {
		if (head.keyID == "" || key.KeyID == head.keyID) && (key.Algorithm == "" || key.Algorithm == head.algorithm) {
			ring.keys = append(ring.keys, key)
		}
	}
	if len(ring.keys) == 0 {
		return nil, errUnknownKey
	}
	verifier := oidc.NewVerifier(issuer, ring, &oidc.Config{
		SupportedSigningAlgs: s.algorithms,
		SkipClientIDCheck:    true, // identify checks audience and times
		SkipExpiryCheck:      true,
	})
	token, err := verifier.Verify(ctx, raw)
	switch {
	case err == nil:
		return token, nil
	case ring.failed && head.keyID == "":
		return nil, errUnknownKey
	case ring.failed:
		return nil, refuse(BadSignature, "the token's signature is wrong", nil)
	default:
		return nil, refuse(Malformed, "the token's claims can't be read", err)
	}
}

// A keyring is an oidc.KeySet for one verification, which remembers that it was the
// signature that was wrong.
type keyring struct {
	keys       []jose.JSONWebKey
	algorithms []string
	failed     bool
}

// VerifySignature implements oidc.KeySet.
func (k *keyring) VerifySignature(_ context.Context, raw string) ([]byte, error) {
	k.failed = true
	algorithms := make([]jose.SignatureAlgorithm, len(k.algorithms))
	for i, algorithm := range k.algorithms {
		algorithms[i] = jose.SignatureAlgorithm(algorithm)
	}
	signed, err := jose.ParseSignedCompact(raw, algorithms)
	if err != nil {
		return nil, fmt.Errorf("couldn't parse the token: %w", err)
	}
	for _, key := range k.keys {
		if payload, err := signed.Verify(key); err == nil {
			k.failed = false
			return payload, nil
		}
	}
	return nil, errors.New("no key verifies the signature")
}
