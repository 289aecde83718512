package policies

import "testing"

// What a desk does next goes by the gate, first things first.
func TestNextStep(t *testing.T) {
	review := Document{Revisions: 1, Consultation: "csn_1", Rounds: 1, Held: 1, OpensAt: dawn, ClosesAt: dawn.Add(60 * day)}
	now := review.ClosesAt
	with := func(d Document, change func(*Document)) Document { change(&d); return d }
	gaps := func(reasons ...string) (list []Gap) {
		for _, r := range reasons {
			list = append(list, Gap{Reason: r})
		}
		return list
	}
	for name, c := range map[string]struct {
		d    Document
		gaps []Gap
		want Step
	}{
		"nothing written":              {Document{}, nil, ""},
		"a draft":                      {Document{Revisions: 1}, gaps("notInReview"), ConsultStep},
		"announced":                    {with(review, func(d *Document) { d.OpensAt, d.ClosesAt = now.Add(day), now.Add(70*day) }), gaps("notInReview"), ""},
		"open for comment":             {with(review, func(d *Document) { d.ClosesAt = now.Add(1) }), gaps("notInReview"), ""},
		"unanswered":                   {review, gaps("ballotMissing", "changeMissing", "commentUnanswered"), ""},
		"not carried out":              {review, gaps("ballotMissing", "termsMissing", "changeMissing"), CarryOut},
		"no terms":                     {review, gaps("ballotMissing", "changeUnexplained", "termsMissing"), RestateStep},
		"unexplained":                  {review, gaps("ballotMissing", "changeUnexplained"), RoundStep},
		"a block":                      {review, gaps("ballotMissing", "blockingPosition"), SettleStep},
		"no ballot":                    {review, gaps("ballotMissing"), BallotStep},
		"no ballot, and none agreed":   {review, gaps("consentMissing", "ballotMissing"), BallotStep},
		"only others can":              {review, gaps("consentMissing", "partyWithoutGovernment"), ""},
		"voted down":                   {review, gaps("ballotNotCarried"), RoundStep},
		"other terms than consulted":   {review, gaps("termsChanged"), RoundStep},
		"other terms than in a ballot": {review, []Gap{{Reason: "termsChanged", BallotID: "bal_1"}}, BallotStep},
		"in a ballot":                  {with(review, func(d *Document) { d.Ballot, d.BallotOpensAt, d.BallotClosesAt = "bal_1", dawn, now.Add(1) }), gaps("ballotOpen"), ""},
		"nothing missing":              {review, nil, AdoptStep},
		"adopted":                      {with(review, func(d *Document) { d.AdoptedAt = now }), nil, ""},
		"withdrawn":                    {with(review, func(d *Document) { d.WithdrawnAt = now }), nil, ""},
	} {
		if got := NextStep(c.d, c.gaps, now); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
