package graph

import (
	"context"
	"errors"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler/transport"
)

// An Ending says why the server ends one caller's stream while it goes on itself. Whoever serves
// the stream cancels the request's context with an Ending as the cause
// (context.WithCancelCause). A WebSocket is closed with its code and reason, as
// graphql-transport-ws defines them. Server-sent events end with "complete", and a caller that
// asks again learns the reason from the status.
type Ending struct {
	Code   int
	Reason string
}

// Error implements error.
func (e *Ending) Error() string { return e.Reason }

// The endings.
var (
	// Unauthorized says that the token or session has expired or was ended.
	Unauthorized = &Ending{4401, "Unauthorized"}
	// Forbidden says that the caller is no longer a member of the organisation it acted for.
	Forbidden = &Ending{4403, "Forbidden"}
)

// endingSockets are gqlgen's WebSockets, closed with the code of an Ending: gqlgen has only one code
// for a context that is done.
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
	opened, ok := r.Context().Value(socketKey{}).(*socket)
	if !ok {
		return nil, errors.Join(errors.New("a WebSocket is opened by upgradeSocket"), conn.Close())
	}
	return &endingSocket{bounded, opened}, nil
}

// boundedSocket has the methods of gqlgen's own sockets.
type boundedSocket interface {
	transport.WebsocketConn
	transport.WebsocketReadLimiter
	transport.WebsocketReadDeadliner
}

type endingSocket struct {
	boundedSocket
	opened *socket
}

// WriteClose implements transport.WebsocketConn.
func (s *endingSocket) WriteClose(code int, message string) error {
	var ending *Ending
	if errors.As(context.Cause(s.opened.context()), &ending) {
		code, message = ending.Code, ending.Reason
	}
	return s.boundedSocket.WriteClose(code, message)
}
