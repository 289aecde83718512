package auth_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/server/auth"
)

const audience = "entente-test"

// A clock is set by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// A testProvider is an OpenID Connect provider whose behaviour a test chooses.
type testProvider struct {
	server *httptest.Server
	clock  *clock

	mu         sync.Mutex
	algorithms []string
	keys       []jose.JSONWebKey // public
	answer     http.HandlerFunc  // replaces every answer, where set
	requests   int
}

func newProvider(t *testing.T, c *clock) *testProvider {
	t.Helper()
	p := &testProvider{clock: c, algorithms: []string{"ES256"}}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	return p
}

func (p *testProvider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.requests++
	answer, keys, algorithms := p.answer, p.keys, p.algorithms
	p.mu.Unlock()
	switch {
	case answer != nil:
		answer(w, r)
	case r.URL.Path == "/keys":
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: keys})
	default:
		json.NewEncoder(w).Encode(map[string]any{
			"issuer": p.server.URL, "jwks_uri": p.server.URL + "/keys",
			"id_token_signing_alg_values_supported": algorithms,
		})
	}
}

func (p *testProvider) set(answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func (p *testProvider) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests
}

// publish replaces the provider's keys.
func (p *testProvider) publish(keys ...jose.JSONWebKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = nil
	for _, key := range keys {
		p.keys = append(p.keys, key.Public())
	}
}

func newKey(t *testing.T, id string) jose.JSONWebKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return jose.JSONWebKey{Key: private, KeyID: id, Algorithm: "ES256", Use: "sig"}
}

