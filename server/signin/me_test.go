package signin_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/auth/oidctest"
)

func TestMe(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"), at(newProvider(t, c), "q"))
	b := newBrowser(t)
	if p := b.get(s.URL + "/me"); p.Request.URL.Path != "/signin" || !strings.Contains(p.text, `value="/me"`) {
		t.Errorf("led to %s", p.Request.URL)
	}
	if p := b.post(s.URL+"/me/organisation", url.Values{"organisation": {"org_1"}}); p.Request.URL.Path != "/signin" {
		t.Errorf("led to %s", p.Request.URL)
	}
	b.signIn(s, "p")
	if p := b.get(s.URL + "/me"); !strings.Contains(p.text, `value="org_1" checked`) || !strings.Contains(p.text, "One &amp; Co (admin)") || !strings.Contains(p.text, "<legend>") {
		t.Error(p.text)
	}
	if p := b.post(s.URL+"/me/organisation", url.Values{"organisation": {"org_2"}}); !strings.Contains(p.text, `value="org_2" checked`) {
		t.Error(p.text)
	}
	if who := b.who(s); who.Organisation != "org_2" || !who.Allows(auth.ScopeWrite) {
		t.Errorf("%+v", who)
	}
	if p := b.post(s.URL+"/me/organisation", url.Values{"organisation": {"org_3"}}); p.StatusCode != 403 || b.who(s).Organisation != "org_2" {
		t.Errorf("%s, %+v", p.Status, b.who(s))
	}
	f.Change(func(b *oidctest.Behaviour) { b.Claims = map[string]any{"sub": "lost"} })
	b = newBrowser(t)
	b.signIn(s, "p")
	if p := b.get(s.URL + "/me"); p.StatusCode != 503 || b.who(s).Subject != "lost" {
		t.Error(p.Status)
	}
}
