package server

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/auth"
)

// Options say what a server serves. Handlers get their requests with the whole
// path; a nil one isn't mounted.
type Options struct {
	// Address is where ListenAndServe listens, such as "localhost:8080".
	Address string

	GraphQL http.Handler // at /graphql, and what its page is made of below it
	Hub     http.Handler // under /hub/
	Ledger  http.Handler // under /ledger/; it is public, so tokens aren't looked at
	Pages   http.Handler // everything else

	// Routes are further handlers. Patterns may not repeat those above.
	Routes []Route

	// Auth verifies bearer tokens; nil refuses every token, and all are anonymous.
	Auth *auth.Verifier

	// Sessions, where given, puts who is signed in by a cookie into the context, as
	// auth.NewContext does. It is asked at every route that isn't public, after the
	// bearer token and before the limits, which count by whom it found.
	Sessions func(http.Handler) http.Handler

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

	// Metrics is where the server's own metrics go and what /metrics shows, others'
	// included; nil makes one. The Go and process collectors are added to it.
	Metrics *prometheus.Registry

	// MetricsAddress, where given, is a listener of its own for /metrics, which then
	// is nowhere else.
	MetricsAddress string

	// Tracing comes from NewTracing; nil traces nothing.
	Tracing *Tracing
}

// A Route is a handler at a pattern of net/http.ServeMux, without a method.
type Route struct {
	Pattern string
	Handler http.Handler

	// MaxBody is the largest request body in bytes; 0 is Limits.Body.
	MaxBody int64

	// Public says that tokens aren't looked at: the caller is always anonymous, and
	// the Authorization header is the handler's own business.
	Public bool

	// Budget says what counts its requests; 0 is ReadBudget.
	Budget Budget
}

// Limits bound what a request may cost. A zero field means its default.
type Limits struct {
	GraphQLBody int64         // bytes of a request body at /graphql: 10 MiB
	Body        int64         // and elsewhere: 64 KiB
	HeaderBytes int           // of a request's header: 32 KiB
	ReadHeader  time.Duration // to read a header: 5 s
	Read        time.Duration // to read header and body, what no handler wants included: 30 s
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
	s.routes()
	s.handler = s.options.Tracing.wrap(s.observe(s.recover(s.secure(s.mux))))
	return s
}

// Handler returns the whole server as a handler, for tests and for embedding.
func (s *Server) Handler() http.Handler { return s.handler }

func (s *Server) routes() {
	own := []Route{
		{Pattern: "/healthz", Handler: http.HandlerFunc(s.healthz), Public: true, Budget: NoBudget},
		{Pattern: "/readyz", Handler: http.HandlerFunc(s.readyz), Public: true, Budget: NoBudget},
		{Pattern: "/graphql", Handler: s.options.GraphQL, MaxBody: s.limits.GraphQLBody},
		{Pattern: "/graphql/", Handler: s.options.GraphQL}, // what its page is made of
		{Pattern: "/hub/", Handler: s.options.Hub, Budget: MachineBudget},
		{Pattern: "/ledger/", Handler: s.options.Ledger, Public: true, Budget: MachineBudget},
		{Pattern: "/", Handler: s.options.Pages},
	}
	if s.options.MetricsAddress == "" {
		own = append(own, Route{Pattern: "/metrics", Handler: s.metrics.handler, Public: true, Budget: NoBudget})
	}
	for _, route := range append(own, s.options.Routes...) {
		switch {
		case route.Handler != nil:
			s.mount(route)
		case route.Pattern == "/":
			s.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
				answer.WriteError(w, policies.NotFound, "there is nothing at this address")
			})
		}
	}
}

func (s *Server) mount(route Route) {
	limit := route.MaxBody
	if limit == 0 {
		limit = s.limits.Body
	}
	handler := s.admit(route.Budget, refine(route))
	if !route.Public {
		if s.options.Sessions != nil {
			handler = s.options.Sessions(handler)
		}
		handler = s.turnAway(s.auth.Middleware(s.refuseToken)(handler))
	}
	handler = guardOrigin(s.limitBody(limit, handler))
	s.mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) {
		exchangeOf(r).route = route.Pattern
		nameSpan(r, route.Pattern)
		handler.ServeHTTP(w, r)
	})
}

// refine lets a handler that is a mux itself name the route more closely. Patterns
// come from code, never from a request, so their number stays bounded.
func refine(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		outer := r.Pattern
		defer func() {
			if r.Pattern == outer || r.Pattern == "" {
				return
			}
			pattern := r.Pattern
			if _, path, ok := strings.Cut(pattern, " "); ok {
				pattern = path
			}
			exchangeOf(r).route = pattern
			nameSpan(r, pattern)
		}()
		route.Handler.ServeHTTP(w, r)
	})
}
