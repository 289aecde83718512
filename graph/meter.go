package graph

import (
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
)

// A Meter is how the edge bounds what comes by one WebSocket: to it that is one
// request, however much is asked on it.
type Meter interface {
	// Message is asked about each message before anybody looks at it. It may wait; an
	// error ends the socket. The context is that of the request, with the actor in it.
	Message(ctx context.Context) error

	// Subscribe is asked about each subscription before it begins; end is called once,
	// when it is over.
	Subscribe() (end func(), err error)
}

type meterKey struct{}

// WithMeter returns a context whose WebSocket is metered.
func WithMeter(ctx context.Context, m Meter) context.Context {
	return context.WithValue(ctx, meterKey{}, m)
}

func meterOf(ctx context.Context) Meter {
	m, _ := ctx.Value(meterKey{}).(Meter)
	return m
}

// TooMany says that more came by a WebSocket than its caller may send.
var TooMany = &Ending{4429, "Too many requests"}

// NextReader implements transport.WebsocketConn.
func (s *endingSocket) NextReader() (kind int, message io.Reader, err error) {
	kind, message, err = s.boundedSocket.NextReader()
	if m := meterOf(s.request); m != nil && err == nil && m.Message(s.request) != nil {
		_ = s.boundedSocket.WriteClose(TooMany.Code, TooMany.Reason)
		return kind, nil, transport.ErrWebsocketClosed
	}
	return kind, message, err
}

// meterSubscription holds a subscription's place for as long as its context lasts.
func meterSubscription(ctx context.Context) error {
	m := meterOf(ctx)
	if m == nil || graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription {
		return nil
	}
	end, err := m.Subscribe()
	if err == nil {
		context.AfterFunc(ctx, end)
	}
	return err
}
