package policies

import (
	"fmt"
	"slices"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/standards"
)

// AdoptDocument makes a revision an instrument, on the terms that were proposed, once
// the gate is met. Nothing adopted is ever edited.
type AdoptDocument struct {
	DocumentID string
	RevisionID string // "" for the head
}

// DocumentAdopted is what [AdoptDocument] yields.
type DocumentAdopted struct {
	InstrumentID string         `json:"instrument"`
	DocumentID   string         `json:"document"`
	RevisionID   string         `json:"revision"`
	Revision     int            `json:"revisionNumber"`
	Number       string         `json:"number"`
	Type         standards.Kind `json:"kind"`
	Title        string         `json:"title"`
	Parties      []string       `json:"parties,omitempty"`
	TextDigest   clauses.Hash   `json:"textDigest"`
	TextBytes    int            `json:"textBytes"`
	Terms
	BallotID       string `json:"ballot,omitempty"` // that carried it
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c AdoptDocument) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Adopting)
	if err != nil {
		return nil, err
	}
	if err := d.checkNotSettled("documentId"); err != nil {
		return nil, err
	}
	rev, err := loadRevisionOrHead(f, d, c.RevisionID)
	if err != nil {
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
		Terms: d.Terms, BallotID: d.Ballot, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[DocumentAdopted](nil)

func (*DocumentAdopted) Kind() string      { return "document.adopted/1" }
func (e *DocumentAdopted) Subject() string { return e.InstrumentID }

// Fold implements [Event].
func (e *DocumentAdopted) Fold(s Stamp, r Record) error {
	force := standards.Force{From: e.From, Until: e.Until}
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

// InstrumentFacts are what decisions may ask of instruments.
type InstrumentFacts interface {
	Instrument(id string) (standards.Instrument, error)
}

// InstrumentRecord is how events change instruments.
type InstrumentRecord interface {
	PutInstrument(standards.Instrument) error
}
