package policies

import (
	"slices"
	"time"
)

// A Share is how another organisation is to take part in a draft.
type Share string

const (
	AsReader  Share = "reader"  // reads the drafts
	AsSponsor Share = "sponsor" // is offered to draft, answer and adopt with the others
)

// ShareDocument lets another organisation read a document's drafts, or offers it to
// sponsor the document too: it does once it has accepted, and reads the drafts until
// then.
type ShareDocument struct {
	DocumentID     string
	OrganisationID string
	As             Share
}

// DocumentShared is what [ShareDocument] yields.
type DocumentShared struct {
	DocumentID     string `json:"document"`
	OrganisationID string `json:"organisation"`
	As             Share  `json:"as"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c ShareDocument) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Editing)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkSharing(c.As, env.Now), checkOneOf("as", c.As, []Share{AsReader, AsSponsor})); err != nil {
		return nil, err
	}
	o, err := f.Organisation(c.OrganisationID)
	if err != nil {
		return nil, errUnknown(err, "organisationId", "organisation", c.OrganisationID)
	}
	if err := o.checkTakesPart("organisationId"); err != nil {
		return nil, err
	}
	switch {
	case slices.Contains(d.Sponsors, o.ID):
		return nil, errConflict("organisationId", "sponsors the document already")
	case slices.Contains(d.Offered, o.ID):
		return nil, errConflict("organisationId", "has been offered to sponsor it, and reads the drafts already")
	case c.As == AsReader && slices.Contains(d.Readers, o.ID):
		return nil, errConflict("organisationId", "reads the drafts already")
	case c.As == AsSponsor && !maySponsor(o.Kind, d.Kind):
		return nil, errInvalid("organisationId", "a %s can't sponsor a %s", o.Kind, d.Kind)
	}
	return &DocumentShared{DocumentID: d.ID, OrganisationID: o.ID, As: c.As, By: env.Actor.MemberID}, nil
}

// checkSharing refuses to change who reads the drafts of what is settled; who sponsors what
// was adopted may change as long as somebody has to answer for it.
func (d *Document) checkSharing(as Share, now time.Time) error {
	if as == AsSponsor {
		return d.checkNotEnded("documentId", now)
	}
	return d.checkNotSettled("documentId")
}

var _ = registerEvent[DocumentShared](nil)

func (*DocumentShared) Kind() string      { return "document.shared/1" }
func (e *DocumentShared) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *DocumentShared) Fold(_ Stamp, r Record) error {
	return changeDocument(r, e.DocumentID, func(d *Document) {
		if e.As == AsReader {
			d.Readers = append(slices.Clone(d.Readers), e.OrganisationID)
			return
		}
		d.Offered = append(slices.Clone(d.Offered), e.OrganisationID)
	})
}

// UnshareDocument takes back that an organisation reads a document's drafts, or an offer
// to sponsor it that wasn't accepted. A sponsor is removed by itself alone.
type UnshareDocument struct {
	DocumentID     string
	OrganisationID string
	Reason         string
}

// DocumentUnshared is what [UnshareDocument] yields.
type DocumentUnshared struct {
	DocumentID     string `json:"document"`
	OrganisationID string `json:"organisation"`
	Reason         string `json:"reason"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c UnshareDocument) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Editing)
	if err != nil {
		return nil, err
	}
	as := AsReader
	if slices.Contains(d.Offered, c.OrganisationID) {
		as = AsSponsor
	}
	if err := joinFaults(d.checkSharing(as, env.Now), checkText("reason", c.Reason, MaxReason, true)); err != nil {
		return nil, err
	}
	switch {
	case slices.Contains(d.Sponsors, c.OrganisationID):
		return nil, errConflict("organisationId", "sponsors the document, and resigns by itself alone")
	case !slices.Contains(d.Readers, c.OrganisationID) && !slices.Contains(d.Offered, c.OrganisationID):
		return nil, errConflict("organisationId", "doesn't read the drafts, and has no offer to sponsor it")
	}
	return &DocumentUnshared{DocumentID: d.ID, OrganisationID: c.OrganisationID, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[DocumentUnshared](nil)

func (*DocumentUnshared) Kind() string      { return "document.unshared/1" }
func (e *DocumentUnshared) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *DocumentUnshared) Fold(_ Stamp, r Record) error {
	return changeDocument(r, e.DocumentID, func(d *Document) {
		d.Readers, d.Offered = without(d.Readers, e.OrganisationID), without(d.Offered, e.OrganisationID)
	})
}

