package graph

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// Options say what a handler serves.
type Options struct {
	Registry *registry.Registry
	Log      *slog.Logger // receives errors that are no refusals; nil is slog.Default()
	Limits   Limits
}

// How long an open connection may be silent.
const (
	keepAlive   = 20 * time.Second
	initTimeout = 10 * time.Second
)

// NewHandler returns the handler of /graphql, and of the IDE's files and the schema's text below it. It
// finds the caller by registry.ActorFrom in the request's context.
func NewHandler(o Options) http.Handler {
	return newHandler(o, func(s graphql.ExecutableSchema) straight { return straight{gen.NewStraight(s), true} })
}

// newHandler returns one that writes straight in a given way.
func newHandler(o Options, straightly func(graphql.ExecutableSchema) straight) http.Handler {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	limits := o.Limits.withDefaults()
	root := newResolver(o.Registry)
	cache := lru.New[*ast.QueryDocument](limits.Cache)
	present := presenter{o.Log}

	schema := gen.NewExecutableSchema(gen.Config{Resolvers: root})
	s := handler.New(schema)
	body := int64(limits.Body)
	s.AddTransport(overHTTP{body: body, ping: keepAlive, recovered: present.recovered, root: root})
	s.AddTransport(transport.Websocket{Implementation: endingSockets{}, InitFunc: greet, InitTimeout: initTimeout, PingPongInterval: keepAlive, PayloadReadLimit: &body})
	s.SetQueryCache(cache)
	s.SetParserTokenLimit(limits.Tokens)
	s.SetErrorPresenter(present.present)
	s.SetRecoverFunc(present.recovered)
	s.Use(guard{limits: limits, known: cache})
	s.Use(&complexityLimit{limit: limits.Complexity})
	s.Use(extension.Introspection{})
	s.AroundOperations(root.stillMember(present))
	s.AroundResponses(inTurn())
	s.AroundResponses(noteChanges)
	s.AroundResponses(withinBudget(limits))
	s.AroundFields(spendOnField(straightly(schema)))
	s.AroundFields(byOneKey)
	s.AroundFields(inMoment)
	s.AroundFields(inLanguage)
	s.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		return next(root.withLoaders(ctx))
	})

	mux := http.NewServeMux()
	mux.Handle("GET /graphql/ide.js", ideFile("ide.js"))
	mux.Handle("GET /graphql/ide.css", ideFile("ide.css"))
	mux.Handle("GET /graphql/schema.graphql", sdlFile())
	mux.HandleFunc("/graphql", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Upgrade") != "":
			upgradeSocket(w, r, s)
		case r.Method == http.MethodGet && !r.URL.Query().Has("query") && wantsPage(r):
			ideFile("ide.html").ServeHTTP(w, r)
		default:
			s.ServeHTTP(w, r)
		}
	})
	return mux
}

// stillMember reads the caller of a WebSocket again for each operation. The socket was opened
// in one request, and a removal or a new role counts from the next operation on. A caller that
// was a member and no longer is one gets an error: to answer it as the public would
// do something else than it means.
func (r *resolver) stillMember(p presenter) graphql.OperationMiddleware {
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		if ctx.Value(socketKey{}) == nil {
			return next(ctx)
		}
		a, still, err := r.registry.Still(ctx, registry.ActorFrom(ctx))
		if err == nil && !still {
			err = &policies.Error{Code: policies.Forbidden, Reason: policies.MembershipEnded, Message: "you are no member of the organisation any more; connect anew"}
		}
		if err == nil {
			err = meterSubscription(ctx)
		}
		if err != nil {
			return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{p.present(ctx, err)}})
		}
		return next(registry.NewContext(ctx, a))
	}
}

// subprotocol is the only one that is spoken on WebSockets; gqlgen would also speak the
// older graphql-ws.
const subprotocol = "graphql-transport-ws"

// upgradeSocket opens a WebSocket that speaks our protocol. One that a page opens must come
// from a page of ours.
func upgradeSocket(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || !strings.EqualFold(u.Host, r.Host) {
			(&badRequest{http.StatusForbidden, "a WebSocket is opened from our own pages or from none"}).write(w, typeJSON)
			return
		}
	}
	offered := strings.FieldsFunc(strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ","), func(c rune) bool { return c == ',' || c == ' ' })
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") || !slices.Contains(offered, subprotocol) {
		(&badRequest{http.StatusBadRequest, "the protocol spoken here is " + subprotocol}).write(w, typeJSON)
		return
	}
	r = r.Clone(newSocket(r.Context()))
	r.Header.Set("Sec-WebSocket-Protocol", subprotocol)
	next.ServeHTTP(w, r)
}
