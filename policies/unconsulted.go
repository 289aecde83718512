package policies

import (
	"errors"
	"fmt"
	"slices"
)

// Unconsulted lists the changes that a revision makes to the text last put up for
// comment and that nothing explains, neither an accepted comment nor an editorial
// mark: while there are any, another round is due, and [Gate] refuses adoption for
// the same ones. Their reasons are changeUnexplained and textErased. There are none
// before the first consultation, nor in revisions that came before it.
//
// Acceptances of confidential comments explain changes only where inConfidence: from
// a list that an answer makes shorter others could tell what a comment was on, and
// what became of it.
func Unconsulted(d Document, rev Revision, f Facts, inConfidence bool) ([]Gap, error) {
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
	g := gate{facts: f, document: d, adopted: rev, openly: !inConfidence, explained: map[string]map[int]bool{}}
	if err := g.acceptances(); err != nil {
		return nil, err
	}
	g.gaps = nil // acceptances that nothing carries out are the gate's business
	if err := errors.Join(g.editorial(), g.changes(consulted)); err != nil {
		return nil, err
	}
	return slices.Clip(g.gaps), nil
}
