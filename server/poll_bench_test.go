package server

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"
)

// BenchmarkPoll measures a poll that is answered 304 through the whole server, beside net/http with the same
// handler: the processor's time of a request, the client's share in it, which is the same for both.
func BenchmarkPoll(b *testing.B) {
	held := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"x"`)
		w.Header().Set("Cache-Control", "no-cache")
		w.WriteHeader(http.StatusNotModified)
	})
	whole := New(Options{Hub: held, Log: slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Limits: Limits{Quotas: Quotas{Machine: Quota{maxRequests, time.Second}}}})
	for _, c := range []struct {
		name string
		http.Handler
	}{{"whole", whole.Handler()}, {"bare", held}} {
		b.Run(c.name, func(b *testing.B) { pollIt(b, c.Handler) })
	}
}

func pollIt(b *testing.B, h http.Handler) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: h}
	go server.Serve(listener)
	defer server.Close()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	before := usage(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.WriteString(conn, "GET /hub/v1/rulesets/parcels/releases/latest HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"x\"\r\n\r\n"); err != nil {
			b.Fatal(err)
		}
		for {
			line, err := in.ReadSlice('\n')
			if err != nil {
				b.Fatal(err)
			}
			if len(line) == 2 {
				break
			}
		}
	}
	b.ReportMetric(float64((usage(b)-before).Nanoseconds())/float64(b.N)/1000, "cpu-µs/op")
}

// usage is the processor's time that this process has taken.
func usage(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
