package policies

import (
	"fmt"
	"slices"
	"time"

	"github.com/ewtp/entente/standards"
)

// A SuccessionConsent says that a sponsor of an instrument agrees that a document
// supersedes or amends it. It stands until it is taken back, or the document proposes
// neither any more; after the adoption it is history.
type SuccessionConsent struct {
	InstrumentID   string
	OrganisationID string
	At             time.Time
}

// same says whether both are of one sponsor on one instrument.
func (c SuccessionConsent) same(o SuccessionConsent) bool {
	return c.InstrumentID == o.InstrumentID && c.OrganisationID == o.OrganisationID
}

// checkSuccession refuses what can't be superseded or amended by a document, whoever
// agrees.
func (t Terms) checkSuccession(f Facts, d *Document, now time.Time) error {
	check := func(list string, ids []string) error {
		return checkEach(list, ids, func(field, id string) error {
			in, err := f.Instrument(id)
			if err != nil {
				return errUnknown(err, field, "instrument", id)
			}
			return t.checkSucceeds(field, in, d, now)
		})
	}
	return joinFaults(check("supersedesIds", t.Supersedes), check("amendsIds", t.Amends))
}

// checkSucceeds: what is superseded or amended is of the same kind, binds nobody whom the
// document leaves out, has not ended, has no successor yet, and begins no later.
func (t Terms) checkSucceeds(field string, in standards.Instrument, d *Document, now time.Time) error {
	switch at := in.At(now); {
	case in.Kind != d.Kind:
		return errInvalid(field, "%s is a %s, not a %s", in.Number, in.Kind, d.Kind)
	case in.SupersededBy != "":
		return errConflict(field, "%s has a successor already", in.Number)
	case at == standards.Expired || at == standards.Repealed:
		return errConflict(field, "%s has %s", in.Number, map[standards.Status]string{standards.Expired: "expired", standards.Repealed: "been repealed"}[at])
	case in.BindsNever():
		return errConflict(field, "%s never takes force: it is ended before", in.Number)
	case len(d.Parties) > 0 && len(in.Parties) == 0:
		return errInvalid(field, "%s binds everybody; what binds some can't end or amend it", in.Number)
	case !standards.CoversAll(d.Parties, in.Parties):
		return errInvalid(field, "%s binds a jurisdiction that is no party to %s", in.Number, d.Number)
	}
	for _, s := range in.Spans() {
		if from := t.From.For(s.Party).At; !from.IsZero() && from.Before(s.From.At) {
			return errInvalid(field, "%s takes force later than this document is to", in.Number)
		}
	}
	return nil
}

// addSuccession wants, of each instrument that the terms supersede or amend, that it still
// can be and that a sponsor of it agrees.
func (g *gate) addSuccession(now time.Time) error {
	d := &g.document
	for _, id := range slices.Concat(d.Terms.Supersedes, d.Terms.Amends) {
		in, err := g.facts.Instrument(id)
		if errUnlessErased(err) != nil {
			return fmt.Errorf("couldn't load an instrument that is superseded or amended: %w", err)
		}
		if err != nil {
			g.add(Gap{Reason: "predecessorEnded", InstrumentID: id, Message: "what it supersedes or amends was erased: propose other terms"})
			continue
		}
		if err := d.Terms.checkSucceeds("", in, d, now); err != nil {
			g.add(Gap{Reason: "predecessorEnded", InstrumentID: id, Message: err.(*Error).Message + ": propose other terms"})
			continue
		}
		old, err := sponsorsOf(g.facts, id)
		if err != nil {
			return fmt.Errorf("couldn't load the sponsors of %s: %w", in.Number, err)
		}
		if !slices.ContainsFunc(d.Consents, func(c SuccessionConsent) bool {
			return c.InstrumentID == id && slices.Contains(old, c.OrganisationID)
		}) {
			g.add(Gap{Reason: "consentMissing", InstrumentID: id, Message: fmt.Sprintf("no sponsor of %s has agreed that it is superseded or amended", in.Number)})
		}
	}
	return nil
}

// sponsorsOf are the organisations that sponsor an instrument's document; none where
// either was erased.
func sponsorsOf(f Facts, instrumentID string) ([]string, error) {
	in, err := f.Instrument(instrumentID)
	if err != nil {
		return nil, errUnlessErased(err)
	}
	d, err := f.Document(in.DocumentID)
	return d.Sponsors, errUnlessErased(err)
}

// AgreeToSuccession says for a sponsor of an instrument that a document may supersede or
// amend it, as that proposes.
type AgreeToSuccession struct {
	InstrumentID string
	DocumentID   string
}

