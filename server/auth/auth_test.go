package auth_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/auth/oidctest"
)

func TestVerify(t *testing.T) {
	p, other := newProvider(t), newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	v := newVerifier(t, p)
	now := p.Clock.Now().Unix()
	good := oidctest.Sign(t, oidctest.ES256(key), "at+jwt", p.Claims(nil))
	parts := strings.Split(good, ".")
	segment := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	with := func(changes map[string]any) string {
		return oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(changes))
	}

	for _, test := range []struct {
		name string
		raw  string
		want auth.Reason
	}{
		{"good access token", good, ""},
		{"good plain JWT", with(nil), ""},
		{"several audiences", with(map[string]any{"aud": []string{"x", audience}}), ""},
		{"a clock slightly ahead", with(map[string]any{"nbf": now + 30}), ""},
		{"no nbf", with(map[string]any{"nbf": nil}), ""},
		{"email_verified in quotes", with(map[string]any{"email_verified": "true"}), ""},
		{"empty", "", auth.Missing},
		{"100 KB", strings.Repeat("a", 100<<10), auth.Malformed},
		{"100 KB, well formed", with(map[string]any{"name": strings.Repeat("x", 100<<10)}), auth.Malformed},
		{"one part", "token", auth.Malformed},
		{"two parts", parts[0] + "." + parts[1], auth.Malformed},
		{"four parts", good + ".x", auth.Malformed},
		{"not base64", parts[0] + ".%%%." + parts[2], auth.Malformed},
		{"JSON serialisation", `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`, auth.Malformed},
		{"truncated in the signature", good[:len(good)-10], auth.BadSignature},
		{"no signature", parts[0] + "." + parts[1] + ".", auth.BadSignature},
		{"tampered payload", parts[0] + "." + segment(`{"iss":"`+p.URL+`","sub":"eve","aud":"`+audience+`","exp":9999999999}`) + "." + parts[2], auth.BadSignature},
		{"alg none", segment(`{"alg":"none"}`) + "." + parts[1] + ".", auth.BadSignature},
		{"alg None", segment(`{"alg":"None"}`) + "." + parts[1] + ".", auth.BadSignature},
		{"HS256 with the public key", oidctest.Sign(t, jose.SigningKey{Algorithm: jose.HS256, Key: publicBytes(t, key)}, "", p.Claims(nil)), auth.BadSignature},
		{"algorithm not listed", segment(`{"alg":"RS256","kid":"k1"}`) + "." + parts[1] + "." + parts[2], auth.BadSignature},
		{"a critical header nobody knows", segment(`{"alg":"ES256","kid":"k1","crit":["x"],"x":1}`) + "." + parts[1] + "." + parts[2], auth.BadSignature},
		{"another's key", oidctest.Sign(t, oidctest.ES256(oidctest.NewKey(t, "k1")), "", p.Claims(nil)), auth.BadSignature},
		{"unknown kid", oidctest.Sign(t, oidctest.ES256(oidctest.NewKey(t, "k9")), "", p.Claims(nil)), auth.BadSignature},
		{"another issuer", with(map[string]any{"iss": other.URL}), auth.UnknownIssuer},
		{"issuer with a slash more", with(map[string]any{"iss": p.URL + "/"}), auth.UnknownIssuer},
		{"no issuer", with(map[string]any{"iss": nil}), auth.Malformed},
		{"another audience", with(map[string]any{"aud": "somebody else"}), auth.WrongAudience},
		{"no audience", with(map[string]any{"aud": nil}), auth.WrongAudience},
		{"expired", with(map[string]any{"exp": now - 1}), auth.Expired},
		{"expires now", with(map[string]any{"exp": now}), auth.Expired},
		{"no expiry", with(map[string]any{"exp": nil}), auth.Malformed},
		{"absurd expiry", with(map[string]any{"exp": -1e300}), auth.Expired},
		{"issued slightly ahead", with(map[string]any{"iat": now + 30}), ""},
		{"issued in the future", with(map[string]any{"iat": now + 600, "nbf": nil}), auth.NotYetValid},
		{"iat is no number", with(map[string]any{"iat": "soon"}), auth.Malformed},
		{"an event token by type", oidctest.Sign(t, oidctest.ES256(key), "secevent+jwt", p.Claims(nil)), auth.Malformed},
		{"a DPoP proof by type", oidctest.Sign(t, oidctest.ES256(key), "dpop+jwt", p.Claims(nil)), auth.Malformed},
		{"application/at+jwt", oidctest.Sign(t, oidctest.ES256(key), "application/at+jwt", p.Claims(nil)), ""},
		{"AT+JWT", oidctest.Sign(t, oidctest.ES256(key), "AT+JWT", p.Claims(nil)), ""},
		{"not yet valid", with(map[string]any{"nbf": now + 600}), auth.NotYetValid},
		{"no subject", with(map[string]any{"sub": nil}), auth.Malformed},
		{"long subject", with(map[string]any{"sub": strings.Repeat("s", 256)}), auth.Malformed},
		{"subject is a number", with(map[string]any{"sub": 7}), auth.Malformed},
		{"logout token by type", oidctest.Sign(t, oidctest.ES256(key), "logout+jwt", p.Claims(nil)), auth.Malformed},
		{"logout token by claim", with(map[string]any{"events": map[string]any{"x": map[string]any{}}}), auth.Malformed},
	} {
		t.Run(test.name, func(t *testing.T) {
			verify(t, v, test.raw, test.want)
			_, err := v.Verify(context.Background(), test.raw)
			if e, ok := err.(*auth.Error); ok && len(test.raw) > 20 && strings.Contains(e.Public, test.raw[:20]) {
				t.Errorf("the public message echoes the token: %s", e.Public)
			}
		})
	}
	if other.Requests() != 0 {
		t.Error("an issuer that isn't configured was asked")
	}
	got := verify(t, v, good, "")
	want := auth.Identity{Issuer: p.URL, Subject: "mina", Name: "Mina", Email: "mina@example.org", EmailVerified: true, Expiry: p.Clock.Now().Add(time.Hour)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Verify (-want +got):\n%s", diff)
	}
}

