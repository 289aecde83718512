package policies

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/standards"
)

// AdoptDocument makes a revision an instrument, once the gate is met. Nothing
// adopted is ever edited.
type AdoptDocument struct {
	DocumentID     string
	RevisionID     string // "" for the head
	EffectiveFrom  time.Time
	EffectiveUntil time.Time // zero: without end
	Supersedes     []string  // instrument IDs: they end when this takes force
	Amends         []string  // instrument IDs: they stay, to be read with this
}

// DocumentAdopted is what [AdoptDocument] yields.
type DocumentAdopted struct {
	InstrumentID   string         `json:"instrument"`
	DocumentID     string         `json:"document"`
	RevisionID     string         `json:"revision"`
	Revision       int            `json:"revisionNumber"`
	Number         string         `json:"number"`
	Type           standards.Kind `json:"kind"`
	Title          string         `json:"title"`
	Parties        []string       `json:"parties,omitempty"`
	TextDigest     clauses.Hash   `json:"textDigest"`
	TextBytes      int            `json:"textBytes"`
	EffectiveFrom  time.Time      `json:"effectiveFrom"`
	EffectiveUntil time.Time      `json:"effectiveUntil,omitzero"`
	Supersedes     []string       `json:"supersedes,omitempty"`
	Amends         []string       `json:"amends,omitempty"`
	BallotID       string         `json:"ballot,omitempty"` // that carried it
	OrganisationID string         `json:"organisation"`
	By             string         `json:"by,omitempty"`
}

