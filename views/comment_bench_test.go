package views

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
)

// decoded decodes payloads one batch ahead of whoever folds them.
func decoded(b *testing.B, entries []ledger.Entry, batch int) <-chan []policies.Event {
	ahead := make(chan []policies.Event, 1)
	go func() {
		defer close(ahead)
		for chunk := range slices.Chunk(entries, batch) {
			events := make([]policies.Event, len(chunk))
			for i, e := range chunk {
				var err error
				if events[i], err = policies.Decode(e.Kind, e.Payload); err != nil {
					b.Error(err)
					return
				}
			}
			ahead <- events
		}
	}()
	return ahead
}

// BenchmarkFoldComments is a rebuild: 100,000 payloads decoded by one goroutine,
// folded by another and committed in transactions of 5,000. The full-text index follows behind the fold; what it
// costs is reported apart, as indexed/s.
func BenchmarkFoldComments(b *testing.B) {
	s, c := docket(b)
	entries := append(s.entries, comments(b, c, int64(len(s.entries)), 1, 100_000, true)...)
	var folding, indexing time.Duration
	n := 0
	for b.Loop() {
		b.StopTimer()
		db := openTest(b)
		b.StartTimer()
		start := time.Now()
		for events := range decoded(b, entries, 5000) {
			tx := begin(b, db)
			for _, ev := range events {
				if err := tx.Fold(&entries[tx.Position()], ev); err != nil {
					b.Fatal(err)
				}
			}
			commit(b, tx)
		}
		folding += time.Since(start)
		b.StopTimer()
		start = time.Now()
		if err := db.catchUp(b.Context()); err != nil {
			b.Fatal(err)
		}
		indexing += time.Since(start)
		n += len(entries)
		b.StartTimer()
	}
	b.ReportMetric(float64(n)/folding.Seconds(), "entries/s")
	b.ReportMetric(float64(n)/indexing.Seconds(), "indexed/s")
}

// BenchmarkClauseComments reads the first page of one clause's comments, of a
// docket where every tenth comment is on it.
func BenchmarkClauseComments(b *testing.B) {
	db := openTest(b)
	s, c := docket(b)
	foldAll(b, db, s.entries)
	f := CommentFilter{DocumentID: c.DocumentID, ClauseID: &c.ClauseID}
	n := 0
	for _, size := range []int{10_000, 1_000_000} {
		for n < size {
			foldAll(b, db, comments(b, c, db.Position(), n+1, 10_000, true))
			n += 10_000
		}
		if err := db.catchUp(b.Context()); err != nil { // else it goes on in the background
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				l, err := db.CommentList(b.Context(), policies.Actor{}, f, Page{First: 20})
				if err != nil || len(l.Items) != 20 {
					b.Fatalf("%d comments, %v", len(l.Items), err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
