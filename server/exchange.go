package server

import (
	"bufio"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/answer"
)

const (

	// pieceSize is what has to get on its way within Limits.Write, in bytes: a long
	// answer over a slow line takes many times that.
	pieceSize = 256 << 10
)

// An exchange is one request and what is known of its answer. But for the atomic
// fields it is touched only by the goroutine that serves the request.
type exchange struct {
	id     string
	server *Server
	client netip.Addr // as far as proxies are trusted; invalid where there is none
	writer bucketKey  // whose the commands are that it leads to; the zero key limits nothing
	reader bucketKey  // whose the messages are, where it is a WebSocket
	holder bucketKey  // and whose the streams
	tls    bool       // likewise
	route  string     // the pattern, "unmatched" until there is one
	quiet  bool       // a probe: logged at debug level only
	cancel context.CancelFunc
	limit  int64                   // bytes the request's body may have
	fault  atomic.Int32            // what is wrong with it, see body.go
	wrote  atomic.Pointer[verdict] // what the gate of commands said last, see admit.go
}

type exchangeKey struct{}

// exchangeOf returns the request's exchange. Only a request that didn't come through
// observe has none; it gets one that nobody looks at.
func exchangeOf(r *http.Request) *exchange {
	if ex, ok := r.Context().Value(exchangeKey{}).(*exchange); ok {
		return ex
	}
	return &exchange{}
}

// observe gives the request its ID, counts it, and logs it when it has ended.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		ex := &exchange{id: rand.Text(), route: "unmatched", cancel: cancel, server: s}
		ex.client, ex.tls = s.options.Proxies.client(r)
		out := &recorder{ResponseWriter: w, server: s, ex: ex, http1: r.ProtoMajor == 1}
		out.Header().Set(answer.RequestIDHeader, ex.id)

		s.flights.begin(ex)
		s.metrics.inFlight.Inc()
		completed := false
		defer func() { // also while a panic that aborts the connection passes by
			s.metrics.inFlight.Dec()
			streamed := s.flights.end(ex)
			took := time.Since(start)
			s.metrics.observe(ex.route, r.Method, out.code(), took, streamed)
			s.logAccess(r, ex, out, took, !completed)
		}()
		ctx = graph.WithMeter(registry.WithGate(context.WithValue(ctx, exchangeKey{}, ex), ex.mayWrite), ex)
		next.ServeHTTP(out, r.WithContext(ctx))
		completed = true
	})
}

// logAccess writes one record. It holds no header but a clipped User-Agent, no query
// and no body: those may hold tokens and other people's words. The path is in its
// percent-encoded form, which is printable ASCII, so it can't forge lines whatever
// the logger's format is.
func (s *Server) logAccess(r *http.Request, ex *exchange, out *recorder, took time.Duration, aborted bool) {
	level := slog.LevelInfo
	switch {
	case aborted || out.code() >= 500:
		level = slog.LevelError
	case ex.quiet:
		level = slog.LevelDebug
	}
	if !s.log.Enabled(r.Context(), level) {
		return
	}
	remote := r.RemoteAddr
	if ex.client.IsValid() {
		remote = ex.client.String()
	}
	attrs := []slog.Attr{
		slog.String("request", ex.id),
		slog.String("method", printable(r.Method, 20)),
		slog.String("route", ex.route),
		slog.String("path", printable(r.URL.EscapedPath(), 500)),
		slog.Int("status", out.code()),
		slog.Int64("bytes", out.written),
		slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.String("remote", printable(remote, 64)),
		slog.String("agent", printable(r.UserAgent(), 200)),
	}
	if aborted {
		attrs = append(attrs, slog.Bool("aborted", true))
	}
	if span := trace.SpanContextFromContext(r.Context()); span.HasTraceID() {
		attrs = append(attrs, slog.String("trace", span.TraceID().String()))
	}
	s.log.LogAttrs(r.Context(), level, "request", attrs...)
}

// printable clips text and replaces all but printable ASCII.
func printable(text string, limit int) string {
	text = text[:min(len(text), limit)]
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, text)
}

// A recorder sees an answer pass: it notes status and size, notices streams, keeps
// each write from waiting for ever, and puts an answer about the request's body in
// the place of whatever the handler made of its read error.
type recorder struct {
	http.ResponseWriter
	server   *Server
	ex       *exchange
	http1    bool
	status   int // 0 until the header is written
	written  int64
	replaced bool // the handler's own answer is dropped
}

// Begun says whether the answer has begun; see answer.Fail.
func (w *recorder) Begun() bool { return w.status != 0 }

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// code is the status as the client sees it: a handler that writes nothing has sent 200.
func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.replaced {
		return
	}
	if w.status != 0 || status < 200 && status != http.StatusSwitchingProtocols {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if fault := w.ex.fault.Load(); fault != bodyFine {
		w.answerFault(fault)
		return
	}
	w.status = status
	if v := w.ex.wrote.Load(); v != nil {
		v.addTo(w.Header())
	}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream") {
		w.server.flights.becomeStream(w.ex)
	}
	w.extend()
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.replaced {
		return len(p), nil
	}
	total := 0
	for {
		piece := p[total:min(len(p), total+pieceSize)]
		w.extend()
		n, err := w.ResponseWriter.Write(piece)
		total += n
		w.written += int64(n)
		if err != nil || total == len(p) {
			return total, err
		}
	}
}

// ReadFrom implements io.ReaderFrom, so that files are still sent by the kernel: it
// knows a file within one io.LimitedReader, not within two.
func (w *recorder) ReadFrom(from io.Reader) (int64, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.replaced {
		return io.Copy(io.Discard, from)
	}
	source, ok := from.(*io.LimitedReader)
	if !ok {
		source = &io.LimitedReader{R: from, N: math.MaxInt64}
	}
	total := int64(0)
	for source.N > 0 {
		piece := &io.LimitedReader{R: source.R, N: min(source.N, pieceSize)}
		asked := piece.N
		w.extend()
		n, err := io.Copy(w.ResponseWriter, piece)
		total += n
		source.N -= n
		w.written += n
		if err != nil || n < asked {
			return total, err
		}
	}
	return total, nil
}

// Flush implements http.Flusher, which server-sent events need.
func (w *recorder) Flush() {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.replaced {
		w.extend()
		http.NewResponseController(w.ResponseWriter).Flush()
	}
}

// Hijack implements http.Hijacker, which WebSockets need.
func (w *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		if w.status == 0 {
			w.status = http.StatusSwitchingProtocols
		}
		w.server.flights.becomeStream(w.ex)
		conn = &pacedConn{conn, w.server.limits.Write}
		buffered.Writer.Reset(conn) // net/http has written all that was in it
	}
	return conn, buffered, err
}

// extend gives the coming write its time. A client that reads nothing loses its
// connection then, and a stream may still be silent for as long as it likes. In
// HTTP/2 a deadline would end the stream even without a write, so there is none.
func (w *recorder) extend() {
	if w.http1 {
		// An error only means that the writer beneath has no deadlines, as in tests.
		_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.server.limits.Write))
	}
}
