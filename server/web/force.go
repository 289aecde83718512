package web

import (
	"slices"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// A forceShown says whether a document binds anybody, from when and until when, and what it
// replaces and amends; of one that isn't adopted, what is proposed.
type forceShown struct {
	Adopted    time.Time
	From       string // from when it binds, each date with the party whose it is
	Until      string // when it ceases to by itself
	Superseded string // from when
	By         *standards.Instrument
	Repealed   string
	Repeal     string // the reason
	Supersedes []standards.Instrument
	Amends     []standards.Instrument
	AmendedBy  []standards.Instrument
	Proposed   bool // it is what adoption would give it
}

// IsNone says whether there is nothing to tell.
func (f *forceShown) IsNone() bool {
	return f.Adopted.IsZero() && f.From == "" && f.Until == "" && len(f.Supersedes)+len(f.Amends) == 0
}

// forceOf finds out what there is to say of a document's force, as far as the visitor is shown it.
func (s *site) forceOf(v *visit, d *policies.Document) (*forceShown, error) {
	terms, force, err := s.termsOf(v, d)
	if err != nil {
		return nil, err
	}
	ids := append(append([]string{}, terms.Supersedes...), terms.Amends...)
	for _, id := range []string{force.SupersededBy, d.InstrumentID} {
		if id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 && len(force.From) == 0 {
		return nil, nil
	}
	f := &forceShown{Adopted: d.AdoptedAt, From: v.lawDates(force.From), Until: v.lawDates(force.Until), Superseded: v.lawDates(force.SupersededFrom),
		Repealed: v.lawDates(force.RepealedFrom), Repeal: force.Repeal, Proposed: d.AdoptedAt.IsZero()}
	found, err := s.views.Instruments(v.ctx, ids)
	if err != nil {
		return nil, err
	}
	f.By = orNil(found, force.SupersededBy)
	f.Supersedes, f.Amends = among(found, terms.Supersedes), among(found, terms.Amends)
	if amending := found[d.InstrumentID].AmendedBy; len(amending) > 0 {
		if found, err = s.views.Instruments(v.ctx, amending); err != nil {
			return nil, err
		}
		f.AmendedBy = among(found, amending)
	}
	return f, nil
}

// termsOf returns the terms of a document that the visitor is shown, and its force: as it was
// adopted, as it is proposed, or as it was shown to those who are asked about it.
func (s *site) termsOf(v *visit, d *policies.Document) (policies.Terms, standards.Force, error) {
	t := d.Terms
	switch {
	case !d.AdoptedAt.IsZero():
		return t, d.Force, nil
	case views.ShowsTerms(v.viewer, d):
	case d.Phase(v.now) == policies.InBallot:
		ballots, err := s.views.Ballots(v.ctx, v.viewer, []string{d.Ballot})
		if err != nil {
			return t, standards.Force{}, err
		}
		t = ballots[d.Ballot].Terms
	case d.Consultation != "":
		consultations, err := s.views.Consultations(v.ctx, []string{d.Consultation})
		if err != nil {
			return t, standards.Force{}, err
		}
		t = consultations[d.Consultation].Terms
	default:
		t = policies.Terms{}
	}
	return t, standards.Force{From: t.From, Until: t.Until}, nil
}

// lawDates writes dates of law as they were stated: each with the parties whose date it is, unless
// it is that of all.
func (v *visit) lawDates(dates standards.LawDates) string {
	var days []string
	parties := map[string][]string{}
	for _, d := range dates {
		day := v.lawDate(d)
		if !slices.Contains(days, day) {
			days = append(days, day)
		}
		if d.Party != "" {
			parties[day] = append(parties[day], regionName(v.lang, d.Party))
		}
	}
	if len(days) == 1 {
		return days[0]
	}
	for i, day := range days {
		if of := parties[day]; len(of) > 0 {
			days[i] = v.say("%s (%s)", day, strings.Join(of, ", "))
		}
	}
	return v.lang.List(days)
}

// dayOf is the day of a date of law as it was stated, wherever that is.
func dayOf(d standards.LawDate) time.Time {
	if t, err := time.Parse(time.DateOnly, d.Local[:min(len(d.Local), len(time.DateOnly))]); err == nil {
		return t
	}
	return d.At
}

func (v *visit) lawDate(d standards.LawDate) string {
	if t, err := time.Parse(time.DateOnly, d.Local); err == nil {
		return v.lang.Day(t)
	}
	if t, err := time.Parse("2006-01-02T15:04", strings.TrimSuffix(d.Local, "Z")); err == nil {
		return v.say("%s (%s)", v.lang.Moment(t), d.Zone)
	}
	return d.Local
}
