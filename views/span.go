package views

import (
	"cmp"
	"math"
	"slices"

	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// ever is the time of what has no end, in milliseconds.
const ever = math.MaxInt64

// putSpans keeps while an instrument binds each of its parties, as it is known from the
// entry being folded on, and the dates of it that the calendar shows.
func (tx *Tx) putSpans(in standards.Instrument) error {
	document, err := tx.name(in.DocumentID)
	if err != nil {
		return err
	}
	now := table.Millis(tx.stamp.At)
	if err := tx.exec(`UPDATE spans SET known_until = ? WHERE instrument = ? AND known_until = ?`, now, in.ID, int64(ever)); err != nil {
		return err
	}
	if err := tx.exec(`DELETE FROM spans WHERE instrument = ? AND known_from >= known_until`, in.ID); err != nil {
		return err
	}
	for _, s := range in.Spans() {
		ends, status := int64(ever), standards.InForce
		if s.End != nil {
			ends, status = table.Millis(s.End.At), s.End.Reason.Status()
		}
		if _, err := tx.db.file.Insert("spans", table.Row{{"instrument", in.ID}, {"document", document}, {"party", s.Party}, {"known_from", now},
			{"known_until", int64(ever)}, {"begins", table.Millis(s.From.At)}, {"ends", ends}, {"ended", string(status)}}); err != nil {
			return err
		}
	}
	if err := tx.exec(`DELETE FROM law_dates WHERE instrument = ?`, in.ID); err != nil {
		return err
	}
	for _, d := range lawDatesOf(in) {
		if _, err := tx.db.file.Insert("law_dates", table.Row{{"instrument", in.ID}, {"document", document}, {"kind", string(d.kind)},
			{"at", table.Millis(d.At)}, {"local", d.Local}, {"zone", d.Zone}, {"parties", table.JSONList(d.parties)}}); err != nil {
			return err
		}
	}
	return nil
}

// A shownDate is a date of an instrument as the calendar shows it: once for all the
// parties that have it in common.
type shownDate struct {
	kind CalendarKind
	standards.LawDate
	parties []string // empty for all
}

// lawDatesOf lists when an instrument begins to bind, unless it never does, and when its
// term or a repeal ends it.
func lawDatesOf(in standards.Instrument) (list []shownDate) {
	add := func(kind CalendarKind, d standards.LawDate, party string) {
		d.Party = ""
		i := slices.IndexFunc(list, func(o shownDate) bool { return o.kind == kind && o.LawDate == d })
		if i < 0 {
			i, list = len(list), append(list, shownDate{kind: kind, LawDate: d, parties: []string{}})
		}
		list[i].parties = append(list[i].parties, party)
	}
	spans := in.Spans()
	for _, s := range spans {
		if s.Binds() {
			add(TakesEffect, s.From, s.Party)
		}
		if kind := endings[reasonOf(s)]; kind != "" {
			add(kind, s.End.LawDate, s.Party)
		}
	}
	for i, d := range list {
		if len(d.parties) == len(spans) {
			list[i].parties = []string{}
		}
	}
	slices.SortStableFunc(list, func(a, b shownDate) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.kind, b.kind)) })
	return list
}

// endings are the ends that the calendar shows. What ends because of a successor shows as
// the successor's beginning.
var endings = map[standards.EndReason]CalendarKind{standards.EndOfTerm: Expires, standards.EndByRepeal: Repealed, standards.EndBySuccessor: ""}

func reasonOf(s standards.Span) standards.EndReason {
	if s.End == nil {
		return ""
	}
	return s.End.Reason
}
