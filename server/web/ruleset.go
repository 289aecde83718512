package web

import (
	"strconv"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/frame"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// A ruleSetsPage lists what hubs can fetch.
type ruleSetsPage struct {
	frame.Frame
	RuleSets []ruleSetShown
	Later    string
}

// A ruleSetShown is a rule set with its latest release.
type ruleSetShown struct {
	standards.RuleSet
	Organisation *policies.Organisation
	Latest       *standards.Release // nil before the first
	Stale        bool               // it is past its last day
}

// ruleSets lists rule sets.
func (s *site) ruleSets(v *visit) error {
	p := ruleSetsPage{Frame: s.frame(v, v.say("Rule sets"))}
	p.Section = "/rulesets"
	p.Description = v.say("Named collections of adopted rules that hubs of electronic trade fetch, verify and apply.")
	p.Feed = &frame.Link{To: "/rulesets.atom", Word: v.say("Releases as a feed")}
	list, err := s.views.RuleSetList(v.ctx, pageOf(v.r.URL.Query(), documentsShown))
	if err != nil {
		return err
	}
	for _, r := range list.Items {
		shown, err := s.ruleSetShown(v, r)
		if err != nil {
			return err
		}
		p.RuleSets = append(p.RuleSets, shown)
	}
	_, p.Later = turns(v.r.URL, list)
	return s.show(v, "rulesets", &p)
}

func (s *site) ruleSetShown(v *visit, r standards.RuleSet) (ruleSetShown, error) {
	shown := ruleSetShown{RuleSet: r}
	organisations, err := s.views.Organisations(v.ctx, []string{r.OrganisationID})
	if err != nil {
		return shown, err
	}
	shown.Organisation = orNil(organisations, r.OrganisationID)
	if r.Releases == 0 {
		return shown, nil
	}
	latest, err := s.views.ReleaseByNumber(v.ctx, r.ID, r.Releases)
	if err != nil {
		return shown, orNone(err)
	}
	shown.Latest, shown.Stale = &latest, !v.now.Before(latest.ValidUntil)
	return shown, nil
}

// A ruleSetPage shows a rule set and its releases.
type ruleSetPage struct {
	frame.Frame
	RuleSet  ruleSetShown
	Releases []standards.Release // newest first
	More     string
	Holds    []standards.Instrument // in the latest release
}

// ruleSet shows a rule set.
func (s *site) ruleSet(v *visit) error {
	r, err := s.views.RuleSetBySlug(v.ctx, v.r.PathValue("slug"), time.Time{})
	if err != nil {
		return err
	}
	p := ruleSetPage{Frame: s.frame(v, r.Title)}
	p.Section, p.Description = "/rulesets", v.say("The releases of the rule set %s, and how a hub fetches and verifies them.", r.Title)
	p.Crumbs = []frame.Link{{To: "/rulesets", Word: v.say("Rule sets")}}
	p.Feed = &frame.Link{To: "/rulesets/" + r.Slug + "/releases.atom", Word: v.say("Releases as a feed")}
	if p.RuleSet, err = s.ruleSetShown(v, r); err != nil {
		return err
	}
	list, err := s.views.ReleaseList(v.ctx, r.ID, time.Time{}, views.Page{First: documentsShown, After: v.r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	p.Releases = list.Items // newest first
	_, p.More = turns(v.r.URL, list)
	if p.RuleSet.Latest != nil {
		if p.Holds, err = s.instrumentsOf(v, p.RuleSet.Latest); err != nil {
			return err
		}
	}
	return s.show(v, "ruleset", &p)
}

// instrumentsOf lists what a release holds, in the order of its manifest.
func (s *site) instrumentsOf(v *visit, r *standards.Release) ([]standards.Instrument, error) {
	found, err := s.views.Instruments(v.ctx, r.Instruments)
	return among(found, r.Instruments), err
}

// A releasePage shows a release, and what it has different from an earlier one.
type releasePage struct {
	frame.Frame
	RuleSet      standards.RuleSet
	Release      standards.Release
	Holds        []standards.Instrument
	Against      int // the number of the release that it is compared with; 0 for none
	Added        []standards.Instrument
	Removed      []standards.Instrument
	Others       []int // numbers of releases to compare with
	ManifestText string
}

// release shows a release.
func (s *site) release(v *visit) error {
	set, err := s.views.RuleSetBySlug(v.ctx, v.r.PathValue("slug"), time.Time{})
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.r.PathValue("release"))
	if err != nil || n < 1 {
		return policies.ErrNotFound
	}
	r, err := s.views.ReleaseByNumber(v.ctx, set.ID, n)
	if err != nil {
		return err
	}
	p := releasePage{Frame: s.frame(v, v.say("%s, release %d", set.Title, n)), RuleSet: set, Release: r, ManifestText: string(r.Manifest), Against: n - 1}
	p.Section = "/rulesets"
	p.Crumbs = []frame.Link{{To: "/rulesets", Word: v.say("Rule sets")}, {To: "/rulesets/" + set.Slug, Word: set.Title}}
	for k := max(1, set.Releases-releasesOffered+1); k <= set.Releases; k++ {
		if k != n {
			p.Others = append(p.Others, k)
		}
	}
	if p.Holds, err = s.instrumentsOf(v, &r); err != nil {
		return err
	}
	if k := atoi(v.r.URL.Query().Get("against")); k > 0 && k <= set.Releases {
		p.Against = k
	}
	if p.Against > 0 {
		if err := s.compareReleases(v, &p); err != nil {
			return err
		}
	}
	return s.show(v, "release", &p)
}

const releasesOffered = 100

// compareReleases finds what came and what went.
func (s *site) compareReleases(v *visit, p *releasePage) error {
	other, err := s.views.ReleaseByNumber(v.ctx, p.RuleSet.ID, p.Against)
	if err != nil {
		return err
	}
	before, err := s.instrumentsOf(v, &other)
	if err != nil {
		return err
	}
	p.Added, p.Removed = without(p.Holds, before), without(before, p.Holds)
	return nil
}

// without are the instruments of a list that another hasn't.
func without(list, other []standards.Instrument) (rest []standards.Instrument) {
	has := map[string]bool{}
	for _, in := range other {
		has[in.ID] = true
	}
	for _, in := range list {
		if !has[in.ID] {
			rest = append(rest, in)
		}
	}
	return rest
}
