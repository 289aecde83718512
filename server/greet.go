package server

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/server/acting"
)

// greets lets the first message of a WebSocket name its caller. That message goes the way of a request with the
// same headers: the same token is good, refused tokens count, scopes and memberships hold, the person's
// quotas and places among the streams are taken, and the lease. It ends with the socket.
func (s *Server) greets(route Route, next http.Handler) http.Handler {
	route.Handler = http.HandlerFunc(stay)
	way := s.named(route)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" {
			next.ServeHTTP(w, r)
			return
		}
		ctx, end := context.WithCancel(r.Context())
		var over <-chan struct{}
		defer func() {
			end()
			if over != nil {
				<-over
			}
		}()
		greeter := func(hello graph.Hello) (context.Context, error) {
			g := &greeting{named: make(chan context.Context), over: make(chan struct{}), header: http.Header{}}
			over = g.over
			go g.run(s, way, r.WithContext(context.WithValue(ctx, greetingKey{}, g)), hello)
			select {
			case named := <-g.named:
				return named, nil
			case <-g.over:
				return nil, g.ending()
			}
		}
		next.ServeHTTP(w, r.WithContext(graph.WithGreeter(r.Context(), greeter)))
	})
}

// A greeting is the first message of a WebSocket on its way. As an http.ResponseWriter it takes why the way
// ended early.
type greeting struct {
	named  chan context.Context // gets that of the caller, if it is let in
	over   chan struct{}        // closed when the way is left
	header http.Header
	status int
	body   bytes.Buffer
}

type greetingKey struct{}

// run goes the way with what the message says, in place of what the request said that opened the socket.
func (g *greeting) run(s *Server, way http.Handler, opened *http.Request, hello graph.Hello) {
	defer close(g.over)
	defer func() { _ = recover() }() // recoverPanics has logged it, and there is no connection to cut here
	r := opened.Clone(opened.Context())
	r.Body = http.NoBody
	r.Header.Del(acting.AtLeastHeader) // was waited for
	if hello.Authorization != "" {
		r.Header.Del("Cookie")
		r.Header.Set("Authorization", hello.Authorization)
		r.Header.Del(acting.OrganisationHeader)
	}
	if hello.Organisation != "" {
		r.Header.Set(acting.OrganisationHeader, hello.Organisation)
	}
	out := &recorder{ResponseWriter: g, server: s, ex: exchangeOf(opened)}
	s.recoverPanics(way).ServeHTTP(out, r)
}

// stay is at the end of the way: it tells who is let in, and stays as long as the socket, for what was taken on the
// way is given back on the way out.
func stay(_ http.ResponseWriter, r *http.Request) {
	g := r.Context().Value(greetingKey{}).(*greeting)
	select {
	case g.named <- r.Context():
		<-r.Context().Done()
	case <-r.Context().Done():
	}
}

// Header implements http.ResponseWriter.
func (g *greeting) Header() http.Header { return g.header }

// WriteHeader implements http.ResponseWriter.
func (g *greeting) WriteHeader(status int) { g.status = status }

// Write implements http.ResponseWriter.
func (g *greeting) Write(p []byte) (int, error) { return g.body.Write(p) }

// ending is the close code of graphql-transport-ws for a status: 44 and its end.
func (g *greeting) ending() *graph.Ending {
	var told struct{ Errors []struct{ Message string } }
	reason := "the caller can't be named now"
	if json.Unmarshal(g.body.Bytes(), &told) == nil && len(told.Errors) == 1 {
		reason = told.Errors[0].Message
	}
	switch g.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return &graph.Ending{Code: 4000 + g.status, Reason: closeReason(reason)}
	}
	return &graph.Ending{Code: 1013, Reason: closeReason(reason)} // try again later
}

// closeReason is a reason as a close frame has room for (RFC 6455, section 5.5.1).
func closeReason(reason string) string { return reason[:min(len(reason), 120)] }
