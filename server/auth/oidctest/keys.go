package oidctest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// NewKey makes a key for signatures with ES256.
func NewKey(t *testing.T, id string) jose.JSONWebKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return jose.JSONWebKey{Key: private, KeyID: id, Algorithm: "ES256", Use: "sig"}
}

// ES256 is how a key of NewKey signs.
func ES256(key jose.JSONWebKey) jose.SigningKey {
	return jose.SigningKey{Algorithm: jose.ES256, Key: key}
}

// Sign signs claims as a token of that type; "" is none.
func Sign(t *testing.T, key jose.SigningKey, typ string, claims any) string {
	t.Helper()
	raw, err := sign(key, typ, claims)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func sign(key jose.SigningKey, typ string, claims any) (string, error) {
	options := &jose.SignerOptions{}
	if typ != "" {
		options = options.WithType(jose.ContentType(typ))
	}
	signer, err := jose.NewSigner(key, options)
	if err != nil {
		return "", err
	}
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
