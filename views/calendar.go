package views

import (
	"context"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// A CalendarKind is what happens on a day of the calendar.
type CalendarKind string

const (
	ConsultationOpens  CalendarKind = "consultationOpens"
	ConsultationCloses CalendarKind = "consultationCloses"
	BallotOpens        CalendarKind = "ballotOpens"
	BallotCloses       CalendarKind = "ballotCloses"
	TakesEffect        CalendarKind = "takesEffect"
	Expires            CalendarKind = "expires"
	Repealed           CalendarKind = "repealed"
)

// CalendarKinds are all kinds, in the order in which those of one moment come.
var CalendarKinds = []CalendarKind{ConsultationOpens, ConsultationCloses, BallotOpens, BallotCloses, TakesEffect, Expires, Repealed}

// MaxCalendar is the longest time that is asked about at once.
const MaxCalendar = 3 * 366 * 24 * time.Hour

// lastTime is later than any time of the record, whose years have four digits.
var lastTime = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)

// A CalendarEvent is something that happens at a moment that is known beforehand.
type CalendarEvent struct {
	Kind           CalendarKind
	At             time.Time // for a close, the first moment at which it is closed
	Zone           string    // IANA name of the zone in which it was stated
	Local          string    // an instrument's date as it was stated, "2027-01-01" or "2027-01-01T06:00"
	Parties        []string  // whose date it is; empty for all
	DocumentID     string
	ConsultationID string // of an opening or a close
	BallotID       string // likewise
	InstrumentID   string // of an instrument's dates
}

// A CalendarFilter says what is asked of the calendar; what is empty doesn't narrow it.
type CalendarFilter struct {
	From, To time.Time // from From, which is required, to before To, at most MaxCalendar; To zero: all that is known
	Kinds    []CalendarKind
	Topics   []string // of the document, any of these, compared by policies.NameKey
	Parties  []string // ISO 3166 codes, any of these
	Document string   // ID
	Types    []standards.Kind
}

// calendarArms are the queries for events of each kind, within a range of time.
var calendarArms = map[CalendarKind]string{
	ConsultationOpens:  windowArm("consultations", "opens_at"),
	ConsultationCloses: windowArm("consultations", "closes_at"),
	BallotOpens:        windowArm("ballots", "opens_at"),
	BallotCloses:       windowArm("ballots", "closes_at"),
	TakesEffect:        lawDateArm(TakesEffect),
	Expires:            lawDateArm(Expires),
	Repealed:           lawDateArm(Repealed),
}

func windowArm(table, column string) string {
	return strings.NewReplacer("TABLE", table, "COLUMN", column).Replace(`SELECT COLUMN AS at, ? AS rank, n, id, document,
		json_extract(data, '$.Zone') AS zone, '' AS local, '[]' AS parties FROM TABLE WHERE COLUMN >= ? AND COLUMN < ? AND coalesce(COLUMN < cancelled_at, 1)`)
}

func lawDateArm(k CalendarKind) string {
	return `SELECT at, ? AS rank, n, instrument AS id, document, zone, local, parties FROM law_dates
		WHERE kind = '` + string(k) + `' AND at >= ? AND at < ?`
}

// Calendar lists what happens with documents that the viewer may read, in the order of
// time. What would have happened after a document was withdrawn, or a consultation or ballot
// cancelled, isn't on it.
func (db *DB) Calendar(ctx context.Context, viewer policies.Actor, f CalendarFilter, p Page) (l List[CalendarEvent], err error) {
	s, err := f.events()
	if err != nil {
		return l, err
	}
	may, args := readable(viewer)
	s.And(may, args...)
	s.And(`(d.withdrawn_at IS NULL OR e.at < d.withdrawn_at)`)
	o := table.Ascending("calendar", table.Number("e.at"), table.Number("e.rank"), table.Number("e.n"))
	return pageOf(db.file.Read(ctx), s, o, p, calendarShape)
}

// events returns the selection of what happens in the time that is asked about.
func (f CalendarFilter) events() (s table.Selection, err error) {
	switch {
	case f.From.IsZero():
		return s, invalid("from", "is missing: name the time that is asked about")
	case f.To.IsZero():
		f.To = lastTime
	case !f.To.After(f.From):
		return s, invalid("to", "lies no later than from")
	case f.To.Sub(f.From) > MaxCalendar:
		return s, invalid("to", "lies more than three years after from")
	}
	wanted := map[CalendarKind]bool{}
	for _, k := range f.Kinds {
		if calendarArms[k] == "" {
			return s, invalid("kinds", "%q is none of %v", string(k), CalendarKinds)
		}
		wanted[k] = true
	}
	var arms []string
	for rank, k := range CalendarKinds {
		if len(f.Kinds) > 0 && !wanted[k] {
			continue
		}
		arms = append(arms, calendarArms[k])
		s.Args = append(s.Args, rank, table.Millis(f.From), table.Millis(f.To))
	}
	s.From = "(" + strings.Join(arms, " UNION ALL ") + ") e CROSS JOIN documents d ON d.name = e.document"
	f.narrow(&s)
	return s, nil
}

func (f CalendarFilter) narrow(s *table.Selection) {
	if len(f.Topics) > 0 {
		s.And(sharesTopic, table.JSONList(nameKeys(f.Topics)))
	}
	if len(f.Parties) > 0 {
		s.And(`EXISTS (SELECT 1 FROM json_each(d.data, '$.Parties') x JOIN json_each(?) y ON x.value = y.value)`, table.JSONList(f.Parties))
	}
	if f.Document != "" {
		s.And(`d.id = ?`, f.Document)
	}
	if len(f.Types) > 0 {
		s.And(`d.kind IN (SELECT value FROM json_each(?))`, table.JSONList(f.Types))
	}
}

func calendarShape() (table.Fields, func() (CalendarEvent, error)) {
	var event CalendarEvent
	var rank int
	var id string
	return table.Fields{{"e.rank", &rank}, {"e.at", table.Time(&event.At)}, {"e.zone", &event.Zone}, {"e.local", &event.Local}, {"e.parties", table.JSON(&event.Parties)}, {"d.id", &event.DocumentID}, {"e.id", &id}}, func() (CalendarEvent, error) {
		e := event
		e.Kind = CalendarKinds[rank]
		switch e.Kind {
		case ConsultationOpens, ConsultationCloses:
			e.ConsultationID = id
		case BallotOpens, BallotCloses:
			e.BallotID = id
		default:
			e.InstrumentID = id
		}
		return e, nil
	}
}
