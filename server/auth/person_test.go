package auth_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/auth/oidctest"
)

func newPersonProvider(t *testing.T, p *oidctest.Provider) *auth.Provider {
	t.Helper()
	provider, err := auth.NewProvider(auth.Issuer{URL: p.URL, Audience: audience, EmailDomains: []string{auth.AnyDomain}}, nil, auth.WithClock(p.Clock.Now))
	if err != nil {
		t.Fatal(err)
	}
	return provider
}

func TestVerifyIDToken(t *testing.T) {
	p, other := newProvider(t), newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	provider := newPersonProvider(t, p)
	now := p.Clock.Now().Unix()
	with := func(typ string, changes map[string]any) string {
		claims := p.Claims(map[string]any{"nonce": "n1", "sid": "s1"})
		for name, value := range changes {
			claims[name] = value
			if value == nil {
				delete(claims, name)
			}
		}
		return oidctest.Sign(t, oidctest.ES256(key), typ, claims)
	}
	parts := strings.Split(with("", nil), ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))
	for _, test := range []struct {
		name string
		raw  string
		want auth.Reason
	}{
		{"good", with("", nil), ""},
		{"typ JWT", with("JWT", nil), ""},
		{"two audiences, issued to us", with("", map[string]any{"aud": []string{"x", audience}, "azp": audience}), ""},
		{"two audiences", with("", map[string]any{"aud": []string{"x", audience}}), auth.WrongAudience},
		{"issued to another", with("", map[string]any{"azp": "x"}), auth.WrongAudience},
		{"another audience", with("", map[string]any{"aud": "x"}), auth.WrongAudience},
		{"another nonce", with("", map[string]any{"nonce": "n2"}), auth.WrongNonce},
		{"no nonce", with("", map[string]any{"nonce": nil}), auth.WrongNonce},
		{"from the future", with("", map[string]any{"iat": now + 600, "nbf": nil}), auth.NotYetValid},
		{"valid in the future", with("", map[string]any{"nbf": now + 600}), auth.NotYetValid},
		{"no iat", with("", map[string]any{"iat": nil}), auth.Malformed},
		{"expired", with("", map[string]any{"exp": now}), auth.Expired},
		{"no expiry", with("", map[string]any{"exp": nil}), auth.Malformed},
		{"an access token", with("at+jwt", nil), auth.Malformed},
		{"a logout token", with("logout+jwt", nil), auth.Malformed},
		{"another issuer", with("", map[string]any{"iss": other.URL}), auth.UnknownIssuer},
		{"alg none", none + "." + parts[1] + ".", auth.BadSignature},
		{"alg none, signed", none + "." + parts[1] + "." + parts[2], auth.BadSignature},
		{"HS256 with the public key", oidctest.Sign(t, jose.SigningKey{Algorithm: jose.HS256, Key: publicBytes(t, key)}, "", p.Claims(map[string]any{"nonce": "n1"})), auth.BadSignature},
		{"truncated", with("", nil)[:200], auth.Malformed},
		{"no subject", with("", map[string]any{"sub": nil}), auth.Malformed},
		{"too large", with("", map[string]any{"name": strings.Repeat("x", 9<<10)}), auth.Malformed},
	} {
		t.Run(test.name, func(t *testing.T) {
			person, err := provider.VerifyIDToken(context.Background(), test.raw, "n1")
			if got := auth.ReasonOf(err); got != test.want || (err == nil) != (test.want == "") {
				t.Fatalf("reason %q (%v), want %q", got, err, test.want)
			}
			if err != nil {
				return
			}
			want := auth.Person{Issuer: p.URL, Subject: "mina", Name: "Mina", Email: "mina@example.org",
				EmailVerified: true, SID: "s1", IssuedAt: person.IssuedAt}
			if diff := cmp.Diff(want, person); diff != "" || person.IssuedAt.Unix() != now {
				t.Errorf("issued %s (-want +got):\n%s", person.IssuedAt, diff)
			}
		})
	}
	if _, err := provider.VerifyIDToken(context.Background(), with("", map[string]any{"nonce": ""}), ""); auth.ReasonOf(err) != auth.WrongNonce {
		t.Errorf("an empty nonce: %v", err)
	}
}

