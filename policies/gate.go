package policies

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// maxGaps bounds the list of what is missing.
const maxGaps = 200

// Gate lists what the adoption of a revision still wants at a moment; nothing
// when it may go ahead:
//
//   - a consultation was held, and the latest one, announced ones included, has closed;
//   - every comment that stands has a disposition, and no duplicate repeats a comment
//     that was withdrawn;
//   - every acceptance points at a clause change that the revision holds;
//   - every clause that differs from the consulted revision is explained, else
//     another round is due. What must be explained is the last revision that
//     changed the clause: by an editorial mark on that very revision, or by an
//     accepted comment whose change reference names the clause in it or in a later
//     one, where it reads as it is to be adopted. So no explanation given for one
//     change covers the next. An acceptance that made the change in one step explains all
//     that it changed. A comment explains what it is on if it came in time and
//     of an organisation that never sponsored the document;
//   - every party has a government with a voice: in the ballot that counts, or in this
//     registry where there is none yet;
//   - the terms state a date that is still to come, those of the latest consultation
//     were the same, but for a date that was postponed since, and a sponsor of each
//     instrument that they supersede or amend has agreed;
//   - the latest ballot was on this very revision, title and terms, and after the
//     latest consultation, has closed and carried; where the rules ask for none, one that
//     was opened counts all the same, and without one the terms are those of the
//     consultation to the day;
//   - no blocking position stands, of whichever ballot on the document, in a chamber
//     that decides.
func Gate(d Document, rev Revision, now time.Time, rules Rules, f Facts) ([]Gap, error) {
	gaps, err := gapsBeforeBallot(d, rev, now, f)
	if err != nil || d.checkNotSettled("") != nil {
		return gaps, err
	}
	tooEarly := isTooEarly(gaps)
	unheard, err := partyGaps(d, rev, f)
	if err != nil {
		return nil, err
	}
	gaps = append(gaps, unheard...)
	if !tooEarly {
		more, err := shownGaps(d, rev, now, rules, f)
		if err != nil {
			return nil, err
		}
		gaps = append(gaps, more...)
	}
	blocks, err := blockGaps(f, d.ID, now)
	return append(gaps, blocks...), err
}

// shownGaps are what the gate wants of the latest ballot or, where there is none to be, of
// the consultation: that it was on what is to be adopted.
func shownGaps(d Document, rev Revision, now time.Time, rules Rules, f Facts) ([]Gap, error) {
	if rules.WithoutBallot[d.Kind] && d.Ballot == "" {
		return consultedTermsGaps(d, f)
	}
	return ballotGaps(d, rev, now, f)
}

// isTooEarly says whether the one gap is one that comes before all others.
func isTooEarly(gaps []Gap) bool {
	return len(gaps) == 1 && slices.Contains([]string{"notInReview", "roundAnnounced", "revisionBeforeConsultation"}, gaps[0].Reason)
}

// gapsBeforeBallot lists what the gate wants apart from the ballot.
func gapsBeforeBallot(d Document, rev Revision, now time.Time, f Facts) ([]Gap, error) {
	if gap := reviewGap(d, now); gap != nil {
		return []Gap{*gap}, nil
	}
	consulted, err := f.Consultation(d.Consultation)
	if err != nil {
		return nil, errUnknown(err, "documentId", "consultation", d.Consultation)
	}
	if rev.Number < consulted.Revision {
		return []Gap{{Reason: "revisionBeforeConsultation", Message: fmt.Sprintf("revision %d is older than revision %d, which was consulted on", rev.Number, consulted.Revision)}}, nil
	}
	g := gate{facts: f, document: d, adopted: rev, explained: map[string]map[int]bool{}}
	if err := errors.Join(g.addUndisposed(), g.addAcceptances(), g.readEditorialMarks(), g.addUnexplained(consulted), g.addTerms(consulted, now)); err != nil {
		return nil, err
	}
	return g.gaps, nil
}

