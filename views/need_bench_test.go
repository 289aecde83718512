package views

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// thousand is a registry with a thousand regulations of one sponsor, all open for
// comment, twenty clauses and ten comments each; every fifth comment is answered.
func thousand(tb testing.TB) (db *DB, sponsor, watcher policies.Actor, now time.Time) {
	s := newStory(tb)
	sponsor, biz := s.party(policies.Government, "Ministry"), s.party(policies.Business, "Carrier")
	text := "# Parcels\n\n"
	for i := range 19 {
		text += fmt.Sprintf("A paragraph on declarations, number %d.\n\n", i)
	}
	for i := range 1000 {
		doc := s.do(sponsor, policies.ProposeDocument{Kind: standards.Regulation, Title: fmt.Sprintf("Regulation %d", i), Language: "en",
			Topics: []string{fmt.Sprintf("topic %d", i%50), "customs"}, Parties: []string{"NZ"}})
		body := text
		if i%20 == 0 {
			body += "Of zebras.\n"
		}
		s.do(sponsor, policies.CommitRevision{DocumentID: doc, Source: body})
		csn := s.do(sponsor, policies.OpenConsultation{DocumentID: doc, Closes: local(s.now.Add(90 * 24 * time.Hour)), Zone: "UTC", Late: policies.LateMarked})
		for j := range 10 {
			k := s.do(biz, policies.SubmitComment{ConsultationID: csn, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General, Text: "Too late."}})
			if j%5 == 0 {
				s.do(sponsor, policies.DisposeComment{CommentID: k, Outcome: policies.Noted, Reason: "Noted."})
			}
		}
	}
	s.do(biz, policies.SaveFilter{Name: "Topic", Wants: policies.Interests{Topics: []string{"topic 7"}}})
	s.do(biz, policies.SaveFilter{Name: "Word", Wants: policies.Interests{Keyword: "zebras"}})
	s.do(biz, policies.SaveFilter{Name: "Place", Wants: policies.Interests{Jurisdictions: []string{"EE"}}})
	db = openTest(tb)
	foldAll(tb, db, s.entries)
	if err := db.catchUp(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return db, sponsor, biz, s.now
}

// BenchmarkNeeds asks for the list, and the counts, among a thousand documents.
func BenchmarkNeeds(b *testing.B) {
	db, sponsor, watcher, now := thousand(b)
	f := NeedFilter{Now: now, Within: 120 * 24 * time.Hour}
	middle, err := db.Needs(b.Context(), sponsor, f, Page{First: 100})
	if err != nil || !middle.HasNext {
		b.Fatalf("%d needs, %v", len(middle.Items), err)
	}
	for _, x := range []struct {
		name string
		ask  func() (int, error)
	}{
		{"sponsor's first page", func() (int, error) {
			l, err := db.Needs(b.Context(), sponsor, f, Page{First: 20})
			return len(l.Items), err
		}},
		{"sponsor's page after the hundredth", func() (int, error) {
			l, err := db.Needs(b.Context(), sponsor, f, Page{First: 20, After: middle.Cursors[99]})
			return len(l.Items), err
		}},
		{"sponsor's last page", func() (int, error) {
			l, err := db.Needs(b.Context(), sponsor, f, Page{Last: 20})
			return len(l.Items), err
		}},
		{"watcher's first page", func() (int, error) {
			l, err := db.Needs(b.Context(), watcher, f, Page{First: 20})
			return len(l.Items), err
		}},
		{"watcher's answers", func() (int, error) {
			l, err := db.Needs(b.Context(), watcher, NeedFilter{Now: now, Kinds: []NeedKind{NeedAnswer}}, Page{First: 20})
			return len(l.Items), err
		}},
		{"sponsor's counts", func() (int, error) { n, err := db.NeedCounts(b.Context(), sponsor, f); return n.Total, err }},
		{"watcher's counts", func() (int, error) { n, err := db.NeedCounts(b.Context(), watcher, f); return n.Total, err }},
		{"calendar, first page", func() (int, error) {
			l, err := db.Calendar(b.Context(), policies.Actor{}, CalendarFilter{From: now, To: now.AddDate(1, 0, 0)}, Page{First: 20})
			return len(l.Items), err
		}},
	} {
		b.Run(x.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if n, err := x.ask(); err != nil || n == 0 {
					b.Fatalf("%d, %v", n, err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
