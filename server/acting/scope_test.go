package acting_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/servertest"
)

// A token lends no more than its scopes say, whoever its subject is.
func TestScopesLimitTheActor(t *testing.T) {
	r, first, _, _ := town(t)
	h := acting.Middleware(r, nil)(whoami)
	for _, test := range []struct {
		name   string
		scopes []string
		status int
		role   policies.Role
	}{
		{"no scopes of ours", nil, 200, policies.Delegate},
		{"write", []string{auth.ScopeWrite}, 200, policies.Delegate},
		{"read and write", []string{auth.ScopeRead, auth.ScopeWrite}, 200, policies.Delegate},
		{"read", []string{auth.ScopeRead}, 200, policies.Observer},
		{"one that isn't known", []string{"entente:all"}, 403, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			q := httptest.NewRequest("POST", "/graphql", nil)
			q = q.WithContext(auth.NewContext(q.Context(), auth.Identity{Issuer: servertest.Issuer, Subject: "ann", Scopes: test.scopes}))
			w := servertest.Serve(h, q)
			challenge := w.Header().Get("WWW-Authenticate")
			if w.Code != test.status {
				t.Fatalf("status %d, want %d", w.Code, test.status)
			}
			if w.Code == 403 {
				_, extensions := servertest.Refusal(t, w.Body.Bytes())
				if extensions["reason"] != "insufficient_scope" || !strings.Contains(challenge, `error="insufficient_scope"`) ||
					!strings.Contains(challenge, `scope="entente:read"`) {
					t.Errorf("%v, WWW-Authenticate: %s", extensions, challenge)
				}
				return
			}
			var a policies.Actor
			if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
				t.Fatal(err)
			}
			if a.Role != test.role || a.OrganisationID != first || challenge != "" {
				t.Errorf("%+v, WWW-Authenticate: %q", a, challenge)
			}
		})
	}
}

// The organisation that a session chose counts, after the header's, while its person
// is a member there; then the first is read for, and none written for.
func TestSessionsOrganisation(t *testing.T) {
	r, first, second, foreign := town(t)
	h := acting.Middleware(r, nil)(whoami)
	for _, test := range []struct {
		name, chosen, header, want string
		writes                     bool
	}{
		{"none chosen", "", "", first, false},
		{"the second", second, "", second, true},
		{"the header goes first", second, first, first, true},
		{"the header helps", foreign, second, second, true},
		{"one the person isn't a member of", foreign, "", first, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			q := httptest.NewRequest("POST", "/graphql", nil)
			q.Header.Set(acting.OrganisationHeader, test.header)
			q = q.WithContext(auth.NewContext(q.Context(), auth.Identity{Issuer: servertest.Issuer, Subject: "ann", Session: true, Organisation: test.chosen}))
			var a policies.Actor
			if err := json.Unmarshal(servertest.Serve(h, q).Body.Bytes(), &a); err != nil {
				t.Fatal(err)
			}
			if a.OrganisationID != test.want || a.Unchosen == test.writes {
				t.Errorf("acts for %q, want %q, and writes: %t", a.OrganisationID, test.want, !a.Unchosen)
			}
		})
	}
}