// ballotGaps lists what the gate wants of the latest ballot.
func ballotGaps(d Document, rev Revision, now time.Time, f Facts) ([]Gap, error) {
	switch {
	case d.Ballot == "" || d.BallotRevision != rev.ID:
		return []Gap{{Reason: "ballotMissing", Message: fmt.Sprintf("no ballot has been held on revision %d; the latest must be on the very text to adopt", rev.Number)}}, nil
	case d.BallotOpensAt.Before(d.ClosesAt):
		return []Gap{{Reason: "ballotMissing", Message: fmt.Sprintf("ballot %d came before the latest consultation; hold another", d.Ballots)}}, nil
	case d.TitledAt.After(d.BallotOpensAt):
		return []Gap{{Reason: "ballotMissing", Message: fmt.Sprintf("its title was put right since ballot %d; hold another, on the title to adopt", d.Ballots)}}, nil
	case now.Before(d.BallotClosesAt):
		return []Gap{{Reason: "ballotOpen", Message: fmt.Sprintf("ballot %d is open until %s", d.Ballots, d.BallotClosesAt.Format(time.RFC3339))}}, nil
	}
	b, err := f.Ballot(d.Ballot)
	if err != nil {
		return nil, errUnknown(err, "documentId", "ballot", d.Ballot)
	}
	if !d.Terms.isAlike(b.Terms) || !slices.Equal(d.Terms.From, b.Terms.From) {
		return []Gap{{Reason: "termsChanged", BallotID: b.ID, Message: fmt.Sprintf("other terms were shown in ballot %d; hold another", b.Number)}}, nil
	}
	if b.Spoilt {
		return []Gap{{Reason: "ballotMissing", Message: fmt.Sprintf("a position in ballot %d was erased; hold another", b.Number)}}, nil
	}
	positions, err := f.Positions(b.ID)
	if err != nil {
		return nil, fmt.Errorf("couldn't list the positions: %w", err)
	}
	return tallyGaps(&b, positions), nil
}

// tallyGaps lists where a closed ballot falls short.
func tallyGaps(b *Ballot, positions []Position) (gaps []Gap) {
	for _, t := range b.Tallies(positions) {
		switch {
		case !t.Decides || t.Carried:
		case !t.Quorate:
			gaps = append(gaps, Gap{Reason: "ballotNotCarried", Message: fmt.Sprintf("in ballot %d %d of %d in the chamber of type %s took a position, fewer than the quorum of %s",
				b.Number, t.Yes+t.NoObjection+t.Discuss+t.Abstain, t.Electorate-t.Recused, t.Chamber, b.Quorum)})
		default:
			gaps = append(gaps, Gap{Reason: "ballotNotCarried", Message: fmt.Sprintf("ballot %d didn't carry in the chamber of type %s: %d yes, %d without objection, %d blocking; it takes a majority of %s and at least one yes",
				b.Number, t.Chamber, t.Yes, t.NoObjection, t.Discuss, b.Majority)})
		}
	}
	return gaps
}

// reviewGap returns why nothing can be adopted for now, nil where it can.
func reviewGap(d Document, now time.Time) *Gap {
	if phase := d.Phase(now); phase != InReview && phase != InBallot {
		return &Gap{Reason: "notInReview", Message: fmt.Sprintf("the document is in phase %s; adoption follows a closed consultation", phase)}
	}
	if now.Before(d.ClosesAt) { // announced: its revision has not been consulted on yet
		return &Gap{Reason: "roundAnnounced", Message: fmt.Sprintf("another round is announced and closes at %s", d.ClosesAt.Format(time.RFC3339))}
	}
	return nil
}

// gate collects the gaps of one revision to adopt.
type gate struct {
	facts     Facts
	document  Document
	adopted   Revision
	told      func(*Comment) bool // whose acceptances explain changes; nil for all
	gaps      []Gap
	explained map[string]map[int]bool            // clause -> numbers of the revisions that bear an editorial mark for it
	accepted  map[string]int                     // clause -> latest revision that an acceptance which explains its change refers to
	idle      map[string][]idleAcceptance        // clause -> acceptances that refer to it and explain nothing
	leads     map[[2]place]way                   // see leadsTo
	judged    map[acceptedChange]changeJudgement // on changes that acceptances refer to
	credited  map[string]Revision                // by ID: those that acceptances refer to
}

func (g *gate) add(gap Gap) {
	if len(g.gaps) < maxGaps {
		g.gaps = append(g.gaps, gap)
	}
}

func (g *gate) addUndisposed() error {
	open, _, err := g.facts.Undisposed(g.document.ID, maxGaps)
	if err != nil {
		return fmt.Errorf("couldn't list the unanswered comments: %w", err)
	}
	for _, k := range open {
		message := fmt.Sprintf("comment %d has no answer", k.Number)
		if k.Disposition != nil {
			if message, err = g.whyDuplicateOpen(&k); err != nil {
				return err
			}
		}
		if k.Confidential {
			k.ClauseID = "" // whoever sees the list may not be told what it is on
		}
		g.add(Gap{Reason: "commentUnanswered", CommentID: k.ID, ClauseID: k.ClauseID, Message: message})
	}
	return nil
}

