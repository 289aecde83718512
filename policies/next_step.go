package policies

import "time"

// A Step is what the sponsors of a document can do next to bring it on its way; "" is
// nothing for now: a window is open, comments wait for answers, or others have to agree.
type Step string

const (
	ConsultStep Step = "openConsultation" // nobody was asked yet
	CarryOut    Step = "carryOut"         // a comment was accepted and the text doesn't say so
	RestateStep Step = "proposeTerms"     // when it is to bind, and what it supersedes, is missing or can't be any more
	RoundStep   Step = "anotherRound"     // what was asked about isn't what would be adopted, or it was voted down
	SettleStep  Step = "settleBlock"      // a blocking position stands
	BallotStep  Step = "openBallot"
	AdoptStep   Step = "adopt"
)

// Steps are all steps in their order.
var Steps = []Step{ConsultStep, CarryOut, RestateStep, RoundStep, SettleStep, BallotStep, AdoptStep}

// stepsOf tells what mends a gap; what only others can mend isn't among them.
var stepsOf = map[string]Step{
	"changeMissing": CarryOut,
	"termsMissing":  RestateStep, "termsPast": RestateStep, "predecessorEnded": RestateStep,
	"changeUnexplained": RoundStep, "textErased": RoundStep, "termsChanged": RoundStep, "ballotNotCarried": RoundStep,
	"blockingPosition": SettleStep,
	"ballotMissing":    BallotStep,
}

// NextStep tells the sponsors' next step, given what the gate wants of the latest revision
// at the moment. Of several it is the first: what comes later needs it.
func NextStep(d Document, gaps []Gap, now time.Time) Step {
	switch phase := d.Phase(now); {
	case d.Revisions == 0 || now.Before(d.ClosesAt) || phase != Draft && phase != InReview:
		return ""
	case phase == Draft:
		return ConsultStep
	case len(gaps) == 0:
		return AdoptStep
	}
	first := len(Steps)
	for _, g := range gaps {
		if g.Reason == "commentUnanswered" {
			return ""
		}
		for i, s := range Steps[:first] {
			if s == g.step() {
				first = i
			}
		}
	}
	if first == len(Steps) {
		return ""
	}
	return Steps[first]
}

// step is what mends a gap: terms other than a ballot showed take another ballot.
func (g Gap) step() Step {
	if g.Reason == "termsChanged" && g.BallotID != "" {
		return BallotStep
	}
	return stepsOf[g.Reason]
}
