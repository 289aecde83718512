package policies

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ewtp/entente/clauses"
)

// Unconsulted lists the changes that a revision makes to the text last put up for
// comment and that nothing explains, neither an accepted comment nor an editorial
// mark: while there are any, another round is due, and [Gate] refuses adoption for
// the same ones. Their reasons are changeUnexplained and textErased. There are none
// before the first consultation, nor in revisions that came before it.
//
// Acceptances of confidential comments explain changes only to an actor who is told
// them: from a list that a disposition makes shorter others could tell what a comment
// was on, and what became of it.
func Unconsulted(d Document, rev Revision, f Facts, a Actor) ([]Gap, error) {
	if d.Consultation == "" || !d.AdoptedAt.IsZero() {
		return nil, nil
	}
	consulted, err := f.Consultation(d.Consultation)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't load the latest consultation: %w", err)
	}
	if rev.Number <= consulted.Revision {
		return nil, nil
	}
	told := func(k *Comment) bool {
		return !k.Confidential || May(a, ReadingComment, OnComment(&d, k)) == nil
	}
	g := gate{facts: f, document: d, adopted: rev, told: told, explained: map[string]map[int]bool{}}
	if err := g.addAcceptances(); err != nil {
		return nil, err
	}
	g.gaps = nil // acceptances that nothing carries out are the gate's business
	if err := errors.Join(g.readEditorialMarks(), g.addUnexplained(consulted)); err != nil {
		return nil, err
	}
	return slices.Clip(g.gaps), nil
}

// addUnexplained adds a gap for each clause that differs from the consulted text without
// an explanation.
func (g *gate) addUnexplained(consulted Consultation) error {
	if consulted.RevisionID == g.adopted.ID {
		return nil
	}
	h, err := readClauseHistory(g.facts, consulted.RevisionID, g.adopted)
	if errors.Is(err, ErrNotFound) { // erased: nobody can say any more what changed
		g.add(Gap{Reason: "textErased", Message: "a text between the consultation and this revision was erased; hold another round"})
		return nil
	}
	if err != nil {
		return fmt.Errorf("couldn't compare the text to adopt with the consulted one: %w", err)
	}
	remaining, err := h.remaining(g.facts)
	if err != nil {
		return err
	}
	for _, c := range remaining {
		if g.explained[c.clause.ID][c.revision] || g.accepted[c.clause.ID] >= c.revision {
			continue
		}
		g.add(Gap{Reason: "changeUnexplained", ClauseID: c.clause.ID,
			Message: fmt.Sprintf("%s was %s by revision %d, after the consultation, without an accepted comment that others made on it in time, or an editorial mark on that revision%s",
				c.clause.Citation, c.verb, c.revision, g.idleBeside(c.clause.ID, c.revision))})
	}
	return nil
}

// A lastChange is what the last revision that touched a clause did to it.
type lastChange struct {
	clause   clauses.Clause
	verb     string // "changed", "moved", "added" or "removed"
	revision int
}

// clauseHistory is what became of each clause from the consulted text to the one to adopt.
type clauseHistory struct {
	first, final *clauses.Text
	last         map[string]lastChange // by clause ID; only what some revision touched
	displaced    map[string]bool       // clauses that some revision moved, added or removed
}

// readClauseHistory walks from a revision back along its parents to an earlier one.
func readClauseHistory(f Facts, from string, to Revision) (clauseHistory, error) {
	after, err := f.Text(to.ID)
	if err != nil {
		return clauseHistory{}, err
	}
	h := clauseHistory{final: after, last: map[string]lastChange{}, displaced: map[string]bool{}}
	for rev := to; rev.ID != from; {
		parent, err := f.Revision(rev.Parent)
		if err != nil {
			return clauseHistory{}, err
		}
		if parent.Number >= rev.Number { // a damaged record mustn't lead in circles
			return clauseHistory{}, fmt.Errorf("revision %d follows revision %d", rev.Number, parent.Number)
		}
		before, err := f.Text(parent.ID)
		if err != nil {
			return clauseHistory{}, err
		}
		if err := h.noteRevision(f, before, after, rev.Number); err != nil {
			return clauseHistory{}, err
		}
		rev, after = parent, before
	}
	h.first = after
	return h, nil
}

// noteRevision records a revision's changes, for clauses that no later one touched.
func (h *clauseHistory) noteRevision(f Facts, before, after *clauses.Text, revision int) error {
	changes, err := compare(f, before, after)
	for _, c := range changes {
		clause, verb := changedClause(c, before.Clauses, after.Clauses)
		if _, later := h.last[clause.ID]; verb != "" && !later {
			h.last[clause.ID] = lastChange{clause, verb, revision}
		}
		h.displaced[clause.ID] = h.displaced[clause.ID] || c.Moved || c.Op == clauses.Added || c.Op == clauses.Removed
	}
	return err
}

// remaining lists the changes that the final text still holds, in its order.
// Which of two clauses that changed places counts as moved may differ between the
// steps and the whole: those that no step displaced have stayed. What says in its place
// what it said there is no change, whatever it was between, and whatever became of its identity.
func (h *clauseHistory) remaining(f Facts) ([]lastChange, error) {
	if h.first.Clauses.SameWords(h.final.Clauses) {
		return nil, nil
	}
	stays := func(id string) bool { return !h.displaced[id] }
	var list []lastChange
	changes, err := compareOver(f, h.first, h.final, stays)
	for _, c := range changes {
		clause, verb := changedClause(c, h.first.Clauses, h.final.Clauses)
		last, touched := h.last[clause.ID]
		if !touched || verb == "" {
			continue
		}
		last.clause = clause // cited as the final text has it
		list = append(list, last)
	}
	return list, err
}

// changedClause names the clause of a change and what was done to it; "" for nothing.
func changedClause(c clauses.Change, before, after clauses.Outline) (clauses.Clause, string) {
	switch {
	case c.Op == clauses.Removed:
		return before[c.Old], "removed"
	case c.Op == clauses.Added:
		return after[c.New], "added"
	case c.Op == clauses.Changed:
		return after[c.New], "changed"
	case c.Moved:
		return after[c.New], "moved"
	}
	return after[c.New], ""
}
