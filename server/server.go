package server

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/auth"
)

// Options say what a server serves. Handlers get their requests with the whole
// path; a nil one isn't mounted.
type Options struct {
	// Address is where ListenAndServe listens, such as "localhost:8080".
	Address string

	GraphQL  http.Handler // at /graphql, and what its page is made of below it
	Hub      http.Handler // under /hub/
	Ledger   http.Handler // under /ledger/
	Calendar http.Handler // at /calendar.ics
	Matrix   http.Handler // under /reports/
	Files    http.Handler // at /attachments, /attachments/{id}/{digest} and /receipts/{id}
	Pages    http.Handler // everything else

	// Refusals answers a browser, at the routes whose Pages is set, with a page for what is
	// otherwise told by answer.WriteStatus; nil tells it as everywhere. The request says who asks
	// as far as that was found.
	Refusals func(w http.ResponseWriter, r *http.Request, status int, told answer.Told)

	// Routes are further handlers. Patterns may not repeat those above.
	Routes []Route

	// Auth verifies bearer tokens; nil refuses every token, and all are anonymous.
	Auth *auth.Verifier

	// Sessions, where given, puts who is signed in by a cookie into the context, as
	// auth.NewContext does. It is asked at every route that isn't public, after the
	// bearer token and before the limits, which count by whom it found.
	Sessions func(http.Handler) http.Handler

	// Acting puts the actor that the caller is into the context, where
	// registry.ActorFrom finds it; nil leaves all anonymous. It is asked at the routes
	// whose Acts is set.
	Acting func(http.Handler) http.Handler

	// Proxies are those in front of this server.
	Proxies Proxies

	// HSTS tells browsers to come by TLS only (RFC 6797), for a year, whatever this
	// server sees of the TLS in front of it. Without it those are told who come by
	// TLS, as far as the server or a trusted proxy knows.
	HSTS bool

	// Log takes the access log and what goes wrong; nil is slog.Default().
	Log *slog.Logger

	Limits Limits

	// Ready are what /readyz asks, by the name it shows. A check gets 2 s, and
	// what it returns is logged, not shown.
	Ready map[string]func(context.Context) error

	// Whole says, by nil, that what there is to show is what the record says; until then
	// nothing but health is answered. nil: it always is.
	Whole func() error

	// Metrics is where the server's own metrics go and what /metrics shows, others'
	// included; nil makes one. The Go and process collectors are added to it.
	Metrics *prometheus.Registry

	// MetricsAddress, where given, is a listener of its own for /metrics, which is nowhere
	// else: they tell how much whoever is asking what.
	MetricsAddress string

	// Tracing comes from NewTracing; nil traces nothing.
	Tracing *Tracing
}

// Limits bound what a request may cost. A zero field means its default.
type Limits struct {
	GraphQLBody int64         // bytes of a request body at /graphql: 10 MiB
	MatrixBody  int64         // of a response matrix that is brought home: 32 MiB
	Body        int64         // and elsewhere: 64 KiB
	HeaderBytes int           // of a request's header: 32 KiB
	ReadHeader  time.Duration // to read a header: 5 s
	Read        time.Duration // to read a header and a short body, and for a long one to stand still: 30 s
	Write       time.Duration // for each write of an answer to get on its way: 30 s
	Idle        time.Duration // between two requests on a connection: 2 min
	Drain       time.Duration // between /readyz turning 503 and the listener closing: 0
	Shutdown    time.Duration // for accepted requests to end after that: 30 s
	Quotas      Quotas        // of requests, by caller; RateLimit headers show them
	Streams     int           // event streams, WebSockets and subscriptions on them that a caller has open: 100
	AllStreams  int           // and all callers together: 10,000
}

func (l Limits) withDefaults() Limits {
	orInt := func(field *int64, value int64) {
		if *field == 0 {
			*field = value
		}
	}
	or := func(field *time.Duration, value time.Duration) {
		if *field == 0 {
			*field = value
		}
	}
	orInt(&l.GraphQLBody, 10<<20)
	orInt(&l.MatrixBody, 32<<20)
	orInt(&l.Body, 64<<10)
	if l.HeaderBytes == 0 {
		l.HeaderBytes = 32 << 10
	}
	or(&l.ReadHeader, 5*time.Second)
	or(&l.Read, 30*time.Second)
	or(&l.Write, 30*time.Second)
	or(&l.Idle, 2*time.Minute)
	or(&l.Shutdown, 30*time.Second)
	l.Quotas = l.Quotas.withDefaults()
	if l.Streams == 0 {
		l.Streams = 100
	}
	if l.AllStreams == 0 {
		l.AllStreams = 10_000
	}
	return l
}

// A Server is made by New and runs once.
type Server struct {
	options  Options
	limits   Limits
	log      *slog.Logger
	auth     *auth.Verifier
	metrics  *metrics
	checks   []*check
	budgets  *budgets
	streams  streams
	flights  flights
	draining atomic.Bool
	mux      *http.ServeMux
	handler  http.Handler
}

// New puts a server together. It opens nothing. It panics if two routes have the
// same pattern.
func New(options Options) *Server {
	s := &Server{
		options: options,
		limits:  options.Limits.withDefaults(),
		log:     options.Log,
		auth:    options.Auth,
		metrics: newMetrics(options.Metrics),
		checks:  newChecks(options.Ready),
		mux:     http.NewServeMux(),
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.auth == nil {
		s.auth, _ = auth.New(nil, nil) // without issuers nothing can be wrong with them
	}
	s.budgets = newBudgets(s.limits.Quotas)
	s.streams = streams{each: s.limits.Streams, all: s.limits.AllStreams, open: map[bucketKey]int{}}
	s.flights.init()
	s.mountAll()
	s.handler = s.options.Tracing.wrap(s.observe(s.recoverPanics(s.secureHeaders(s.mux))))
	return s
}

// Handler returns the whole server as a handler, for tests and for embedding.
func (s *Server) Handler() http.Handler { return s.handler }
