package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/answer"
)

// An exchange is one request and what is known of its answer. But for the atomic
// fields it is touched only by the goroutine that serves the request, or one that this waits for.
type exchange struct {
	id      string
	began   time.Time
	server  *Server
	client  netip.Addr    // as far as proxies are trusted; invalid where there is none
	writer  bucketKey     // whose the commands are that it leads to; the zero key limits nothing
	reader  bucketKey     // whose the messages are, where it is a WebSocket
	holder  bucketKey     // and whose the streams
	leave   func()        // gives back the place among the streams; nil where it has none
	tls     bool          // likewise
	route   string        // the pattern, "unmatched" until there is one
	quiet   bool          // a probe: logged at debug level only
	browser *http.Request // a browser's that wants a page, as far as it is known who asks; nil for programs
	cancel  context.CancelFunc
	limit   int64                   // bytes the request's body may have
	fault   atomic.Int32            // what is wrong with it, see body.go
	wrote   atomic.Pointer[verdict] // what the gate of commands said last, see admit.go
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

// newRequestID returns an ID that no other request has: a token of this process and a number. It is told to the
// client and to the log, and opens nothing.
func newRequestID() string {
	b := make([]byte, 0, 32)
	b = append(b, processID...)
	b = append(b, '-')
	return string(strconv.AppendUint(b, requestCount.Add(1), 36))
}

var (
	processID    = rand.Text()[:16]
	requestCount atomic.Uint64
)

// observe gives the request its ID, counts it, and logs it when it has ended.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forMachines(r) {
			s.observeMachine(next, w, r)
			return
		}
		ctx, ended := s.mayDepart(r)
		ctx, cancel := context.WithCancel(ctx)
		ex, out := s.begin(w, r, cancel)
		ctx = graph.WithMeter(registry.WithGate(context.WithValue(ctx, exchangeKey{}, ex), ex.mayWrite), ex)
		completed := false
		defer func() { // also while a panic that aborts the connection passes by
			aborted := !completed
			ended(out, &r, func() {
				cancel()
				s.end(r, ex, out, aborted)
			})
		}()
		next.ServeHTTP(out, r.WithContext(ctx))
		completed = true
	})
}

// observeMachine is observe for requests that have no stream to end and write nothing, and that programs send
// all the time.
func (s *Server) observeMachine(next http.Handler, w http.ResponseWriter, r *http.Request) {
	ex, out := s.begin(w, r, func() {})
	completed := false
	defer func() { s.end(r, ex, out, !completed) }()
	next.ServeHTTP(out, r.WithContext(context.WithValue(r.Context(), exchangeKey{}, ex)))
	completed = true
}

// begin makes a request's exchange, and its recorder.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, cancel context.CancelFunc) (*exchange, *recorder) {
	ex := &exchange{id: newRequestID(), began: time.Now(), route: "unmatched", cancel: cancel, server: s}
	ex.client, ex.tls = s.options.Proxies.client(r)
	out := &recorder{ResponseWriter: w, server: s, ex: ex, http1: r.ProtoMajor == 1}
	out.Header()[answer.RequestIDHeader] = []string{ex.id}
	s.flights.begin(ex)
	s.metrics.inFlight.Inc()
	return ex, out
}

// end counts an exchange that is over, and logs it.
func (s *Server) end(r *http.Request, ex *exchange, out *recorder, aborted bool) {
	s.metrics.inFlight.Dec()
	streamed := s.flights.end(ex)
	took := time.Since(ex.began)
	s.metrics.observe(ex.route, r.Method, out.code(), took, streamed)
	s.logAccess(r, ex, out, took, aborted)
}

// mayDepart returns a request's context, and what calls end when its answer is over: when the handlers have returned
// or, where it is an event stream that goes on, when that is over.
func (s *Server) mayDepart(r *http.Request) (ctx context.Context, ended func(out *recorder, r **http.Request, end func())) {
	if !answer.MayStream(r) {
		return r.Context(), func(_ *recorder, _ **http.Request, end func()) { end() }
	}
	ctx, departure := graph.WithDeparture(r.Context())
	return ctx, func(out *recorder, r **http.Request, end func()) {
		if departure.Gone() { // what is kept of it for the log
			out.ResponseWriter = nil
			*r = onlyLogged(*r)
		}
		departure.Returned(func() {
			out.written += departure.Sent()
			end()
		})
	}
}

// onlyLogged is what logAccess needs of a request: the rest holds net/http's buffers.
func onlyLogged(r *http.Request) *http.Request {
	few := &http.Request{Method: r.Method, URL: r.URL, RemoteAddr: r.RemoteAddr, Header: http.Header{"User-Agent": r.Header["User-Agent"]}}
	return few.WithContext(r.Context())
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
