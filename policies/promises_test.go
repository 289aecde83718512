package policies_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/clauses"
	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// adoptedState is all that the record holds about an adopted document.
type adoptedState struct {
	Document   Document
	Instrument standards.Instrument
	Comments   []Comment
	Marks      []EditorialMark
	Revisions  int
	Ballots    []Ballot
	Positions  []Position
}

func (p *player) adoptedDocuments() map[string]adoptedState {
	all := map[string]adoptedState{}
	for id, d := range p.m.All.Documents {
		if d.InstrumentID == "" {
			continue
		}
		s := adoptedState{Document: d, Instrument: p.m.All.Instruments[d.InstrumentID]}
		s.Comments = filter(p.m.All.Comments, func(k *Comment) bool { return k.DocumentID == id })
		s.Marks = filter(p.m.All.Marks, func(k *EditorialMark) bool { return k.DocumentID == id })
		for _, r := range p.m.All.Revisions {
			if r.DocumentID == id {
				s.Revisions++
			}
		}
		for _, b := range p.ballotsOn(id) {
			s.Ballots = append(s.Ballots, b)
			s.Positions = append(s.Positions, filter(p.m.All.Positions, func(x *Position) bool { return x.BallotID == b.ID })...)
		}
		all[id] = s
	}
	return all
}

// checkAdopted: nothing about an adopted document changes, but for who sponsors it, the end
// that a successor puts to it once, and that a comment is redacted or disowned: a name that
// must go, goes.
func (p *player) checkAdopted(before map[string]adoptedState, e Event) {
	now := p.adoptedDocuments()
	for id, was := range before {
		is := now[id]
		p.checkLink(was.Instrument, is.Instrument, e)
		was.Instrument.SupersededBy, was.Instrument.SupersededFrom = is.Instrument.SupersededBy, is.Instrument.SupersededFrom
		if !cmp.Equal(is.Document.Force, is.Instrument.Force) {
			p.t.Fatalf("the document says %+v, its instrument %+v", is.Document.Force, is.Instrument.Force)
		}
		was.Document.Force = is.Document.Force
		switch e.(type) {
		case *CommentRedacted, *ReplyRedacted, *CommentDisowned:
			was.Comments = is.Comments
		case *DocumentShared, *DocumentUnshared, *SponsorshipAccepted, *SponsorshipDeclined, *SponsorshipResigned:
			if e.Subject() != id {
				break
			}
			if len(is.Document.Sponsors) == 0 || was.Document.Phase(p.now) == PhaseRepealed {
				p.t.Fatalf("%s left %+v", e.Kind(), is.Document)
			}
			was.Document.Sponsors, was.Document.FormerSponsors = is.Document.Sponsors, is.Document.FormerSponsors
			was.Document.Offered, was.Document.Readers = is.Document.Offered, is.Document.Readers
		}
		if a, ok := e.(*DocumentAdopted); ok && slices.Contains(a.Amends, was.Instrument.ID) {
			was.Instrument.AmendedBy = append(slices.Clone(was.Instrument.AmendedBy), a.InstrumentID)
		}
		if r, ok := e.(*InstrumentRepealed); ok && r.InstrumentID == was.Instrument.ID {
			if len(was.Instrument.RepealedFrom) > 0 || is.Instrument.RepealedFrom.First().At.Before(p.now) {
				p.t.Fatalf("%+v repealed %+v", r, was.Instrument)
			}
			was.Instrument.RepealedFrom, was.Instrument.Repeal = is.Instrument.RepealedFrom, r.Reason
		}
		if diff := cmp.Diff(was, is); diff != "" {
			p.t.Fatalf("%s changed the adopted %s (-before +after):\n%s", e.Kind(), id, diff)
		}
	}
}

// checkLate: no comment outside its window unless it is marked late.
func (p *player) checkLate(e Event) {
	if c, ok := e.(*CommentSubmitted); ok {
		k := p.m.All.Consultations[c.ConsultationID]
		if p.now.Before(k.OpensAt) || !p.now.Before(k.ClosesAt) != c.Late || c.Late && k.Late != LateMarked {
			p.t.Fatalf("comment at %s, late %v, in %+v", p.now, c.Late, k)
		}
	}
}

// checkNumbers: revisions, comments, rounds, releases and documents are numbered from 1 without gaps.
func (p *player) checkNumbers() {
	series := map[string][]int{}
	count := func(of string, n int) { series[of] = append(series[of], n) }
	for _, r := range p.m.All.Revisions {
		count("revisions of "+r.DocumentID, r.Number)
	}
	for _, k := range p.m.All.Comments {
		count("comments on "+k.DocumentID, k.Number)
	}
	for _, c := range p.m.All.Consultations {
		count("rounds of "+c.DocumentID, c.Round)
	}
	for _, b := range p.m.All.Ballots {
		count("ballots on "+b.DocumentID, b.Number)
	}
	for _, r := range p.m.All.Releases {
		count("releases of "+r.RuleSetID, r.Number)
	}
	for _, d := range p.m.All.Documents {
		var n int
		prefix := fmt.Sprintf("EWTP-%s-%d-", d.Kind.Letter(), d.ProposedAt.Year())
		if _, err := fmt.Sscanf(strings.TrimPrefix(d.Number, prefix), "%d", &n); err != nil {
			p.t.Fatalf("document number %q doesn't begin with %s", d.Number, prefix)
		}
		count(prefix, n)
	}
	for of, numbers := range series {
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != i+1 {
				p.t.Fatalf("%s are numbered %v", of, numbers)
			}
		}
	}
}

// checkDuplicates: following duplicates ends at a comment that is none.
func (p *player) checkDuplicates() {
	for _, k := range p.m.All.Comments {
		for steps := 0; k.Disposition != nil && k.Disposition.Outcome == Duplicate; steps++ {
			if steps > len(p.m.All.Comments) {
				p.t.Fatalf("comment %s repeats itself in a circle", k.ID)
			}
			k, _ = p.m.Comment(k.Disposition.DuplicateOf)
		}
	}
}

// checkIdentities: every recorded text has its clauses named and its root computed.
func (p *player) checkIdentities() {
	for id, text := range p.m.All.Texts {
		if text.Root != p.m.All.Revisions[id].Root || text.Root.IsZero() ||
			slices.ContainsFunc(text.Clauses, func(c clauses.Clause) bool { return !clauses.ValidID(c.ID) }) {
			p.t.Fatalf("the text of %s has lost its identities", id)
		}
	}
}
