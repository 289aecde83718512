package releases_test

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server/releases"
	"github.com/ewtp/entente/server/servertest"
	"github.com/ewtp/entente/standards"
)

const (
	adoptedText = "# Returns\n\nA return is free for thirty days.\n"
	draftText   = "# Secret\n\nNobody outside has read this.\n"
)

// released is a registry with a release of one instrument, a rule set without one,
// and a draft. It returns the released rule set's ID.
func released(t *testing.T, releases int) (r *registry.Registry, ruleSet string) {
	t.Helper()
	c := servertest.NewClock()
	text, err := hub.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := hub.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := hub.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	r = registrytest.Open(t, registry.Options{Rules: servertest.Unvoted(), Clock: c.Now, Sign: signer.Sign})
	town := registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Government, Name: "Town", Jurisdiction: "EE"}).Subject
	office := registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Secretariat, Name: "Office", Jurisdiction: "CH"}).Subject
	drafter := policies.OperatorFor(policies.Organisation{ID: town, Kind: policies.Government, Name: "Town", Jurisdiction: "EE"})
	keeper := policies.OperatorFor(policies.Organisation{ID: office, Kind: policies.Secretariat, Name: "Office", Jurisdiction: "CH"})
	for _, text := range []string{adoptedText, draftText} {
		d := registrytest.Do(t, r, drafter, policies.ProposeDocument{Kind: standards.BestPractice, Title: "Returns", Language: "en"}).Subject
		registrytest.Do(t, r, drafter, policies.CommitRevision{DocumentID: d, Source: text})
		if text == draftText {
			continue
		}
		registrytest.Do(t, r, drafter, policiestest.From(d, c.Now().AddDate(0, 0, 20)))
		registrytest.Do(t, r, drafter, policies.OpenConsultation{DocumentID: d, Closes: "2026-03-20T09:00", Zone: "UTC", Late: policies.LateRefused})
		c.Set(c.Now().AddDate(0, 0, 20))
		instrument := registrytest.Do(t, r, drafter, policies.AdoptDocument{DocumentID: d}).Subject
		ruleSet = registrytest.Do(t, r, keeper, policies.CreateRuleSet{Slug: "returns", Title: "Returns"}).Subject
		for range releases {
			registrytest.Do(t, r, keeper, policies.PublishRelease{RuleSetID: ruleSet, Instruments: []string{instrument}, ValidUntil: c.Now().AddDate(1, 0, 0)})
		}
	}
	registrytest.Do(t, r, keeper, policies.CreateRuleSet{Slug: "empty", Title: "Empty"})
	return r, ruleSet
}

func TestHubSource(t *testing.T) {
	r, id := released(t, 2)
	s := releases.Source(r.Views())
	sets, err := s.RuleSets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	latest := map[string]int{}
	for _, set := range sets {
		latest[set.Slug] = set.Releases
	}
	if diff := cmp.Diff(map[string]int{"returns": 2, "empty": 0}, latest); diff != "" {
		t.Errorf("the rule sets and their releases (-want +got):\n%s", diff)
	}
	set, err := s.RuleSet(t.Context(), "returns")
	if err != nil || set.ID != id {
		t.Errorf("the rule set is %+v, %v", set, err)
	}
	for asked, want := range map[int]int{0: 2, 1: 1, 2: 2} {
		release, err := s.Release(t.Context(), id, asked)
		if err != nil || release.Number != want || standards.Digest(release.Manifest) != release.Digest {
			t.Errorf("release %d is %+v, %v", asked, release, err)
		}
	}
	digest := standards.Digest([]byte(adoptedText))
	if text, err := s.Text(t.Context(), digest); err != nil || text != adoptedText {
		t.Errorf("the text is %q, %v", text, err)
	}
	p, ok := s.(hub.Positioned)
	if !ok || p.Position() != r.Views().Position() {
		t.Error("the source doesn't say how far it has come")
	}
}

func TestHubSourceHasNone(t *testing.T) {
	r, id := released(t, 1)
	s := releases.Source(r.Views())
	for name, ask := range map[string]func() error{
		"rule set":              func() error { _, err := s.RuleSet(t.Context(), "other"); return err },
		"release":               func() error { _, err := s.Release(t.Context(), id, 2); return err },
		"negative release":      func() error { _, err := s.Release(t.Context(), id, -1); return err },
		"release of no set":     func() error { _, err := s.Release(t.Context(), "rst_none", 1); return err },
		"text":                  func() error { _, err := s.Text(t.Context(), standards.Digest([]byte("x"))); return err },
		"text of a draft":       func() error { _, err := s.Text(t.Context(), standards.Digest([]byte(draftText))); return err },
		"text without a digest": func() error { _, err := s.Text(t.Context(), "../../keys"); return err },
	} {
		if err := ask(); !errors.Is(err, hub.ErrNotFound) {
			t.Errorf("%s: %v, want none", name, err)
		}
	}
}

// A list longer than a page is read to its end, newest first.
func TestHubSourceReadsWholeLists(t *testing.T) {
	const n = 130
	r, id := released(t, n)
	releases, err := releases.Source(r.Views()).Releases(t.Context(), id)
	if err != nil || len(releases) != n {
		t.Fatalf("%d releases, %v; want %d", len(releases), err, n)
	}
	for i, release := range releases {
		if release.Number != n-i {
			t.Fatalf("release %d stands at %d", release.Number, i)
		}
	}
}

// The handler over it tells a hub what it may and no more.
func TestHubOverARegistry(t *testing.T) {
	r, _ := released(t, 1)
	h, err := hub.NewHandler(releases.Source(r.Views()), hub.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"rulesets/returns/releases/latest": 200, "rulesets/empty/releases/latest": 404, "rulesets/other": 404,
		"texts/" + standards.Digest([]byte(adoptedText)): 200, "texts/" + standards.Digest([]byte(draftText)): 404,
	} {
		if w := servertest.Serve(h, httptest.NewRequest("GET", hub.Prefix+path, nil)); w.Code != want {
			t.Errorf("%s: status %d, want %d: %s", path, w.Code, want, w.Body)
		}
	}
}
