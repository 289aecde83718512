package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/views"
)

// RuleSet is the slug of the rule set that the scenario releases.
const RuleSet = "low-value-parcels"

const (
	tallinn  = "Europe/Tallinn"
	auckland = "Pacific/Auckland"

	// firstKey is the key, as the ledger has it, of the entry that the scenario begins
	// with: the registry puts the operator's mark before the operator's keys.
	firstKey = "operator/demo/organisation/" + office

	returnsTitle = "Fair and simple returns across borders"
)

// A Summary names what a visitor needs for a first try: the open consultation, a
// clause in it, and what hubs fetch.
type Summary struct {
	ConsultationID string // open for comment until about ten days after the play
	ClauseID       string // a clause of its revision
	DocumentNumber string // of the document consulted on
	RuleSet        string // slug
	LabelSet       string // of the one in which something came in and something went out

	Regulation       string // number of the regulation in its second round, with comments of the first
	RegulationClause string // ID of a clause of it that much was said on
	CommentID        string // of a comment on it
}

// Play brings the scenario into the registry, whose clock must be clock, standing
// [Length] before the present. Personas are admitted under issuerURL. What the
// ledger holds of the scenario already is not added again: a play that was broken
// off is taken up where it ended. Afterwards the clock is the machine's.
func Play(ctx context.Context, r *registry.Registry, clock *Clock, issuerURL string) (Summary, error) {
	defer clock.Real()
	s := &stage{ctx: ctx, r: r, clock: clock, issuer: issuerURL, start: policies.Millis(clock.Now())}
	if first, err := r.Views().Entry(ctx, 0); err == nil {
		if first.Command != firstKey { // what is said here must not get into a record in earnest
			return Summary{}, errors.New("the ledger holds something else than the demonstration")
		}
		s.start = first.At
	} else if !errors.Is(err, policies.ErrNotFound) {
		return Summary{}, fmt.Errorf("couldn't read the ledger: %w", err)
	}
	if done, err := s.done(); err != nil || done {
		if err != nil {
			return Summary{}, err
		}
		return s.summary()
	}
	s.meet(cast...)
	s.at(1, 0)
	set := s.do(office, "rule-set", policies.CreateRuleSet{Slug: RuleSet, Title: "Low-value parcels",
		Description: "What binds parcels of low value between the parties, for hubs to fetch and check."})
	regulation := s.regulate()
	s.release(set, 1, 89, "The regulation as adopted.", regulation)
	standard := s.standardise()
	s.release(set, 2, 136, "Joined by the cold-chain standard.", regulation, standard)
	s.at(137, 0)
	s.meet(newcomers...)
	s.practise()
	s.platforms()
	s.labels(regulation)
	s.smaller()
	s.run()
	s.keepPrivate()
	s.at(length, 0)
	if s.err != nil {
		return Summary{}, s.err
	}
	return s.summary()
}

// Length is how long the scenario lasts, from the clock's start to the present.
const Length = length * day

// done says whether the scenario's last step is in the ledger.
func (s *stage) done() (bool, error) {
	o, err := s.r.Actor(s.ctx, s.issuer, saar, "")
	if err != nil {
		return false, fmt.Errorf("couldn't look for the scenario: %w", err)
	}
	if o.MemberID == "" {
		return false, nil
	}
	list, err := s.r.Views().DocumentList(s.ctx, o, views.DocumentFilter{Sponsors: []string{o.OrganisationID},
		Phases: []policies.Phase{policies.Draft}, At: s.r.Now()}, views.Page{First: views.MaxPage})
	if err != nil {
		return false, fmt.Errorf("couldn't look for the scenario: %w", err)
	}
	for _, d := range list.Items {
		if d.Title == privateTitle && d.Head != "" {
			return true, nil
		}
	}
	return false, nil
}

// summary reads from the views what a visitor needs.
func (s *stage) summary() (Summary, error) {
	wrap := func(err error) (Summary, error) {
		return Summary{}, fmt.Errorf("couldn't read the scenario back: %w", err)
	}
	practice, label, err := s.consulted(returnsTitle, labelWords)
	if err != nil {
		return wrap(err)
	}
	regulation, relief, err := s.consulted(platformsTitle, reliefWords)
	if err != nil {
		return wrap(err)
	}
	comments, err := s.r.Views().CommentList(s.ctx, policies.Actor{}, views.CommentFilter{DocumentID: regulation.ID}, views.Page{First: 1})
	if err != nil {
		return wrap(err)
	}
	if len(comments.Items) == 0 {
		return wrap(policies.ErrNotFound)
	}
	return Summary{ConsultationID: practice.Consultation, ClauseID: label, DocumentNumber: practice.Number, RuleSet: RuleSet, LabelSet: LabelSet,
		Regulation: regulation.Number, RegulationClause: relief, CommentID: comments.Items[0].ID}, nil
}

// consulted finds a public document by its title, and the clause of the text consulted on that
// holds some words.
func (s *stage) consulted(title, words string) (d policies.Document, clause string, err error) {
	list, err := s.r.Views().DocumentList(s.ctx, policies.Actor{}, views.DocumentFilter{At: s.r.Now(), Order: views.ByNumber}, views.Page{First: views.MaxPage})
	if err != nil {
		return d, "", err
	}
	for _, d := range list.Items {
		if d.Title != title || d.Consultation == "" {
			continue
		}
		held, err := s.r.Views().Consultations(s.ctx, []string{d.Consultation})
		if err != nil {
			return d, "", err
		}
		clause = s.clause(held[d.Consultation].RevisionID, words)
		return d, clause, s.err
	}
	return d, "", policies.ErrNotFound
}

// meet registers the organisations and admits their people, who say how large they are.
func (s *stage) meet(parts ...part) {
	begun := s.clock.Now()
	for i, p := range parts {
		s.clock.Set(begun.Add(time.Duration(10*i) * time.Minute))
		who := office
		if p.ID == office {
			who = "" // the operator registers the first secretariat
		}
		id := s.do(who, "organisation/"+p.ID, policies.RegisterOrganisation{Kind: p.kind, Name: p.Organisation,
			Jurisdiction: p.jurisdiction, Sector: p.sector})
		// As the operator, who stands in for the mail by which people come to know each other.
		s.join(p, s.do("", "invitation/"+p.ID, policies.InviteMember{OrganisationID: id, Issuer: s.issuer, Subject: p.ID,
			Name: p.Name, Role: p.role}))
		if p.size != "" {
			s.do(p.ID, "size/"+p.ID, policies.DeclareSize{OrganisationID: id, Class: p.size, Year: s.start.Year() - 1})
		}
	}
}

// release publishes a release of instruments on a day.
func (s *stage) release(set string, number, on int, note string, instruments ...string) {
	s.at(on, 0)
	s.publish(fmt.Sprintf("release-%d", number), set, note, instruments...)
}

// publish publishes a release now.
func (s *stage) publish(key, set, note string, instruments ...string) {
	s.do(office, key, policies.PublishRelease{RuleSetID: set, Instruments: instruments,
		ValidUntil: s.validUntil(), Note: note})
}

// validUntil is when every release of the scenario is too old to be trusted: a year after the present.
func (s *stage) validUntil() time.Time { return s.start.Add(Length + 365*day) }
