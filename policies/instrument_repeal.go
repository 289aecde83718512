package policies

import (
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/standards"
)

// RepealInstrument ends an instrument without a successor. What it amended or
// superseded stays as it is, unless it never came to bind anybody: then it supersedes
// nothing.
type RepealInstrument struct {
	InstrumentID string
	From         standards.LawDates // the first moment at which it no longer binds, as for [Terms]; none for now
	Reason       string
}

// InstrumentRepealed is what [RepealInstrument] yields.
type InstrumentRepealed struct {
	InstrumentID   string             `json:"instrument"`
	From           standards.LawDates `json:"from,omitempty"`
	Reason         string             `json:"reason"`
	OrganisationID string             `json:"organisation,omitempty"`
	By             string             `json:"by,omitempty"`
}

// Decide implements [Command].
func (c RepealInstrument) Decide(env Env, f Facts) (Event, error) {
	in, err := f.Instrument(c.InstrumentID)
	if err != nil {
		return nil, errUnknown(err, "instrumentId", "instrument", c.InstrumentID)
	}
	d, err := f.Document(in.DocumentID)
	if errors.Is(err, ErrNotFound) {
		return nil, errAt(errHiddenDocument(), "instrumentId")
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't load the instrument's document: %w", err)
	}
	if err := May(env.Actor, Repealing, OnDocument(&d)); err != nil {
		return nil, errAt(err, "instrumentId")
	}
	from, err := parseLawDates("from", c.From, in.Parties)
	if err != nil {
		return nil, err
	}
	if len(from) == 0 {
		from = fromNow(env.Now)
	}
	if err := joinFaults(checkText("reason", c.Reason, MaxReason, true), env.Rules.checkAhead("from", from, env.Now), checkRepealable(in, from, env.Now)); err != nil {
		return nil, err
	}
	return &InstrumentRepealed{InstrumentID: in.ID, From: from, Reason: c.Reason,
		OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

// fromNow is a moment as a date of law.
func fromNow(now time.Time) standards.LawDates {
	return standards.LawDates{{Local: now.UTC().Format(localTimeForms[0]), Zone: "UTC", At: now}}
}

// checkRepealable refuses to end what has ended, or ends sooner by itself. A repeal comes
// before an instrument binds anybody, or after it binds everybody: a successor binds
// all of its parties or none.
func checkRepealable(in standards.Instrument, from standards.LawDates, now time.Time) error {
	switch at := in.At(now); {
	case from.First().At.Before(now):
		return errInvalid("from", "lies in the past; what was binding then stays so")
	case len(in.RepealedFrom) > 0:
		return errConflict("instrumentId", "%s has been repealed already, from %s", in.Number, in.RepealedFrom.First().Local)
	case at == standards.Superseded || at == standards.Expired:
		return errConflict("instrumentId", "%s is %s", in.Number, at)
	}
	spans := in.Spans()
	for _, s := range spans {
		end := from.For(s.Party).At
		if s.End != nil && !end.Before(s.End.At) {
			return errInvalid("from", "%s is %s by then", in.Number, s.End.Reason.Status())
		}
		if end.After(s.From.At) != from.For(spans[0].Party).At.After(spans[0].From.At) {
			return errInvalid("from", "comes before %s binds some of its parties, and after it binds others", in.Number)
		}
	}
	return nil
}

var _ = registerEvent[InstrumentRepealed](func(subject string) Event { return &InstrumentRepealed{InstrumentID: subject} })

func (*InstrumentRepealed) Kind() string      { return "instrument.repealed/1" }
func (e *InstrumentRepealed) Subject() string { return e.InstrumentID }

// Fold implements [Event]. Of an erased entry the instrument is left: it is repealed
// from that moment on.
func (e *InstrumentRepealed) Fold(s Stamp, r Record) error {
	in, err := r.Instrument(e.InstrumentID)
	if err != nil {
		return errUnlessErased(err)
	}
	in.RepealedFrom, in.Repeal = e.From, e.Reason
	if len(e.From) == 0 {
		in.RepealedFrom = fromNow(s.At)
	}
	if err := putForce(r, in); err != nil || !in.BindsNever() {
		return err
	}
	return handOver(r, in, in.Supersedes)
}