func TestRefusedWithoutTraffic(t *testing.T) {
	p := newProvider(t)
	v := newVerifier(t, p)
	key := oidctest.NewKey(t, "k1")
	for _, raw := range []string{
		"", "x", strings.Repeat("a.", 9<<10),
		oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(map[string]any{"iss": "https://unknown.example"})),
		oidctest.Sign(t, jose.SigningKey{Algorithm: jose.HS256, Key: publicBytes(t, key)}, "", p.Claims(nil)),
	} {
		if _, err := v.Verify(context.Background(), raw); err == nil {
			t.Errorf("Verify(%.20q) passes", raw)
		}
	}
	if p.Requests() != 0 {
		t.Errorf("the provider got %d requests", p.Requests())
	}
}

func TestCachedTokenStillExpires(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	v := newVerifier(t, p)
	raw := oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(map[string]any{"exp": p.Clock.Now().Unix() + 30}))
	verify(t, v, raw, "")
	p.Clock.Forward(29 * time.Second)
	verify(t, v, raw, "")
	p.Clock.Forward(time.Second)
	verify(t, v, raw, auth.Expired)
}

// A token whose key is gone is believed for the cache's minute and no longer.
func TestCachedTokenIsCheckedAgain(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	v := newVerifier(t, p)
	raw := oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil))
	verify(t, v, raw, "")
	p.Publish(oidctest.NewKey(t, "k2"))
	p.Clock.Forward(40 * time.Second)
	// Another token makes the verifier learn of the rotation.
	verify(t, v, oidctest.Sign(t, oidctest.ES256(oidctest.NewKey(t, "k3")), "", p.Claims(nil)), auth.BadSignature)
	verify(t, v, raw, "")
	p.Clock.Forward(20 * time.Second)
	verify(t, v, raw, auth.BadSignature)
}

func TestIssuersSideBySide(t *testing.T) {
	c := oidctest.NewClock()
	one, two := oidctest.New(t, c, audience), oidctest.New(t, c, audience)
	keyOne, keyTwo := oidctest.NewKey(t, "same"), oidctest.NewKey(t, "same")
	one.Publish(keyOne)
	two.Publish(keyTwo)
	v, err := auth.New([]auth.Issuer{{URL: one.URL, Audience: audience}, {URL: two.URL, Audience: "second"}}, nil, auth.WithClock(c.Now))
	if err != nil {
		t.Fatal(err)
	}
	verify(t, v, oidctest.Sign(t, oidctest.ES256(keyOne), "", one.Claims(nil)), "")
	verify(t, v, oidctest.Sign(t, oidctest.ES256(keyTwo), "", two.Claims(map[string]any{"aud": "second"})), "")
	// One issuer's key or audience is nothing at the other.
	verify(t, v, oidctest.Sign(t, oidctest.ES256(keyTwo), "", one.Claims(nil)), auth.BadSignature)
	verify(t, v, oidctest.Sign(t, oidctest.ES256(keyTwo), "", two.Claims(nil)), auth.WrongAudience)
}

