package policies

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ewtp/entente/standards"
)

// A Ballot asks two chambers for their position on one revision. Who has a voice,
// and what carries, is computed when it opens and holds to the end, whoever joins
// or leaves and however the registry is configured since.
type Ballot struct {
	ID             string // TypeID "bal_…"
	DocumentID     string
	RevisionID     string
	Revision       int // the revision's number
	Number         int // from 1 within its document
	OpensAt        time.Time
	ClosesAt       time.Time // the first instant at which it is closed
	Zone           string    // IANA name of the zone in which the close was stated
	Secrecy        Secrecy
	Quorum         Fraction
	Majority       Fraction
	Electorate     []Elector // in the order in which they were registered, governments first
	Terms          Terms     // of the document, as they are shown
	OrganisationID string    // who opened it
	Earlier        Earlier   // the one before it that wasn't cancelled
	FirstClosesAt  time.Time // of one that was closed early: the close as it was stated

	// CancelAsked and CloseAsked are halves of a cancellation and of an early close,
	// Cancelled and ClosedEarly who completed them; zero where there is none.
	CancelAsked, Cancelled, CloseAsked, ClosedEarly JointRequest

	Departures []Departure // in the order in which they left

	// Spoilt marks a ballot of which a position was erased: nobody can say any more how
	// it went.
	Spoilt bool
}

// An Elector is an organisation that takes a position in a ballot.
type Elector struct {
	OrganisationID string           `json:"organisation"`
	Chamber        OrganisationKind `json:"chamber"`
	// Jurisdiction is a business's own. Of governments it is the one whose voice they
	// share: see governmentVoices.
	Jurisdiction string `json:"jurisdiction"`
	Heard        bool   `json:"heard,omitempty"` // it is heard and doesn't decide
}

// Secrecy is who sees the positions of others before a ballot closes. After the
// close everybody does.
type Secrecy string

const (
	SecretUntilClose Secrecy = "secretUntilClose" // nobody; that some were taken, and when, is known
	OpenBallotting   Secrecy = "open"             // everybody
)

// Secrecies are all of them in the order they are shown.
var Secrecies = []Secrecy{SecretUntilClose, OpenBallotting}

// Elector returns the voice that an organisation has in the ballot, if it has one.
func (b *Ballot) Elector(organisationID string) (Elector, bool) {
	for _, e := range b.Electorate {
		if e.OrganisationID == organisationID {
			return e, true
		}
	}
	return Elector{}, false
}

// IsOpen says whether positions are taken at t.
func (b *Ballot) IsOpen(t time.Time) bool {
	return !t.Before(b.OpensAt) && t.Before(b.ClosesAt) && (b.Cancelled.IsZero() || t.Before(b.Cancelled.At))
}

// Shows says whether positions and tallies are for everybody to see at t. Those of a
// secret ballot that was cancelled never are: else it would be cancelled to see them.
func (b *Ballot) Shows(t time.Time) bool {
	return b.Secrecy == OpenBallotting || b.Cancelled.IsZero() && !t.Before(b.ClosesAt)
}

// OpenBallot puts a revision to the ballot, once the adoption gate wants nothing else.
type OpenBallot struct {
	DocumentID string
	RevisionID string // "" for the head
	Closes     string // local time "2026-03-01T17:00" in Zone
	Zone       string // IANA name, "Europe/Tallinn"
	Secrecy    Secrecy
}

// BallotOpened is what [OpenBallot] yields.
type BallotOpened struct {
	ID             string    `json:"id"`
	DocumentID     string    `json:"document"`
	RevisionID     string    `json:"revision"`
	Revision       int       `json:"revisionNumber"`
	Number         int       `json:"number"`
	ClosesAt       time.Time `json:"closesAt"`
	Zone           string    `json:"zone"`
	Secrecy        Secrecy   `json:"secrecy"`
	Quorum         Fraction  `json:"quorum"`
	Majority       Fraction  `json:"majority"`
	Electorate     []Elector `json:"electorate"`
	Terms          Terms     `json:"terms"`
	OrganisationID string    `json:"organisation,omitempty"`
	By             string    `json:"by,omitempty"`
}

