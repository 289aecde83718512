package server

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/answer"
)

// What may be wrong with a request's body, in exchange.fault.
const (
	bodyFine int32 = iota
	bodyTooLarge
	bodyTooSlow
)

// limitBody refuses bodies over limit bytes with 413, before the handler runs where
// Content-Length says so, and after limit bytes where only reading tells; and bodies
// that stand still for Limits.Read, or come slower than minRate beyond it, with 408. The handler sees an error from
// Read; whatever it then answers, the client is told what was wrong.
func (s *Server) limitBody(limit int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > limit {
			writeTooLarge(w, limit)
			return
		}
		if r.Body == nil || r.Body == http.NoBody {
			next.ServeHTTP(w, r)
			return
		}
		ex := exchangeOf(r)
		ex.limit = limit
		limited := r.WithContext(r.Context())
		limited.Body = &body{ReadCloser: http.MaxBytesReader(w, r.Body, limit), ex: ex,
			line: http.NewResponseController(w), patience: s.limits.Read, began: time.Now()}
		next.ServeHTTP(w, limited)
		if out, ok := w.(*recorder); ok && out.status == 0 && ex.fault.Load() != bodyFine {
			out.WriteHeader(http.StatusOK) // the handler wrote nothing: this answers for it
		}
	})
}

// minRate is how many bytes a second a body has to bring that takes longer than Limits.Read, on the
// average: a slow line of 32 kbit/s gets its 18 MB here, and a line that is held open for its own sake doesn't.
const minRate = 4 << 10

// A body notes why it couldn't be read. While it comes, it may take its time.
type body struct {
	io.ReadCloser
	ex       *exchange
	line     *http.ResponseController
	patience time.Duration
	began    time.Time
	got      int64
	ended    bool
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if !b.ended { // afterwards net/http listens on the line by itself
		b.extend(time.Now())
	}
	n, err := b.ReadCloser.Read(p)
	b.got += int64(n)
	b.ended = err != nil
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil || errors.Is(err, io.EOF):
	case errors.As(err, &tooLarge):
		b.ex.fault.Store(bodyTooLarge)
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.ex.fault.Store(bodyTooSlow)
	}
	return n, err
}

// extend gives the next read its time: the same rule as that of Apache's mod_reqtimeout, but for
// what was fast earns no time to stand still.
func (b *body) extend(now time.Time) {
	until := b.began.Add(b.patience + time.Duration(b.got)*time.Second/minRate)
	if still := now.Add(b.patience); still.Before(until) {
		until = still
	}
	_ = b.line.SetReadDeadline(until) // an error means that there are no deadlines, as in tests
}

// answerFault answers in the handler's place.
func (w *recorder) answerFault(fault int32) {
	direct := &recorder{ResponseWriter: w.ResponseWriter, server: w.server, ex: &exchange{browser: w.ex.browser}, http1: w.http1}
	if fault == bodyTooLarge {
		writeTooLarge(direct, w.ex.limit)
	} else {
		direct.Header().Set("Connection", "close")
		answer.WriteStatus(direct, http.StatusRequestTimeout, policies.Invalid, "the request's body took too long to arrive", answer.Field("body"))
	}
	w.status, w.written, w.replaced = direct.status, direct.written, true
}

// writeTooLarge also closes the connection: net/http would otherwise read on before
// it sends the answer.
func writeTooLarge(w http.ResponseWriter, limit int64) {
	w.Header().Set("Connection", "close")
	answer.WriteStatus(w, http.StatusRequestEntityTooLarge, policies.Invalid, fmt.Sprintf("the request's body is larger than %d bytes", limit), answer.Field("body"))
}
