package main

import (
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

func TestBallotRules(t *testing.T) {
	g := &globals{}
	for rule, text := range map[*ballotRule]string{&g.BallotRegulation: "36h,1/3,3/4", &g.BallotStandard: "none"} {
		if err := rule.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	r := g.rules()
	if r.MinimumBallot[standards.Regulation] != 36*time.Hour || r.Quorum[standards.Regulation] != (policies.Fraction{Num: 1, Den: 3}) ||
		r.Majority[standards.Regulation] != (policies.Fraction{Num: 3, Den: 4}) || r.WithoutBallot[standards.Regulation] {
		t.Errorf("a regulation's rules: %+v", r)
	}
	if !r.WithoutBallot[standards.Standard] || r.WithoutBallot[standards.BestPractice] || r.MinimumBallot[standards.BestPractice] != 7*24*time.Hour {
		t.Errorf("the others' rules: %+v", r)
	}
	if r.MaximumWindow[standards.Standard] != 0 || g.MaxWindowStandard.UnmarshalText([]byte("400d")) != nil || g.MaxAhead.UnmarshalText([]byte("18263d")) != nil ||
		g.rules().MaximumWindow[standards.Standard] != 400*24*time.Hour || g.rules().MaxAhead != 18_263*24*time.Hour {
		t.Errorf("the longest: %+v", g.rules())
	}
	for _, bad := range []string{"", "7d", "7d,1/2", "7d,1/2,2/3,1", "0d,1/2,2/3", "7d,2/1,2/3", "7d,1/2,most", "None"} {
		if err := new(ballotRule).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