func TestVerifyLogoutToken(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	provider := newPersonProvider(t, p)
	now := p.Clock.Now().Unix()
	event := map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}
	with := func(typ string, changes map[string]any) string {
		claims := map[string]any{"iss": p.URL, "sub": "mina", "aud": audience, "iat": now, "exp": now + 120, "jti": "j1", "sid": "s1", "events": event}
		for name, value := range changes {
			claims[name] = value
			if value == nil {
				delete(claims, name)
			}
		}
		return oidctest.Sign(t, oidctest.ES256(key), typ, claims)
	}
	for _, test := range []struct {
		name string
		raw  string
		want auth.Reason
	}{
		{"good", with("logout+jwt", nil), ""},
		{"without typ", with("", nil), ""},
		{"subject only", with("logout+jwt", map[string]any{"sid": nil}), ""},
		{"session only", with("logout+jwt", map[string]any{"sub": nil}), ""},
		{"neither", with("logout+jwt", map[string]any{"sid": nil, "sub": nil}), auth.Malformed},
		{"a nonce", with("logout+jwt", map[string]any{"nonce": "n"}), auth.Malformed},
		{"an ID token", with("", map[string]any{"events": nil}), auth.Malformed},
		{"another event", with("logout+jwt", map[string]any{"events": map[string]any{"x": map[string]any{}}}), auth.Malformed},
		{"an event that is no object", with("logout+jwt", map[string]any{"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": 1}}), auth.Malformed},
		{"no jti", with("logout+jwt", map[string]any{"jti": nil}), auth.Malformed},
		{"no iat", with("logout+jwt", map[string]any{"iat": nil}), auth.Malformed},
		{"expired", with("logout+jwt", map[string]any{"exp": now}), auth.Expired},
		{"no expiry", with("logout+jwt", map[string]any{"exp": nil}), auth.Malformed},
		{"from the future", with("logout+jwt", map[string]any{"iat": now + 600}), auth.NotYetValid},
		{"another audience", with("logout+jwt", map[string]any{"aud": "x"}), auth.WrongAudience},
		{"another issuer", with("logout+jwt", map[string]any{"iss": "https://x.example"}), auth.UnknownIssuer},
		{"an access token", with("at+jwt", nil), auth.Malformed},
		{"another's key", oidctest.Sign(t, oidctest.ES256(oidctest.NewKey(t, "k1")), "logout+jwt", map[string]any{"iss": p.URL}), auth.BadSignature},
		{"nothing", "", auth.Malformed},
	} {
		t.Run(test.name, func(t *testing.T) {
			logout, err := provider.VerifyLogoutToken(context.Background(), test.raw)
			if got := auth.ReasonOf(err); got != test.want || (err == nil) != (test.want == "") {
				t.Fatalf("reason %q (%v), want %q", got, err, test.want)
			}
			if err == nil && (logout.Issuer != p.URL || logout.IssuedAt.Unix() != now || logout.Subject+logout.SID == "") {
				t.Errorf("%+v", logout)
			}
		})
	}
}

// Scopes that aren't ours say nothing of what may be done here.
func TestScopes(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	v := newVerifier(t, p)
	for claim, want := range map[string][]string{
		"":                              nil,
		"openid profile":                nil,
		"openid entente:read":           {"entente:read"},
		" entente:write  entente:read ": {"entente:write", "entente:read"},
	} {
		for name, value := range map[string]any{"scope": claim, "scp": strings.Fields(claim)} {
			claims := map[string]any{"scope": "openid", name: value, "client_id": "robot"}
			got := verify(t, v, oidctest.Sign(t, oidctest.ES256(key), "at+jwt", p.Claims(claims)), "")
			if diff := cmp.Diff(want, got.Scopes); diff != "" || got.ClientID != "robot" {
				t.Errorf("%s %q: client %q (-want +got):\n%s", name, value, got.ClientID, diff)
			}
		}
	}
}

// An issuer is believed about addresses of the domains that it is configured for, and
// of no other, in bearer tokens, ID tokens and answers of userinfo alike.
func TestEmailDomains(t *testing.T) {
	p := newProvider(t)
	key := oidctest.NewKey(t, "k1")
	p.Publish(key)
	for _, test := range []struct {
		domains []string
		email   string
		want    bool
	}{
		{nil, "mina@trade.example", false},
		{[]string{"trade.example"}, "mina@trade.example", true},
		{[]string{"elsewhere.example", "Trade.Example"}, "mina@TRADE.example", true},
		{[]string{"trade.example"}, "mina@sub.trade.example", false},
		{[]string{"trade.example"}, "mina@nottrade.example", false},
		{[]string{"trade.example"}, "mina@trade.example@evil.example", false},
		{[]string{"trade.example"}, "@trade.example", false},
		{[]string{"trade.example"}, "trade.example", false},
		{[]string{"trade.example"}, "", false},
		{[]string{auth.AnyDomain}, "mina@anywhere.example", true},
		{[]string{auth.AnyDomain}, "", false},
	} {
		i := auth.Issuer{URL: p.URL, Audience: audience, EmailDomains: test.domains}
		v, err := auth.New([]auth.Issuer{i}, nil, auth.WithClock(p.Clock.Now))
		if err != nil {
			t.Fatal(err)
		}
		provider, err := auth.NewProvider(i, nil, auth.WithClock(p.Clock.Now))
		if err != nil {
			t.Fatal(err)
		}
		for _, says := range []bool{true, false} {
			raw := oidctest.Sign(t, oidctest.ES256(key), "JWT", p.Claims(map[string]any{"email": test.email, "email_verified": says, "nonce": "n"}))
			want := test.want && says
			if got := verify(t, v, raw, ""); got.EmailVerified != want || got.Email != test.email {
				t.Errorf("a bearer token about %q, %q: %t", test.email, test.domains, got.EmailVerified)
			}
			person, err := provider.VerifyIDToken(t.Context(), raw, "n")
			if err != nil || person.EmailVerified != want {
				t.Errorf("an ID token about %q, %q: %t, %v", test.email, test.domains, person.EmailVerified, err)
			}
		}
	}
}
