package policies

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// CloseOrganisation ends that an organisation takes part: its members are its members no
// more, invitations to it end, it sponsors nothing, and it is counted in no ballot that is
// open. What it said stays said, and its name stays its own. The secretariat's own
// organisation is never closed.
type CloseOrganisation struct {
	OrganisationID string
	Reason         string
}

// OrganisationClosed is what [CloseOrganisation] yields.
type OrganisationClosed struct {
	OrganisationID string `json:"organisation"`
	Reason         string `json:"reason"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c CloseOrganisation) Decide(env Env, f Facts) (Event, error) {
	o, err := loadClosable(env.Actor, f, "organisationId", c.OrganisationID)
	if err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, true); err != nil {
		return nil, err
	}
	if err := checkHandedOn(env, f, o.ID); err != nil {
		return nil, err
	}
	if env.Actor.Operator || env.Actor.OrganisationID != o.ID {
		if err := checkNotSilenced(env, f, o.ID); err != nil {
			return nil, err
		}
	}
	return &OrganisationClosed{OrganisationID: o.ID, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

// loadClosable finds an organisation that the actor may close, and that isn't closed yet.
func loadClosable(a Actor, f Facts, field, id string) (Organisation, error) {
	o, err := f.Organisation(id)
	if err != nil {
		return o, errUnknown(err, field, "organisation", id)
	}
	if err := May(a, ClosingDown, OnMembersOf(id, o.Kind)); err != nil {
		return o, errAt(err, field)
	}
	return o, o.checkTakesPart(field)
}

// checkTakesPart refuses what an organisation that was closed has no part in.
func (o *Organisation) checkTakesPart(field string) error {
	if o.ClosedAt.IsZero() {
		return nil
	}
	return errConflict(field, "%s", o.gone())
}

// gone says what became of an organisation that takes part no more.
func (o *Organisation) gone() string {
	at := o.ClosedAt.Format(time.RFC3339)
	if o.MergedInto != "" {
		return fmt.Sprintf("was merged into %s at %s: an admin of that one may invite you to it", o.MergedInto, at)
	}
	return fmt.Sprintf("was closed at %s: it takes part no more", at)
}

// ActsNoMore is the refusal that whoever acts for an organisation that was closed is told.
func (o *Organisation) ActsNoMore() *Error {
	return errForbidden(TakesNoPart, "the organisation that you act for "+o.gone())
}

// checkInvites refuses that anybody is brought into an organisation that was closed.
func checkInvites(f Facts, field, id string) error {
	o, err := f.Organisation(id)
	if err != nil {
		return errUnlessErased(err)
	}
	return o.checkTakesPart(field)
}

// errNameTaken refuses a name that an organisation has: one that was closed keeps its own.
func errNameTaken(o Organisation) error {
	if !o.ClosedAt.IsZero() {
		return errConflict("name", "an organisation of that name was registered, and was closed since: %q", clipEcho(o.Name))
	}
	return errConflict("name", "an organisation of that name is registered already: %q", clipEcho(o.Name))
}

// checkHandedOn refuses to close an organisation that is the last sponsor of a document that
// hasn't ended: nobody could answer for that. Who closes its own gives its answers first.
func checkHandedOn(env Env, f Facts, id string) error {
	docs, err := f.DocumentsOf(id)
	if err != nil {
		return fmt.Errorf("couldn't list the organisation's documents: %w", err)
	}
	for i := range docs {
		d := &docs[i]
		if d.hasEnded(env.Now) || !slices.Contains(d.Sponsors, id) {
			continue
		}
		if len(d.Sponsors) == 1 {
			return errConflict("organisationId", "is the last sponsor of %s: let another accept to sponsor it, or end it, first", d.Number)
		}
		if env.Actor.OrganisationID == id {
			if err := checkConfidencesKept(f, d, id); err != nil {
				return errMovedTo(err, "organisationId")
			}
		}
	}
	return nil
}

// checkNotSilenced refuses that others close an organisation for which somebody speaks, while
// it has a voice in an open ballot or a block of its own stands: so nobody's voice is taken
// from it where it matters.
func checkNotSilenced(env Env, f Facts, id string) error {
	members, err := f.MembersOf(id)
	if err != nil {
		return fmt.Errorf("couldn't list the organisation's members: %w", err)
	}
	if !slices.ContainsFunc(members, Member.Speaks) {
		return nil
	}
	ballots, err := f.BallotsWith(id)
	if err != nil {
		return fmt.Errorf("couldn't list the organisation's ballots: %w", err)
	}
	for _, b := range ballots {
		d, err := f.Document(b.DocumentID)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("couldn't load a ballot's document: %w", err)
		}
		if err != nil || d.checkNotSettled("") != nil {
			continue
		}
		if b.IsOpen(env.Now) {
			return errConflict("organisationId", "has a voice in ballot %d on %s, open until %s: until then nobody takes that from it", b.Number, d.Number, b.ClosesAt.Format(time.RFC3339))
		}
		blocks, err := standingBlocks(f, d.ID, env.Now)
		if err != nil || slices.ContainsFunc(blocks, func(k block) bool { return k.organisationID == id }) {
			return joinFaults(err, errConflict("organisationId", "blocks %s: as long as it does, nobody else silences it", d.Number))
		}
	}
	return nil
}

var _ = registerEvent[OrganisationClosed](func(subject string) Event { return &OrganisationClosed{OrganisationID: subject} })

func (*OrganisationClosed) Kind() string      { return "organisation.closed/1" }
func (e *OrganisationClosed) Subject() string { return e.OrganisationID }

// Fold implements [Event].
func (e *OrganisationClosed) Fold(s Stamp, r Record) error {
	return endOrganisation(s, r, e.OrganisationID, "", func(o *Organisation) {
		o.ClosedAt, o.Closing, o.Merge = s.At, e.Reason, MergeProposal{}
	})
}

// endOrganisation folds that an organisation takes part no more, and that an heir, "" for
// none, has what it leaves.
func endOrganisation(s Stamp, r Record, id, heir string, change func(*Organisation)) error {
	o, err := r.Organisation(id)
	if err != nil {
		return errUnlessErased(err)
	}
	change(&o)
	return errors.Join(r.PutOrganisation(o), endMembers(s, r, id), leaveDocuments(r, id, heir), leaveBallots(s, r, id, heir))
}

// endMembers ends the memberships of an organisation, the invitations that its members
// made, and those to it.
func endMembers(s Stamp, r Record, id string) error {
	members, err := r.MembersOf(id)
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := endMembership(s, r, m.ID); err != nil {
			return err
		}
	}
	open, err := r.InvitationsInto(id)
	for _, i := range open {
		i.RevokedAt = s.At
		err = errors.Join(err, r.PutInvitation(i))
	}
	return err
}

// leaveDocuments ends that an organisation sponsors documents, reads their drafts and is
// offered to sponsor them. One that ended keeps its last sponsor's name.
func leaveDocuments(r Record, id, heir string) error {
	docs, err := r.DocumentsOf(id)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if err := changeDocument(r, d.ID, func(d *Document) { d.leave(id, heir) }); err != nil {
			return err
		}
	}
	return nil
}

// leave takes an organisation off a document's lists and puts its heir there, "" for none:
// where that has a part of its own, the larger one.
func (d *Document) leave(id, heir string) {
	d.Offered, d.Readers = handed(d.Offered, id, heir), handed(d.Readers, id, heir)
	if heir != "" || len(d.Sponsors) > 1 {
		d.Sponsors = handed(d.Sponsors, id, heir)
	}
	if heir == "" {
		return
	}
	if slices.Contains(d.Sponsors, heir) {
		d.Offered, d.Readers = without(d.Offered, heir), without(d.Readers, heir)
	}
	if slices.Contains(d.FormerSponsors, id) && !d.Sponsored(heir) {
		d.FormerSponsors = append(slices.Clone(d.FormerSponsors), heir)
	}
	if d.checkNotSettled("") == nil {
		d.passConsents(id, heir)
	}
}

// passConsents has an heir agree to what an organisation agreed to.
func (d *Document) passConsents(id, heir string) {
	var kept []SuccessionConsent
	for _, c := range d.Consents {
		if c.OrganisationID == id {
			c.OrganisationID = heir
		}
		if !slices.ContainsFunc(kept, c.same) {
			kept = append(kept, c)
		}
	}
	d.Consents = slices.Clip(kept)
}

// handed is a list of IDs with one of them given to another, or left out where that is "".
func handed(list []string, id, heir string) []string {
	if heir == "" || !slices.Contains(list, id) || slices.Contains(list, heir) {
		return without(list, id)
	}
	list = slices.Clone(list)
	list[slices.Index(list, id)] = heir
	return list
}
