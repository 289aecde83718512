package policies

import (
	"errors"
	"fmt"
	"slices"
)

// UnrepresentedParties lists the parties of a document that have no government here for
// which somebody may speak: nobody binds them before they have a voice.
func UnrepresentedParties(d Document, f Facts) (codes []string, err error) {
	if len(d.Parties) == 0 {
		return nil, nil
	}
	governments, err := f.VoicesIn(Government, d.Parties)
	if err != nil {
		return nil, fmt.Errorf("couldn't list the governments with a voice: %w", err)
	}
	return codesWithout(d.Parties, func(code string) bool {
		return slices.ContainsFunc(governments, func(o Organisation) bool { return o.Jurisdiction == code })
	}), nil
}

// codesWithout lists the codes that aren't there.
func codesWithout(codes []string, there func(code string) bool) (missing []string) {
	for _, c := range codes {
		if !there(c) {
			missing = append(missing, c)
		}
	}
	return missing
}

// unrepresentedGaps lists the parties that a ballot or an adoption of today would bind
// without a voice.
func unrepresentedGaps(d Document, f Facts) (gaps []Gap, err error) {
	codes, err := UnrepresentedParties(d, f)
	for _, c := range codes {
		gaps = append(gaps, Gap{Reason: "partyWithoutGovernment", Party: c,
			Message: fmt.Sprintf("%s is to be bound and has no government here for which anybody may speak", c)})
	}
	return gaps, err
}

// partyGaps lists the parties without a voice: in the ballot that counts, where there is
// one, so that no government that was outvoted stops what was carried by leaving; else in
// this registry.
func partyGaps(d Document, rev Revision, f Facts) (gaps []Gap, err error) {
	if d.Ballot == "" || d.BallotRevision != rev.ID || d.BallotOpensAt.Before(d.ClosesAt) {
		return unrepresentedGaps(d, f)
	}
	b, err := f.Ballot(d.Ballot)
	if errors.Is(err, ErrNotFound) {
		return unrepresentedGaps(d, f)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't load the latest ballot: %w", err)
	}
	for _, c := range codesWithout(d.Parties, func(code string) bool {
		return slices.ContainsFunc(b.Electorate, func(e Elector) bool {
			return e.Chamber == Government && e.Jurisdiction == code && b.counts(e.OrganisationID)
		})
	}) {
		gaps = append(gaps, Gap{Reason: "partyWithoutGovernment", Party: c,
			Message: fmt.Sprintf("%s is to be bound and had no voice in ballot %d; hold another", c, b.Number)})
	}
	return gaps, nil
}
