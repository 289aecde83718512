package policies

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/ewtp/entente/standards"
)

// Terms are what adoption is to give a document besides its text: when it binds, and
// what it replaces and amends. They are proposed before the consultation and the ballot,
// shown to those consulted and voting, and adoption holds to them.
type Terms struct {
	From       standards.LawDates `json:"effectiveFrom,omitempty"`
	Until      standards.LawDates `json:"effectiveUntil,omitempty"` // the first moment at which it no longer binds; none: without end
	Supersedes []string           `json:"supersedes,omitempty"`     // instrument IDs: they end when this takes force
	Amends     []string           `json:"amends,omitempty"`         // instrument IDs: they stay, to be read with this
}

// Succeeds says whether the terms supersede or amend an instrument.
func (t Terms) Succeeds(instrumentID string) bool {
	return slices.Contains(t.Supersedes, instrumentID) || slices.Contains(t.Amends, instrumentID)
}

// isAlike says whether two terms are the same but for the date from which they bind.
func (t Terms) isAlike(o Terms) bool {
	return slices.Equal(t.Until, o.Until) && slices.Equal(t.Supersedes, o.Supersedes) && slices.Equal(t.Amends, o.Amends)
}

// isUndated says whether the terms give no date from which one of some parties is bound.
func (t Terms) isUndated(parties []string) bool {
	return slices.ContainsFunc(partiesOrAll(parties), func(p string) bool { return t.From.For(p).At.IsZero() })
}

// isDatedByParty says whether the terms state a date for one party alone.
func (t Terms) isDatedByParty() bool {
	return slices.ContainsFunc(slices.Concat(t.From, t.Until), func(d standards.LawDate) bool { return d.Party != "" })
}

// isEarlier says whether any of some parties is bound earlier than by other terms, or
// by terms that gave no date.
func (t Terms) isEarlier(o Terms, parties []string) bool {
	return slices.ContainsFunc(partiesOrAll(parties), func(p string) bool {
		was := o.From.For(p).At
		return was.IsZero() || t.From.For(p).At.Before(was)
	})
}

// partiesOrAll are some parties, or the one that stands for all where there are none.
func partiesOrAll(parties []string) []string {
	if len(parties) == 0 {
		return []string{""}
	}
	return parties
}

// ProposeTerms says what terms a document is to have, in place of what was proposed
// before. Of the dates the local time, the zone and the party are looked at.
type ProposeTerms struct {
	DocumentID string
	Terms      Terms
}

