package server_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/servertest"
)

// A running server on a real listener.
type running struct {
	url, address string
	cancel       context.CancelFunc
	ended        chan error
}

func run(t *testing.T, s *server.Server) *running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{url: "http://" + listener.Addr().String(), address: listener.Addr().String(), cancel: cancel, ended: make(chan error, 1)}
	go func() { r.ended <- s.Serve(ctx, listener) }()
	t.Cleanup(cancel)
	req, _ := http.NewRequest("GET", r.url+"/healthz", nil)
	do(t, req) // the server is up
	return r
}

func (r *running) stop(t *testing.T) {
	t.Helper()
	r.cancel()
	if err := <-r.ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestShutdownFinishesAcceptedRequests(t *testing.T) {
	log, _ := servertest.Log()
	entered, release := make(chan struct{}), make(chan struct{})
	s := server.New(server.Options{Log: log, Hub: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-release
		if r.Context().Err() != nil {
			http.Error(w, "cancelled", 500)
			return
		}
		io.WriteString(w, "finished")
	})})
	front := run(t, s)
	type result struct {
		body string
		err  error
	}
	answered := make(chan result, 1)
	go func() {
		answer, err := http.Get(front.url + "/hub/slow")
		if err != nil {
			answered <- result{err: err}
			return
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		answered <- result{string(body), err}
	}()
	<-entered
	front.cancel()

	// New connections are refused; the listener closes a moment after the cancellation.
	for {
		conn, err := net.Dial("tcp", front.address)
		if err != nil {
			break
		}
		conn.Close()
	}
	if got := servertest.Serve(s.Handler(), httptest.NewRequest("GET", "/readyz", nil)); got.Code != 503 || !strings.Contains(got.Body.String(), `"ready":false`) {
		t.Errorf("/readyz while ending: %d %s", got.Code, got.Body)
	}
	if got := servertest.Serve(s.Handler(), httptest.NewRequest("GET", "/healthz", nil)); got.Code != 200 {
		t.Errorf("/healthz while ending: %d", got.Code)
	}
	select {
	case err := <-front.ended:
		t.Fatalf("Serve returned %v before the accepted request was answered", err)
	default:
	}
	close(release)
	if got := <-answered; got.err != nil || got.body != "finished" {
		t.Errorf("the accepted request: %q, %v", got.body, got.err)
	}
	if err := <-front.ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestShutdownLimit(t *testing.T) {
	log, _ := servertest.Log()
	entered, left := make(chan struct{}), make(chan struct{})
	front := run(t, server.New(server.Options{Log: log, Limits: server.Limits{Shutdown: 50 * time.Millisecond},
		Hub: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(entered)
			<-r.Context().Done()
			close(left)
		})}))
	go http.Get(front.url + "/hub/slow")
	<-entered
	front.cancel()
	if err := <-front.ended; err == nil || !strings.Contains(err.Error(), "couldn't finish 1 accepted requests") {
		t.Errorf("Serve: %v", err)
	}
	<-left
}

func TestShutdownEndsHijackedConnections(t *testing.T) {
	log, _ := servertest.Log()
	entered, left := make(chan struct{}), make(chan struct{})
	front := run(t, server.New(server.Options{Log: log, Limits: server.Limits{Shutdown: time.Hour},
		GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			close(entered)
			<-r.Context().Done()
			close(left)
		})}))
	go http.Get(front.url + "/graphql")
	<-entered
	front.cancel()
	<-left
	if err := <-front.ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// An event stream that has left its handlers is counted, ended and logged as any.
func TestShutdownEndsStreamsThatGoOn(t *testing.T) {
	log, records := servertest.Log()
	r := registrytest.Open(t, registry.Options{Log: log})
	front := run(t, server.New(server.Options{Log: log, Limits: server.Limits{Shutdown: time.Hour},
		Acting: acting.Middleware(r, log), GraphQL: graph.NewHandler(graph.Options{Registry: r, Log: log})}))
	answer, _ := listen(t, front.url+"/graphql", "")
	if answer.Header.Get("X-Content-Type-Options") == "" {
		t.Errorf("the stream's header: %v", answer.Header)
	}
	registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: "One", Jurisdiction: "EE"})
	events := bufio.NewReader(answer.Body)
	for line := ""; !strings.Contains(line, "organisation.registered"); {
		var err error
		if line, err = events.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	front.cancel()
	if err := <-front.ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if rest, err := io.ReadAll(events); err != nil || !strings.HasSuffix(string(rest), "event: complete\ndata:\n\n") {
		t.Errorf("the stream's last words: %q, %v", rest, err)
	}
	eventually(func() bool { // a request is logged last
		for _, record := range records.Records(t) {
			if record["msg"] == "request" && record["route"] == "/graphql" {
				if bytes, _ := record["bytes"].(float64); record["status"] != 200.0 || bytes < 100 || record["agent"] == "" || record["aborted"] != nil {
					t.Errorf("the log has %v", record)
				}
				return true
			}
		}
		return false
	})
}

func TestServeReportsFailedListener(t *testing.T) {
	log, _ := servertest.Log()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := server.New(server.Options{Log: log}).Serve(context.Background(), listener); err == nil || !strings.Contains(err.Error(), "couldn't serve") {
		t.Errorf("Serve: %v", err)
	}
	if err := server.New(server.Options{Log: log, Address: "256.0.0.1:http"}).ListenAndServe(context.Background()); err == nil || !strings.Contains(err.Error(), "couldn't listen") {
		t.Errorf("ListenAndServe: %v", err)
	}
}