// SuccessionAgreed is what [AgreeToSuccession] yields.
type SuccessionAgreed struct {
	DocumentID     string `json:"document"`
	InstrumentID   string `json:"instrument"`
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c AgreeToSuccession) Decide(env Env, f Facts) (Event, error) {
	d, err := loadSuccession(env, f, c.InstrumentID, c.DocumentID)
	if err != nil {
		return nil, err
	}
	mine := SuccessionConsent{InstrumentID: c.InstrumentID, OrganisationID: env.Actor.OrganisationID}
	switch {
	case !d.Terms.Succeeds(c.InstrumentID):
		return nil, errConflict("documentId", "%s doesn't propose to supersede or amend it", d.Number)
	case slices.ContainsFunc(d.Consents, mine.same):
		return nil, errConflict("documentId", "your organisation has agreed already")
	}
	return &SuccessionAgreed{DocumentID: d.ID, InstrumentID: c.InstrumentID, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

// loadSuccession finds a document, not settled yet, that an actor may read and whose
// succession to an instrument is the actor's to agree to.
func loadSuccession(env Env, f Facts, instrumentID, documentID string) (*Document, error) {
	in, err := f.Instrument(instrumentID)
	if err != nil {
		return nil, errUnknown(err, "instrumentId", "instrument", instrumentID)
	}
	if _, err := loadDocument(env, f, "instrumentId", in.DocumentID, AgreeingToSuccession); err != nil {
		return nil, err
	}
	d, err := loadDocument(env, f, "documentId", documentID, ReadingDocument)
	if err != nil {
		return nil, err
	}
	return d, d.checkNotSettled("documentId")
}

var _ = registerEvent[SuccessionAgreed](nil)

func (*SuccessionAgreed) Kind() string      { return "succession.agreed/1" }
func (e *SuccessionAgreed) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *SuccessionAgreed) Fold(s Stamp, r Record) error {
	return changeDocument(r, e.DocumentID, func(d *Document) {
		d.Consents = append(slices.Clone(d.Consents), SuccessionConsent{e.InstrumentID, e.OrganisationID, s.At})
	})
}

// WithdrawSuccessionConsent takes an agreement back, before the adoption.
type WithdrawSuccessionConsent struct {
	InstrumentID string
	DocumentID   string
}

// SuccessionConsentWithdrawn is what [WithdrawSuccessionConsent] yields.
type SuccessionConsentWithdrawn struct {
	DocumentID     string `json:"document"`
	InstrumentID   string `json:"instrument"`
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c WithdrawSuccessionConsent) Decide(env Env, f Facts) (Event, error) {
	d, err := loadSuccession(env, f, c.InstrumentID, c.DocumentID)
	if err != nil {
		return nil, err
	}
	mine := SuccessionConsent{InstrumentID: c.InstrumentID, OrganisationID: env.Actor.OrganisationID}
	if !slices.ContainsFunc(d.Consents, mine.same) {
		return nil, errConflict("documentId", "your organisation hasn't agreed")
	}
	return &SuccessionConsentWithdrawn{DocumentID: d.ID, InstrumentID: c.InstrumentID, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[SuccessionConsentWithdrawn](nil)

func (*SuccessionConsentWithdrawn) Kind() string      { return "succession.consentWithdrawn/1" }
func (e *SuccessionConsentWithdrawn) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *SuccessionConsentWithdrawn) Fold(_ Stamp, r Record) error {
	gone := SuccessionConsent{InstrumentID: e.InstrumentID, OrganisationID: e.OrganisationID}
	return changeDocument(r, e.DocumentID, func(d *Document) {
		d.Consents = slices.Clip(slices.DeleteFunc(slices.Clone(d.Consents), gone.same))
	})
}

// supersede ends an instrument, and the document it came from, for each of its parties
// when its successor binds that one. One that never binds anybody had given what it was
// to replace back: that ends with it.
func (e *DocumentAdopted) supersede(r Record, id string) error {
	in, err := r.Instrument(id)
	if err != nil {
		return errUnlessErased(err)
	}
	never := in.BindsNever()
	in.SupersededBy, in.SupersededFrom = e.InstrumentID, e.From
	if err := putForce(r, in); err != nil || !never {
		return err
	}
	for _, id := range in.Supersedes {
		old, err := r.Instrument(id)
		if err == nil && old.SupersededBy == "" {
			err = e.supersede(r, id)
		}
		if errUnlessErased(err) != nil {
			return err
		}
	}
	return nil
}

// handOver gives what an instrument was to end, which comes to bind nobody, to its own
// successor; where it has none, nothing ends what it was to end, and that may get
// another successor.
func handOver(r Record, gone standards.Instrument, through []string) error {
	for _, id := range through {
		old, err := r.Instrument(id)
		if errUnlessErased(err) != nil {
			return err
		}
		if err != nil || old.SupersededBy != gone.ID {
			continue
		}
		old.SupersededBy, old.SupersededFrom = gone.SupersededBy, gone.SupersededFrom
		if err := putForce(r, old); err != nil {
			return err
		}
		if old.BindsNever() { // it had handed over to the one that has gone
			if err := handOver(r, gone, old.Supersedes); err != nil {
				return err
			}
		}
	}
	return nil
}

// putForce keeps an instrument whose dates have changed, and its document's.
func putForce(r Record, in standards.Instrument) error {
	if err := r.PutInstrument(in); err != nil {
		return err
	}
	return changeDocument(r, in.DocumentID, func(d *Document) { d.Force = in.Force })
}
