package signin_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/auth/oidctest"
	"github.com/ewtp/entente/server/signin"
	"github.com/ewtp/entente/store/mem"
)

// seen waits until a node has read what was written on another.
func (s *site) seen(t *testing.T, writer *site) {
	t.Helper()
	if err := s.registry.WaitFor(t.Context(), writer.registry.Views().Position()); err != nil {
		t.Fatal(err)
	}
}

// nodes starts nodes of one record, with the same keys.
func nodes(t *testing.T, c *oidctest.Clock, f *oidctest.Provider) (start func() *site) {
	t.Helper()
	keys, record := newKeys(t), mem.Open()
	return func() *site {
		r := registrytest.Open(t, registry.Options{Store: record, Clock: c.Now})
		s := newSite(t, c, func(o *signin.Options) {
			o.Keys, o.Revocations = parseKeys(t, keys), signin.OnLedger(r)
		}, at(f, "p"))
		s.registry = r
		return s
	}
}

// Whoever signs out on one node is signed out on every other; so is whom the provider
// signs out; and a node that starts anew still knows.
func TestSigningOutReachesEveryNode(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	start := nodes(t, c, f)
	one, two := start(), start()
	enter := func() (here, there *browser) {
		here, there = newBrowser(t), newBrowser(t)
		here.signIn(one, "p")
		there.plant(two, "entente", here.cookie(one, "entente"))
		if here.who(one).Subject != "mina" || there.who(two).Subject != "mina" {
			t.Fatal("a session of one node isn't one of the other")
		}
		return here, there
	}
	here, there := enter()
	stolen := here.cookie(one, "entente")
	here.submit(one.URL+"/signout", nil)
	two.seen(t, one)
	if there.who(two).Subject != "" {
		t.Error("signed out on one node, the session lives on the other")
	}
	_, there = enter()
	told := url.Values{"logout_token": {f.Sign("logout+jwt", map[string]any{"iss": f.URL, "aud": clientID, "iat": c.Now().Unix(), "exp": c.Now().Unix() + 60,
		"jti": "j", "sub": "mina", "events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}})}}
	if p := newBrowser(t).submit(one.URL+"/signout/p/backchannel", told); p.StatusCode != 200 {
		t.Fatal(p.Status)
	}
	two.seen(t, one)
	if there.who(two).Subject != "" {
		t.Error("signed out at the provider, the session lives on another node")
	}
	three, late := start(), newBrowser(t)
	late.plant(three, "entente", stolen)
	if late.who(three).Subject != "" {
		t.Error("the stolen cookie lives on a node that starts anew")
	}
}

func TestSigningOutEverywhere(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	phone, desk := newBrowser(t), newBrowser(t)
	phone.signIn(s, "p")
	c.Forward(time.Hour / 2)
	desk.signIn(s, "p")
	if p := desk.get(s.URL + "/me"); !strings.Contains(p.text, `name="everywhere"`) {
		t.Error(p.text)
	}
	f.Change(func(b *oidctest.Behaviour) { b.Claims = map[string]any{"sub": "other"} })
	other := newBrowser(t)
	other.signIn(s, "p")
	f.Change(func(b *oidctest.Behaviour) { b.Claims = nil })
	desk.submit(s.URL+"/signout", url.Values{"everywhere": {"yes"}})
	if phone.who(s).Subject != "" || desk.who(s).Subject != "" || other.who(s).Subject != "other" {
		t.Error("a session of the person lives, or another's ended")
	}
	c.Forward(time.Millisecond)
	desk.signIn(s, "p")
	if desk.who(s).Subject != "mina" {
		t.Error("who signs in afterwards isn't signed in")
	}
}

// An admin of the secretariat ends the sessions of a member.
func TestAnAdminEndsSessions(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	do := func(command policies.Command) string {
		t.Helper()
		done, err := s.registry.Do(t.Context(), policies.Operator, "", command)
		if err != nil {
			t.Fatal(err)
		}
		return done.Subject
	}
	loom := do(policies.RegisterOrganisation{Kind: policies.Business, Name: "Loom", Jurisdiction: "EE"})
	as := func(a policies.Actor, c policies.Command) string {
		done, err := s.registry.Do(t.Context(), a, "", c)
		if err != nil {
			t.Fatal(err)
		}
		return done.Subject
	}
	member := policiestest.Admit(as, policies.Operator, policies.InviteMember{OrganisationID: loom, Issuer: f.URL, Subject: "mina", Role: policies.Delegate})
	b := newBrowser(t)
	b.signIn(s, "p")
	do(policies.EndSessions{MemberID: member})
	if b.who(s).Subject != "" {
		t.Error("the session lives")
	}
}

// A request that came before its session ended, and is decided afterwards, does nothing;
// but signing out works still.
func TestSessionsThatEndMeanwhile(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	b.signIn(s, "p")
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range b.Jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	mina := policies.Actor{SignedIn: true, Issuer: f.URL, Subject: "mina"}
	s.handler.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if identity, _ := auth.From(r.Context()); identity.Subject != "mina" {
			t.Fatalf("the caller is %+v", identity)
		}
		ask := func() error {
			_, err := s.registry.Do(r.Context(), mina, "", policies.AcceptInvitation{InvitationID: "inv_none"})
			return err
		}
		var refused *policies.Error
		if err := ask(); !errors.As(err, &refused) || refused.Code != policies.NotFound {
			t.Errorf("with a session: %v", err)
		}
		if _, err := s.registry.Do(t.Context(), policies.Operator, "", policies.EndSessions{Issuer: f.URL, Subject: "mina"}); err != nil {
			t.Fatal(err)
		}
		if err := ask(); !errors.As(err, &refused) || refused.Code != policies.Unauthenticated {
			t.Errorf("after its end: %v", err)
		}
		if err := signin.OnLedger(s.registry).Revoke(r.Context(), mina, policies.EndSessions{Issuer: f.URL, Subject: "mina"}); err != nil {
			t.Errorf("signing out: %v", err)
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
}

// The ledger grows by what ends a session that there was, and by nothing else.
func TestStrangersWriteNothing(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	b.signIn(s, "p")
	good := b.cookie(s, "entente")
	token := func(changes map[string]any) string {
		claims := map[string]any{"iss": f.URL, "aud": clientID, "iat": c.Now().Unix(), "exp": c.Now().Unix() + 60, "jti": "j", "sid": "s1",
			"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}}
		for name, value := range changes {
			claims[name] = value
		}
		return f.Sign("logout+jwt", claims)
	}
	grown := func(what string, want int64, do func()) {
		t.Helper()
		before := s.registry.Views().Position()
		do()
		if got := s.registry.Views().Position() - before; got != want {
			t.Errorf("%s: %d entries, want %d", what, got, want)
		}
	}
	tell := func(raw string) func() {
		return func() {
			newBrowser(t).submit(s.URL+"/signout/p/backchannel", url.Values{"logout_token": {raw}})
		}
	}
	forged := strings.Split(token(nil), ".")
	grown("no cookie", 0, func() { newBrowser(t).submit(s.URL+"/signout", nil) })
	grown("a bad cookie", 0, func() {
		x := newBrowser(t)
		x.plant(s, "entente", tampered(good))
		x.submit(s.URL+"/signout", url.Values{"everywhere": {"yes"}})
	})
	grown("no token", 0, tell(""))
	grown("a forged token", 0, tell(forged[0]+"."+forged[1]+"."+strings.Repeat("A", len(forged[2]))))
	grown("another audience", 0, tell(token(map[string]any{"aud": "x"})))
	grown("an old token", 0, tell(token(map[string]any{"iat": c.Now().Add(-14 * time.Hour).Unix()})))
	grown("a provider's token", 1, tell(token(nil)))
	grown("the same again", 0, tell(token(nil)))
	grown("the same, and earlier", 0, tell(token(map[string]any{"iat": c.Now().Unix() - 5})))
	c.Forward(time.Second)
	b.signIn(s, "p")
	again := b.cookie(s, "entente")
	grown("signing out", 1, func() { b.submit(s.URL+"/signout", nil) })
	grown("again, with a copy of the cookie", 0, func() {
		x := newBrowser(t)
		x.plant(s, "entente", again)
		x.submit(s.URL+"/signout", nil)
	})
}

// faulty revocations can't be asked, or can't be written.
type faulty struct {
	signin.Revocations
	asked, written error
}

func (f *faulty) Revoked(ctx context.Context, keys []string) (map[string]time.Time, error) {
	if f.asked != nil {
		return nil, f.asked
	}
	return f.Revocations.Revoked(ctx, keys)
}

func (f *faulty) Revoke(ctx context.Context, by policies.Actor, which policies.EndSessions) error {
	if f.written != nil {
		return f.written
	}
	return f.Revocations.Revoke(ctx, by, which)
}

// Where it can't be known whether a session ended, there is none, and its cookie
// stays; where it can't be written down, one is told, and the provider tries again.
func TestRevocationsFail(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	broken := &faulty{}
	s := newSite(t, c, func(o *signin.Options) { broken.Revocations, o.Revocations = o.Revocations, broken }, at(f, "p"))
	b := newBrowser(t)
	b.signIn(s, "p")
	broken.asked = errors.New("the views are gone")
	if b.who(s).Subject != "" || b.cookie(s, "entente") == "" {
		t.Error("a session nobody can vouch for lives, or its cookie is gone")
	}
	broken.asked = nil
	if b.who(s).Subject != "mina" {
		t.Error("the session doesn't come back")
	}
	broken.written = errors.New("the ledger is full")
	if p := b.submit(s.URL+"/signout", nil); p.StatusCode != http.StatusServiceUnavailable || b.cookie(s, "entente") != "" ||
		!strings.Contains(p.text, "this browser only") {
		t.Errorf("%s: %s", p.Status, p.text)
	}
	told := f.Sign("logout+jwt", map[string]any{"iss": f.URL, "aud": clientID, "iat": c.Now().Unix(), "exp": c.Now().Unix() + 60,
		"jti": "j", "sub": "mina", "events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}})
	p := newBrowser(t).submit(s.URL+"/signout/p/backchannel", url.Values{"logout_token": {told}})
	if p.StatusCode != http.StatusServiceUnavailable || p.Header.Get("Retry-After") == "" {
		t.Errorf("%s %v", p.Status, p.Header)
	}
	if log := s.log.String(); !strings.Contains(log, "couldn't end a session") || !strings.Contains(log, "couldn't end sessions") {
		t.Errorf("the log: %s", log)
	}
}

// The limit of changes holds for people who sign out, and not for what a provider
// has signed: many at once are its right.
func TestProvidersHaveNoWriteLimit(t *testing.T) {
	c := oidctest.NewClock()
	ledger := signin.OnLedger(registrytest.Open(t, registry.Options{Clock: c.Now}))
	full := errors.New("that was too much")
	ctx := registry.WithGate(t.Context(), func(context.Context) error { return full })
	mari := policies.Actor{SignedIn: true, Issuer: "https://id.example", Subject: "mari"}
	if err := ledger.Revoke(ctx, mari, policies.EndSessions{Issuer: mari.Issuer, Subject: "mari"}); !errors.Is(err, full) {
		t.Errorf("a person over the limit: %v", err)
	}
	told := policies.EndSessions{Issuer: mari.Issuer, Subject: "mari", Before: c.Now()}
	if err := ledger.Revoke(ctx, policies.Operator, told); err != nil {
		t.Errorf("a provider's word: %v", err)
	}
	ended, err := ledger.Revoked(ctx, []string{policies.SessionKey(mari.Issuer, "mari", "")})
	if err != nil || len(ended) != 1 {
		t.Errorf("%v, %v", ended, err)
	}
}
