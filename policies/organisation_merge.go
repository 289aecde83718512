package policies

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// MergeOrganisations makes one organisation part of another of its kind, which has from then
// on what the one that is closed by it leaves: what it sponsors and reads, its blocks, and,
// where it has said nothing itself, what that one said in open ballots and of others' comments.
// The secretariat proposes it, and an admin of each side agrees; for a side without a member
// the word of the secretariat is enough. Whoever is the last to agree merges them.
type MergeOrganisations struct {
	OrganisationID string
	Into           string
	Reason         string // of the proposal; those who agree need none
}

// A MergeProposal is that the secretariat has proposed to merge an organisation into another;
// the zero value where it hasn't.
type MergeProposal struct {
	Into   string
	Reason string
	At     time.Time
	Agreed string // ID of the one of the two of which an admin has agreed; "" for none
}

// MergeProposed is what [MergeOrganisations] yields where somebody has yet to agree.
type MergeProposed struct {
	OrganisationID string `json:"organisation"`
	Into           string `json:"into"`
	Reason         string `json:"reason"`
	By             string `json:"by,omitempty"`
}

// MergeAgreed is what [MergeOrganisations] yields where the other side has yet to agree.
type MergeAgreed struct {
	OrganisationID string `json:"organisation"`
	Into           string `json:"into"`
	Side           string `json:"side"` // the one of the two that agrees
	By             string `json:"by,omitempty"`
}

