package server

import (
	"bufio"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/ewtp/entente/server/answer"
)

// pieceSize is what has to get on its way within Limits.Write, in bytes: a long
// answer over a slow line takes many times that.
const pieceSize = 256 << 10

// A recorder sees an answer pass: it notes status and size, notices streams, keeps
// each write from waiting for ever, and puts an answer about the request's body in
// the place of whatever the handler made of its read error.
type recorder struct {
	http.ResponseWriter
	server   *Server
	ex       *exchange
	http1    bool
	status   int // 0 until the header is written
	written  int64
	replaced bool // the handler's own answer is dropped
}

// Begun says whether the answer has begun; see answer.Fail.
func (w *recorder) Begun() bool { return w.status != 0 }

// Tell implements [answer.Teller]: where browsers come, they get a page.
func (w *recorder) Tell(to http.ResponseWriter, status int, told answer.Told) bool {
	r := w.ex.browser
	if r == nil {
		return false
	}
	w.server.options.Refusals(to, r, status, told)
	return true
}

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// code is the status as the client sees it: a handler that writes nothing has sent 200.
func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.replaced {
		return
	}
	if w.status != 0 || status < 200 && status != http.StatusSwitchingProtocols {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if fault := w.ex.fault.Load(); fault != bodyFine {
		w.answerFault(fault)
		return
	}
	w.status = status
	if v := w.ex.wrote.Load(); v != nil {
		v.addTo(w.Header())
	}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream") {
		w.server.flights.becomeStream(w.ex)
	}
	w.extend()
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.replaced {
		return len(p), nil
	}
	total := 0
	for {
		piece := p[total:min(len(p), total+pieceSize)]
		w.extend()
		n, err := w.ResponseWriter.Write(piece)
		total += n
		w.written += int64(n)
		if err != nil || total == len(p) {
			return total, err
		}
	}
}

// ReadFrom implements io.ReaderFrom, so that files are still sent by the kernel: it
// knows a file within one io.LimitedReader, not within two.
func (w *recorder) ReadFrom(from io.Reader) (int64, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.replaced {
		return io.Copy(io.Discard, from)
	}
	source, ok := from.(*io.LimitedReader)
	if !ok {
		source = &io.LimitedReader{R: from, N: math.MaxInt64}
	}
	total := int64(0)
	for source.N > 0 {
		piece := &io.LimitedReader{R: source.R, N: min(source.N, pieceSize)}
		asked := piece.N
		w.extend()
		n, err := io.Copy(w.ResponseWriter, piece)
		total += n
		source.N -= n
		w.written += n
		if err != nil || n < asked {
			return total, err
		}
	}
	return total, nil
}

// Flush implements http.Flusher, which server-sent events need.
func (w *recorder) Flush() {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.replaced {
		w.extend()
		http.NewResponseController(w.ResponseWriter).Flush()
	}
}

// Hijack implements http.Hijacker, which WebSockets need.
func (w *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		if w.status == 0 {
			w.status = http.StatusSwitchingProtocols
		}
		w.server.flights.becomeStream(w.ex)
		conn = &pacedConn{conn, w.server.limits.Write}
		buffered.Writer.Reset(conn) // net/http has written all that was in it
	}
	return conn, buffered, err
}

// extend gives the coming write its time. A client that reads nothing loses its
// connection then, and a stream may still be silent for as long as it likes. In
// HTTP/2 a deadline would end the stream even without a write, so there is none.
func (w *recorder) extend() {
	if w.http1 {
		// An error only means that the writer beneath has no deadlines, as in tests.
		_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.server.limits.Write))
	}
}
