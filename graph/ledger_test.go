package graph

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

func TestTheLedgerIsShownAsItStands(t *testing.T) {
	s := newAdopted(t)
	a := s.ok("", s.fill(`{ ledger { position root checkpoint } ledgerEntries(last: 1) { edges { node { seq kind digest released statement } } } release: node(id: "$rel") { ... on Release { seq digest manifest signature } } }`), nil)
	position := s.registry.Views().Position()
	lines := strings.Split(a.id("ledger.checkpoint"), "\n")
	if a.at("ledger.position") != float64(position) || len(lines) < 5 || lines[1] != fmt.Sprint(position) || len(a.id("ledger.root")) != 64 {
		t.Errorf("ledger %v of %d", a.at("ledger"), position)
	}
	entry := "ledgerEntries.edges.0.node."
	var statement map[string]string
	if err := json.Unmarshal([]byte(a.id(entry+"statement")), &statement); err != nil {
		t.Fatal(err)
	}
	released := strings.TrimPrefix(a.id("release.digest"), "sha256:")
	if a.at(entry+"seq") != a.at("release.seq") || a.id(entry+"kind")+"/1" != statement["kind"] || a.id(entry+"released") != released || len(a.id(entry+"digest")) != 64 {
		t.Errorf("entry %v, statement %v", a.at(strings.TrimSuffix(entry, ".")), statement)
	}
	var manifest struct{ RuleSet string }
	if err := json.Unmarshal([]byte(a.id("release.manifest")), &manifest); err != nil || manifest.RuleSet != "parcels" || a.id("release.signature") == "" {
		t.Errorf("manifest %+v, %v", manifest, err)
	}
}

// Every kind that is written has a version, and whoever asks for a kind is told of it in all of them.
func TestAKindIsHeardInEveryVersion(t *testing.T) {
	for _, kind := range policies.EventKinds() {
		name, version := kindOfEntry(kind)
		if fmt.Sprintf("%s/%d", name, version) != kind || version < 1 {
			t.Errorf("%s is %s in version %d", kind, name, version)
		}
		if got, err := kindsOf("kinds", []string{name}); err != nil || !slices.Contains(got, kind) {
			t.Errorf("%s stands for %v, %v", name, got, err)
		}
	}
	known := []string{"comment.submitted/1", "comment.submitted/2", "comment.submittedLate/1"}
	if got := versionsOf(known, "comment.submitted"); !slices.Equal(got, known[:2]) {
		t.Errorf("comment.submitted stands for %v", got)
	}
}
