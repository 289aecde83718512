package graph

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// listenTo opens an event stream on a connection of its own, and returns it after the answer's header.
func listenTo(b *testing.B, address, query string) *bufio.Reader {
	b.Helper()
	u, err := url.Parse(address)
	if err != nil {
		b.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	body := fmt.Sprintf(`{"query":%q}`, query)
	if _, err := fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		b.Fatal(err)
	}
	r := bufio.NewReaderSize(conn, 512)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			b.Fatal(err)
		}
		if strings.HasPrefix(line, ":") { // the first thing a stream says
			return r
		}
	}
}

// heldBytes is how much memory is in use, stacks among it.
func heldBytes() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

// bareBytes is what a connection costs whose handler waits and does nothing.
func bareBytes(b *testing.B, connections int) float64 {
	b.Helper()
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, ":\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	defer bare.Close()
	held := heldBytes()
	for range connections {
		listenTo(b, bare.URL, "")
	}
	held = heldBytes() - held
	bare.CloseClientConnections()
	return held / float64(connections)
}

// BenchmarkStreams is comments handed in by 64 callers while so many streams hear of each, whose
// clients are in this process too.
func BenchmarkStreams(b *testing.B) {
	const query = `subscription { ledgerEntryAdded { seq kind at node { ... on Comment { number text stance organisation { name } } } } }`
	for _, streams := range []int{0, 1, 100, 1000} {
		b.Run(fmt.Sprintf("streams=%d", streams), func(b *testing.B) {
			w := newWorld(b)
			document, _ := w.law("A law", lawText)
			csn := w.open(document)
			bare := bareBytes(b, max(streams, 1))
			goroutines, held := float64(runtime.NumGoroutine()), heldBytes()
			var clients []*bufio.Reader
			for range streams {
				clients = append(clients, listenTo(b, w.url, query))
			}
			each := max(float64(streams), 1)
			held, goroutines = (heldBytes()-held)/each, (float64(runtime.NumGoroutine())-goroutines)/each
			var heard atomic.Int64
			var listening sync.WaitGroup
			for _, c := range clients {
				listening.Go(func() {
					buffer := make([]byte, 64<<10)
					for lines := 0; lines < 3*b.N; { // those of an event

						n, err := io.ReadAtLeast(c, buffer, 1)
						lines += bytes.Count(buffer[:n], []byte("\n")) - bytes.Count(buffer[:n], []byte("\r")) // without those of chunks
						if err != nil {
							b.Errorf("a stream ended after %d lines: %v", lines, err)
							return
						}
						heard.Add(int64(n))
					}
				})
			}
			b.ResetTimer()
			submitAll(b, w.registry, w.actor("loom"), csn, 64)
			b.StopTimer()
			written := b.Elapsed()
			b.ReportMetric(float64(b.N)/written.Seconds(), "comments/s")
			b.StartTimer()
			listening.Wait()
			b.StopTimer()
			b.ReportMetric(held, "B/stream")
			b.ReportMetric(bare, "B/connection")
			b.ReportMetric(goroutines, "goroutines/stream")
			b.ReportMetric((b.Elapsed() - written).Seconds(), "behind-s")
			b.ReportMetric(float64(heard.Load())/(1<<20)/b.Elapsed().Seconds(), "MiB/s")
		})
	}
}

// submitAll lets callers submit b.N comments.
func submitAll(b *testing.B, r *registry.Registry, who policies.Actor, csn string, callers int) {
	b.Helper()
	var next atomic.Int64
	var writing sync.WaitGroup
	for range callers {
		writing.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if _, err := r.Do(b.Context(), who, "", policies.SubmitComment{ConsultationID: csn, CommentWords: policies.CommentWords{ClauseID: "duties",
					Stance: policies.Oppose, Type: policies.Technical, Text: fmt.Sprint("The declaration comes too late for carriers. ", i)}}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	writing.Wait()
}
