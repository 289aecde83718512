package views

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// The calendar holds every date that is known and that its reader may know, in order.
func TestCalendarAsMemoryHasIt(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		db, err := Open(ctx, filepath.Join(dir, fmt.Sprint(runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		foldAll(t, db, d.entries)
		f := CalendarFilter{From: dayOne.Add(time.Duration(rapid.IntRange(-1, 10).Draw(t, "from")) * time.Hour)}
		f.To = f.From.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, "hours")) * time.Hour)
		f.Kinds = rapid.SampledFrom([][]CalendarKind{nil, {Expires, ConsultationCloses}}).Draw(t, "kinds")
		f.Topics = rapid.SampledFrom([][]string{nil, {"PARCELS"}, {"tax"}}).Draw(t, "topics")
		f.Parties = rapid.SampledFrom([][]string{nil, {"EE", "LV"}, {"LV"}}).Draw(t, "parties")
		f.Types = rapid.SampledFrom([][]standards.Kind{nil, {standards.Standard}}).Draw(t, "types")
		f.Document = rapid.SampledFrom([]string{"", d.documents[0]}).Draw(t, "document")
		for _, a := range d.readers() {
			want := d.calendar(a, f)
			if diff := cmp.Diff(want, calendarOf(t, db, a, f)); diff != "" {
				t.Errorf("of %+v (-looked through +listed):\n%s", a, diff)
			}
		}
	})
}

func calendarOf(t tester, db *DB, a policies.Actor, f CalendarFilter) (all []CalendarEvent) {
	p := Page{First: 2}
	for {
		l, err := db.Calendar(ctx, a, f, p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l.Items...)
		if !l.HasNext {
			return all
		}
		p.After = l.Cursors[len(l.Cursors)-1]
	}
}

// calendar looks through the memory.
func (d *dialogue) calendar(a policies.Actor, f CalendarFilter) (list []CalendarEvent) {
	add := func(e CalendarEvent) {
		doc, err := d.memory.Document(e.DocumentID)
		topic := func(s string) bool { return strings.EqualFold(s, "parcels") }
		if err != nil || e.At.IsZero() || e.At.Before(f.From) || !e.At.Before(f.To) || !d.may(a, policies.ReadingDocument, doc.ID, 0) ||
			!doc.WithdrawnAt.IsZero() && !e.At.Before(doc.WithdrawnAt) || len(f.Kinds) > 0 && !slices.Contains(f.Kinds, e.Kind) ||
			len(f.Topics) > 0 && !slices.ContainsFunc(f.Topics, topic) || len(f.Parties) > 0 && !slices.Contains(f.Parties, "EE") ||
			len(f.Types) > 0 && !slices.Contains(f.Types, doc.Kind) || f.Document != "" && f.Document != doc.ID {
			return
		}
		list = append(list, e)
	}
	unlessCancelled := func(e CalendarEvent, c policies.JointRequest) {
		if c.IsZero() || e.At.Before(c.At) {
			add(e)
		}
	}
	for _, id := range d.consultations {
		k, _ := d.memory.Consultation(id)
		e := CalendarEvent{Parties: []string{}, Kind: ConsultationOpens, At: k.OpensAt, Zone: k.Zone, DocumentID: k.DocumentID, ConsultationID: id}
		unlessCancelled(e, k.Cancelled)
		e.Kind, e.At = ConsultationCloses, k.ClosesAt
		unlessCancelled(e, k.Cancelled)
	}
	for _, id := range d.ballots {
		b, _ := d.memory.Ballot(id)
		e := CalendarEvent{Parties: []string{}, Kind: BallotOpens, At: b.OpensAt, Zone: b.Zone, DocumentID: b.DocumentID, BallotID: id}
		unlessCancelled(e, b.Cancelled)
		e.Kind, e.At = BallotCloses, b.ClosesAt
		unlessCancelled(e, b.Cancelled)
	}
	for _, id := range d.instruments {
		in, _ := d.memory.Instrument(id)
		for _, s := range in.Spans() {
			date := func(kind CalendarKind, l standards.LawDate) {
				e := CalendarEvent{Parties: []string{}, Kind: kind, At: l.At, Zone: l.Zone, Local: l.Local, DocumentID: in.DocumentID, InstrumentID: id}
				if l.Party != "" {
					e.Parties = []string{s.Party}
				}
				if !slices.ContainsFunc(list, func(o CalendarEvent) bool {
					return o.InstrumentID == id && o.Kind == kind && o.Local == l.Local && o.Zone == l.Zone
				}) {
					add(e)
				}
			}
			if s.Binds() {
				date(TakesEffect, s.From)
			}
			if s.End != nil && s.End.Reason == standards.EndOfTerm {
				date(Expires, s.End.LawDate)
			}
			if s.End != nil && s.End.Reason == standards.EndByRepeal {
				date(Repealed, s.End.LawDate)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y CalendarEvent) int {
		if c := x.At.Compare(y.At); c != 0 {
			return c
		}
		return slices.Index(CalendarKinds, x.Kind) - slices.Index(CalendarKinds, y.Kind)
	})
	return list
}

func TestCalendarRefuses(t *testing.T) {
	db := openTest(t)
	good := CalendarFilter{From: dayOne, To: dayOne.Add(time.Hour)}
	for name, spoil := range map[string]func(*CalendarFilter){
		"no beginning":          func(f *CalendarFilter) { f.From = time.Time{} },
		"no time at all":        func(f *CalendarFilter) { f.To = f.From },
		"four years":            func(f *CalendarFilter) { f.To = f.From.AddDate(4, 0, 0) },
		"a kind that isn't one": func(f *CalendarFilter) { f.Kinds = []CalendarKind{"birthday"} },
	} {
		f := good
		spoil(&f)
		if _, err := db.Calendar(ctx, policies.Operator, f, Page{First: 1}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := db.Calendar(ctx, policies.Operator, good, Page{First: 1}); err != nil {
		t.Error(err)
	}
}
