package answer

import (
	"bufio"
	"net"
	"net/http"
)

// A Writer calls a function once, right before the answer's header is written.
type Writer struct {
	http.ResponseWriter
	before func()
	begun  bool
}

// Before wraps a writer; a nil function is none.
func Before(w http.ResponseWriter, do func()) *Writer { return &Writer{ResponseWriter: w, before: do} }

// Begin says that the answer begins, for one that ends without a word: it is one too.
func (w *Writer) Begin() {
	if w.begun {
		return
	}
	w.begun = true
	if w.before != nil {
		w.before()
	}
}

// Begun says whether the answer has begun.
func (w *Writer) Begun() bool { return w.begun }

// WriteHeader implements http.ResponseWriter.
func (w *Writer) WriteHeader(status int) {
	w.Begin()
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *Writer) Write(b []byte) (int, error) {
	w.Begin()
	return w.ResponseWriter.Write(b)
}

// Flush implements http.Flusher, for event streams.
func (w *Writer) Flush() {
	w.Begin()
	_ = http.NewResponseController(w.ResponseWriter).Flush() // a stream that can't be flushed ends by its next write
}

// Hijack implements http.Hijacker, for WebSockets: their answers are written by others.
func (w *Writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap serves http.ResponseController.
func (w *Writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
