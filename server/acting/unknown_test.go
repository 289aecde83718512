package acting_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/servertest"
)

// Nobody learns from an answer whether there is an organisation, or a member, of some
// name: what one may not know of and what there isn't are the same to the byte.
func TestUnknownAndForeignAreTheSame(t *testing.T) {
	reg := registrytest.Open(t, registry.Options{})
	do := func(c policies.Command) string {
		t.Helper()
		return registrytest.Do(t, reg, policies.Operator, c).Subject
	}
	foreign := do(policies.RegisterOrganisation{Kind: policies.Business, Name: "Foreign", Jurisdiction: "CH", Sector: "retail"})
	own := do(policies.RegisterOrganisation{Kind: policies.Business, Name: "Own", Jurisdiction: "CH", Sector: "retail"})
	registrytest.Admit(t, reg, policies.InviteMember{OrganisationID: own, Issuer: servertest.Issuer, Subject: "mina", Role: policies.Delegate})
	gone := registrytest.Admit(t, reg, policies.InviteMember{OrganisationID: own, Issuer: servertest.Issuer, Subject: "gone", Role: policies.Delegate})
	do(policies.RemoveMember{MemberID: gone, Reason: "left"})

	log, _ := servertest.Log()
	h := server.New(server.Options{Log: log, Sessions: servertest.Sessions, Acting: acting.Middleware(reg, log),
		GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = json.NewEncoder(w).Encode(registry.ActorFrom(r.Context()).MemberID)
		}), Limits: server.Limits{Quotas: server.Quotas{Read: server.Unlimited}}}).Handler()
	say := func(user, organisation string) string {
		r := httptest.NewRequest("POST", "/graphql", nil)
		r.Header.Set(servertest.WhoHeader, user)
		if organisation != "" {
			r.Header.Set(acting.OrganisationHeader, organisation)
		}
		got := servertest.Serve(h, r)
		got.Header().Del("X-Request-Id") // differs each time
		text, err := json.Marshal([]any{got.Code, got.Header(), got.Body.String()})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	never := "org_01h455vb4pex5vsknk084sn02q"
	for _, pair := range []struct{ name, a, b string }{
		{"an organisation that isn't one's own, and one that isn't", say("mina", foreign), say("mina", never)},
		{"likewise for somebody unknown", say("stranger", foreign), say("stranger", never)},
		{"likewise for nobody", say("", foreign), say("", never)},
		{"somebody unknown and somebody who was removed", say("stranger", ""), say("gone", "")},
		{"likewise for the organisation that they were of", say("stranger", own), say("gone", own)},
	} {
		if diff := cmp.Diff(pair.a, pair.b); diff != "" {
			t.Errorf("%s differ:\n%s", pair.name, diff)
		}
	}
	if say("mina", own) == say("mina", never) {
		t.Error("one's own organisation is refused too, so the rest means nothing")
	}
}
