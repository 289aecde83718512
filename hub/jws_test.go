package hub

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/standards"
)

// Whoever speaks JOSE verifies our signatures, and we verify theirs.
func TestSignatureBesideJOSE(t *testing.T) {
	signer := newSigner(t)
	for _, manifest := range []string{"", "x", "xy", "xyz", strings.Repeat("a", 100_000)} {
		ours, err := signer.Sign([]byte(manifest))
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := jose.ParseDetached(ours, []byte(manifest), []jose.SignatureAlgorithm{jose.ES256})
		if err != nil {
			t.Fatal(err)
		}
		keys := signer.PublicJWKS()
		if _, err := parsed.Verify(keys); err != nil {
			t.Errorf("go-jose on our signature of %d bytes: %v", len(manifest), err)
		}
		again, err := signer.Sign([]byte(manifest))
		if err != nil || again != ours {
			t.Errorf("the same bytes were signed as %s and %s, %v", ours, again, err)
		}

		key := jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: signer.key, KeyID: signer.KeyID()}}
		peer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType(SignatureType))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := peer.Sign([]byte(manifest))
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := signed.DetachedCompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		if id, err := VerifySignature([]byte(manifest), theirs, keys); err != nil || id != signer.KeyID() {
			t.Errorf("our check of go-jose's signature: %q, %v", id, err)
		}
	}
}

func TestParseKey(t *testing.T) {
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8 := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	sec1, err := x509.MarshalECPrivateKey(p256)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		good bool
	}{
		"PKCS #8": {pkcs8(p256), true},
		"SEC 1 after its parameters": {"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" +
			string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1})), true},
		"P-384":   {pkcs8(p384), false},
		"Ed25519": {pkcs8(ed), false},
		"damaged": {"-----BEGIN PRIVATE KEY-----\nBggqhkjOPQMBBw==\n-----END PRIVATE KEY-----\n", false},
		"empty":   {"", false},
	} {
		key, err := ParseKey([]byte(c.text))
		if c.good != (err == nil) || c.good && !key.Equal(p256) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewSigner(p384); err == nil {
		t.Error("a signer was made with a key on P-384")
	}
}

func TestParseKeys(t *testing.T) {
	signer := newSigner(t)
	set, err := json.Marshal(signer.PublicJWKS())
	if err != nil {
		t.Fatal(err)
	}
	one, err := json.Marshal(signer.PublicJWKS().Keys[0])
	if err != nil {
		t.Fatal(err)
	}
	secret, err := json.Marshal(jose.JSONWebKey{Key: signer.key, KeyID: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&signer.key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	oct := `{"kty":"oct","k":"c2VjcmV0","kid":"` + signer.KeyID() + `"}`
	unknown := `{"kty":"XYZ","kid":"later"}`
	encrypts := strings.Replace(string(one), `"sig"`, `"enc"`, 1)
	for name, c := range map[string]struct {
		text string
		want []string // key IDs
	}{
		"JWK Set":                  {string(set), []string{signer.KeyID()}},
		"JWK":                      {" \n" + string(one), []string{signer.KeyID()}},
		"PEM":                      {string(public), []string{signer.KeyID()}},
		"private JWK":              {string(secret), []string{"mine"}},
		"among others":             {`{"keys":[` + oct + "," + unknown + "," + string(one) + "," + encrypts + "]}", []string{signer.KeyID()}},
		"no key of use":            {`{"keys":[` + oct + "]}", nil},
		"for encryption":           {encrypts, nil},
		"no key":                   {`{"keys":[]}`, nil},
		"broken JSON":              {`{"keys":`, nil},
		"neither":                  {"hello", nil},
		"a PEM that isn't a key":   {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", nil},
		"a certificate by mistake": {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", nil},
	} {
		keys, err := ParseKeys([]byte(c.text))
		var got []string
		for _, key := range keys.Keys {
			got = append(got, key.KeyID)
			if !key.IsPublic() {
				t.Errorf("%s: a private key was kept", name)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" || (err == nil) != (c.want != nil) {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

// No signature but the signer's own passes, and none makes the parser fail badly.
func FuzzVerifySignature(f *testing.F) {
	signer := exampleSigner(f)
	manifest := exampleManifest(f)
	good, err := signer.Sign(manifest)
	if err != nil {
		f.Fatal(err)
	}
	parts := strings.Split(good, ".")
	for _, seed := range []string{"", good, "..", "a.b.c", parts[0] + "..", ".." + parts[2], good + "=", good + "\n", "eyJhbGciOiJub25lIn0..",
		parts[0] + ".." + strings.Repeat("A", 86), parts[0] + "." + parts[2]} {
		f.Add(seed)
	}
	keys := signer.PublicJWKS()
	f.Fuzz(func(t *testing.T, signature string) {
		id, err := VerifySignature(manifest, signature, keys)
		if err == nil && (id != signer.KeyID() || signature != good) {
			t.Errorf("%q passed", signature)
		}
		if err != nil && (id != "" || ExitStatus(err) != 3 || signature == good) {
			t.Errorf("%q: %q, %v", signature, id, err)
		}
	})
}

// Whatever a registry sends as a document, only a signed manifest comes out of it.
func FuzzOpen(f *testing.F) {
	signer := exampleSigner(f)
	good := exampleManifest(f)
	f.Add(good)
	f.Add([]byte(`{"format":"entente-release/1"}`))
	f.Fuzz(func(t *testing.T, manifest []byte) {
		signature, err := signer.Sign(manifest)
		if err != nil {
			t.Fatal(err)
		}
		r := &release{bytes: manifest, signature: signature}
		if err := r.open(signer.PublicJWKS()); err == nil && (r.number < 1 || r.digest != standards.Digest(manifest)) {
			t.Errorf("%q was opened as %+v", manifest, r)
		}
	})
}
