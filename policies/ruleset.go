package policies

import (
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/standards"
)

// CreateRuleSet starts a named collection of instruments for hubs.
type CreateRuleSet struct {
	Slug        string
	Title       string
	Description string
}

// RuleSetCreated is what [CreateRuleSet] yields.
type RuleSetCreated struct {
	ID             string `json:"id"`
	Slug           string `json:"slug"`
	Title          string `json:"title"`
	Description    string `json:"description,omitempty"`
	OrganisationID string `json:"organisation,omitempty"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c CreateRuleSet) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, Releasing, Nothing); err != nil {
		return nil, err
	}
	if err := joinFaults(checkTitle("title", c.Title), checkText("description", c.Description, MaxReason, false), checkThat(standards.IsSlug(c.Slug),
		"slug", "%q is no name of lower-case letters, digits and single hyphens, at most 64 of them", clipEcho(c.Slug))); err != nil {
		return nil, err
	}
	if _, err := f.RuleSetBySlug(c.Slug); err == nil {
		return nil, errConflict("slug", "a rule set of that name exists already")
	} else if errUnlessErased(err) != nil {
		return nil, err
	}
	if err := checkFreeTitle(f, c.Title, ""); err != nil {
		return nil, err
	}
	return &RuleSetCreated{ID: env.Fresh(PrefixRuleSet), Slug: c.Slug, Title: c.Title, Description: c.Description,
		OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[RuleSetCreated](nil)

func (*RuleSetCreated) Kind() string      { return "ruleset.created/1" }
func (e *RuleSetCreated) Subject() string { return e.ID }

// Fold implements [Event].
func (e *RuleSetCreated) Fold(s Stamp, r Record) error {
	return r.PutRuleSet(standards.RuleSet{ID: e.ID, Slug: e.Slug, Title: e.Title, Description: e.Description,
		OrganisationID: e.OrganisationID, CreatedAt: s.At})
}

// PublishRelease freezes the next release of a rule set and signs it.
type PublishRelease struct {
	RuleSetID   string
	Instruments []string  // instrument IDs; the whole content of the release, but for what has ended of late
	Dropping    []string  // instrument IDs that the release before held and this one doesn't, though they bind or are to
	ValidUntil  time.Time // after which a hub should no longer trust it unseen
	Note        string
}

// ReleasePublished is what [PublishRelease] yields: the signed manifest's very
// bytes, so that a release never depends on the code that serves it.
type ReleasePublished struct {
	ID          string    `json:"id"`
	RuleSetID   string    `json:"ruleSet"`
	Number      int       `json:"number"`
	Instruments []string  `json:"instruments"`
	PublishedAt time.Time `json:"publishedAt"`
	ValidUntil  time.Time `json:"validUntil"`
	Note        string    `json:"note,omitempty"`
	Digest      string    `json:"digest"`
	Manifest    string    `json:"manifest"`
	Signature   string    `json:"signature"`
	By          string    `json:"by,omitempty"`
}

// Decide implements [Command].
func (c PublishRelease) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, Releasing, Nothing); err != nil {
		return nil, err
	}
	set, err := f.RuleSet(c.RuleSetID)
	if err != nil {
		return nil, errUnknown(err, "ruleSetId", "rule set", c.RuleSetID)
	}
	validUntil := Millis(c.ValidUntil)
	if err := joinFaults(checkText("note", c.Note, MaxReason, false), env.Rules.checkValidity(validUntil, env.Now)); err != nil {
		return nil, err
	}
	instruments, err := c.loadContent(env, f, set)
	if err != nil {
		return nil, err
	}
	if set, err = afterSpent(f, set); err != nil {
		return nil, err
	}
	return signRelease(env, f, set, validUntil, instruments, c.Note)
}

// checkValidity refuses an end of a release's validity that is past, or that nobody would wait for.
func (r Rules) checkValidity(until, now time.Time) error {
	if !until.After(now) {
		return errInvalid("validUntil", "lies in the past")
	}
	return joinFaults(checkTime("validUntil", until), r.checkRelease(until, now))
}

// afterSpent is the rule set with the release that the next one follows, though that
// be erased: hubs have it all the same.
func afterSpent(f Facts, set standards.RuleSet) (standards.RuleSet, error) {
	spent, err := f.SpentNumber(series("release", set.ID))
	if err != nil {
		return set, fmt.Errorf("couldn't find the next number: %w", err)
	}
	if spent.Number > set.Releases {
		set.Releases, set.LatestDigest = spent.Number, spent.Digest
	}
	return set, nil
}

// loadInstruments finds the instruments that are named; what no longer binds needn't be,
// for as long as releases carry it they do.
func (c PublishRelease) loadInstruments(env Env, f Facts) ([]standards.Instrument, error) {
	var list []standards.Instrument
	err := checkEach("instrumentIds", c.Instruments, func(field, id string) error {
		in, err := f.Instrument(id)
		if err != nil {
			return errUnknown(err, field, "instrument", id)
		}
		if s := in.At(env.Now); s != standards.Pending && s != standards.InForce {
			return errConflict(field, "%s is %s", in.Number, s)
		}
		if in.BindsNever() { // its manifest would have it end before it begins
			return errConflict(field, "%s never takes force: it is ended before", in.Number)
		}
		list = append(list, in)
		return nil
	})
	return list, err
}

func signRelease(env Env, f Facts, set standards.RuleSet, validUntil time.Time, instruments []standards.Instrument, note string) (Event, error) {
	manifest, err := standards.NewManifest(set, env.Now, validUntil, instruments, func(id string) (clauses.Outline, error) {
		t, err := f.Text(id)
		if err != nil {
			return nil, err
		}
		return t.Clauses, nil
	})
	if errors.Is(err, ErrNotFound) {
		return nil, errConflict("instrumentIds", "the text of an instrument was erased: %v", err)
	}
	if err != nil {
		return nil, err
	}
	b, err := manifest.Canonical()
	if err != nil {
		return nil, err
	}
	if env.Sign == nil {
		return nil, errors.New("no key to sign releases with")
	}
	signature, err := env.Sign(b)
	if err != nil {
		return nil, fmt.Errorf("couldn't sign the release: %w", err)
	}
	e := &ReleasePublished{ID: env.Fresh(PrefixRelease), RuleSetID: set.ID, Number: manifest.Number, PublishedAt: env.Now,
		ValidUntil: validUntil, Note: note, Digest: standards.Digest(b), Manifest: string(b),
		Signature: signature, By: env.Actor.MemberID}
	for _, in := range manifest.Instruments {
		e.Instruments = append(e.Instruments, in.ID)
	}
	return e, nil
}

var _ = registerEvent[ReleasePublished](nil)

func (*ReleasePublished) Kind() string      { return "release.published/1" }
func (e *ReleasePublished) Subject() string { return e.ID }

// Released is the SHA-256 of what the entry releases; it goes into the statement.
func (e *ReleasePublished) Released() []byte { return standards.Sum([]byte(e.Manifest)) }

// Fold implements [Event].
func (e *ReleasePublished) Fold(s Stamp, r Record) error {
	set, err := r.RuleSet(e.RuleSetID)
	if err != nil {
		return errUnlessErased(err)
	}
	err = r.AddRelease(standards.Release{ID: e.ID, RuleSetID: e.RuleSetID, Number: e.Number, PublishedAt: e.PublishedAt,
		ValidUntil: e.ValidUntil, Note: e.Note, Digest: e.Digest, Manifest: []byte(e.Manifest), Signature: e.Signature,
		Instruments: e.Instruments, Seq: s.Seq})
	if err != nil {
		return err
	}
	set.Releases, set.LatestDigest = e.Number, e.Digest
	return r.PutRuleSet(set)
}

// RuleSetFacts are what decisions may ask of rule sets and their releases.
type RuleSetFacts interface {
	RuleSet(id string) (standards.RuleSet, error)
	RuleSetBySlug(slug string) (standards.RuleSet, error)
	// RuleSetByTitle finds the rule set whose title has the same [NameKey].
	RuleSetByTitle(title string) (standards.RuleSet, error)
	Release(ruleSetID string, number int) (standards.Release, error)
}

// RuleSetRecord is how events change rule sets and their releases.
type RuleSetRecord interface {
	PutRuleSet(standards.RuleSet) error
	AddRelease(standards.Release) error
}
