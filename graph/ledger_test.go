package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestTheLedgerIsShownAsItStands(t *testing.T) {
	s := newAdopted(t)
	a := s.ok("", s.fill(`{ ledger { position root checkpoint } ledgerEntries(last: 1) { edges { node { seq kind digest released statement } } } release(id: "$rel") { seq digest manifest signature } }`), nil)
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
	if a.at(entry+"seq") != a.at("release.seq") || a.id(entry+"kind") != statement["kind"] || a.id(entry+"released") != released || len(a.id(entry+"digest")) != 64 {
		t.Errorf("entry %v, statement %v", a.at(strings.TrimSuffix(entry, ".")), statement)
	}
	var manifest struct{ RuleSet string }
	if err := json.Unmarshal([]byte(a.id("release.manifest")), &manifest); err != nil || manifest.RuleSet != "parcels" || a.id("release.signature") == "" {
		t.Errorf("manifest %+v, %v", manifest, err)
	}
}