// raw sends bytes as they are and returns all that comes back until the server closes.
func raw(t *testing.T, address string, parts ...io.Reader) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return say(conn, parts...)
}

// say sends bytes on a connection as raw does.
func say(conn net.Conn, parts ...io.Reader) string {
	defer conn.Close()
	for _, part := range parts {
		io.Copy(conn, part) // fails when the server has had enough
	}
	got, _ := io.ReadAll(conn)
	return string(got)
}

func TestLargeHeaders(t *testing.T) {
	t.Parallel() // net/http waits before it closes the connection
	log, _ := servertest.Log()
	front := run(t, server.New(server.Options{Log: log}))
	r, _ := http.NewRequest("GET", front.url+"/healthz", nil)
	r.Header.Set("X-Large", strings.Repeat("x", 64<<10))
	if answer, _ := do(t, r); answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%s", answer.Status)
	}
	front.stop(t)
}

func TestBodyLimits(t *testing.T) {
	t.Parallel() // net/http waits before it closes the connection
	log, lines := servertest.Log()
	var read atomic.Int64
	counting := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		read.Add(n)
		if err != nil {
			return // and leave it to others to answer
		}
		fmt.Fprint(w, n)
	})
	front := run(t, server.New(server.Options{Log: log, GraphQL: echo, Hub: counting, Routes: []server.Route{{Pattern: "/small/", Handler: echo, MaxBody: 10}}}))
	post := func(path string, body io.Reader, length int64) (int, string) {
		t.Helper()
		r, err := http.NewRequest("POST", front.url+path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = length
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(text)
	}
	zeros := func(n int64) io.Reader { return io.LimitReader(zeroReader{}, n) }
	for _, test := range []struct {
		name, path string
		size       int64
		chunked    bool
		status     int
	}{
		{"GraphQL at its limit", "/graphql", 10 << 20, false, 200},
		{"GraphQL over its limit", "/graphql", 10<<20 + 1, true, 413},
		{"elsewhere at the limit", "/hub/x", 64 << 10, false, 200},
		{"elsewhere at the limit, chunked", "/hub/x", 64 << 10, true, 200},
		{"elsewhere over the limit, chunked", "/hub/x", 64<<10 + 1, true, 413},
		{"a route of its own at the limit", "/small/x", 10, true, 200},
		{"a route of its own over the limit", "/small/x", 11, true, 413},
	} {
		length := test.size
		if test.chunked {
			length = -1
		}
		status, body := post(test.path, zeros(test.size), length)
		if status != test.status {
			t.Errorf("%s: %d %s, want %d", test.name, status, body, test.status)
		}
		if test.status == 413 {
			message, extensions := servertest.Refusal(t, []byte(body))
			if extensions["code"] != "INVALID" || extensions["field"] != "body" || !strings.Contains(message, "larger than") {
				t.Errorf("%s: %s", test.name, body)
			}
		}
	}

	// 100 MB, announced: refused before the handler and before the client sends it all.
	for _, path := range []string{"/graphql", "/hub/x", "/healthz"} {
		read.Store(0)
		got := raw(t, front.address, strings.NewReader("POST "+path+" HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n"))
		if !strings.HasPrefix(got, "HTTP/1.1 413 ") || !strings.Contains(got, "Connection: close") || read.Load() != 0 {
			t.Errorf("%s: %q after %d bytes", path, got, read.Load())
		}
	}
	// A little too much, announced: the answer doesn't wait for the body either.
	conn, err := net.Dial("tcp", front.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "POST /hub/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
	if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || answer.StatusCode != 413 {
		t.Errorf("100 kB announced: %v, %v", answer, err)
	}
	conn.Close()
	// 100 MB, not announced: the handler gets the limit and no more.
	read.Store(0)
	sent := &countingReader{from: zeros(100_000_000)}
	r, _ := http.NewRequest("POST", front.url+"/hub/x", iotest.DataErrReader(sent))
	if answer, err := http.DefaultTransport.RoundTrip(r); err == nil { // else the server hung up on the sender
		if answer.StatusCode != 413 {
			t.Errorf("chunked 100 MB: %s", answer.Status)
		}
		answer.Body.Close()
	}
	if read.Load() != 64<<10 {
		t.Errorf("the handler read %d bytes", read.Load())
	}
	if sent.n.Load() > 50_000_000 {
		t.Errorf("the server took %d of 100 MB", sent.n.Load())
	}
	front.stop(t)
	if strings.Contains(lines.String(), "superfluous") {
		t.Errorf("log: %s", lines)
	}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { return len(p), nil }

type countingReader struct {
	from io.Reader
	n    atomic.Int64
}

func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.n.Add(int64(n))
	return n, err
}

// Files go through the recorder whole, in pieces of their own.
func TestServeFile(t *testing.T) {
	log, lines := servertest.Log()
	name := filepath.Join(t.TempDir(), "bundle.bin")
	want := bytes.Repeat([]byte("0123456789abcdef"), 64<<10)
	if err := os.WriteFile(name, want, 0o600); err != nil {
		t.Fatal(err)
	}
	front := run(t, server.New(server.Options{Log: log, Hub: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, name)
	})}))
	r, _ := http.NewRequest("GET", front.url+"/hub/bundle", nil)
	if _, got := do(t, r); !bytes.Equal(got, want) {
		t.Errorf("read %d bytes, which aren't the file's %d", len(got), len(want))
	}
	front.stop(t)
	if !strings.Contains(lines.String(), fmt.Sprintf(`"bytes":%d,`, len(want))) {
		t.Errorf("log: %s", lines)
	}
}
