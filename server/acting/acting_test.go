package acting_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/servertest"
)

// town is a registry in which ann belongs to two organisations and bob to none.
func town(t *testing.T) (r *registry.Registry, first, second, foreign string) {
	t.Helper()
	r = registrytest.Open(t, registry.Options{})
	for _, o := range []struct {
		id   *string
		name string
	}{{&first, "First"}, {&second, "Second"}, {&foreign, "Foreign"}} {
		*o.id = registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: o.name, Jurisdiction: "EE"}).Subject
		if o.name != "Foreign" {
			registrytest.Admit(t, r, policies.InviteMember{OrganisationID: *o.id, Issuer: servertest.Issuer, Subject: "ann", Role: policies.Delegate})
		}
	}
	return r, first, second, foreign
}

// whoami answers with the actor that it finds in its context.
var whoami = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	_ = json.NewEncoder(w).Encode(registry.ActorFrom(r.Context()))
})

func TestActing(t *testing.T) {
	r, first, second, foreign := town(t)
	log, _ := servertest.Log()
	h := acting.Middleware(r, log)(whoami)
	for _, test := range []struct {
		name, subject, organisation string
		status                      int
		actsFor                     string
		signedIn                    bool
		code                        string
	}{
		{"nobody", "", "", 200, "", false, ""},
		{"nobody for an organisation", "", first, 401, "", false, "UNAUTHENTICATED"},
		{"a member", "ann", "", 200, first, true, ""},
		{"a member for the first", "ann", first, 200, first, true, ""},
		{"a member for the second", "ann", second, 200, second, true, ""},
		{"a member for another's", "ann", foreign, 403, "", false, "FORBIDDEN"},
		{"a member for none there is", "ann", "org_none", 403, "", false, "FORBIDDEN"},
		{"no member", "bob", "", 200, "", true, ""},
		{"no member for an organisation", "bob", first, 403, "", false, "FORBIDDEN"},
	} {
		t.Run(test.name, func(t *testing.T) {
			q := httptest.NewRequest("POST", "/graphql", nil)
			if test.subject != "" {
				q = q.WithContext(auth.NewContext(q.Context(), auth.Identity{Issuer: servertest.Issuer, Subject: test.subject}))
			}
			if test.organisation != "" {
				q.Header.Set(acting.OrganisationHeader, test.organisation)
			}
			w := servertest.Serve(h, q)
			if w.Code != test.status {
				t.Fatalf("status %d, want %d: %s", w.Code, test.status, w.Body)
			}
			if got, want := w.Header().Get(acting.PositionHeader), strconv.FormatInt(r.Views().Position(), 10); got != want {
				t.Errorf("the position is %q, want %s", got, want)
			}
			if test.code != "" {
				_, extensions := servertest.Refusal(t, w.Body.Bytes())
				want := map[string]any{"code": test.code, "field": acting.OrganisationHeader}
				if test.status == http.StatusForbidden {
					want["reason"] = string(policies.NoMember)
				}
				if diff := cmp.Diff(want, extensions); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				return
			}
			var a policies.Actor
			if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
				t.Fatal(err)
			}
			if a.OrganisationID != test.actsFor || a.SignedIn != test.signedIn || (a.MemberID != "") != (test.actsFor != "") || a.Operator {
				t.Errorf("the actor is %+v, want one for %q", a, test.actsFor)
			}
		})
	}
}