// claims are those of a good token, changed as a test wants: nil takes one away.
func (p *testProvider) claims(changes map[string]any) map[string]any {
	now := p.clock.now().Unix()
	claims := map[string]any{
		"iss": p.server.URL, "sub": "mina", "aud": audience, "exp": now + 3600, "iat": now, "nbf": now,
		"name": "Mina Okafor", "email": "mina@example.org", "email_verified": true,
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

func sign(t *testing.T, key jose.SigningKey, typ string, claims map[string]any) string {
	t.Helper()
	options := &jose.SignerOptions{}
	if typ != "" {
		options = options.WithType(jose.ContentType(typ))
	}
	signer, err := jose.NewSigner(key, options)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func es256(key jose.JSONWebKey) jose.SigningKey {
	return jose.SigningKey{Algorithm: jose.ES256, Key: key}
}

// publicBytes is what an attacker has of a key: bytes that could be taken for an HMAC secret.
func publicBytes(t *testing.T, key jose.JSONWebKey) []byte {
	t.Helper()
	text, err := x509.MarshalPKIXPublicKey(key.Key.(crypto.Signer).Public())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func newVerifier(t *testing.T, p *testProvider) *auth.Verifier {
	t.Helper()
	v, err := auth.New([]auth.Issuer{{URL: p.server.URL, Audience: audience, EmailDomains: []string{auth.AnyDomain}}}, nil, auth.WithClock(p.clock.now))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// verify checks that a token meets the reason wanted; "" is for a good one.
func verify(t *testing.T, v *auth.Verifier, raw string, want auth.Reason) auth.Identity {
	t.Helper()
	identity, err := v.Verify(context.Background(), raw)
	if got := auth.ReasonOf(err); got != want || (err == nil) != (want == "") {
		t.Fatalf("Verify: reason %q (%v), want %q", got, err, want)
	}
	if err != nil && !cmp.Equal(identity, auth.Identity{}) {
		t.Fatalf("Verify refused the token and still returned %+v", identity)
	}
	return identity
}

func TestProviderDownAtStart(t *testing.T) {
	p := newProvider(t, newClock())
	key := newKey(t, "k1")
	p.publish(key)
	p.set(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	v := newVerifier(t, p)
	if p.count() != 0 {
		t.Fatal("New talked to the provider")
	}
	raw := sign(t, es256(key), "", p.claims(nil))

	_, err := v.Verify(context.Background(), raw)
	e, ok := err.(*auth.Error)
	if !ok || !e.Retryable() || e.RetryAfter <= 0 {
		t.Fatalf("Verify: %#v, want a retryable error with a time to retry after", err)
	}
	asked := p.count()
	verify(t, v, raw, auth.Unavailable)
	if p.count() != asked {
		t.Error("a failed provider was asked again at once")
	}
	p.set(nil)
	p.clock.forward(e.RetryAfter)
	verify(t, v, raw, "")
}

func TestBackoffGrowsToItsBound(t *testing.T) {
	p := newProvider(t, newClock())
	key := newKey(t, "k1")
	p.set(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	v := newVerifier(t, p)
	raw := sign(t, es256(key), "", p.claims(map[string]any{"exp": p.clock.now().Unix() + 1e6}))
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 30, 30} {
		_, err := v.Verify(context.Background(), raw)
		e, ok := err.(*auth.Error)
		if !ok || e.RetryAfter != want*time.Second {
			t.Fatalf("Verify: %v, want to retry after %d s", err, want)
		}
		p.clock.forward(e.RetryAfter)
	}
}

func TestProviderDownLater(t *testing.T) {
	p := newProvider(t, newClock())
	key := newKey(t, "k1")
	p.publish(key)
	v := newVerifier(t, p)
	verify(t, v, sign(t, es256(key), "", p.claims(nil)), "")

	p.set(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for _, later := range []time.Duration{time.Minute, time.Hour, 30 * 24 * time.Hour} {
		p.clock.forward(later)
		verify(t, v, sign(t, es256(key), "", p.claims(nil)), "")
	}
	// An unknown key may be a new one: nobody can tell now.
	p.clock.forward(time.Minute)
	verify(t, v, sign(t, es256(newKey(t, "k2")), "", p.claims(nil)), auth.Unavailable)
	// A known key that didn't sign the token is no reason to wait.
	verify(t, v, sign(t, es256(newKey(t, "k1")), "", p.claims(nil)), auth.BadSignature)
}

func TestKeyRotation(t *testing.T) {
	for _, ids := range [][2]string{{"k1", "k2"}, {"", ""}} {
		p := newProvider(t, newClock())
		before, after := newKey(t, ids[0]), newKey(t, ids[1])
		p.publish(before)
		v := newVerifier(t, p)
		verify(t, v, sign(t, es256(before), "", p.claims(nil)), "")
		verify(t, v, sign(t, es256(after), "", p.claims(nil)), auth.BadSignature)

		p.publish(after)
		p.clock.forward(10 * time.Second)
		verify(t, v, sign(t, es256(after), "", p.claims(nil)), "")
		p.clock.forward(10 * time.Second)
		verify(t, v, sign(t, es256(before), "", p.claims(nil)), auth.BadSignature)
	}
}

func TestWithdrawnKeyIsForgotten(t *testing.T) {
	p := newProvider(t, newClock())
	key := newKey(t, "k1")
	p.publish(key)
	v := newVerifier(t, p)
	verify(t, v, sign(t, es256(key), "", p.claims(nil)), "")
	p.publish(newKey(t, "k2"))
	p.clock.forward(2 * time.Hour)
	verify(t, v, sign(t, es256(key), "", p.claims(nil)), auth.BadSignature)
}

func TestInventedKeyIDsMakeNoTraffic(t *testing.T) {
	p := newProvider(t, newClock())
	key := newKey(t, "k1")
	p.publish(key)
	v := newVerifier(t, p)
	verify(t, v, sign(t, es256(key), "", p.claims(nil)), "")
	asked := p.count()
	for _, id := range []string{"a", "b", "c", "d", ""} {
		verify(t, v, sign(t, es256(newKey(t, id)), "", p.claims(nil)), auth.BadSignature)
	}
	if got := p.count() - asked; got != 0 {
		t.Errorf("invented keys led to %d requests right after a fetch", got)
	}
}

func TestProviderNonsense(t *testing.T) {
	text := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(body)) }
	}
	for name, answer := range map[string]func(p *testProvider) http.HandlerFunc{
		"not JSON":     func(*testProvider) http.HandlerFunc { return text("<html>sign in</html>") },
		"empty object": func(*testProvider) http.HandlerFunc { return text("{}") },
		"endless": func(*testProvider) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				chunk := bytes.Repeat([]byte(" "), 64<<10)
				for sent := 0; ; sent += len(chunk) {
					if _, err := w.Write(chunk); err != nil {
						return
					}
					if sent > 64<<20 { // more than 1 MiB and what the sockets hold
						t.Error("the provider's answer is read without a bound")
						return
					}
				}
			}
		},
		"another issuer": func(*testProvider) http.HandlerFunc {
			return text(`{"issuer":"https://evil.example","jwks_uri":"https://evil.example/keys"}`)
		},
		"only symmetric": func(p *testProvider) http.HandlerFunc {
			return text(`{"issuer":"` + p.server.URL + `","jwks_uri":"` + p.server.URL + `/keys","id_token_signing_alg_values_supported":["HS256","none"]}`)
		},
		"no keys URL": func(p *testProvider) http.HandlerFunc {
			return text(`{"issuer":"` + p.server.URL + `","id_token_signing_alg_values_supported":["ES256"]}`)
		},
		"keys are nonsense": func(p *testProvider) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/keys" {
					text(`{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"k1"},{"kty":"XYZ"},17]}`)(w, r)
					return
				}
				text(`{"issuer":"`+p.server.URL+`","jwks_uri":"`+p.server.URL+`/keys","id_token_signing_alg_values_supported":["ES256"]}`)(w, r)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t, newClock())
			key := newKey(t, "k1")
			p.publish(key)
			p.set(answer(p))
			v := newVerifier(t, p)
			verify(t, v, sign(t, es256(key), "", p.claims(nil)), auth.Unavailable)
			p.set(nil)
			p.clock.forward(time.Minute)
			verify(t, v, sign(t, es256(key), "", p.claims(nil)), "")
		})
	}
}

func TestCallerWhoLeavesDoesNotSpoilDiscovery(t *testing.T) {
	p := newProvider(t, newClock())
	key := newKey(t, "k1")
	p.publish(key)
	asked, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	p.set(func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(asked) })
		<-release
		p.set(nil)
		p.ServeHTTP(w, r)
	})
	v := newVerifier(t, p)
	raw := sign(t, es256(key), "", p.claims(nil))
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-asked; cancel() }()
	if _, err := v.Verify(ctx, raw); auth.ReasonOf(err) != auth.Unavailable {
		t.Errorf("Verify: %v, want unavailable", err)
	}
	close(release)
	verify(t, v, raw, "")
}
