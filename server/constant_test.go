package server

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/views"
)

// Nobody learns from an answer whether there is an organisation, or a member, of some
// name: what one may not know of and what there isn't are the same to the byte.
func TestUnknownAndForeignAreTheSame(t *testing.T) {
	db, err := views.Open(t.Context(), t.TempDir()+"/views.db", views.Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	reg, err := registry.Open(t.Context(), registry.Options{Store: mem.Open(), Views: db, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer reg.Close()
	do := func(c policies.Command) string {
		t.Helper()
		out, err := reg.Do(t.Context(), policies.Operator, "", c)
		if err != nil {
			t.Fatal(err)
		}
		return out.Subject
	}
	foreign := do(policies.RegisterOrganisation{Kind: policies.Business, Name: "Foreign", Jurisdiction: "CH", Sector: "retail"})
	own := do(policies.RegisterOrganisation{Kind: policies.Business, Name: "Own", Jurisdiction: "CH", Sector: "retail"})
	do(policies.AdmitMember{OrganisationID: own, Issuer: "https://id.example", Subject: "mina", Role: policies.Delegate})
	gone := do(policies.AdmitMember{OrganisationID: own, Issuer: "https://id.example", Subject: "gone", Role: policies.Delegate})
	do(policies.RemoveMember{MemberID: gone, Reason: "left"})

	s := New(Options{Log: quiet, Sessions: as, Acting: acting.Middleware(reg, quiet), GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(registry.ActorFrom(r.Context()).MemberID)
	}), Limits: Limits{Quotas: Quotas{Read: Unlimited}}})
	say := func(user, organisation string) string {
		fields := []string{"User", user}
		if organisation != "" {
			fields = append(fields, acting.OrganisationHeader, organisation)
		}
		got := ask(s.Handler(), "POST", "/graphql", "192.0.2.1:1", fields...)
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
