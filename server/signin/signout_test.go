package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/server/auth/oidctest"
)

func TestSignOut(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	b.signIn(s, "p")
	stolen := b.cookie(s, "entente")
	to, err := url.Parse(b.submit(s.URL+"/signout", nil).refresh())
	if err != nil {
		t.Fatal(err)
	}
	query := to.Query()
	if to.Path != "/logout" || query.Get("client_id") != clientID || query.Get("post_logout_redirect_uri") != s.URL+"/" ||
		strings.Count(query.Get("id_token_hint"), ".") != 2 {
		t.Errorf("sent to %s", to)
	}
	thief := newBrowser(t)
	thief.plant(s, "entente", stolen)
	if b.who(s).Subject != "" || thief.who(s).Subject != "" {
		t.Error("the session, or a copy of its cookie, lives after signing out")
	}
	// A larger ID token doesn't fit: its session has a hint that does.
	f.Change(func(b *oidctest.Behaviour) { b.Claims = map[string]any{"groups": strings.Repeat("x", 3000)} })
	b.signIn(s, "p")
	if n := len(b.cookie(s, "entente")); n == 0 || n > 3500 {
		t.Errorf("the cookie has %d bytes", n)
	}
	to, _ = url.Parse(b.submit(s.URL+"/signout", nil).refresh())
	if to.Query().Get("logout_hint") != "s1" || to.Query().Has("id_token_hint") {
		t.Errorf("sent to %s", to)
	}
	// Without its provider one is signed out here all the same.
	down := newSite(t, c, nil, at(f, "p"))
	f.Change(func(b *oidctest.Behaviour) {
		b.Metadata = map[string]any{"end_session_endpoint": "javascript:alert(1)"}
		b.Claims = nil
	})
	b = newBrowser(t)
	b.signIn(down, "p")
	if p := b.post(down.URL+"/signout", nil); p.StatusCode != 200 || !strings.Contains(p.text, "signed out") || b.who(down).Subject != "" {
		t.Errorf("%s %s", p.Status, p.text)
	}
	if p := b.post(down.URL+"/signout", nil); p.StatusCode != 200 {
		t.Errorf("again: %s", p.Status)
	}
}

func TestBackchannel(t *testing.T) {
	c := oidctest.NewClock()
	one, two := newProvider(t, c), newProvider(t, c)
	s := newSite(t, c, nil, at(one, "one"), at(two, "two"))
	token := func(f *oidctest.Provider, changes map[string]any) string {
		claims := map[string]any{"iss": f.URL, "aud": clientID, "iat": c.Now().Unix(), "exp": c.Now().Unix() + 60, "jti": "j",
			"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}}
		for name, value := range changes {
			claims[name] = value
		}
		return f.Sign("logout+jwt", claims)
	}
	tell := func(provider, raw string) page { // as a provider does: no cookies, no Origin
		r, _ := http.NewRequest("POST", s.URL+"/signout/"+provider+"/backchannel", strings.NewReader(url.Values{"logout_token": {raw}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return newBrowser(t).do(r)
	}
	enter := func(f *oidctest.Provider, provider, sid string) *browser {
		f.Change(func(b *oidctest.Behaviour) { b.Claims = map[string]any{"sid": sid} })
		b := newBrowser(t)
		b.signIn(s, provider)
		return b
	}
	lives := func(b *browser) bool { return b.who(s).Subject != "" }

	a, b, other := enter(one, "one", "a"), enter(one, "one", "b"), enter(two, "two", "a")
	for name, raw := range map[string]string{"another provider's": token(two, map[string]any{"sid": "a"}), "nonsense": "x", "nothing": "",
		"an ID token": one.Sign("JWT", map[string]any{"iss": one.URL, "sub": "mina", "aud": clientID, "iat": c.Now().Unix(), "exp": c.Now().Unix() + 60})} {
		if p := tell("one", raw); p.StatusCode != 400 || !lives(a) {
			t.Errorf("%s: %s", name, p.Status)
		}
	}
	if p := tell("three", token(one, map[string]any{"sid": "a"})); p.StatusCode != 404 {
		t.Error(p.Status)
	}
	ofA := token(one, map[string]any{"sid": "a"})
	if p := tell("one", ofA); p.StatusCode != 200 || p.Header.Get("Cache-Control") != "no-store" {
		t.Error(p.Status)
	}
	if lives(a) || !lives(b) || !lives(other) {
		t.Error("a session's end ended another, or not itself")
	}
	c.Forward(time.Second)
	if p := tell("one", token(one, map[string]any{"sub": "mina"})); p.StatusCode != 200 || lives(b) || !lives(other) {
		t.Errorf("all of one person's: %s", p.Status)
	}
	// The token again doesn't touch what began later.
	c.Forward(time.Second)
	again := enter(one, "one", "a")
	if p := tell("one", ofA); p.StatusCode != 200 || !lives(again) {
		t.Errorf("the same token again: %s", p.Status)
	}
	c.Forward(time.Second)
	if p := tell("one", token(one, map[string]any{"sub": "mina", "sid": "a"})); p.StatusCode != 200 || lives(again) {
		t.Errorf("subject and session: %s", p.Status)
	}
}
