package signin_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
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
	if p := b.get(s.URL + "/me"); strings.Contains(p.text, `checked`) || !strings.Contains(p.text, "Choose one:") || !strings.Contains(p.text, "<bdi>One &amp; Co</bdi> (admin)") || !strings.Contains(p.text, "<legend>") {
		t.Error(p.text)
	}
	if p := b.post(s.URL+"/me/organisation", url.Values{"organisation": {"org_2"}}); !strings.Contains(p.text, `value="org_2" checked`) || strings.Contains(p.text, "Choose one") {
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

// Whoever is invited by issuer and subject, or by its verified address, finds that at /me,
// and says yes there by a form; nobody else finds it, or can.
func TestInvitationsAreAcceptedByAForm(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"), at(newProvider(t, c), "q"))
	do := func(command policies.Command) string {
		t.Helper()
		done, err := s.registry.Do(t.Context(), policies.Operator, "", command)
		if err != nil {
			t.Fatal(err)
		}
		return done.Subject
	}
	loom := do(policies.RegisterOrganisation{Kind: policies.Business, Name: "Loom & Co", Jurisdiction: "EE"})
	ferry := do(policies.RegisterOrganisation{Kind: policies.Business, Name: "Ferry", Jurisdiction: "EE"})
	mine := do(policies.InviteMember{OrganisationID: loom, Issuer: f.URL, Subject: "mina", Role: policies.Delegate})
	others := do(policies.InviteMember{OrganisationID: ferry, Issuer: f.URL, Subject: "tom", Role: policies.Delegate})
	b := newBrowser(t)
	if p := b.post(s.URL+"/me/invitation", url.Values{"invitation": {mine}}); p.Request.URL.Path != "/signin" {
		t.Errorf("without a session: %s", p.Request.URL)
	}
	b.signIn(s, "p")
	if p := b.get(s.URL + "/me"); !strings.Contains(p.text, "invited to <strong><bdi>Loom &amp; Co</bdi></strong> (delegate)") || !strings.Contains(p.text, `value="`+mine+`"`) || strings.Contains(p.text, "Ferry") {
		t.Error(p.text)
	}
	if p := b.post(s.URL+"/me/invitation", url.Values{"invitation": {others}}); p.StatusCode != 403 || !strings.Contains(p.text, "there is no such invitation") {
		t.Errorf("another's: %s %s", p.Status, p.text)
	}
	if p := b.post(s.URL+"/me/invitation", url.Values{"invitation": {mine}}); p.StatusCode != 200 || p.Request.URL.Path != "/me" || strings.Contains(p.text, "invited") {
		t.Errorf("her own: %s %s", p.Status, p.text)
	}
	in, err := s.registry.Views().Memberships(t.Context(), f.URL, "mina")
	if err != nil || len(in) != 1 || in[0].OrganisationID != loom || in[0].Role != policies.Delegate {
		t.Errorf("she is in %+v, %v", in, err)
	}
}
