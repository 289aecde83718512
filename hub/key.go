package hub

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// GenerateKey makes a new key to sign releases with: PEM, PKCS #8, P-256. It is
// secret: keep it with mode 0600.
func GenerateKey() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("couldn't make a release key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("couldn't encode the release key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// ParseKey reads a private key from PEM: PKCS #8 ("PRIVATE KEY", what [GenerateKey]
// makes) or SEC 1 ("EC PRIVATE KEY", what openssl ecparam makes), on the curve P-256.
func ParseKey(text []byte) (*ecdsa.PrivateKey, error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return nil, errors.New("couldn't read the release key: it holds no private key in PEM")
		}
		var key any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		default: // openssl puts "EC PARAMETERS" first
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("couldn't read the release key: %w", err)
		}
		if k, ok := key.(*ecdsa.PrivateKey); ok && k.Curve == elliptic.P256() {
			return k, nil
		}
		return nil, errors.New("couldn't read the release key: it isn't an EC key on P-256")
	}
}

// ParseKeys reads the public keys that a client pins: a JWK Set, a single JWK, or
// public keys in PEM ("PUBLIC KEY"). Keys that can't have signed a release (another
// type, curve, use or algorithm) are passed over, as RFC 7517, section 5, has it;
// when none is left, that is an error. A key without an ID gets its thumbprint.
func ParseKeys(text []byte) (jose.JSONWebKeySet, error) {
	var found []jose.JSONWebKey
	var err error
	if trimmed := bytes.TrimSpace(text); bytes.HasPrefix(trimmed, []byte("{")) {
		found, err = parseJWKs(trimmed)
	} else {
		found, err = parsePEMs(text)
	}
	if err != nil {
		return jose.JSONWebKeySet{}, fmt.Errorf("couldn't read the release keys: %w", err)
	}
	var set jose.JSONWebKeySet
	for _, key := range found {
		if usable, ok := usableKey(key); ok {
			set.Keys = append(set.Keys, usable)
		}
	}
	if len(set.Keys) == 0 {
		return set, errors.New("couldn't read the release keys: none of them is an ES256 key")
	}
	return set, nil
}

func parseJWKs(text []byte) ([]jose.JSONWebKey, error) {
	var raw struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	if raw.Keys == nil {
		raw.Keys = []json.RawMessage{text}
	}
	var keys []jose.JSONWebKey
	for _, r := range raw.Keys {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(r) == nil { // one of a type unknown here is for others
			keys = append(keys, key)
		}
	}
	return keys, nil
}

func parsePEMs(text []byte) ([]jose.JSONWebKey, error) {
	var keys []jose.JSONWebKey
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if block.Type != "PUBLIC KEY" {
			continue
		}
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, err
		}
		keys = append(keys, jose.JSONWebKey{Key: key})
	}
	if len(keys) == 0 {
		return nil, errors.New("it is neither JSON nor public keys in PEM")
	}
	return keys, nil
}

// usableKey returns the public half of a key that may sign releases, with an ID.
func usableKey(key jose.JSONWebKey) (jose.JSONWebKey, bool) {
	key = key.Public()
	public, ok := key.Key.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() || key.Use != "" && key.Use != "sig" || key.Algorithm != "" && key.Algorithm != "ES256" {
		return key, false
	}
	if key.KeyID != "" {
		return publicJWK(public, key.KeyID), true
	}
	id, err := keyThumbprint(public)
	return publicJWK(public, id), err == nil
}

func publicJWK(key *ecdsa.PublicKey, id string) jose.JSONWebKey {
	return jose.JSONWebKey{Key: key, KeyID: id, Algorithm: "ES256", Use: "sig"}
}

// keyThumbprint is RFC 7638's, in base64url.
func keyThumbprint(key *ecdsa.PublicKey) (string, error) {
	sum, err := (&jose.JSONWebKey{Key: key}).Thumbprint(crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("couldn't compute the key's thumbprint: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sum), nil
}
