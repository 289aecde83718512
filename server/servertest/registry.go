package servertest

import (
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// Issuer is that of callers whom Sessions names.
const Issuer = "https://issuer.example"

// Unvoted are rules that ask for no ballot.
func Unvoted() policies.Rules {
	r := policies.DefaultRules()
	r.WithoutBallot = map[standards.Kind]bool{standards.Regulation: true, standards.Standard: true, standards.BestPractice: true}
	const most = 250 * 365 * 24 * time.Hour // papers take months, and there are many
	r.MaxAhead = most
	for _, k := range standards.Kinds {
		r.MaximumWindow[k], r.MaximumBallot[k] = most, most
	}
	return r
}
