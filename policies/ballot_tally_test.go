package policies_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

// tallied are a ballot's tallies as it stands, in words.
func (w *town) tallied(ballot string) (list []string) {
	w.t.Helper()
	b, err := w.m.Ballot(ballot)
	if err != nil {
		w.t.Fatalf("ballot: %v", err)
	}
	positions, _ := w.m.Positions(ballot)
	for _, t := range b.Tallies(positions) {
		role, end := "heard", "not carried"
		if t.Decides {
			role = "decides"
		}
		if t.Carried {
			end = "carried"
		}
		list = append(list, fmt.Sprintf("%s %s: %d of %d, yes %d, no objection %d, discuss %d, abstain %d, recused %d: %s",
			t.Chamber, role, t.Yes+t.NoObjection+t.Discuss+t.Abstain+t.Recused, t.Electorate, t.Yes, t.NoObjection, t.Discuss, t.Abstain, t.Recused, end))
	}
	return list
}

func (w *town) tallies(ballot string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.tallied(ballot)); diff != "" {
		w.t.Fatalf("tallies (-want +got):\n%s", diff)
	}
}

func TestTallies(t *testing.T) {
	half, twoThirds := Fraction{1, 2}, Fraction{2, 3}
	for _, x := range []struct {
		name     string
		electors int
		votes    []Vote
		quorate  bool
		carried  bool
		quorum   Fraction
		majority Fraction
	}{
		{name: "nobody came", electors: 4, quorum: half, majority: twoThirds},
		{name: "half came", electors: 4, votes: []Vote{Yes, Yes}, quorum: half, majority: twoThirds, quorate: true, carried: true},
		{name: "fewer than half", electors: 5, votes: []Vote{Yes, Yes}, quorum: half, majority: twoThirds},
		{name: "the recused don't count", electors: 5, votes: []Vote{Yes, Yes, Recuse}, quorum: half, majority: twoThirds, quorate: true, carried: true},
		{name: "abstentions make a quorum, not a majority", electors: 4, votes: []Vote{Abstain, Abstain, Abstain}, quorum: half, majority: twoThirds, quorate: true},
		{name: "no objection alone carries nothing", electors: 2, votes: []Vote{NoObjection, NoObjection}, quorum: half, majority: twoThirds, quorate: true},
		{name: "two thirds exactly", electors: 3, votes: []Vote{Yes, NoObjection, Discuss}, quorum: half, majority: twoThirds, quorate: true, carried: true},
		{name: "just below two thirds", electors: 5, votes: []Vote{Yes, NoObjection, Yes, Discuss, Discuss}, quorum: half, majority: twoThirds, quorate: true},
		{name: "everybody recused", electors: 2, votes: []Vote{Recuse, Recuse}, quorum: half, majority: twoThirds, quorate: true},
	} {
		t.Run(x.name, func(t *testing.T) {
			b := Ballot{Quorum: x.quorum, Majority: x.majority}
			var positions []Position
			for i := range x.electors {
				b.Electorate = append(b.Electorate, Elector{OrganisationID: fmt.Sprint(i), Chamber: Government, Jurisdiction: fmt.Sprint("of ", i)})
				if i < len(x.votes) {
					positions = append(positions, Position{OrganisationID: fmt.Sprint(i), Position: x.votes[i]})
				}
			}
			positions = append(positions, Position{OrganisationID: "stranger", Position: Discuss})
			got := b.Tallies(positions)[0]
			if got.Quorate != x.quorate || got.Carried != x.carried || Carried(b.Tallies(positions)) != x.carried {
				t.Errorf("%+v", got)
			}
		})
	}
	if Carried(new(Ballot).Tallies(nil)) {
		t.Error("a ballot without an electorate carried")
	}
}

func TestParseFraction(t *testing.T) {
	for _, good := range []string{"1/2", "2/3", "1/1", "999/1000"} {
		if q, err := ParseFraction(good); err != nil || q.String() != good {
			t.Errorf("%s: %v, %v", good, q, err)
		}
	}
	for _, bad := range []string{"", "1", "0/2", "3/2", "-1/-2", "1/1001", "1/2/3", "half", "1/ 2"} {
		if q, err := ParseFraction(bad); err == nil {
			t.Errorf("%q was read as %v", bad, q)
		}
	}
}
