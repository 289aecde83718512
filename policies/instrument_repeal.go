package policies

import (
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/standards"
)

// RepealInstrument ends an instrument without a successor. What it amended or
// superseded stays as it is.
type RepealInstrument struct {
	InstrumentID string
	From         time.Time // the first instant at which it no longer binds; zero for now
	Reason       string
}

// InstrumentRepealed is what [RepealInstrument] yields.
type InstrumentRepealed struct {
	InstrumentID   string    `json:"instrument"`
	From           time.Time `json:"from,omitzero"`
	Reason         string    `json:"reason"`
	OrganisationID string    `json:"organisation,omitempty"`
	By             string    `json:"by,omitempty"`
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
	from := env.Now
	if !c.From.IsZero() {
		from = Millis(c.From)
	}
	if err := firstError(checkText("reason", c.Reason, MaxReason, true), checkTime("from", from), checkRepealable(in, from, env.Now)); err != nil {
		return nil, err
	}
	return &InstrumentRepealed{InstrumentID: in.ID, From: from, Reason: c.Reason,
		OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

// checkRepealable refuses to end what has ended, or ends sooner by itself.
func checkRepealable(in standards.Instrument, from, now time.Time) error {
	switch at := in.At(now); {
	case from.Before(now):
		return errInvalid("from", "lies in the past; what was binding then stays so")
	case !in.RepealedFrom.IsZero():
		return errConflict("instrumentId", "%s has been repealed already, from %s", in.Number, in.RepealedFrom.Format(time.RFC3339))
	case at == standards.Superseded || at == standards.Expired:
		return errConflict("instrumentId", "%s is %s", in.Number, at)
	}
	if at := in.At(from); at == standards.Superseded || at == standards.Expired {
		return errInvalid("from", "%s is %s by then", in.Number, at)
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
	if e.From.IsZero() {
		in.RepealedFrom = s.At
	}
	if err := r.PutInstrument(in); err != nil {
		return err
	}
	return changeDocument(r, in.DocumentID, func(d *Document) { d.Force = in.Force })
}
