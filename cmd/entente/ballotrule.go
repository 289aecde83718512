package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// A ballotRule is how ballots on one kind of document are held, "7d,1/2,2/3": the
// shortest, the quorum and the majority; or "none".
type ballotRule struct {
	shortest         window
	quorum, majority policies.Fraction
	none             bool
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *ballotRule) UnmarshalText(text []byte) error {
	if string(text) == "none" {
		*b = ballotRule{none: true}
		return nil
	}
	parts := strings.Split(string(text), ",")
	if len(parts) != 3 {
		return fmt.Errorf("%q is neither none nor a length, a quorum and a majority such as 7d,1/2,2/3", text)
	}
	return errors.Join(b.shortest.UnmarshalText([]byte(parts[0])), b.quorum.UnmarshalText([]byte(parts[1])),
		b.majority.UnmarshalText([]byte(parts[2])))
}

// apply sets the rules for a kind; the zero value leaves them as they are.
func (b ballotRule) apply(r *policies.Rules, kind standards.Kind) {
	switch {
	case b.none:
		if r.WithoutBallot == nil {
			r.WithoutBallot = map[standards.Kind]bool{}
		}
		r.WithoutBallot[kind] = true
	case b.shortest > 0:
		r.MinimumBallot[kind], r.Quorum[kind], r.Majority[kind] = time.Duration(b.shortest), b.quorum, b.majority
	}
}
