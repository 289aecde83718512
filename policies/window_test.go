package policies_test

import (
	"testing"
	"time"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// A wrong year is refused wherever one may be given, by what is configured or else the
// default; extensions count from the opening.
func TestLongestWindows(t *testing.T) {
	for _, configured := range []bool{false, true} {
		w := withoutBallots(t)
		doc, _ := w.proposed()
		window, ballot, ahead, validity, release := DefaultMaximumWindow, DefaultMaximumBallot, DefaultMaxAhead, DefaultMaxValidity, DefaultMaxReleaseValidity
		if configured {
			window, ballot, ahead, validity, release = 100*day, 10*day, 300*day, 20*day, 5*day
			w.rules.MaximumWindow = map[standards.Kind]time.Duration{standards.Regulation: window}
			w.rules.MaximumBallot = map[standards.Kind]time.Duration{standards.Regulation: ballot}
			w.rules.MaxAhead, w.rules.MaxValidity, w.rules.MaxReleaseValidity = ahead, validity, release
		}
		terms := func(from, long time.Duration) ProposeTerms {
			at := func(d time.Duration) standards.LawDates {
				return standards.LawDates{{Local: w.now.Add(d).UTC().Format(LocalTimes[0]), Zone: "UTC"}}
			}
			return ProposeTerms{DocumentID: doc, Terms: Terms{From: at(from), Until: at(from + long)}}
		}
		w.refuse(w.estonia, terms(ahead+day, day), Invalid, "effectiveFrom", "ahead")
		w.refuse(w.estonia, terms(200*day, validity+day), Invalid, "effectiveUntil", "after effectiveFrom")
		w.do(w.estonia, terms(ahead, validity))
		w.do(w.estonia, terms(200*day, validity))

		open := func(from, long time.Duration) OpenConsultation {
			return OpenConsultation{DocumentID: doc, Opens: w.in(from), Closes: w.in(from + long), Zone: zone, Late: LateRefused}
		}
		w.refuse(w.estonia, open(0, window+day), Invalid, "closesAtLocal", "at most")
		w.refuse(w.estonia, open(window+day, 61*day), Invalid, "opensAtLocal", "ahead")
		csn := w.do(w.estonia, open(0, 90*day)).Subject()
		w.refuse(w.estonia, ExtendConsultation{ConsultationID: csn, Closes: w.in(window + day), Reason: "r"}, Invalid, "closesAtLocal", "at most")
		w.do(w.estonia, ExtendConsultation{ConsultationID: csn, Closes: w.in(95 * day), Reason: "r"})
		w.wait(10 * day)
		w.refuse(w.estonia, ExtendConsultation{ConsultationID: csn, Closes: w.in(window - 9*day), Reason: "r"}, Invalid, "closesAtLocal", "at most")
		w.wait(86 * day)
		w.refuse(w.estonia, OpenBallot{DocumentID: doc, Closes: w.in(ballot + day), Zone: zone, Secrecy: SecretUntilClose}, Invalid, "closesAtLocal", "at most")
		ins := w.do(w.estonia, AdoptDocument{DocumentID: doc}).Subject()
		set := w.do(w.office, CreateRuleSet{Slug: "set", Title: "Set"}).Subject()
		w.refuse(w.office, PublishRelease{RuleSetID: set, Instruments: []string{ins}, ValidUntil: w.now.Add(release + day)}, Invalid, "validUntil", "ahead")
		w.do(w.office, PublishRelease{RuleSetID: set, Instruments: []string{ins}, ValidUntil: w.now.Add(release)})
		w.refuse(w.estonia, RepealInstrument{InstrumentID: ins, From: w.from(ahead + 2*day), Reason: "r"}, Invalid, "from", "ahead")
	}
}
