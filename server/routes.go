package server

import (
	"net/http"
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/answer"
)

// A Route is a handler at a pattern of net/http.ServeMux, without a method.
type Route struct {
	Pattern string
	Handler http.Handler

	// MaxBody is the largest request body in bytes; 0 is Limits.Body.
	MaxBody int64

	// Public says that tokens aren't looked at: the caller is always anonymous, and
	// the Authorization header is the handler's own business.
	Public bool

	// Open says that pages of every site may read the answers, as whoever has no cookie here.
	Open bool

	// Sockets says that a WebSocket opened here may name its caller in its first message; see greets.
	Sockets bool

	// Pages says that a browser is told of refusals by a page; see Options.Refusals.
	Pages bool

	// Acts says that the caller acts for an organisation; see Options.Acting.
	Acts bool

	// Budget says what counts its requests; 0 is ReadBudget.
	Budget Budget
}

// table lists every route: where each face is served, what may come there, and what
// counts it.
func (s *Server) table() []Route {
	o := s.options
	table := []Route{
		{Pattern: "/healthz", Handler: http.HandlerFunc(s.healthz), Public: true, Budget: NoBudget},
		{Pattern: "/readyz", Handler: http.HandlerFunc(s.readyz), Public: true, Budget: NoBudget},
		{Pattern: "/graphql", Handler: o.GraphQL, Acts: true, Open: true, Sockets: true, MaxBody: s.limits.GraphQLBody},
		{Pattern: "/graphql/", Handler: o.GraphQL, Acts: true}, // what its page is made of
		{Pattern: "/graphql/schema.graphql", Handler: o.GraphQL, Public: true, Open: true},
		{Pattern: "/reports/", Handler: o.Matrix, Acts: true, Pages: true, MaxBody: s.limits.MatrixBody},
		{Pattern: "/attachments", Handler: o.Files, Acts: true, MaxBody: policies.MaxAttachment},
		{Pattern: "/attachments/{id}/{digest}", Handler: o.Files, Acts: true, Pages: true},
		{Pattern: "/receipts/{id}", Handler: o.Files, Acts: true, Pages: true},
		{Pattern: "/calendar.ics", Handler: o.Calendar, Public: true, Open: true, Budget: MachineBudget},
		{Pattern: "/hub/", Handler: o.Hub, Open: true, Budget: MachineBudget},
		{Pattern: "/ledger/", Handler: o.Ledger, Public: true, Open: true, Budget: MachineBudget},
		{Pattern: "/static/", Handler: o.Pages, Public: true, Budget: NoBudget},                           // what pages are made of: bytes from memory
		{Pattern: "/documents", Handler: o.Pages, Acts: true, Pages: true},                                // else it would lead to the next
		{Pattern: "/documents/", Handler: o.Pages, Acts: true, Pages: true, MaxBody: s.limits.MatrixBody}, // a comment comes with its files
		{Pattern: "/", Handler: o.Pages, Acts: true, Pages: true},
	}
	return append(table, o.Routes...)
}

// mountAll mounts the routes of the table.
func (s *Server) mountAll() {
	for _, route := range s.table() {
		switch {
		case route.Handler != nil:
			s.mount(route)
		case route.Pattern == "/":
			s.mux.HandleFunc("/", answer.NotFound)
		}
	}
}

// mount puts what a route asks for around its handler, as the package comment says.
func (s *Server) mount(route Route) {
	limit := route.MaxBody
	if limit == 0 {
		limit = s.limits.Body
	}
	handler := s.named(route)
	if route.Sockets {
		handler = s.greets(route, handler)
	}
	handler = guardOrigin(s.limitBody(limit, handler))
	if route.Open {
		handler = openToPages(handler)
	}
	s.mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) {
		ex := exchangeOf(r)
		ex.route = route.Pattern
		if route.Pages && s.options.Refusals != nil && answer.WantsPage(r) {
			ex.browser = r
		}
		if s.options.Tracing != nil {
			nameSpan(r, route.Pattern)
		}
		handler.ServeHTTP(w, r)
	})
}

// named puts around a route's handler what finds who is asking, counts it, and finds as whom it acts.
func (s *Server) named(route Route) http.Handler {
	if route.Acts && s.options.Acting != nil {
		route.Handler = s.options.Acting(s.byOrganisation(route.Handler))
	}
	handler := s.admit(route.Budget, refineRoute(route))
	if route.Budget != NoBudget {
		handler = s.whenWhole(handler)
	}
	if !route.Public {
		if s.options.Sessions != nil {
			handler = s.options.Sessions(handler)
		}
		handler = s.turnAway(s.auth.Middleware(s.refuseToken)(handler))
	}
	return handler
}

// refineRoute lets a handler that is a mux itself name the route more closely. Patterns
// come from code, never from a request, so their number stays bounded.
func refineRoute(route Route) http.Handler {
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

// whenWhole answers nothing while what there is to show isn't what the record says: an erased
// word, say, that is still in the views.
func (s *Server) whenWhole(next http.Handler) http.Handler {
	if s.options.Whole == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.options.Whole() != nil {
			w.Header().Set("Retry-After", "1")
			answer.WriteError(w, policies.Unavailable, "what there is to show is being made anew; ask again")
			return
		}
		next.ServeHTTP(w, r)
	})
}
