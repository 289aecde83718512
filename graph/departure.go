package graph

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// A Departure lets an event stream go on after the handlers of its request have returned. A stream
// is silent nearly always; over HTTP/1 it would keep net/http's buffers, the request and a
// deep stack meanwhile, which is more than it needs itself. Once the answer has begun it takes the connection, and the rest of
// it is told in a goroutine of its own. Until that is over, so are none of the ends that handlers gave to [Finally].
//
// But for Returned, everything is for the goroutine that serves the request.
type Departure struct {
	cancel context.CancelFunc // of the request's context
	stay   func() bool        // net/http's context ends when the handlers return, and mustn't end ours

	conn net.Conn
	rest func() // nil: nothing is left when the handlers return
	ends []func()
	sent int64
}

type departureKey struct{}

// WithDeparture returns the context of a request whose answer may go on. Whoever asks for it calls Returned
// when the handlers have returned.
func WithDeparture(ctx context.Context) (context.Context, *Departure) {
	apart, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d := &Departure{cancel: cancel, stay: context.AfterFunc(ctx, cancel)}
	return context.WithValue(apart, departureKey{}, d), d
}

func departureOf(ctx context.Context) *Departure {
	d, _ := ctx.Value(departureKey{}).(*Departure)
	return d
}

// Finally calls f when the answer is over: at once, unless it goes on. It is for what a handler defers.
func Finally(ctx context.Context, f func()) {
	if d := departureOf(ctx); d != nil && d.rest != nil {
		d.ends = append(d.ends, f)
		return
	}
	f()
}

// Gone says whether the answer goes on.
func (d *Departure) Gone() bool { return d.rest != nil }

// Sent is how many bytes were sent after the handlers had returned.
func (d *Departure) Sent() int64 { return d.sent }

// Returned calls end when the answer is over: at once, or when what is left of it was told.
func (d *Departure) Returned(end func()) {
	if d.rest == nil {
		d.stay()
		d.cancel()
		end()
		return
	}
	go d.goOn(d.rest, append(d.ends, d.cancel, end))
}

// goOn is all that stands on the stack of a stream, but for what tells it.
func (d *Departure) goOn(rest func(), ends []func()) {
	rest()
	for _, end := range ends {
		end()
	}
}

// may says whether the answer to a request may go on by itself: one in HTTP/1.1 to who is prepared for it.
func (d *Departure) may(r *http.Request) bool {
	return d != nil && r.ProtoMajor == 1 && r.ProtoMinor >= 1
}

// take takes the connection of an answer in chunks (RFC 9112, 7.1) that has begun; false says that
// the answer stays with its handlers.
func (d *Departure) take(w http.ResponseWriter, r *http.Request) bool {
	if !d.may(r) {
		return false
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	d.stay()
	d.conn = conn
	return true
}

// farewell is how long a client may take what was left to say when its stream is ended.
const farewell = time.Second

// leave lets tell tell the rest, until ctx ends. hungUp is called when the client hangs up.
func (d *Departure) leave(ctx context.Context, hungUp func(), tell func(send func([]byte) bool)) {
	d.rest = func() {
		defer d.conn.Close()
		context.AfterFunc(ctx, func() { time.AfterFunc(farewell, func() { d.conn.Close() }) })
		go awaitEnd(d.conn, hungUp)
		tell(d.send)
		_, _ = d.conn.Write(lastChunk)
	}
}

// lastChunk ends an answer in chunks.
var lastChunk = []byte("0\r\n\r\n")

// awaitEnd notices that a client hangs up. As under net/http, one that sends more is found out about when it is written to.
func awaitEnd(conn net.Conn, hungUp func()) {
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		hungUp()
	}
}

var chunks = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// mostChunk is how large a buffer is kept for the next chunk.
const mostChunk = 64 << 10

// send sends a chunk; false says that the client has gone.
func (d *Departure) send(p []byte) bool {
	b := chunks.Get().(*bytes.Buffer)
	b.Reset()
	fmt.Fprintf(b, "%x\r\n", len(p))
	b.Write(p)
	b.WriteString("\r\n")
	_, err := d.conn.Write(b.Bytes())
	if d.sent += int64(len(p)); b.Cap() <= mostChunk {
		chunks.Put(b)
	}
	return err == nil
}
