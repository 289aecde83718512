package graph

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql/handler/transport"
)

// A Hello is what the first message of a WebSocket says of its caller: browsers let no page set the headers
// of one.
type Hello struct {
	Authorization string // as the header; "" leaves who opened the socket
	Organisation  string // whom it acts for, an ID; "" leaves the choice that was made before
}

// A Greeter finds who a Hello names, and returns the context in which that caller's operations run. It ends
// with an Ending as its cause as that of a request does. Where the caller is refused the error is an
// [*Ending].
type Greeter func(Hello) (context.Context, error)

type greeterKey struct{}

// WithGreeter returns the context of a request whose WebSocket may name its caller. Without one, whoever
// says a name by a WebSocket is refused.
func WithGreeter(ctx context.Context, g Greeter) context.Context {
	return context.WithValue(ctx, greeterKey{}, g)
}

// socketKey marks the context of what comes through a WebSocket.
type socketKey struct{}

// A socket is an open WebSocket: the context of whoever it speaks for.
type socket struct {
	now atomic.Pointer[context.Context]
}

func newSocket(ctx context.Context) context.Context {
	s := &socket{}
	ctx = context.WithValue(ctx, socketKey{}, s)
	s.now.Store(&ctx)
	return ctx
}

// context is that of the request that opened the socket, or that of the caller whom its first message named.
func (s *socket) context() context.Context { return *s.now.Load() }

// badHello ends a socket whose first message can't be understood.
func badHello(reason string) *Ending { return &Ending{4400, reason} }

// greet implements transport.WebsocketInitFunc.
func greet(ctx context.Context, payload transport.InitPayload) (context.Context, *transport.InitPayload, error) {
	hello, err := helloOf(payload)
	if err == nil && hello != (Hello{}) {
		ctx, err = greeted(ctx, hello)
	}
	var ending *Ending
	if errors.As(err, &ending) {
		ctx = transport.WithWebsocketCloseCode(transport.AppendCloseReason(ctx, ending.Reason), ending.Code)
	}
	return ctx, nil, err
}

// greeted returns the context of whom the hello names, in which the socket goes on.
func greeted(ctx context.Context, hello Hello) (context.Context, error) {
	g, ok := ctx.Value(greeterKey{}).(Greeter)
	if !ok {
		return ctx, Unauthorized
	}
	named, err := g(hello)
	if err != nil {
		return ctx, err
	}
	s := ctx.Value(socketKey{}).(*socket) // upgradeSocket put it there
	named = context.WithValue(named, socketKey{}, s)
	s.now.Store(&named)
	return named, nil
}

// helloOf reads a payload as clients write it: names of headers in any case, or a bare token. Other keys are
// the client's own business.
func helloOf(payload transport.InitPayload) (h Hello, err error) {
	for key, value := range payload {
		into, prefix := &h.Authorization, ""
		switch strings.ToLower(key) {
		case "authorization":
		case "token":
			prefix = "Bearer "
		case "entente-organisation":
			into = &h.Organisation
		default:
			continue
		}
		text, ok := value.(string)
		switch {
		case !ok || text == "":
			return Hello{}, badHello("what names the caller is a text")
		case *into != "":
			return Hello{}, badHello("the caller is named twice")
		}
		*into = prefix + text
	}
	return h, nil
}
