package graph

import (
	"context"
	"errors"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler/transport"
)

// An Ending is why a stream ends that neither its caller nor the server's own end
// ended: whoever serves it cancels the request's context with one as the cause
// (context.WithCancelCause). A WebSocket is closed with its code and reason, as
// graphql-transport-ws has them; server-sent events end with "complete", and whoever
// asks again learns by the answer's status.
type Ending struct {
	Code   int
	Reason string
}

// Error implements error.
func (e *Ending) Error() string { return e.Reason }

// The endings.
var (
	// Unauthorized says that the token or session is over, by time or before it.
	Unauthorized = &Ending{4401, "Unauthorized"}
	// Forbidden says that the caller is no member any more of whom it acted for.
	Forbidden = &Ending{4403, "Forbidden"}
)

// endingSockets are gqlgen's WebSockets, but for how they are closed: it knows one
// code alone for a context that is done.
type endingSockets struct {
	transport.CoderWebsocketImplementation
}

// Accept implements transport.WebsocketImplementation.
func (s endingSockets) Accept(w http.ResponseWriter, r *http.Request, o transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	conn, err := s.CoderWebsocketImplementation.Accept(w, r, o)
	if err != nil {
		return nil, err
	}
	bounded, ok := conn.(boundedSocket)
	if !ok {
		return nil, errors.Join(errors.New("couldn't bound what a WebSocket may send"), conn.Close())
	}
	return &endingSocket{bounded, r.Context()}, nil
}

// boundedSocket is what gqlgen's own sockets are.
type boundedSocket interface {
	transport.WebsocketConn
	transport.WebsocketReadLimiter
	transport.WebsocketReadDeadliner
}

type endingSocket struct {
	boundedSocket
	request context.Context // of the request that opened it
}

// WriteClose implements transport.WebsocketConn.
func (s *endingSocket) WriteClose(code int, message string) error {
	var ending *Ending
	if errors.As(context.Cause(s.request), &ending) {
		code, message = ending.Code, ending.Reason
	}
	return s.boundedSocket.WriteClose(code, message)
}
