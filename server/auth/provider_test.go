package auth_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/auth/oidctest"
)

const audience = "entente-test"

func newProvider(t *testing.T) *oidctest.Provider {
	t.Helper()
	return oidctest.New(t, oidctest.NewClock(), audience)
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

func newVerifier(t *testing.T, p *oidctest.Provider) *auth.Verifier {
	t.Helper()
	v, err := auth.New([]auth.Issuer{{URL: p.URL, Audience: audience, EmailDomains: []string{auth.AnyDomain}}}, nil, auth.WithClock(p.Clock.Now))
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
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	p.Break("*", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	v := newVerifier(t, p)
	if p.Requests() != 0 {
		t.Fatal("New talked to the provider")
	}
	raw := oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil))

	_, err := v.Verify(context.Background(), raw)
	e, ok := err.(*auth.Error)
	if !ok || !e.Retryable() || e.RetryAfter <= 0 {
		t.Fatalf("Verify: %#v, want a retryable error with a time to retry after", err)
	}
	asked := p.Requests()
	verify(t, v, raw, auth.Unavailable)
	if p.Requests() != asked {
		t.Error("a failed provider was asked again at once")
	}
	p.Break("*", nil)
	p.Clock.Forward(e.RetryAfter)
	verify(t, v, raw, "")
}

func TestBackoffGrowsToItsBound(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Break("*", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	v := newVerifier(t, p)
	raw := oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(map[string]any{"exp": p.Clock.Now().Unix() + 1e6}))
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 30, 30} {
		_, err := v.Verify(context.Background(), raw)
		e, ok := err.(*auth.Error)
		if !ok || e.RetryAfter != want*time.Second {
			t.Fatalf("Verify: %v, want to retry after %d s", err, want)
		}
		p.Clock.Forward(e.RetryAfter)
	}
}

func TestProviderDownLater(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	v := newVerifier(t, p)
	verify(t, v, oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil)), "")

	p.Break("*", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for _, later := range []time.Duration{time.Minute, time.Hour, 30 * 24 * time.Hour} {
		p.Clock.Forward(later)
		verify(t, v, oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil)), "")
	}
	// An unknown key may be a new one: nobody can tell now.
	p.Clock.Forward(time.Minute)
	verify(t, v, oidctest.Sign(t, oidctest.ES256(oidctest.NewKey(t, "k2")), "", p.Claims(nil)), auth.Unavailable)
	// A known key that didn't sign the token is no reason to wait.
	verify(t, v, oidctest.Sign(t, oidctest.ES256(oidctest.NewKey(t, "k1")), "", p.Claims(nil)), auth.BadSignature)
}

func TestKeyRotation(t *testing.T) {
	for _, ids := range [][2]string{{"k1", "k2"}, {"", ""}} {
		p := newProvider(t)
		before, after := oidctest.NewKey(t, ids[0]), oidctest.NewKey(t, ids[1])
		p.Publish(before)
		v := newVerifier(t, p)
		verify(t, v, oidctest.Sign(t, oidctest.ES256(before), "", p.Claims(nil)), "")
		verify(t, v, oidctest.Sign(t, oidctest.ES256(after), "", p.Claims(nil)), auth.BadSignature)

		p.Publish(after)
		p.Clock.Forward(10 * time.Second)
		verify(t, v, oidctest.Sign(t, oidctest.ES256(after), "", p.Claims(nil)), "")
		p.Clock.Forward(10 * time.Second)
		verify(t, v, oidctest.Sign(t, oidctest.ES256(before), "", p.Claims(nil)), auth.BadSignature)
	}
}

func TestWithdrawnKeyIsForgotten(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	v := newVerifier(t, p)
	verify(t, v, oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil)), "")
	p.Publish(oidctest.NewKey(t, "k2"))
	p.Clock.Forward(2 * time.Hour)
	verify(t, v, oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil)), auth.BadSignature)
}

func TestInventedKeyIDsMakeNoTraffic(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	v := newVerifier(t, p)
	verify(t, v, oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil)), "")
	asked := p.Requests()
	for _, id := range []string{"a", "b", "c", "d", ""} {
		verify(t, v, oidctest.Sign(t, oidctest.ES256(oidctest.NewKey(t, id)), "", p.Claims(nil)), auth.BadSignature)
	}
	if got := p.Requests() - asked; got != 0 {
		t.Errorf("invented keys led to %d requests right after a fetch", got)
	}
}

func TestProviderNonsense(t *testing.T) {
	text := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(body)) }
	}
	for name, answer := range map[string]func(p *oidctest.Provider) http.HandlerFunc{
		"not JSON":     func(*oidctest.Provider) http.HandlerFunc { return text("<html>sign in</html>") },
		"empty object": func(*oidctest.Provider) http.HandlerFunc { return text("{}") },
		"endless": func(*oidctest.Provider) http.HandlerFunc {
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
		"another issuer": func(*oidctest.Provider) http.HandlerFunc {
			return text(`{"issuer":"https://evil.example","jwks_uri":"https://evil.example/keys"}`)
		},
		"only symmetric": func(p *oidctest.Provider) http.HandlerFunc {
			return text(`{"issuer":"` + p.URL + `","jwks_uri":"` + p.URL + `/keys","id_token_signing_alg_values_supported":["HS256","none"]}`)
		},
		"no keys URL": func(p *oidctest.Provider) http.HandlerFunc {
			return text(`{"issuer":"` + p.URL + `","id_token_signing_alg_values_supported":["ES256"]}`)
		},
		"keys are nonsense": func(p *oidctest.Provider) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/keys" {
					text(`{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"k1"},{"kty":"XYZ"},17]}`)(w, r)
					return
				}
				text(`{"issuer":"`+p.URL+`","jwks_uri":"`+p.URL+`/keys","id_token_signing_alg_values_supported":["ES256"]}`)(w, r)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t)
			key := oidctest.NewKey(t, "k1")
			p.Publish(key)
			p.Break("*", answer(p))
			v := newVerifier(t, p)
			verify(t, v, oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil)), auth.Unavailable)
			p.Break("*", nil)
			p.Clock.Forward(time.Minute)
			verify(t, v, oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil)), "")
		})
	}
}

func TestCallerWhoLeavesDoesNotSpoilDiscovery(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	asked, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	p.Break("*", func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(asked) })
		<-release
		p.Break("*", nil)
		p.ServeHTTP(w, r)
	})
	v := newVerifier(t, p)
	raw := oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil))
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-asked; cancel() }()
	if _, err := v.Verify(ctx, raw); auth.ReasonOf(err) != auth.Unavailable {
		t.Errorf("Verify: %v, want unavailable", err)
	}
	close(release)
	verify(t, v, raw, "")
}
