// Package server is the hall: it puts the faces of Entente on one HTTP listener. It
// routes, guards, observes and ends requests, and knows nothing of what they mean: a face
// is a handler in [Options], and where each stands is one table, in routes.go.
//
// # A request's way
//
// From the outside in:
//
//	trace         a span, where an OTLP endpoint is configured
//	observe       request ID, access log, metrics, the count of requests in flight
//	recover       a panic becomes a 500 that tells nothing
//	headers       nosniff, a content security policy that allows nothing and, but for
//	              machines, what else browsers heed; HSTS behind TLS
//	route         one mux; its patterns are the metrics' "route" label
//	open          where pages of every site may read, they may; and what a browser sends
//	              for them goes without its cookies
//	cross-origin  an unsafe request with cookies must come from our own pages
//	body          a size limit and a time limit
//	auth          a bearer token, if there is one, must be good (package auth), unless
//	              the address had too many refused; else a session's cookie
//	limits        requests by caller: member, or address; what is written is counted
//	              where the registry takes it, each command (registry.WithGate), and
//	              on WebSockets each message (graph.WithMeter); streams have places
//	acting        as whom the caller acts (Options.Acting), where the route asks for
//	              it; then limits by organisation
//	handler
//
// The first message of a WebSocket, where it names a caller, goes the way from auth to acting once more.
//
// Every refusal on that way has the same JSON body, see answer.WriteError; where pages are, a browser gets
// a page for it (Options.Refusals).
//
// # Life
//
// [Server.Serve] runs until its context is done, then
//
//  1. /readyz answers 503 (and, with Limits.Drain, the listener stays open for that
//     long so that a load balancer sees it);
//  2. the listener closes; connections without a request close;
//  3. accepted requests run to their end, for at most Limits.Shutdown;
//  4. once only streams are left (server-sent events, WebSockets), or time is up,
//     the streams' contexts are cancelled, and what still runs is cut off;
//  5. spans are flushed.
//
// No handler runs once Serve has returned nil. The caller closes what the handlers
// used after that, in this order: registry, views, store.
package server
