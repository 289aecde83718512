package registry

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
)

// besides submits a comment every 5 ms until stop is closed, whether those before have their answers or not, and hands
// over how long each waited for its durable answer from when it was due: whoever would have come while the writer
// stands is counted.
func besides(b *testing.B, r *Registry, c cast, stop <-chan struct{}) <-chan []time.Duration {
	out := make(chan []time.Duration, 1)
	go func() {
		const every = 5 * time.Millisecond
		var mu sync.Mutex // guards took
		var took []time.Duration
		var waiting sync.WaitGroup
		due := time.Now()
		for n := 0; ; n++ {
			select {
			case <-stop:
				waiting.Wait()
				out <- took
				return
			case <-time.After(time.Until(due)):
			}
			at := due
			waiting.Go(func() {
				if _, err := r.Do(context.Background(), c.carrier, "", c.says(n, fmt.Sprint("Besides ", n))); err != nil {
					b.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				took = append(took, time.Since(at))
			})
			due = due.Add(every)
		}
	}()
	return out
}

// reportBeside says how long others waited.
func reportBeside(b *testing.B, took []time.Duration) {
	b.ReportMetric(milliseconds(percentile(took, .5)), "others-p50-ms")
	b.ReportMetric(milliseconds(percentile(took, .99)), "others-p99-ms")
	b.ReportMetric(milliseconds(percentile(took, 1)), "others-max-ms")
}

// longLaw is a text of so many articles, of some 7 MB with 19,000. Each round changes some.
func longLaw(articles, round int) string {
	var s strings.Builder
	s.WriteString("# The whole trade\n")
	for i := range articles {
		if i%20 == 0 {
			fmt.Fprintf(&s, "\n## Part %d\n", i/20+1)
		}
		fmt.Fprintf(&s, "\nArticle %d. ", i+1)
		if i%97 == round%97 {
			fmt.Fprintf(&s, "As amended in round %d. ", round)
		}
		for k := range 6 {
			fmt.Fprintf(&s, "The declaration number %d-%d of goods is made by the carrier. ", i, k)
		}
		s.WriteByte('\n')
	}
	return s.String()
}

// BenchmarkBesideRevision is how long others wait for a comment while a text of 7 MB and 20,000 clauses is
// committed again and again: first as a whole, then with one article in a hundred changed.
func BenchmarkBesideRevision(b *testing.B) {
	r := openOn(b, Options{Store: openSQLite(b, b.TempDir())})
	c := settle(b, r, 40)
	var took, first, alone []time.Duration
	for n := range b.N {
		law := do(b, r, c.ministry, "", policies.ProposeDocument{Kind: "regulation", Title: fmt.Sprint("The whole trade ", n), Language: "en", Parties: []string{"EE"}}).Subject
		base := ""
		stop := make(chan struct{})
		waits := besides(b, r, c, stop)
		for round := range 3 {
			start := time.Now()
			base = do(b, r, c.ministry, "", policies.CommitRevision{DocumentID: law, Base: base, Source: longLaw(19_000, round), Note: "Amended."}).Subject
			if round == 0 {
				first = append(first, time.Since(start))
			} else {
				alone = append(alone, time.Since(start))
			}
		}
		close(stop)
		took = append(took, <-waits...)
	}
	reportBeside(b, took)
	b.ReportMetric(milliseconds(percentile(first, .5)), "first-ms")
	b.ReportMetric(milliseconds(percentile(alone, .5)), "next-ms")
}

// BenchmarkBesideAnswer is how long others wait for a comment while 75,000 are answered at once.
func BenchmarkBesideAnswer(b *testing.B) {
	const comments = 75_000
	var took, alone []time.Duration
	for range b.N {
		b.StopTimer()
		s := openSQLite(b, b.TempDir())
		setting := openOn(b, Options{Store: s})
		c := settle(b, setting, 40)
		closeOf(b, setting)
		fill(b, s, c, comments)
		r := openOn(b, Options{Store: s})
		if err := r.Views().GroupAll(b.Context()); err != nil {
			b.Fatal(err)
		}
		count, asOf, err := r.Views().Preview(b.Context(), c.ministry, c.document, policies.Selection{})
		if err != nil || count != comments {
			b.Fatalf("%d comments, %v", count, err)
		}
		b.StartTimer()
		stop := make(chan struct{})
		waits := besides(b, r, c, stop)
		start := time.Now()
		do(b, r, c.ministry, "", policies.DisposeComments{DocumentID: c.document, AsOf: asOf, Count: count, Outcome: policies.Noted, Reason: "We have read it."})
		alone = append(alone, time.Since(start))
		time.Sleep(time.Second) // what follows behind the fold
		close(stop)
		took = append(took, <-waits...)
	}
	reportBeside(b, took)
	b.ReportMetric(milliseconds(percentile(alone, .5)), "answer-ms")
}
