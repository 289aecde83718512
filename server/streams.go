package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/answer"
)

// streams counts what stays open: answers that are streams, WebSockets, and each
// subscription on one. A quota of requests bounds how many begin, and not how many
// there are.
type streams struct {
	each, all int // limits: of a caller, and of all

	mu    sync.Mutex // guards what is below
	open  map[bucketKey]int
	total int
}

// take takes a place for a caller; the error says why there is none.
func (s *streams) take(key bucketKey) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.open[key] >= s.each:
		return &policies.Error{Code: policies.RateLimited, Message: fmt.Sprintf("you have %d streams open, and may have no more", s.each)}
	case s.total >= s.all:
		return errFull
	}
	s.open[key]++
	s.total++
	return nil
}

// giveBack gives a caller's place back.
func (s *streams) giveBack(key bucketKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total--
	if s.open[key]--; s.open[key] == 0 {
		delete(s.open, key)
	}
}

// errFull says that the server has as many streams open as it may.
var errFull = &policies.Error{Code: policies.Unavailable, Message: "too many streams are open here; try again later, or ask without one"}

// retryStream is when to try again for a place, in seconds: nobody knows.
const retryStream = "30"

// boundStreams takes a place for a request whose answer may be a stream.
func (s *Server) boundStreams(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !answer.MayStream(r) {
			next.ServeHTTP(w, r)
			return
		}
		key := callerKey(nil, r)
		if err := s.streams.take(key); err != nil {
			w.Header().Set("Retry-After", retryStream)
			if err == errFull {
				answer.WriteError(w, policies.Unavailable, errFull.Message, answer.Reason("streams"))
			} else {
				answer.WriteError(w, policies.RateLimited, err.Error(), answer.Reason("streams"))
			}
			return
		}
		leave := sync.OnceFunc(func() { s.streams.giveBack(key) })
		defer graph.Finally(r.Context(), leave)
		ex := exchangeOf(r)
		if ex.leave != nil { // a WebSocket whose caller named itself: one place is enough
			ex.leave()
		}
		ex.reader, ex.holder, ex.leave = callerKey(s.budgets.read, r), key, leave
		next.ServeHTTP(w, r)
	})
}

// longestWait is how long a message on a WebSocket waits for its caller's quota.
const longestWait = 5 * time.Second

// Message implements graph.Meter: messages count as requests do. One that comes a
// little early waits, and those behind it with it.
func (ex *exchange) Message(ctx context.Context) error {
	b := ex.server.budgets
	keys := []bucketKey{ex.reader}
	if organisation := registry.ActorFrom(ctx).OrganisationID; organisation != "" {
		keys = append(keys, bucketKey{budget: b.organisationRead, subject: organisation})
	}
	end := time.Now().Add(longestWait)
	for _, key := range keys {
		for {
			v := b.take(key, b.now(), 1)
			if v.retry == 0 {
				break
			}
			if time.Now().Add(v.retry).After(end) {
				return &policies.Error{Code: policies.RateLimited, Message: fmt.Sprintf("that was too many messages; try again in %d s", wholeSeconds(v.retry))}
			}
			select {
			case <-time.After(v.retry):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// Subscribe implements graph.Meter: a subscription on a WebSocket is a stream too.
func (ex *exchange) Subscribe() (end func(), err error) {
	if err := ex.server.streams.take(ex.holder); err != nil {
		return nil, err
	}
	return func() { ex.server.streams.giveBack(ex.holder) }, nil
}

// A pacedConn is a connection that a handler took over: each write gets its time, as
// those of ordinary answers do, so that a client that reads nothing holds nothing for ever.
type pacedConn struct {
	net.Conn
	limit time.Duration
}

// Write implements io.Writer.
func (c *pacedConn) Write(p []byte) (int, error) {
	total := 0
	for {
		if err := c.SetWriteDeadline(time.Now().Add(c.limit)); err != nil {
			return total, err
		}
		n, err := c.Conn.Write(p[total:min(len(p), total+pieceSize)])
		total += n
		if err != nil || total == len(p) {
			return total, err
		}
	}
}
