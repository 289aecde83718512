package registry

import "context"

type gateKey struct{}

// WithGate returns a context whose commands are asked about first: [Registry.Do]
// takes a command only when the gate returns nil, and else returns the gate's error.
// It is how the edge limits what a caller may write, however many commands one of its
// requests holds. The gate gets the context of the command, with the actor in it.
func WithGate(ctx context.Context, gate func(context.Context) error) context.Context {
	return context.WithValue(ctx, gateKey{}, gate)
}

// askGate asks the context's gate, if there is one.
func askGate(ctx context.Context) error {
	if gate, ok := ctx.Value(gateKey{}).(func(context.Context) error); ok {
		return gate(ctx)
	}
	return nil
}
