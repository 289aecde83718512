package graph

import (
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
)

// A Meter bounds what comes by one WebSocket. The server in front sees a socket as one request,
// whatever is asked on it.
type Meter interface {
	// Message is called for each message before it is read. It may wait; an error ends the
	// socket. The context has the actor in it.
	Message(ctx context.Context) error

	// Subscribe is called for each subscription before it begins; end is called once, when it
	// is over.
	Subscribe() (end func(), err error)
}

type meterKey struct{}

// WithMeter returns the context of a request whose WebSocket is metered.
func WithMeter(ctx context.Context, m Meter) context.Context {
	return context.WithValue(ctx, meterKey{}, m)
}

func meterOf(ctx context.Context) Meter {
	m, _ := ctx.Value(meterKey{}).(Meter)
	return m
}

// TooMany says that a caller sent more by a WebSocket than it may.
var TooMany = &Ending{4429, "Too many requests"}

// NextReader implements transport.WebsocketConn.
func (s *endingSocket) NextReader() (kind int, message io.Reader, err error) {
	kind, message, err = s.boundedSocket.NextReader()
	if m := meterOf(s.opened.context()); m != nil && err == nil && m.Message(s.opened.context()) != nil {
		_ = s.boundedSocket.WriteClose(TooMany.Code, TooMany.Reason)
		return kind, nil, transport.ErrWebsocketClosed
	}
	if err != nil {
		return kind, message, err
	}
	message, err = plain(message)
	return kind, message, err
}

// meterSubscription counts a subscription for as long as its context lasts.
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