// An e-mail address that the provider hasn't verified is none, and a token that only
// reads lends no more to a person without a membership either.
func TestActingPassesThePersonOn(t *testing.T) {
	r, first, _, _ := town(t)
	h := acting.Middleware(r, nil)(whoami)
	for _, x := range []struct {
		name     string
		identity auth.Identity
		want     policies.Actor
	}{
		{"verified", auth.Identity{Issuer: servertest.Issuer, Subject: "bob", Name: "Bob", Email: "bob@example.org", EmailVerified: true},
			policies.Actor{SignedIn: true, Issuer: servertest.Issuer, Subject: "bob", Name: "Bob", Email: "bob@example.org"}},
		{"not verified", auth.Identity{Issuer: servertest.Issuer, Subject: "bob", Email: "bob@example.org"},
			policies.Actor{SignedIn: true, Issuer: servertest.Issuer, Subject: "bob"}},
		{"reading", auth.Identity{Issuer: servertest.Issuer, Subject: "bob", Scopes: []string{auth.ScopeRead}},
			policies.Actor{SignedIn: true, Issuer: servertest.Issuer, Subject: "bob", ReadOnly: true}},
		{"a member", auth.Identity{Issuer: servertest.Issuer, Subject: "ann", Name: "Ann", Email: "ann@example.org", EmailVerified: true},
			policies.Actor{SignedIn: true, Issuer: servertest.Issuer, Subject: "ann", Name: "Ann", Email: "ann@example.org",
				OrganisationID: first, Chamber: policies.Business, Jurisdiction: "EE", Role: policies.Delegate, Unchosen: true}},
	} {
		t.Run(x.name, func(t *testing.T) {
			q := httptest.NewRequest("POST", "/graphql", nil)
			q = q.WithContext(auth.NewContext(q.Context(), x.identity))
			var got policies.Actor
			if err := json.Unmarshal(servertest.Serve(h, q).Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			got.MemberID = ""
			if diff := cmp.Diff(x.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A removed member is nobody from the next request on, and a subject is only worth
// what its issuer is.
func TestActingFollowsTheRegistry(t *testing.T) {
	r, first, second, _ := town(t)
	ask := func(issuer string) policies.Actor {
		q := httptest.NewRequest("POST", "/graphql", nil)
		q = q.WithContext(auth.NewContext(q.Context(), auth.Identity{Issuer: issuer, Subject: "ann"}))
		var a policies.Actor
		if err := json.Unmarshal(servertest.Serve(acting.Middleware(r, nil)(whoami), q).Body.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := ask("https://other.example"); a.MemberID != "" {
		t.Errorf("ann of another issuer is %+v", a)
	}
	a := ask(servertest.Issuer)
	if a.OrganisationID != first {
		t.Fatalf("ann is %+v", a)
	}
	registrytest.Do(t, r, policies.Operator, policies.RemoveMember{MemberID: a.MemberID})
	if a := ask(servertest.Issuer); a.OrganisationID != second {
		t.Errorf("after her removal from the first, ann is %+v", a)
	}
}

// Where the caller can't be looked up nobody is let through, as the public neither.
func TestActingCantLookUp(t *testing.T) {
	r, _, _, _ := town(t)
	log, lines := servertest.Log()
	ctx, cancel := context.WithCancel(auth.NewContext(t.Context(), auth.Identity{Issuer: servertest.Issuer, Subject: "ann"}))
	cancel()
	h := acting.Middleware(r, log)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") }))
	w := servertest.Serve(h, httptest.NewRequestWithContext(ctx, "POST", "/graphql", nil))
	if _, extensions := servertest.Refusal(t, w.Body.Bytes()); w.Code != 503 || extensions["code"] != "UNAVAILABLE" {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if !strings.Contains(lines.String(), "couldn't look up the caller") {
		t.Errorf("the log says %q", lines.String())
	}
}

// What a handler writes is covered by the position that its answer states.
func TestPositionAfterAMutation(t *testing.T) {
	r := registrytest.Open(t, registry.Options{})
	h := acting.Middleware(r, nil)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: "New", Jurisdiction: "EE"})
		w.WriteHeader(http.StatusOK)
		registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: "Later", Jurisdiction: "EE"})
		_, _ = w.Write([]byte("done"))
	}))
	if got := servertest.Serve(h, httptest.NewRequest("POST", "/graphql", nil)).Header().Get(acting.PositionHeader); got != "1" {
		t.Errorf("the position is %q, want 1", got)
	}
}

func TestAtLeast(t *testing.T) {
	r, _, _, _ := town(t)
	h := acting.Middleware(r, nil)(whoami)
	for _, test := range []struct {
		values []string
		status int
	}{
		{[]string{"0"}, 200},
		{[]string{strconv.FormatInt(r.Views().Position(), 10)}, 200},
		{[]string{""}, 400},
		{[]string{"-1"}, 400},
		{[]string{"+1"}, 400},
		{[]string{"1.0"}, 400},
		{[]string{"one"}, 400},
		{[]string{"9223372036854775808"}, 400},
		{[]string{"1", "1"}, 400},
	} {
		q := httptest.NewRequest("POST", "/graphql", nil)
		q.Header[acting.AtLeastHeader] = test.values
		w := servertest.Serve(h, q)
		if w.Code != test.status {
			t.Errorf("%q: status %d, want %d: %s", test.values, w.Code, test.status, w.Body)
		}
		if test.status == 400 {
			if _, extensions := servertest.Refusal(t, w.Body.Bytes()); extensions["code"] != "INVALID" || extensions["field"] != acting.AtLeastHeader {
				t.Errorf("%q: %v", test.values, extensions)
			}
		}
	}
}

// A reader waits for the position it asked for, and is answered once it is there.
func TestAtLeastWaits(t *testing.T) {
	r, _, _, _ := town(t)
	before := r.Views().Position()
	h := acting.Middleware(r, nil)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if now := r.Views().Position(); now <= before {
			t.Errorf("the handler was called at %d", now)
		}
	}))
	q := httptest.NewRequest("POST", "/graphql", nil)
	q.Header.Set(acting.AtLeastHeader, strconv.FormatInt(before+1, 10))
	answered := make(chan *httptest.ResponseRecorder, 1)
	go func() { answered <- servertest.Serve(h, q) }()
	registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: "Fourth", Jurisdiction: "EE"})
	w := <-answered
	if got := w.Header().Get(acting.PositionHeader); w.Code != 200 || got != strconv.FormatInt(before+1, 10) {
		t.Errorf("status %d at %q, want 200 at %d", w.Code, got, before+1)
	}
}

// Where the position doesn't come in time the reader is told to try again.
func TestAtLeastInVain(t *testing.T) {
	r, _, _, _ := town(t)
	ctx, cancel := context.WithDeadline(t.Context(), time.Time{})
	defer cancel()
	q := httptest.NewRequestWithContext(ctx, "POST", "/graphql", nil)
	q.Header.Set(acting.AtLeastHeader, "1000000")
	w := servertest.Serve(acting.Middleware(r, nil)(whoami), q)
	if _, extensions := servertest.Refusal(t, w.Body.Bytes()); w.Code != 503 || extensions["code"] != "UNAVAILABLE" || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, %v, Retry-After %q", w.Code, extensions, w.Header().Get("Retry-After"))
	}
}