// Decide implements [Command].
func (c AdoptDocument) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Adopting)
	if err != nil {
		return nil, err
	}
	if err := firstError(d.checkNotSettled("documentId"), c.checkDates(env.Now)); err != nil {
		return nil, err
	}
	rev, err := loadRevisionOrHead(f, d, c.RevisionID)
	if err != nil {
		return nil, err
	}
	if err := firstError(checkSucceeded(f, d, env.Now, "supersedes", c.Supersedes), checkSucceeded(f, d, env.Now, "amends", c.Amends),
		c.checkApart()); err != nil {
		return nil, err
	}
	gaps, err := Gate(*d, rev, env.Now, env.Rules, f)
	if err != nil {
		return nil, err
	}
	if gaps, err = ToldGaps(gaps, env.Actor, d, f); err != nil {
		return nil, err
	}
	if len(gaps) > 0 {
		return nil, &Error{Code: GateUnmet, Field: "documentId", Missing: gaps,
			Message: fmt.Sprintf("%s can't be adopted yet: the gate lists what is missing", d.Number)}
	}
	return &DocumentAdopted{InstrumentID: env.Fresh(PrefixInstrument), DocumentID: d.ID, RevisionID: rev.ID, Revision: rev.Number,
		Number: d.Number, Type: d.Kind, Title: d.Title, Parties: d.Parties, TextDigest: rev.TextDigest, TextBytes: rev.Bytes,
		EffectiveFrom: Millis(c.EffectiveFrom), EffectiveUntil: Millis(c.EffectiveUntil), Supersedes: c.Supersedes, Amends: c.Amends,
		BallotID: d.Ballot, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

func (c AdoptDocument) checkDates(now time.Time) error {
	switch {
	case c.EffectiveFrom.IsZero():
		return errInvalid("effectiveFrom", "is missing")
	case Millis(c.EffectiveFrom).Before(now):
		return errInvalid("effectiveFrom", "lies in the past; nobody can be bound before the adoption")
	case !c.EffectiveUntil.IsZero() && !Millis(c.EffectiveUntil).After(Millis(c.EffectiveFrom)):
		return errInvalid("effectiveUntil", "lies no later than effectiveFrom")
	}
	return firstError(checkTime("effectiveFrom", c.EffectiveFrom), checkTime("effectiveUntil", c.EffectiveUntil))
}

// checkApart refuses an instrument that is to be superseded and amended at once.
func (c AdoptDocument) checkApart() error {
	for i, id := range c.Amends {
		if slices.Contains(c.Supersedes, id) {
			return errInvalid("amends."+strconv.Itoa(i), "is superseded by the same adoption")
		}
	}
	return nil
}

// checkSucceeded refuses instruments to supersede or amend unless they exist, are of the
// document's kind, bind no party that it leaves out, have not ended and have no
// successor yet.
func checkSucceeded(f Facts, d *Document, now time.Time, list string, ids []string) error {
	return checkEach(list, ids, func(field, id string) error {
		in, err := f.Instrument(id)
		if err != nil {
			return errUnknown(err, field, "instrument", id)
		}
		old, err := f.Document(in.DocumentID)
		if err != nil {
			return errUnknown(err, field, "document of instrument", id)
		}
		switch at := in.At(now); {
		case in.Kind != d.Kind:
			return errInvalid(field, "%s is a %s, not a %s", in.Number, in.Kind, d.Kind)
		case in.SupersededBy != "":
			return errConflict(field, "%s has a successor already", in.Number)
		case at == standards.Expired || at == standards.Repealed:
			return errConflict(field, "%s has %s", in.Number, map[standards.Status]string{standards.Expired: "expired", standards.Repealed: "been repealed"}[at])
		case len(d.Parties) > 0 && !containsAll(d.Parties, in.Parties):
			return errInvalid(field, "%s binds a jurisdiction that is no party to %s", in.Number, d.Number)
		case !documentsShareSponsor(&old, d):
			return &Error{Code: Forbidden, Field: field, Message: "only a sponsor of " + in.Number + " may replace or amend it"}
		}
		return nil
	})
}

func documentsShareSponsor(a, b *Document) bool {
	return slices.ContainsFunc(a.Sponsors, func(id string) bool { return slices.Contains(b.Sponsors, id) })
}

var _ = registerEvent[DocumentAdopted](nil)

func (*DocumentAdopted) Kind() string      { return "document.adopted/1" }
func (e *DocumentAdopted) Subject() string { return e.InstrumentID }

// Fold implements [Event].
func (e *DocumentAdopted) Fold(s Stamp, r Record) error {
	force := standards.Force{From: e.EffectiveFrom, Until: e.EffectiveUntil}
	err := r.PutInstrument(standards.Instrument{ID: e.InstrumentID, DocumentID: e.DocumentID, RevisionID: e.RevisionID,
		Revision: e.Revision, Number: e.Number, Kind: e.Type, Title: e.Title, Parties: e.Parties, TextDigest: e.TextDigest,
		TextBytes: e.TextBytes, AdoptedAt: s.At, Supersedes: e.Supersedes, Amends: e.Amends, BallotID: e.BallotID, Force: force})
	if err != nil {
		return err
	}
	err = changeDocument(r, e.DocumentID, func(d *Document) {
		d.InstrumentID, d.AdoptedRevision, d.AdoptedAt, d.Force = e.InstrumentID, e.RevisionID, s.At, force
		d.publishRevision(e.Revision)
	})
	if err != nil {
		return err
	}
	for _, id := range e.Supersedes {
		if err := e.supersede(r, id); err != nil {
			return err
		}
	}
	for _, id := range e.Amends {
		if err := e.amend(r, id); err != nil {
			return err
		}
	}
	return nil
}

// amend links an instrument to the one that amends it; it stays as it is.
func (e *DocumentAdopted) amend(r Record, id string) error {
	in, err := r.Instrument(id)
	if err != nil {
		return errUnlessErased(err)
	}
	in.AmendedBy = append(slices.Clone(in.AmendedBy), e.InstrumentID)
	return r.PutInstrument(in)
}

// supersede ends an instrument, and the document it came from, when its successor takes force.
func (e *DocumentAdopted) supersede(r Record, id string) error {
	in, err := r.Instrument(id)
	if err != nil {
		return errUnlessErased(err)
	}
	in.SupersededBy, in.SupersededFrom = e.InstrumentID, e.EffectiveFrom
	if err := r.PutInstrument(in); err != nil {
		return err
	}
	return changeDocument(r, in.DocumentID, func(d *Document) { d.Force = in.Force })
}

// InstrumentFacts are what decisions may ask of instruments.
type InstrumentFacts interface {
	Instrument(id string) (standards.Instrument, error)
}

// InstrumentRecord is how events change instruments.
type InstrumentRecord interface {
	PutInstrument(standards.Instrument) error
}