// Decide implements [Command].
func (c OpenBallot) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, OpeningBallot)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("documentId"), d.checkNoOpenBallot("documentId", env.Now), checkOneOf("secrecy", c.Secrecy, Secrecies)); err != nil {
		return nil, err
	}
	rev, err := loadRevisionToOpen(env, f, d, c.RevisionID)
	if err != nil {
		return nil, err
	}
	closes, err := c.closingTime(env, d)
	if err != nil {
		return nil, err
	}
	if err := checkReadyForBallot(env, d, rev, f); err != nil {
		return nil, err
	}
	electorate, err := electorateOf(f, d)
	if err != nil {
		return nil, err
	}
	number, err := nextNumber(f, series("ballot", d.ID), d.Ballots)
	if err != nil {
		return nil, err
	}
	return &BallotOpened{ID: env.Fresh(PrefixBallot), DocumentID: d.ID, RevisionID: rev.ID, Revision: rev.Number, Number: number,
		ClosesAt: closes, Zone: c.Zone, Secrecy: c.Secrecy, Quorum: env.Rules.quorum(d.Kind), Majority: env.Rules.majority(d.Kind),
		Electorate: electorate, Terms: d.Terms, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

// closingTime reads the local time of the close and holds it against the shortest and longest length.
func (c OpenBallot) closingTime(env Env, d *Document) (time.Time, error) {
	closes, err := parseLocalTime("closesAtLocal", c.Closes, c.Zone)
	if err != nil {
		return closes, err
	}
	switch least, from := env.Rules.MinimumBallot[d.Kind], d.Terms.From.First().At; {
	case !from.IsZero() && closes.After(from):
		return closes, errInvalid("closesAtLocal", "the document is to bind from %s, before the ballot closes: propose a later date, or close earlier", d.Terms.From.First().Local)
	case !closes.After(env.Now):
		return closes, errInvalid("closesAtLocal", "lies in the past")
	case localDuration(env.Now, closes, c.Zone) < least:
		return closes, errInvalid("closesAtLocal", "the ballot is %s long; one on a %s is open for at least %s", formatDays(localDuration(env.Now, closes, c.Zone)), d.Kind, formatDays(least))
	}
	return closes, env.Rules.checkBallot(env.Now, closes, c.Zone, d.Kind)
}

// checkReadyForBallot refuses a ballot while the gate wants something else, and a ballot
// that would change nothing because the last one carried on this revision.
func checkReadyForBallot(env Env, d *Document, rev Revision, f Facts) error {
	gaps, err := gapsBeforeBallot(*d, rev, env.Now, f)
	if err == nil {
		gaps, err = ToldGaps(gaps, env.Actor, d, f)
	}
	if err != nil {
		return err
	}
	unrepresented, err := unrepresentedGaps(*d, f)
	if err != nil {
		return err
	}
	if gaps = append(gaps, unrepresented...); len(gaps) > 0 {
		return &Error{Code: GateUnmet, Field: "documentId", Missing: gaps,
			Message: fmt.Sprintf("%s can't be put to the ballot yet: the gate lists what is missing", d.Number)}
	}
	if gaps, err = ballotGaps(*d, rev, env.Now, f); err != nil {
		return err
	}
	unheard, err := partyGaps(*d, rev, f)
	if err != nil {
		return err
	}
	blocks, err := blockGaps(f, d.ID, env.Now)
	if err != nil {
		return err
	}
	if len(gaps)+len(unheard)+len(blocks) == 0 {
		return errConflict("documentId", "ballot %d carried on this revision: it may be adopted", d.Ballots)
	}
	return nil
}

// electorateOf computes who takes a position: on a regulation the governments of its
// parties decide and the businesses there are heard; on anything else both chambers
// decide, those of the parties, or all that are registered where it names none. An
// organisation for which nobody may speak is in none.
func electorateOf(f Facts, d *Document) ([]Elector, error) {
	governments, err := f.VoicesIn(Government, d.Parties)
	if err != nil {
		return nil, fmt.Errorf("couldn't list the governments with a voice: %w", err)
	}
	businesses, err := f.VoicesIn(Business, d.Parties)
	if err != nil {
		return nil, fmt.Errorf("couldn't list the businesses with a voice: %w", err)
	}
	list, heard := governmentVoices(governments, d.Parties), d.Kind == standards.Regulation
	switch {
	case len(list) == 0:
		return nil, errNobodyDecides(Government)
	case len(businesses) == 0 && !heard:
		return nil, errNobodyDecides(Business)
	}
	for _, o := range businesses {
		list = append(list, Elector{OrganisationID: o.ID, Chamber: Business, Jurisdiction: o.Jurisdiction, Heard: heard})
	}
	return list, nil
}

func errNobodyDecides(chamber OrganisationKind) error {
	return errConflict("documentId", "no %s that could decide is registered and has a member who speaks for it", chamber)
}

// governmentVoices gives each government the voice that it shares: that of the party
// that it governs; where no parties are named, that of its country. A province doesn't
// decide for its country: it has the country's voice only where no government of the
// whole country is there.
func governmentVoices(governments []Organisation, parties []string) (list []Elector) {
	whole := map[string]bool{}
	for _, o := range governments {
		whole[o.Jurisdiction] = true
	}
	for _, o := range governments {
		voice := o.Jurisdiction
		if len(parties) == 0 {
			voice, _, _ = strings.Cut(o.Jurisdiction, "-")
		}
		if len(parties) > 0 && !slices.Contains(parties, voice) || voice != o.Jurisdiction && whole[voice] {
			continue
		}
		list = append(list, Elector{OrganisationID: o.ID, Chamber: Government, Jurisdiction: voice})
	}
	return list
}

// checkNoOpenBallot refuses what must wait until an open ballot has closed.
func (d *Document) checkNoOpenBallot(field string, now time.Time) error {
	if d.Ballot != "" && now.Before(d.BallotClosesAt) {
		return errConflict(field, "ballot %d on it is open until %s", d.Ballots, d.BallotClosesAt.Format(time.RFC3339))
	}
	return nil
}

var _ = registerEvent[BallotOpened](nil)

func (*BallotOpened) Kind() string      { return "ballot.opened/1" }
func (e *BallotOpened) Subject() string { return e.ID }

// Fold implements [Event]. Who has a voice can read what it is on: the revision is
// public from now on.
func (e *BallotOpened) Fold(s Stamp, r Record) error {
	var earlier Earlier
	switch d, err := r.Document(e.DocumentID); {
	case errUnlessErased(err) != nil:
		return err
	case err == nil:
		earlier = Earlier{ID: d.Ballot, RevisionID: d.BallotRevision, OpensAt: d.BallotOpensAt, ClosesAt: d.BallotClosesAt}
	}
	err := r.PutBallot(Ballot{ID: e.ID, Earlier: earlier, DocumentID: e.DocumentID, RevisionID: e.RevisionID, Revision: e.Revision, Number: e.Number,
		OpensAt: s.At, ClosesAt: e.ClosesAt, Zone: e.Zone, Secrecy: e.Secrecy, Quorum: e.Quorum, Majority: e.Majority,
		Electorate: slices.Clone(e.Electorate), Terms: e.Terms, OrganisationID: e.OrganisationID})
	if err != nil {
		return err
	}
	return changeDocument(r, e.DocumentID, func(d *Document) {
		d.Ballots, d.Ballot, d.BallotRevision, d.BallotOpensAt, d.BallotClosesAt = e.Number, e.ID, e.RevisionID, s.At, e.ClosesAt
		d.PutForward = ""
		d.publishRevision(e.Revision)
	})
}

// BallotFacts are what decisions may ask of ballots.
type BallotFacts interface {
	Ballot(id string) (Ballot, error)
	// BallotsOn lists the ballots on a document, oldest first.
	BallotsOn(documentID string) ([]Ballot, error)
	// BallotsWith lists the ballots in whose electorate an organisation is, or an elector that
	// was merged into it, oldest first.
	BallotsWith(organisationID string) ([]Ballot, error)
}

// BallotRecord is how events change ballots.
type BallotRecord interface {
	PutBallot(Ballot) error
}
