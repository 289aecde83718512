package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkServe is the last hour of a consultation through the whole server: 256 members'
// programs comment as fast as they are answered, while 64 readers open the consultation's first
// comments, again as fast as they are answered. The clients have the same cores.
func BenchmarkServe(b *testing.B) {
	const comments, writers, readers = 20_000, 256, 64
	c := newCrashed(b, 32)
	stop := c.serve("--limit-write", "off", "--limit-read", "off")
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: writers + readers}}
	for i := range 100 {
		c.submit(b, client, i)
	}
	for _, n := range []int{0, readers} {
		b.Run(fmt.Sprint("readers=", n), func(b *testing.B) {
			var wrote, read []time.Duration
			for range b.N {
				done := make(chan struct{})
				reading := c.askAlike(b, n, func(int) bool {
					select {
					case <-done:
						return false
					default:
						c.firstComments(b, client)
						return true
					}
				})
				var next atomic.Int64
				writing := c.askAlike(b, writers, func(int) bool {
					i := next.Add(1)
					if i <= comments {
						c.submit(b, client, int(i))
					}
					return i <= comments
				})
				wrote = append(wrote, writing()...)
				close(done)
				read = append(read, reading()...)
			}
			b.ReportMetric(float64(comments*b.N)/b.Elapsed().Seconds(), "comments/s")
			b.ReportMetric(at(wrote, .5), "p50-ms")
			b.ReportMetric(at(wrote, .99), "p99-ms")
			if n > 0 {
				b.ReportMetric(float64(len(read))/b.Elapsed().Seconds(), "reads/s")
				b.ReportMetric(at(read, .5), "reader-p50-ms")
				b.ReportMetric(at(read, .99), "reader-p99-ms")
			}
		})
	}
	if err := stop(os.Interrupt); err != nil {
		b.Fatal(err)
	}
}

// askAlike has so many callers ask until they are told that it is enough. took waits for them, and
// returns how long each answer took.
func (c *crashed) askAlike(b *testing.B, callers int, ask func(caller int) bool) (took func() []time.Duration) {
	var all sync.WaitGroup
	times := make([][]time.Duration, callers)
	for i := range callers {
		all.Go(func() {
			for {
				began := time.Now()
				if !ask(i) {
					return
				}
				times[i] = append(times[i], time.Since(began))
			}
		})
	}
	return func() []time.Duration { all.Wait(); return slices.Concat(times...) }
}

func (c *crashed) submit(b *testing.B, client *http.Client, i int) {
	c.post(b, client, c.tokens[i%len(c.tokens)], fmt.Sprintf(`{"query": "mutation($c: ID!, $t: String!) { submitComment(input: {consultationId: $c, stance: OPPOSE, type: GENERAL, text: $t}) { comment { id number } } }",
		"variables": {"c": %q, "t": "Comment %d: what this asks of a small business is more than it says."}}`, c.consultation, i))
}

func (c *crashed) firstComments(b *testing.B, client *http.Client) {
	c.post(b, client, "", fmt.Sprintf(`{"query": "query($c: ID!) { node(id: $c) { ... on Consultation { comments(first: 20) { totalCount edges { node { number text stance organisation { name } } } } } } }",
		"variables": {"c": %q}}`, c.consultation))
}

// post asks at /graphql, and wants an answer without errors.
func (c *crashed) post(b *testing.B, client *http.Client, token, body string) {
	r, err := http.NewRequest(http.MethodPost, c.base+"/graphql", bytes.NewReader([]byte(body)))
	if err != nil {
		b.Error(err)
		return
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return
	}
	defer w.Body.Close()
	if answer, err := io.ReadAll(w.Body); err != nil || w.StatusCode != http.StatusOK || bytes.Contains(answer, []byte(`"errors"`)) {
		b.Errorf("%d %v %.300s", w.StatusCode, err, answer)
	}
}

// at is a percentile, in milliseconds.
func at(took []time.Duration, share float64) float64 {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return float64(took[int(share*float64(len(took)-1))].Microseconds()) / 1000
}
