package policies

import (
	"time"

	"github.com/ewtp/entente/standards"
)

// How long and how far ahead things may lie where nothing is configured. A wrong year is
// refused before it binds anybody to wait.
const (
	DefaultMaximumWindow      = 366 * 24 * time.Hour
	DefaultMaximumBallot      = 90 * 24 * time.Hour
	DefaultMaxAhead           = 3_653 * 24 * time.Hour  // ten years
	DefaultMaxValidity        = 18_263 * 24 * time.Hour // fifty years
	DefaultMaxReleaseValidity = 731 * 24 * time.Hour    // two years
)

// configured is what is configured, the default where nothing is.
func configured[T ~int64](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// checkConsultation refuses a consultation that is open for too long, or opens too far
// ahead: no further than one may be long.
func (r Rules) checkConsultation(now, opens, closes time.Time, zone string, k standards.Kind) error {
	most := configured(r.MaximumWindow[k], DefaultMaximumWindow)
	switch long := localDuration(opens, closes, zone); {
	case opens.Sub(now) > most:
		return errInvalid("opensAtLocal", "lies more than %s ahead", formatDays(most))
	case long > most:
		return errInvalid("closesAtLocal", "the window is %s long; a %s is open for at most %s", formatDays(long), k, formatDays(most))
	}
	return nil
}

// checkBallot refuses a ballot that is open for too long.
func (r Rules) checkBallot(opens, closes time.Time, zone string, k standards.Kind) error {
	most := configured(r.MaximumBallot[k], DefaultMaximumBallot)
	if long := localDuration(opens, closes, zone); long > most {
		return errInvalid("closesAtLocal", "the ballot is %s long; one on a %s is open for at most %s", formatDays(long), k, formatDays(most))
	}
	return nil
}

// checkAhead refuses a date of law that lies too far ahead.
func (r Rules) checkAhead(field string, dates standards.LawDates, now time.Time) error {
	most := configured(r.MaxAhead, DefaultMaxAhead)
	for _, d := range dates {
		if d.At.Sub(now) > most {
			return errInvalid(field, "%s lies more than %s ahead", d.Local, formatDays(most))
		}
	}
	return nil
}

// checkTerms refuses terms that begin too far ahead, or bind for too long.
func (r Rules) checkTerms(t Terms, parties []string, now time.Time) error {
	if err := r.checkAhead("effectiveFrom", t.From, now); err != nil {
		return err
	}
	most := configured(r.MaxValidity, DefaultMaxValidity)
	for _, p := range partiesOrAll(parties) {
		from, until := t.From.For(p).At, t.Until.For(p).At
		if !until.IsZero() && until.Sub(from) > most {
			return errInvalid("effectiveUntil", "lies more than %s after effectiveFrom", formatDays(most))
		}
	}
	return nil
}

// checkRelease refuses a release that is to be trusted for too long.
func (r Rules) checkRelease(validUntil, now time.Time) error {
	if most := configured(r.MaxReleaseValidity, DefaultMaxReleaseValidity); validUntil.Sub(now) > most {
		return errInvalid("validUntil", "lies more than %s ahead", formatDays(most))
	}
	return nil
}