// without is a list of IDs without one of them.
func without(list []string, id string) []string {
	kept := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == id })
	if len(kept) == 0 {
		return nil
	}
	return slices.Clip(kept)
}

// AcceptSponsorship makes the actor's organisation a sponsor of a document that it was
// offered to sponsor.
type AcceptSponsorship struct{ DocumentID string }

// SponsorshipAccepted is what [AcceptSponsorship] yields.
type SponsorshipAccepted struct {
	DocumentID     string `json:"document"`
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c AcceptSponsorship) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, AnsweringOffer)
	if err != nil {
		return nil, err
	}
	if err := d.checkNotEnded("documentId", env.Now); err != nil {
		return nil, err
	}
	return &SponsorshipAccepted{DocumentID: d.ID, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[SponsorshipAccepted](nil)

func (*SponsorshipAccepted) Kind() string      { return "sponsorship.accepted/1" }
func (e *SponsorshipAccepted) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *SponsorshipAccepted) Fold(_ Stamp, r Record) error {
	return changeDocument(r, e.DocumentID, func(d *Document) {
		d.Sponsors = append(slices.Clone(d.Sponsors), e.OrganisationID)
		d.Readers, d.Offered = without(d.Readers, e.OrganisationID), without(d.Offered, e.OrganisationID)
	})
}

// DeclineSponsorship refuses an offer to sponsor a document.
type DeclineSponsorship struct{ DocumentID string }

// SponsorshipDeclined is what [DeclineSponsorship] yields.
type SponsorshipDeclined struct {
	DocumentID     string `json:"document"`
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c DeclineSponsorship) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, AnsweringOffer)
	if err != nil {
		return nil, err
	}
	if err := d.checkNotEnded("documentId", env.Now); err != nil {
		return nil, err
	}
	return &SponsorshipDeclined{DocumentID: d.ID, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[SponsorshipDeclined](nil)

func (*SponsorshipDeclined) Kind() string      { return "sponsorship.declined/1" }
func (e *SponsorshipDeclined) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *SponsorshipDeclined) Fold(_ Stamp, r Record) error {
	return changeDocument(r, e.DocumentID, func(d *Document) { d.Offered = without(d.Offered, e.OrganisationID) })
}

// ResignSponsorship ends that the actor's organisation sponsors a document, unless it is
// the last that does: a document that nobody sponsors any more is withdrawn.
type ResignSponsorship struct{ DocumentID string }

// SponsorshipResigned is what [ResignSponsorship] yields.
type SponsorshipResigned struct {
	DocumentID     string `json:"document"`
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c ResignSponsorship) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Editing)
	if err != nil {
		return nil, err
	}
	if err := d.checkNotEnded("documentId", env.Now); err != nil {
		return nil, err
	}
	if len(d.Sponsors) == 1 {
		return nil, errConflict("documentId", "your organisation is its last sponsor: withdraw the document, or let another accept first")
	}
	if err := checkConfidencesKept(f, d, env.Actor.OrganisationID); err != nil {
		return nil, err
	}
	return &SponsorshipResigned{DocumentID: d.ID, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[SponsorshipResigned](nil)

func (*SponsorshipResigned) Kind() string      { return "sponsorship.resigned/1" }
func (e *SponsorshipResigned) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *SponsorshipResigned) Fold(_ Stamp, r Record) error {
	return changeDocument(r, e.DocumentID, func(d *Document) { d.Sponsors = without(d.Sponsors, e.OrganisationID) })
}
