package graph

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

const registering = `mutation($name: String!) { registerOrganisation(input: {kind: BUSINESS, name: $name, jurisdiction: "EE"}) { organisation { id } } }`

// An organisation has its name alone, and is found by each way to write it.
func TestOneOrganisationOneName(t *testing.T) {
	w := newWorld(t)
	for _, x := range []struct{ name, same string }{
		{"Acme Straße", "ＡＣＭＥ  STRASSE"},
		{"acme", "Ac\u200dme "},
		{"ΟΔΟΣ", "οδος"},
		{"Caf\u00e9", "Cafe\u0301"},
	} {
		w.ok("office", registering, map[string]any{"name": x.name})
		a := w.ask("office", registering, map[string]any{"name": x.same})
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "CONFLICT" {
			t.Errorf("%+q beside %+q: %+v", x.same, x.name, a.Errors)
		}
		found := w.ok("", `query($name: String) { organisations(filter: {name: $name}) { edges { node { name } } } }`, map[string]any{"name": x.same})
		if edges := found.Data["organisations"].(map[string]any)["edges"].([]any); len(edges) == 0 {
			t.Errorf("%+q isn't found by %+q", x.name, x.same)
		}
	}
}

// Titles of 246 Greek and 125 Thai characters are taken, and topics are found however they
// are written.
func TestTitlesAndTopicsInEveryScript(t *testing.T) {
	w := newWorld(t)
	for _, title := range []string{strings.Repeat("Κανονισμός", 25)[:2*246], strings.Repeat("ระเบียบ", 18)[:3*125]} {
		w.ok("estonia", `mutation($title: String!) { proposeDocument(input: {kind: STANDARD, title: $title, language: "el", topics: ["Straßen"]}) { document { id } } }`,
			map[string]any{"title": title})
	}
	found := w.ok("estonia", `{ documents(filter: {topics: ["ＳＴＲＡＳＳＥＮ"]}) { edges { node { title } } } }`, nil)
	if edges := found.Data["documents"].(map[string]any)["edges"].([]any); len(edges) != 2 {
		t.Errorf("found %v", edges)
	}
}

// Organisations that an import registered are told apart.
func TestImportedOrganisationsAreToldApart(t *testing.T) {
	w := newWorld(t)
	w.do(policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: "Docket", Jurisdiction: "US", Imported: true})
	names := func(imported bool) (list []any) {
		found := w.ok("", `query($imported: Boolean) { organisations(filter: {imported: $imported}) { edges { node { name imported } } } }`, map[string]any{"imported": imported})
		for _, e := range found.Data["organisations"].(map[string]any)["edges"].([]any) {
			node := e.(map[string]any)["node"].(map[string]any)
			if node["imported"] != imported {
				t.Errorf("%v is among those with imported: %v", node, imported)
			}
			list = append(list, node["name"])
		}
		return list
	}
	if diff := cmp.Diff([]any{"Docket"}, names(true)); diff != "" || len(names(false)) == 0 {
		t.Errorf("imported (-want +got):\n%s\nothers: %v", diff, names(false))
	}
}

// Whoever registers an organisation is told of those whose names could be taken for its, and
// finds them later; a name put right looks like nothing any more.
func TestLookAlikesAreShown(t *testing.T) {
	w := newWorld(t)
	const register = `mutation($name: String!) { registerOrganisation(input: {kind: BUSINESS, name: $name, jurisdiction: "EE"}) { organisation { id lookAlikes { name } } } }`
	const alike = `{ organisations(filter: {lookAlike: true}) { edges { node { name lookAlikes { name } } } } }`
	honest := w.ok("office", register, map[string]any{"name": "Paypal"})
	if list := honest.at("registerOrganisation.organisation.lookAlikes").([]any); len(list) != 0 {
		t.Errorf("an honest name looks like %v", list)
	}
	forged := w.ok("office", register, map[string]any{"name": "PaypaI"})
	if forged.at("registerOrganisation.organisation.lookAlikes.0.name") != "Paypal" {
		t.Errorf("a forged name looks like nothing: %v", forged.Data)
	}
	w.ok("", alike, nil).same(t, `{"organisations": {"edges": [{"node": {"name": "PaypaI", "lookAlikes": [{"name": "Paypal"}]}}, {"node": {"name": "Paypal", "lookAlikes": [{"name": "PaypaI"}]}}]}}`)
	w.do(w.actor("office"), policies.CorrectOrganisation{OrganisationID: forged.id("registerOrganisation.organisation.id"), Name: new("Pay with P"), Reason: "Taken for another."})
	w.ok("", alike, nil).same(t, `{"organisations": {"edges": []}}`)
}
