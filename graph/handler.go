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

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/registry"
)

// Options say what a handler serves.
type Options struct {
	Registry *registry.Registry
	Log      *slog.Logger // takes what goes wrong here; nil is slog.Default()
	Limits   Limits
}

// How long connections that stay open may be silent.
const (
	keepAlive   = 20 * time.Second
	initTimeout = 10 * time.Second
)

// NewHandler returns the handler of /graphql and of the IDE's files below it. It
// finds the caller by registry.ActorFrom in the request's context.
func NewHandler(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	limits := o.Limits.withDefaults()
	root := &resolver{registry: o.Registry, views: o.Registry.Views()}
	cache := lru.New[*ast.QueryDocument](limits.Cache)
	present := presenter{o.Log}

	s := handler.New(gen.NewExecutableSchema(gen.Config{Resolvers: root, Complexity: complexities()}))
	body := int64(limits.Body)
	s.AddTransport(overHTTP{body: body, ping: keepAlive, recovered: present.recovered})
	s.AddTransport(transport.Websocket{InitTimeout: initTimeout, PingPongInterval: keepAlive, PayloadReadLimit: &body})
	s.SetQueryCache(cache)
	s.SetParserTokenLimit(limits.Tokens)
	s.SetErrorPresenter(present.present)
	s.SetRecoverFunc(present.recovered)
	s.Use(guard{limits: limits, known: cache})
	s.Use(extension.FixedComplexityLimit(limits.Complexity))
	s.Use(extension.Introspection{})
	s.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		return next(root.withLoaders(ctx))
	})

	mux := http.NewServeMux()
	mux.Handle("GET /graphql/ide.js", ideFile("ide.js"))
	mux.Handle("GET /graphql/ide.css", ideFile("ide.css"))
	mux.HandleFunc("/graphql", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Upgrade") != "":
			upgrade(w, r, s)
		case r.Method == http.MethodGet && !r.URL.Query().Has("query") && wantsPage(r):
			ideFile("ide.html").ServeHTTP(w, r)
		default:
			s.ServeHTTP(w, r)
		}
	})
	return mux
}

// subprotocol is the one that is spoken on WebSockets; gqlgen would also speak the
// older graphql-ws.
const subprotocol = "graphql-transport-ws"

// upgrade lets a WebSocket in that speaks our protocol and, if it comes from a
// page, from one of ours.
func upgrade(w http.ResponseWriter, r *http.Request, next http.Handler) {
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
	r = r.Clone(r.Context())
	r.Header.Set("Sec-WebSocket-Protocol", subprotocol)
	next.ServeHTTP(w, r)
}
