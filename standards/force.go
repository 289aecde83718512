package standards

import "time"

// Force is when something adopted binds, as it was stated.
type Force struct {
	From           LawDates `json:"effectiveFrom"`
	Until          LawDates `json:"effectiveUntil,omitempty"` // the first moment at which it no longer binds
	SupersededFrom LawDates `json:"supersededFrom,omitempty"` // when its successor takes force
	SupersededBy   string   `json:"supersededBy,omitempty"`   // instrument ID
	RepealedFrom   LawDates `json:"repealedFrom,omitempty"`   // when it is ended without a successor
	Repeal         string   `json:"repeal,omitempty"`         // the reason
}

// Status is the state of an instrument at a moment, by its dates alone.
type Status string

const (
	Pending    Status = "pending" // adopted, not yet in force
	InForce    Status = "inForce"
	Superseded Status = "superseded"
	Expired    Status = "expired"
	Repealed   Status = "repealed"
)

// An EndReason is why something ceases to bind.
type EndReason string

const (
	EndOfTerm      EndReason = "term"
	EndByRepeal    EndReason = "repeal"
	EndBySuccessor EndReason = "superseded"
)

// EndReasons are all of them.
var EndReasons = []EndReason{EndOfTerm, EndByRepeal, EndBySuccessor}

// Status is the state that an end for this reason leaves.
func (r EndReason) Status() Status {
	switch r {
	case EndByRepeal:
		return Repealed
	case EndBySuccessor:
		return Superseded
	}
	return Expired
}

// An Ending is when and why something ceases to bind a party.
type Ending struct {
	LawDate
	Reason EndReason `json:"reason"`
	By     string    `json:"by,omitempty"` // ID of the successor
}

// A Span is while something binds a party: from its beginning to before its end. It
// binds on no day where the end comes first.
type Span struct {
	Party string // "" for everybody
	From  LawDate
	End   *Ending // nil: no end is known
}

// Binds says whether there is a moment at which it binds.
func (s Span) Binds() bool { return s.End == nil || s.From.At.Before(s.End.At) }

// status returns the state for the span's party at t.
func (s Span) status(t time.Time) Status {
	switch {
	case s.End != nil && !t.Before(s.End.At):
		return s.End.Reason.Status()
	case t.Before(s.From.At):
		return Pending
	}
	return InForce
}

// Spans returns for each of some parties while it is bound; one span for everybody
// where there are no parties.
func (f Force) Spans(parties []string) []Span {
	if len(parties) == 0 {
		parties = []string{""}
	}
	list := make([]Span, len(parties))
	for i, p := range parties {
		list[i] = Span{p, f.From.For(p), f.end(p)}
	}
	return list
}

// end returns what ends it first for a party: its repeal, its successor or its term.
func (f Force) end(party string) *Ending {
	var first *Ending
	for _, e := range []Ending{{f.RepealedFrom.For(party), EndByRepeal, ""}, {f.SupersededFrom.For(party), EndBySuccessor, f.SupersededBy}, {f.Until.For(party), EndOfTerm, ""}} {
		if !e.At.IsZero() && (first == nil || e.At.Before(first.At)) {
			first = &e
		}
	}
	return first
}

// statusOf joins the states for several parties at t: in force while it binds any of
// them, pending while it is to bind any, and else what ended it last.
func statusOf(spans []Span, t time.Time) Status {
	last := spans[0]
	var pending bool
	for _, s := range spans {
		switch s.status(t) {
		case InForce:
			return InForce
		case Pending:
			pending = true
		default:
			if last.End == nil || s.End.At.After(last.End.At) {
				last = s
			}
		}
	}
	if pending {
		return Pending
	}
	return last.End.Reason.Status()
}

// statusIn is statusOf for those of the parties that cover a jurisdiction; "" where
// none does.
func statusIn(spans []Span, jurisdiction string, t time.Time) Status {
	var there []Span
	for _, s := range spans {
		if s.Party == "" || Covers(s.Party, jurisdiction) {
			there = append(there, s)
		}
	}
	if len(there) == 0 {
		return ""
	}
	return statusOf(there, t)
}

// At returns the state at t of what binds some parties: it is in force while it binds
// any of them.
func (f Force) At(parties []string, t time.Time) Status { return statusOf(f.Spans(parties), t) }

// BindsNever says whether it ends for each of some parties before it begins.
func (f Force) BindsNever(parties []string) bool {
	for _, s := range f.Spans(parties) {
		if s.Binds() {
			return false
		}
	}
	return true
}

// Endings returns when and why it ceases to bind some parties, for every reason that is
// known: one ending for all of them where they have it in common, else one for each
// party that has any.
func (f Force) Endings(parties []string) (list []Ending) {
	spans := f.Spans(parties)
	for _, s := range spans {
		if s.End != nil {
			e := *s.End
			e.Party = s.Party
			list = append(list, e)
		}
	}
	if len(list) < len(spans) {
		return list
	}
	for _, e := range list {
		if e.Party = list[0].Party; e != list[0] {
			return list
		}
	}
	list[0].Party = ""
	return list[:1]
}

// Last returns the first moment at which it binds none of some parties any more; zero
// while no end is known.
func (f Force) Last(parties []string) (last time.Time) {
	for _, s := range f.Spans(parties) {
		if s.End == nil {
			return time.Time{}
		}
		if s.End.At.After(last) {
			last = s.End.At
		}
	}
	return last
}
