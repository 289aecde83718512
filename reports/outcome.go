package reports

import (
	"strings"

	"github.com/ewtp/entente/policies"
)

// outcomes are the answers as a table has them.
var outcomes = map[policies.Outcome]string{
	policies.AcceptedWhole: "accepted", policies.AcceptedInPart: "accepted in part", policies.Rejected: "rejected",
	policies.Noted: "noted", policies.Duplicate: "duplicate",
}

// otherOutcomes are further words for answers: those of committees of ISO and IEC, in English and in French.
var otherOutcomes = map[string]policies.Outcome{
	"accept": policies.AcceptedWhole, "agreed": policies.AcceptedWhole, "accepté": policies.AcceptedWhole, "acceptée": policies.AcceptedWhole,
	"accepted in principle": policies.AcceptedInPart, "agreed in principle": policies.AcceptedInPart, "partially accepted": policies.AcceptedInPart,
	"partly accepted": policies.AcceptedInPart, "accepted with modification": policies.AcceptedInPart, "accepted with modifications": policies.AcceptedInPart,
	"accepté en principe": policies.AcceptedInPart, "accepté dans le principe": policies.AcceptedInPart,
	"accepté en partie": policies.AcceptedInPart, "accepté partiellement": policies.AcceptedInPart, "partiellement accepté": policies.AcceptedInPart,
	"not accepted": policies.Rejected, "reject": policies.Rejected, "not agreed": policies.Rejected, "declined": policies.Rejected,
	"non accepté": policies.Rejected, "pas accepté": policies.Rejected, "rejeté": policies.Rejected, "refusé": policies.Rejected,
	"note": policies.Noted, "noté": policies.Noted, "pris en note": policies.Noted, "pris note": policies.Noted,
	"doublon": policies.Duplicate,
}

// capitalised begins English words of this package with a capital.
func capitalised(words string) string {
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// outcomeNamed reads a disposition in any spelling: "Accepted in part", ACCEPTED_IN_PART, "Not accepted.".
func outcomeNamed(s string) (policies.Outcome, bool) {
	key := foldedHeader(s)
	for o, words := range outcomes {
		if key == foldedHeader(words) {
			return o, true
		}
	}
	for words, o := range otherOutcomes {
		if key == foldedHeader(words) {
			return o, true
		}
	}
	return "", false
}

// observedOutcome reads a disposition from the beginning of observations, "Not accepted. Too dear.", and what
// follows it.
func observedOutcome(s string) (o policies.Outcome, rest string, ok bool) {
	end := strings.IndexAny(s, ".:;,\n–—")
	if end < 0 {
		end = len(s)
	}
	if o, ok = outcomeNamed(s[:end]); !ok {
		return "", s, false
	}
	return o, strings.TrimLeft(s[end:], ".:;,–— \t\n"), true
}
