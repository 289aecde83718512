package policies

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Fraction is a share that a ballot asks for, "2/3". The zero value asks for
// nothing and is none that can be configured.
type Fraction struct{ Num, Den int }

// maxDenominator keeps what is multiplied far from overflow.
const maxDenominator = 1000

// ParseFraction reads a share above 0 and at most 1, "1/2", with a denominator of
// at most 1000.
func ParseFraction(s string) (Fraction, error) {
	num, den, ok := strings.Cut(s, "/")
	n, errN := strconv.Atoi(num)
	d, errD := strconv.Atoi(den)
	if !ok || errN != nil || errD != nil || n < 1 || n > d || d > maxDenominator {
		return Fraction{}, fmt.Errorf("%q is no fraction such as 1/2 or 2/3", clipEcho(s))
	}
	return Fraction{n, d}, nil
}

func (q Fraction) String() string { return strconv.Itoa(q.Num) + "/" + strconv.Itoa(q.Den) }

// MarshalText implements encoding.TextMarshaler.
func (q Fraction) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler: the inverse of MarshalText.
func (q *Fraction) UnmarshalText(b []byte) (err error) {
	*q, err = ParseFraction(string(b))
	return err
}

// isReachedBy says whether part is at least this share of whole, in whole numbers.
func (q Fraction) isReachedBy(part, whole int) bool { return part*q.Den >= q.Num*whole }

// A voice is what counts once in a ballot: a business, or all governments of one
// jurisdiction together.
type voice struct {
	chamber  OrganisationKind
	heard    bool     // it doesn't decide
	electors []string // IDs of the organisations that share it
}

// voices are the voices in the ballot, in the order of its electorate. Who took part no more
// when it closed has none.
func (b *Ballot) voices() (list []voice) {
	at := map[string]int{} // by jurisdiction or organisation ID
	for _, e := range b.Electorate {
		if !b.counts(e.OrganisationID) {
			continue
		}
		key := e.OrganisationID
		if e.Chamber == Government {
			key = e.Jurisdiction
		}
		i, ok := at[key]
		if !ok {
			i, at[key] = len(list), len(list)
			list = append(list, voice{chamber: e.Chamber, heard: e.Heard})
		}
		list[i].electors = append(list[i].electors, e.OrganisationID)
	}
	return list
}

// reserve orders positions by how much they hold back; 0 for none. Recusing oneself
// comes first: of those who share a voice it counts where nobody said anything else.
var reserve = map[Vote]int{Recuse: 1, Yes: 2, NoObjection: 3, Abstain: 4, Discuss: 5}

// said returns what a voice says, given the positions of organisations: of several that
// share it the most reserved; "" where none spoke. So ministries of one country agree
// among themselves before they speak, and none is outvoted by another.
func (v *voice) said(votes map[string]Vote) (most Vote) {
	for _, id := range v.electors {
		if vote := votes[id]; reserve[vote] > reserve[most] {
			most = vote
		}
	}
	return most
}

// votesOf are positions by organisation.
func votesOf(positions []Position) map[string]Vote {
	votes := make(map[string]Vote, len(positions))
	for _, p := range positions {
		votes[p.OrganisationID] = p.Position
	}
	return votes
}

// A Tally counts the positions of one chamber in a ballot.
type Tally struct {
	Chamber     OrganisationKind
	Decides     bool // else it is heard, and its tally is published beside
	Electorate  int  // voices, those that recused themselves included
	Yes         int
	NoObjection int
	Discuss     int
	Abstain     int
	Recused     int
	Quorate     bool // enough of those not recused took a position
	Carried     bool // quorate, with the majority and at least one yes
}

// Tallies counts what voices said by chamber, governments first: every voice once. A
// chamber is quorate when those that took a position, abstentions included, are at
// least the quorum of its voices without the recused. It carries when it is quorate,
// somebody said yes, and yes and no objection are at least the majority of yes, no
// objection and discuss.
func (b *Ballot) Tallies(positions []Position) []Tally {
	votes := votesOf(positions)
	list := []Tally{{Chamber: Government}, {Chamber: Business}}
	for _, v := range b.voices() {
		t := &list[1]
		if v.chamber == Government {
			t = &list[0]
		}
		t.Electorate++
		t.countVote(v.said(votes))
	}
	for i := range list {
		t := &list[i]
		t.Decides = slices.ContainsFunc(b.Electorate, func(e Elector) bool { return e.Chamber == t.Chamber && !e.Heard })
		assent := t.Yes + t.NoObjection
		t.Quorate = b.Quorum.isReachedBy(assent+t.Discuss+t.Abstain, t.Electorate-t.Recused)
		t.Carried = t.Quorate && t.Yes > 0 && b.Majority.isReachedBy(assent, assent+t.Discuss)
	}
	return list
}

func (t *Tally) countVote(v Vote) {
	switch v {
	case Yes:
		t.Yes++
	case NoObjection:
		t.NoObjection++
	case Discuss:
		t.Discuss++
	case Abstain:
		t.Abstain++
	case Recuse:
		t.Recused++
	}
}

// Carried says whether a ballot carried: every chamber that decides carried it, and
// there is one.
func Carried(tallies []Tally) bool {
	decided := false
	for _, t := range tallies {
		if t.Decides && !t.Carried {
			return false
		}
		decided = decided || t.Decides
	}
	return decided
}