// TermsProposed is what [ProposeTerms] yields.
type TermsProposed struct {
	DocumentID string `json:"document"`
	Terms
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c ProposeTerms) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Editing)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("documentId"), d.checkNoOpenBallot("documentId", env.Now), d.checkNoConsultation("documentId", env.Now)); err != nil {
		return nil, err
	}
	terms := Terms{Supersedes: c.Terms.Supersedes, Amends: c.Terms.Amends}
	if terms.From, err = parseLawDates("effectiveFrom", c.Terms.From, d.Parties); err != nil {
		return nil, err
	}
	if terms.Until, err = parseLawDates("effectiveUntil", c.Terms.Until, d.Parties); err != nil {
		return nil, err
	}
	if err := joinFaults(terms.checkDates(d, env.Now), env.Rules.checkTerms(terms, d.Parties, env.Now), terms.checkApart(), terms.checkSuccession(f, d, env.Now)); err != nil {
		return nil, err
	}
	return &TermsProposed{DocumentID: d.ID, Terms: terms, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

// checkNoConsultation refuses what must wait until a consultation, announced or open, has closed.
func (d *Document) checkNoConsultation(field string, now time.Time) error {
	if d.Consultation != "" && now.Before(d.ClosesAt) {
		return errConflict(field, "a consultation is open or announced until %s", d.ClosesAt.Format(time.RFC3339))
	}
	return nil
}

// checkDates: nobody is bound in the past, and everybody for some time.
func (t Terms) checkDates(d *Document, now time.Time) error {
	switch {
	case len(t.From) == 0 && len(t.Until) > 0:
		return errInvalid("effectiveFrom", "is missing")
	case len(t.From) > 0 && t.From.First().At.Before(now):
		return errInvalid("effectiveFrom", "lies in the past; nobody can be bound before the adoption")
	}
	for _, s := range (standards.Force{From: t.From, Until: t.Until}).Spans(d.Parties) {
		if !s.Binds() {
			return errInvalid("effectiveUntil", "lies no later than effectiveFrom")
		}
	}
	return nil
}

// checkApart: nothing is ended and amended at once.
func (t Terms) checkApart() error {
	for i, id := range t.Amends {
		if slices.Contains(t.Supersedes, id) {
			return errInvalid("amendsIds."+strconv.Itoa(i), "is superseded by the same document")
		}
	}
	return nil
}

var _ = registerEvent[TermsProposed](nil)

func (*TermsProposed) Kind() string      { return "terms.proposed/1" }
func (e *TermsProposed) Subject() string { return e.DocumentID }

// Fold implements [Event]. Who sponsors an instrument and proposes to replace it agrees
// to that; agreement to what is no longer proposed has ended.
func (e *TermsProposed) Fold(s Stamp, r Record) error {
	var own []SuccessionConsent
	for _, id := range slices.Concat(e.Supersedes, e.Amends) {
		old, err := sponsorsOf(r, id)
		if err != nil {
			return err
		}
		if slices.Contains(old, e.OrganisationID) {
			own = append(own, SuccessionConsent{InstrumentID: id, OrganisationID: e.OrganisationID, At: s.At})
		}
	}
	return changeDocument(r, e.DocumentID, func(d *Document) {
		d.Terms, d.TermsAt = e.Terms, s.At
		kept := slices.DeleteFunc(slices.Clone(d.Consents), func(c SuccessionConsent) bool { return !e.Succeeds(c.InstrumentID) })
		for _, c := range own {
			if !slices.ContainsFunc(kept, c.same) {
				kept = append(kept, c)
			}
		}
		d.Consents = slices.Clip(kept)
	})
}

// addTerms adds what is missing of a document's terms, apart from the ballot: that
// they state a date that is still to come, that those consulted saw them, and that what
// they supersede and amend may be.
func (g *gate) addTerms(consulted Consultation, now time.Time) error {
	t, d := g.document.Terms, &g.document
	switch {
	case t.isUndated(d.Parties):
		g.add(Gap{Reason: "termsMissing", Message: "no date is proposed from which it is to bind: propose terms"})
	case t.From.First().At.Before(now):
		g.add(Gap{Reason: "termsPast", Message: fmt.Sprintf("it was to bind from %s, which is past: propose another date", t.From.First().Local)})
	}
	switch {
	case !t.isAlike(consulted.Terms):
		g.add(Gap{Reason: "termsChanged", Message: "its end, or what it supersedes or amends, isn't what the latest consultation showed: hold another round"})
	case !t.isUndated(d.Parties) && t.isEarlier(consulted.Terms, d.Parties):
		g.add(Gap{Reason: "termsChanged", Message: "it is to bind earlier than the latest consultation showed: hold another round, or propose a later date"})
	}
	return g.addSuccession(now)
}

// consultedTermsGaps are what the gate wants besides where no ballot shows the terms anew:
// they are the very terms that were consulted on.
func consultedTermsGaps(d Document, f Facts) ([]Gap, error) {
	consulted, err := f.Consultation(d.Consultation)
	if err != nil {
		return nil, errUnknown(err, "documentId", "consultation", d.Consultation)
	}
	t := consulted.Terms
	if d.Terms.isUndated(d.Parties) || !d.Terms.isAlike(t) || d.Terms.isEarlier(t, d.Parties) || slices.Equal(d.Terms.From, t.From) {
		return nil, nil // told already, or the same
	}
	return []Gap{{Reason: "termsChanged", Message: "it is to bind from another date than the latest consultation showed: hold another round or a ballot"}}, nil
}
