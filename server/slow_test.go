package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/servertest"
)

// Slow peers, and the limits that hold them. These tests run in bubbles in which time
// passes only while everybody waits: what a limit does is the same however busy the
// machine is, and takes no time.

// A wire is a listener whose connections are pipes, which bubbles need.
type wire struct {
	calls  chan net.Conn
	closed chan struct{}
	close  func()
}

func newWire() *wire {
	w := &wire{calls: make(chan net.Conn), closed: make(chan struct{})}
	w.close = sync.OnceFunc(func() { close(w.closed) })
	return w
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case conn := <-w.calls:
		return conn, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error   { w.close(); return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{} }

func (w *wire) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case w.calls <- there:
		return here, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

// A slowFront is a server on a wire.
type slowFront struct {
	*testing.T
	wire   *wire
	client *http.Client
	cancel context.CancelFunc
	ended  chan error
}

// runSlowly runs a server in a bubble. The test stops it.
func runSlowly(t *testing.T, o server.Options) *slowFront {
	t.Helper()
	o.Log, _ = servertest.Log()
	ctx, cancel := context.WithCancel(t.Context())
	f := &slowFront{T: t, wire: newWire(), cancel: cancel, ended: make(chan error, 1)}
	f.client = &http.Client{Transport: &http.Transport{DialContext: f.wire.dial}}
	go func() { f.ended <- server.New(o).Serve(ctx, f.wire) }()
	return f
}

func (f *slowFront) stop() {
	f.client.CloseIdleConnections()
	f.cancel()
	if err := <-f.ended; err != nil {
		f.Errorf("Serve: %v", err)
	}
}

// dial opens a connection.
func (f *slowFront) dial() net.Conn {
	conn, err := f.wire.dial(f.Context(), "", "")
	if err != nil {
		f.Fatal(err)
	}
	return conn
}

// do sends a request and reads the answer.
func (f *slowFront) do(method, path, body string) string {
	r, err := http.NewRequest(method, "http://here"+path, strings.NewReader(body))
	if err != nil {
		f.Fatal(err)
	}
	answer, err := f.client.Do(r)
	if err != nil {
		f.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		f.Fatal(err)
	}
	return string(text)
}

// A stream has no end of its own: it must neither delay the shutdown nor outlive it,
// nor be cut before the ordinary requests are done.
func TestShutdownEndsStreamsLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, entered, streamEnded := make(chan struct{}), make(chan struct{}), make(chan bool, 1)
		var ordinaryDone atomic.Bool
		f := runSlowly(t, server.Options{
			GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				w.Header().Set("Content-Type", "text/event-stream")
				io.WriteString(w, "event: hello\n\n")
				w.(http.Flusher).Flush()
				<-r.Context().Done()
				io.WriteString(w, "event: complete\n\n")
				streamEnded <- ordinaryDone.Load()
			}),
			Hub: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				close(entered)
				<-release
				ordinaryDone.Store(true)
			}),
			Limits: server.Limits{Read: time.Second, Shutdown: time.Hour},
		})
		defer f.stop()
		answer, err := f.client.Post("http://here/graphql", "application/json", strings.NewReader("{}"))
		if err != nil {
			f.Fatal(err)
		}
		defer answer.Body.Close()
		events := bufio.NewReader(answer.Body)
		if line, err := events.ReadString('\n'); err != nil || line != "event: hello\n" {
			f.Fatalf("%q, %v", line, err)
		}
		go f.client.Get("http://here/hub/slow")
		<-entered
		f.cancel()
		// The body's time limit, long past for the stream when this fires, doesn't end it.
		select {
		case <-streamEnded:
			f.Fatal("the stream ended before the ordinary request")
		case <-time.After(time.Minute):
		}
		close(release)
		if !<-streamEnded {
			f.Error("the stream was ended while an ordinary request ran")
		}
		rest, err := io.ReadAll(events)
		if err != nil || !strings.Contains(string(rest), "event: complete") {
			f.Errorf("the stream's last words: %q, %v", rest, err)
		}
	})
}

// Half a header is waited for no longer than the limit.
func TestSlowHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := runSlowly(t, server.Options{Limits: server.Limits{ReadHeader: time.Second}})
		defer f.stop()
		begun := time.Now()
		say(f.dial(), strings.NewReader("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow:"))
		if took := time.Since(begun); took != time.Second {
			f.Errorf("the connection stayed open for %s", took)
		}
	})
}

func TestSlowBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = time.Second
		half := func(path string) io.Reader {
			return strings.NewReader("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
		}
		f := runSlowly(t, server.Options{GraphQL: echo, Limits: server.Limits{Read: limit},
			Hub: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				select {
				case <-r.Context().Done():
				case <-time.After(3 * limit):
				}
				fmt.Fprint(w, string(body), " ", r.Context().Err())
			})})
		defer f.stop()
		got := say(f.dial(), half("/graphql"))
		if !strings.HasPrefix(got, "HTTP/1.1 408 ") || !strings.Contains(got, `"field":"body"`) || strings.Contains(got, "own words") {
			f.Errorf("%q", got)
		}
		// Once the body is there, the handler has all the time it wants.
		if body := f.do("POST", "/hub/x", "whole"); body != "whole <nil>" {
			f.Errorf("a slow handler: %q", body)
		}
		// A body that no handler reads doesn't hold the connection either.
		begun := time.Now()
		say(f.dial(), half("//graphql"))
		if took := time.Since(begun); took != limit {
			f.Errorf("the connection stayed open for %s", took)
		}
	})
}

// A body that goes on coming is waited for as long as it is long; one that stands still, or only
// drips, isn't, however fast it came before.
func TestBodyByAndBy(t *testing.T) {
	for name, c := range map[string]struct {
		first, piece, pieces int
		every                time.Duration
		want                 string
	}{
		"a slow line":          {0, 8 << 10, 100, time.Second, "HTTP/1.1 200 "},
		"slow, and in bursts":  {0, 64 << 10, 20, 4 * time.Second, "HTTP/1.1 200 "},
		"one that drips":       {0, 1 << 10, 800, time.Second, "HTTP/1.1 408 "},
		"fast, and then still": {700 << 10, 100 << 10, 1, time.Minute, "HTTP/1.1 408 "},
		"fast, and then drips": {100 << 10, 100, 7000, time.Second, "HTTP/1.1 408 "},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := runSlowly(t, server.Options{GraphQL: echo, Limits: server.Limits{Read: 5 * time.Second}})
				defer f.stop()
				conn, sent := f.dial(), make(chan struct{})
				defer func() { <-sent }()
				defer conn.Close()
				go func() {
					defer close(sent)
					fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", c.first+c.piece*c.pieces)
					_, err := io.CopyN(conn, zeroReader{}, int64(c.first))
					for i := 0; i < c.pieces && err == nil; i++ {
						<-time.After(c.every)
						_, err = io.CopyN(conn, zeroReader{}, int64(c.piece))
					}
				}()
				got := say(conn, strings.NewReader(""))
				if !strings.HasPrefix(got, c.want) {
					f.Errorf("%.200q", got)
				}
			})
		})
	}
}

// A client that doesn't read its answer loses the connection. The limit is for each
// write: an answer that takes longer as a whole, or is silent for longer, arrives.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = time.Second
		failed := make(chan error, 1)
		f := runSlowly(t, server.Options{Limits: server.Limits{Write: limit},
			Hub: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, err := io.CopyN(w, zeroReader{}, 64<<20)
				failed <- err
			}),
			GraphQL: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for range 2 {
					io.WriteString(w, "piece ")
					w.(http.Flusher).Flush()
					<-time.After(limit * 3 / 2)
				}
				io.WriteString(w, "end")
			})})
		defer f.stop()
		conn := f.dial()
		defer conn.Close()
		io.WriteString(conn, "GET /hub/x HTTP/1.1\r\nHost: x\r\n\r\n")
		if err := <-failed; err == nil {
			f.Error("the write to a client that reads nothing succeeds")
		}
		if body := f.do("GET", "/graphql", ""); body != "piece piece end" {
			f.Errorf("read %q", body)
		}
	})
}

// A client that took a connection over and reads nothing holds it for no longer than
// one write may take.
func TestSlowSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = time.Second
		failed := make(chan error, 1)
		f := runSlowly(t, server.Options{Limits: server.Limits{Write: limit},
			GraphQL: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				conn, buffered, err := w.(http.Hijacker).Hijack()
				if err != nil {
					failed <- err
					return
				}
				defer conn.Close()
				_, err = io.CopyN(buffered, zeroReader{}, 64<<20)
				failed <- err
			})})
		defer f.stop()
		conn := f.dial()
		defer conn.Close()
		if _, err := io.WriteString(conn, "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"); err != nil {
			f.Fatal(err)
		}
		if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) {
			f.Errorf("the write to a client that reads nothing: %v", err)
		}
	})
}