func TestNewRefusesIssuers(t *testing.T) {
	for _, issuers := range [][]auth.Issuer{
		{{URL: "", Audience: "a"}},
		{{URL: "issuer", Audience: "a"}},
		{{URL: "ftp://issuer.example", Audience: "a"}},
		{{URL: "http://issuer.example", Audience: "a"}},
		{{URL: "http://localhost.evil.example", Audience: "a"}},
		{{URL: "https://issuer.example?x=1", Audience: "a"}},
		{{URL: "https://me:pw@issuer.example", Audience: "a"}},
		{{URL: "https://issuer.example"}},
		{{URL: "https://issuer.example", Audience: "a"}, {URL: "https://issuer.example", Audience: "b"}},
	} {
		if _, err := auth.New(issuers, nil); err == nil {
			t.Errorf("New(%+v) passes", issuers)
		}
	}
	for _, issuer := range []auth.Issuer{
		{URL: "https://issuer.example/realm", Audience: "a"}, {URL: "http://localhost:8080/x", Audience: "a"},
		{URL: "http://[::1]:8080", Audience: "a"}, {URL: "http://keycloak:8080", Audience: "a", AllowHTTP: true},
	} {
		if _, err := auth.New([]auth.Issuer{issuer}, nil); err != nil {
			t.Errorf("New(%+v): %v", issuer, err)
		}
	}
}

// challenged is RFC 6750, section 3, with a sentence of ours that needs no quoting.
var challenged = regexp.MustCompile(`^Bearer realm="entente", error="invalid_token", error_description="[a-zA-Z' -]{10,100}"$`)

func TestMiddleware(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	good := oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(nil))
	v := newVerifier(t, p)
	handler := v.Middleware(func(w http.ResponseWriter, e *auth.Error) {
		status := http.StatusUnauthorized
		if e.Retryable() {
			status = http.StatusServiceUnavailable
		}
		http.Error(w, string(e.Reason), status)
	})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		identity, ok := auth.From(r.Context())
		fmt.Fprint(w, identity.Subject, " ", ok)
	}))
	for _, test := range []struct {
		name    string
		headers []string
		status  int
		body    string
	}{
		{"none", nil, 200, " false"},
		{"good", []string{"Bearer " + good}, 200, "mina true"},
		{"scheme in lower case", []string{"bearer  " + good}, 200, "mina true"},
		{"twice", []string{"Bearer " + good, "Bearer " + good}, 401, "malformed\n"},
		{"good and empty", []string{"Bearer " + good, ""}, 401, "malformed\n"},
		{"empty", []string{""}, 401, "missing\n"},
		{"no token", []string{"Bearer"}, 401, "missing\n"},
		{"basic", []string{"Basic bWluYTpkZW1v"}, 401, "malformed\n"},
		{"the token alone", []string{good}, 401, "malformed\n"},
		{"expired", []string{"Bearer " + oidctest.Sign(t, oidctest.ES256(key), "", p.Claims(map[string]any{"exp": 1}))}, 401, "expired\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			// Neither the query nor another header names anybody.
			r := httptest.NewRequest("GET", "/?access_token="+good+"&user=root", nil)
			r.Header.Set("X-Remote-User", "root")
			r.Header.Set("X-Forwarded-User", "root")
			if test.headers != nil {
				r.Header["Authorization"] = test.headers
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, test.status, test.body)
			}
			challenge := w.Header().Get("WWW-Authenticate")
			if (test.status == 401) != challenged.MatchString(challenge) || test.status != 401 && challenge != "" {
				t.Errorf("WWW-Authenticate: %q", challenge)
			}
		})
	}
	p.Break("*", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+good)
	w := httptest.NewRecorder()
	// A verifier that has discovered nothing yet.
	v = newVerifier(t, p)
	v.Middleware(func(w http.ResponseWriter, e *auth.Error) { w.WriteHeader(503) })(handler).ServeHTTP(w, r)
	if w.Code != 503 || w.Header().Get("Retry-After") != "1" || w.Header().Get("WWW-Authenticate") != "" {
		t.Errorf("provider down: %d %v", w.Code, w.Header())
	}
}

// Whatever comes, Verify returns a verdict of its own kind, and never an identity:
// nobody here holds the key.
func FuzzVerify(f *testing.F) {
	f.Add("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0.c2ln")
	f.Add("..")
	f.Add("")
	v, err := auth.New([]auth.Issuer{{URL: "http://127.0.0.1:1", Audience: "a"}}, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if _, err := v.Verify(context.Background(), raw); auth.ReasonOf(err) == "" {
			t.Errorf("Verify(%q): %v", raw, err)
		}
	})
}