// whyDuplicateOpen says why a duplicate isn't answered.
func (g *gate) whyDuplicateOpen(k *Comment) (string, error) {
	of, err := g.facts.Comment(k.Disposition.DuplicateOf)
	switch {
	case err != nil:
		return "", errUnlessErased(err)
	case !of.WithdrawnAt.IsZero():
		return fmt.Sprintf("comment %d is answered as a duplicate of one that was withdrawn", k.Number), nil
	case !of.DisownedAt.IsZero():
		return fmt.Sprintf("comment %d is answered as a duplicate of one that was disowned", k.Number), nil
	}
	return fmt.Sprintf("comment %d is answered as a duplicate of comment %d, which has no answer", k.Number, of.Number), nil
}

func (g *gate) addAcceptances() error {
	accepted, err := g.facts.Accepted(g.document.ID)
	if err != nil {
		return fmt.Errorf("couldn't list the accepted comments: %w", err)
	}
	g.accepted, g.judged = map[string]int{}, map[acceptedChange]changeJudgement{}
	g.idle, g.leads, g.credited = map[string][]idleAcceptance{}, map[[2]place]way{}, map[string]Revision{}
	for _, k := range accepted {
		if g.told != nil && !g.told(&k) {
			continue
		}
		in, missing, err := g.revisionCarrying(k)
		if err != nil {
			return err
		}
		if missing != "" {
			g.add(Gap{Reason: "changeMissing", CommentID: k.ID, ClauseID: k.ClauseID, Message: missing})
			continue
		}
		if err := g.noteAcceptance(&k, in); err != nil {
			return err
		}
	}
	return nil
}

// An acceptedChange is the change that carries out an acceptance. Acceptances of comments
// on one revision may share it: those of many comments disposed of together do.
type acceptedChange struct {
	on     string // ID of the revision commented on
	change ChangeReference
}

// A changeJudgement is the number of the revision that an acceptance refers to, or why it
// isn't carried out in the revision to adopt.
type changeJudgement struct {
	in  int
	why string
}

// revisionCarrying returns the number of the revision that an acceptance refers to, or
// says why it isn't carried out in the revision to adopt.
func (g *gate) revisionCarrying(k Comment) (in int, missing string, err error) {
	if k.Disposition.Change == nil {
		return 0, fmt.Sprintf("comment %d was accepted, but no change carries it out", k.Number), nil
	}
	c := acceptedChange{k.RevisionID, *k.Disposition.Change}
	v, known := g.judged[c]
	if !known {
		if v, err = g.judgeChange(c); err != nil {
			return 0, "", fmt.Errorf("couldn't judge the change that carries out comment %d: %w", k.Number, err)
		}
		g.judged[c] = v
	}
	if v.why != "" {
		return 0, fmt.Sprintf("the change that carries out comment %d %s", k.Number, v.why), nil
	}
	return v.in, "", nil
}

func (g *gate) judgeChange(c acceptedChange) (changeJudgement, error) {
	rev, err := g.facts.Revision(c.change.RevisionID)
	if errUnlessErased(err) != nil {
		return changeJudgement{}, fmt.Errorf("couldn't load its revision: %w", err)
	}
	if err != nil || rev.Number > g.adopted.Number {
		return changeJudgement{why: fmt.Sprintf("is not in revision %d", g.adopted.Number)}, nil
	}
	changed, err := clauseChanged(g.facts, c.on, g.adopted.ID, c.change.ClauseID)
	if err != nil {
		return changeJudgement{}, fmt.Errorf("couldn't compare its clause: %w", err)
	}
	if !changed {
		return changeJudgement{why: fmt.Sprintf("was undone by revision %d", g.adopted.Number)}, nil
	}
	return changeJudgement{in: rev.Number}, nil
}

func (g *gate) readEditorialMarks() error {
	marks, err := g.facts.Editorial(g.document.ID)
	if err != nil {
		return fmt.Errorf("couldn't list the editorial marks: %w", err)
	}
	for _, k := range marks {
		if !k.Stands() {
			continue
		}
		if g.explained[k.ClauseID] == nil {
			g.explained[k.ClauseID] = map[int]bool{}
		}
		g.explained[k.ClauseID][k.Revision] = true
	}
	return nil
}
