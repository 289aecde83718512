package policies

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ewtp/entente/clauses"
)

// This file decides which accepted comments explain a change to those who were consulted.
// An acceptance is the sponsors' own word: if any comment would do, they could explain every
// change by one of their own, by one that came after the close, or by one on something else.

// Sponsored says whether an organisation sponsors the document, or ever has.
func (d *Document) Sponsored(organisationID string) bool {
	return slices.Contains(d.Sponsors, organisationID) || slices.Contains(d.FormerSponsors, organisationID)
}

// keepSponsors keeps those that sponsored the document before, where they don't any more.
func (d *Document) keepSponsors(before []string) {
	for _, id := range before {
		if !d.Sponsored(id) {
			d.FormerSponsors = append(slices.Clone(d.FormerSponsors), id)
		}
	}
}

// noteAcceptance notes that an acceptance explains the change that it refers to, or why it
// doesn't. in is the number of that change's revision. A duplicate is no acceptance: what it
// repeats explains the change, if that may.
func (g *gate) noteAcceptance(k *Comment, in int) error {
	clause := k.Disposition.Change.ClauseID
	made, err := g.madeInOneStep(k)
	if err != nil {
		return err
	}
	why := ""
	switch {
	case k.Late:
		why = "came after the close"
	case g.document.Sponsored(k.OrganisationID):
		why = "is a sponsor's own"
	case made != nil: // what the comment proposes, and nothing else
		for _, m := range made {
			g.accepted[m.id] = max(g.accepted[m.id], in)
		}
		return nil
	case g.accepted[clause] >= in:
		return nil
	default:
		about, err := g.isAbout(k, in)
		if err != nil {
			return fmt.Errorf("couldn't look at what comment %d is on: %w", k.Number, err)
		}
		if about {
			g.accepted[clause] = in
			return nil
		}
		why = "is on something else"
	}
	if !k.Confidential { // else the reason would tell what became of it
		g.idle[clause] = append(g.idle[clause], idleAcceptance{in, fmt.Sprintf("comment %d %s", k.Number, why)})
	}
	return nil
}

// madeInOneStep lists what the revision changed that an acceptance refers to, where that took over what the comment proposes:
// halves of a paragraph, what stood under a heading, clauses added beside its own. Many acceptances share a revision.
func (g *gate) madeInOneStep(k *Comment) ([]madeChange, error) {
	change := k.Disposition.Change
	rev, known := g.credited[change.RevisionID]
	if !known {
		var err error
		if rev, err = g.facts.Revision(change.RevisionID); errUnlessErased(err) != nil {
			return nil, fmt.Errorf("couldn't load the revision that carries comment %d out: %w", k.Number, err)
		}
		g.credited[change.RevisionID] = rev
	}
	made, err := madeBy(g.facts, &rev, k.ID)
	if !slices.ContainsFunc(made, func(m madeChange) bool { return m.id == change.ClauseID }) {
		return nil, err
	}
	return made, nil
}

// An idleAcceptance is one that explains nothing, though it refers to a change.
type idleAcceptance struct {
	in  int // the revision that it refers to
	why string
}

// maxIdle bounds how many of them are named in a message.
const maxIdle = 3

// idleBeside says of the acceptances that refer to a clause as it was last changed why they
// don't explain that; "" where there are none.
func (g *gate) idleBeside(clause string, changed int) string {
	var list []string
	for _, a := range g.idle[clause] {
		if a.in >= changed && len(list) < maxIdle {
			list = append(list, a.why)
		}
	}
	if list == nil {
		return ""
	}
	return ": " + strings.Join(list, "; ")
}

// isAbout says whether a comment is about the clause whose change its acceptance refers to:
// it is on the whole, on that clause, on one whose words went there, or on one that the clause
// stands under; or a sponsor put it there by hand, on that clause and not above it, lest one
// comment be made to explain anything.
func (g *gate) isAbout(k *Comment, in int) (bool, error) {
	if k.ClauseID == "" {
		return true, nil
	}
	way, err := g.leadsTo(place{k.RevisionID, k.ClauseID}, *k.Disposition.Change, in)
	if way != noWay || err != nil {
		return true, err
	}
	anchors, err := g.facts.Anchors(k.ID)
	if err != nil {
		return false, fmt.Errorf("couldn't load its anchors: %w", err)
	}
	a := Anchored(anchors, g.adopted.Number)
	if a == nil || a.ClauseID == "" {
		return false, nil
	}
	way, err = g.leadsTo(place{a.RevisionID, a.ClauseID}, *k.Disposition.Change, in)
	return way == sameClause, err
}

// A place is a clause of a revision.
type place struct{ revision, clause string }

// A way is how a place leads to the clause of a change.
type way int

const (
	noWay      way = iota
	sameClause     // it is that clause, or its words went there
	clauseOver     // the clause stands under it
)

// leadsTo says how a place leads to the clause of a change. Many comments share both.
func (g *gate) leadsTo(from place, to ChangeReference, in int) (found way, err error) {
	key := [2]place{from, {to.RevisionID, to.ClauseID}}
	if known, ok := g.leads[key]; ok {
		return known, nil
	}
	steps, err := g.stepsBetween(from.revision, to.RevisionID, in)
	if err != nil {
		return noWay, err
	}
	heirs := clauses.Heirs(steps, from.clause, 0)
	if slices.Contains(heirs, to.ClauseID) {
		found = sameClause
	}
	for _, id := range []string{from.revision, to.RevisionID} {
		text, err := g.facts.Text(id)
		if errUnlessErased(err) != nil {
			return noWay, fmt.Errorf("couldn't load a text: %w", err)
		}
		if found == noWay && err == nil && text.Clauses.Under(to.ClauseID, heirs) {
			found = clauseOver
		}
	}
	g.leads[key] = found
	return found, nil
}

// stepsBetween lists the successions after one revision up to another, whose number is in.
// Those before a revision that was erased are unknown.
func (g *gate) stepsBetween(from, to string, in int) (steps []clauses.Step, err error) {
	first, err := g.facts.Revision(from)
	if errUnlessErased(err) != nil {
		return nil, err
	}
	for id, last := to, in+1; id != "" && id != from; {
		rev, err := g.facts.Revision(id)
		if errors.Is(err, ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		if rev.Number >= last || rev.Number <= first.Number { // a damaged record mustn't lead in circles
			break
		}
		steps = append(steps, clauses.Step{Revision: rev.Number, Successions: rev.Successions})
		id, last = rev.Parent, rev.Number
	}
	slices.Reverse(steps)
	return steps, nil
}