// OrganisationMerged is what [MergeOrganisations] yields.
type OrganisationMerged struct {
	OrganisationID string `json:"organisation"`
	Into           string `json:"into"`
	Reason         string `json:"reason"` // of the proposal
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c MergeOrganisations) Decide(env Env, f Facts) (Event, error) {
	o, into, err := c.load(env.Actor, f)
	if err != nil {
		return nil, err
	}
	proposal, side := o.Merge, env.Actor.OrganisationID
	proposes := env.Actor.Operator || side != o.ID && side != into.ID
	switch {
	case proposes && proposal.Into != into.ID:
		if err := checkText("reason", c.Reason, MaxReason, true); err != nil {
			return nil, err
		}
		proposal = MergeProposal{Into: into.ID, Reason: c.Reason}
	case proposal.Into != into.ID:
		return nil, errConflict("organisationId", "isn't proposed to be merged into that one: the secretariat proposes it first")
	case !proposes && proposal.Agreed == side:
		return nil, errConflict("organisationId", "your organisation has agreed already: the other side has to")
	}
	agreed := []string{proposal.Agreed}
	if !proposes {
		agreed = append(agreed, side)
	}
	missing, err := missingSides(f, []Organisation{o, into}, agreed)
	switch {
	case err != nil:
		return nil, err
	case len(missing) == 0:
		return &OrganisationMerged{OrganisationID: o.ID, Into: into.ID, Reason: proposal.Reason, By: env.Actor.MemberID}, nil
	case !proposes:
		return &MergeAgreed{OrganisationID: o.ID, Into: into.ID, Side: side, By: env.Actor.MemberID}, nil
	case !proposal.At.IsZero():
		return nil, errConflict("organisationId", "was proposed to be merged at %s: an admin of %s has to agree", proposal.At.Format(time.RFC3339), strings.Join(missing, ", and one of "))
	}
	return &MergeProposed{OrganisationID: o.ID, Into: into.ID, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

// load finds the two that are to be merged, of which the actor may speak for one, or is the
// secretariat.
func (c MergeOrganisations) load(a Actor, f Facts) (o, into Organisation, err error) {
	if o, err = f.Organisation(c.OrganisationID); err != nil {
		return o, into, errUnknown(err, "organisationId", "organisation", c.OrganisationID)
	}
	if into, err = f.Organisation(c.Into); err != nil {
		return o, into, errUnknown(err, "intoId", "organisation", c.Into)
	}
	if err := May(a, ClosingDown, OnMembersOf(o.ID, o.Kind)); err != nil && May(a, ClosingDown, OnMembersOf(into.ID, into.Kind)) != nil {
		return o, into, errAt(err, "organisationId")
	}
	if err := joinFaults(o.checkTakesPart("organisationId"), into.checkTakesPart("intoId")); err != nil {
		return o, into, err
	}
	switch {
	case o.ID == into.ID:
		err = errInvalid("intoId", "is the same organisation")
	case o.Kind != into.Kind:
		err = errInvalid("intoId", "is a %s, and the other a %s", into.Kind, o.Kind)
	case o.Kind == Government && o.Jurisdiction != into.Jurisdiction:
		err = errInvalid("intoId", "speaks for %s, and the other for %s: no government speaks for another's jurisdiction", into.Jurisdiction, o.Jurisdiction)
	}
	return o, into, err
}

// missingSides names the organisations that have members, of whom none has agreed.
func missingSides(f Facts, sides []Organisation, agreed []string) (missing []string, err error) {
	for _, o := range sides {
		_, members, err := f.Headcount(o.ID)
		if err != nil {
			return nil, fmt.Errorf("couldn't count the members of an organisation: %w", err)
		}
		if members > 0 && !slices.Contains(agreed, o.ID) {
			missing = append(missing, fmt.Sprintf("%q", clipEcho(o.Name)))
		}
	}
	return missing, nil
}

var (
	_ = registerEvent[MergeProposed](nil)
	_ = registerEvent[MergeAgreed](nil)
	// Into what it was merged nobody knows then: it is closed.
	_ = registerEvent[OrganisationMerged](func(subject string) Event { return &OrganisationMerged{OrganisationID: subject} })
)

func (*MergeProposed) Kind() string           { return "organisation.mergeProposed/1" }
func (e *MergeProposed) Subject() string      { return e.OrganisationID }
func (*MergeAgreed) Kind() string             { return "organisation.mergeAgreed/1" }
func (e *MergeAgreed) Subject() string        { return e.OrganisationID }
func (*OrganisationMerged) Kind() string      { return "organisation.merged/1" }
func (e *OrganisationMerged) Subject() string { return e.OrganisationID }

// Fold implements [Event].
func (e *MergeProposed) Fold(s Stamp, r Record) error {
	return changeMerge(r, e.OrganisationID, func(m *MergeProposal) { *m = MergeProposal{Into: e.Into, Reason: e.Reason, At: s.At} })
}

// Fold implements [Event].
func (e *MergeAgreed) Fold(_ Stamp, r Record) error {
	return changeMerge(r, e.OrganisationID, func(m *MergeProposal) {
		if m.Into == e.Into {
			m.Agreed = e.Side
		}
	})
}

func changeMerge(r Record, id string, change func(*MergeProposal)) error {
	o, err := r.Organisation(id)
	if err != nil {
		return errUnlessErased(err)
	}
	change(&o.Merge)
	return r.PutOrganisation(o)
}

// Fold implements [Event].
func (e *OrganisationMerged) Fold(s Stamp, r Record) error {
	err := endOrganisation(s, r, e.OrganisationID, e.Into, func(o *Organisation) {
		o.ClosedAt, o.Closing, o.MergedInto, o.Merge = s.At, e.Reason, e.Into, MergeProposal{}
	})
	if err != nil || e.Into == "" {
		return err
	}
	return passEndorsements(s, r, e.OrganisationID, e.Into)
}

// passEndorsements gives what an organisation says of others' comments to its heir, where that
// says nothing itself: the two count once. Nobody endorses its own comment, nor one that it
// isn't told. What is adopted or withdrawn keeps what was said of it.
func passEndorsements(s Stamp, r Record, id, heir string) error {
	theirs, errA := r.EndorsementsBy(id)
	own, errB := r.EndorsementsBy(heir)
	if err := errors.Join(errA, errB); err != nil {
		return err
	}
	for _, e := range slices.Concat(theirs, own) {
		k, err := r.Comment(e.CommentID)
		if err != nil {
			return err
		}
		d, err := r.Document(k.DocumentID)
		switch {
		case errUnlessErased(err) != nil:
			return err
		case err != nil, d.checkNotSettled("") != nil, e.OrganisationID == heir && k.OrganisationID != id:
			continue
		}
		if err := passEndorsement(s, r, e, &k, heir); err != nil {
			return err
		}
	}
	return nil
}

func passEndorsement(s Stamp, r Record, e Endorsement, k *Comment, heir string) error {
	gone := e
	gone.Position, gone.Reason, gone.At = NoLongerSays, "", s.At
	if err := r.PutEndorsement(gone); err != nil {
		return err
	}
	if e.OrganisationID == heir || k.OrganisationID == heir || k.Confidential {
		return nil
	}
	has, err := r.Endorsement(k.ID, heir)
	if errUnlessErased(err) != nil || err == nil && has.Position != NoLongerSays {
		return errUnlessErased(err)
	}
	e.OrganisationID, e.At = heir, s.At
	return r.PutEndorsement(e)
}
