package graph

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// An answer goes on where its handlers ended, in one piece for its client; what they deferred ends after it, the innermost
// first, and so does it where the client hangs up.
func TestAnAnswerGoesOn(t *testing.T) {
	for _, hangUp := range []bool{false, true} {
		order, over := make(chan string, 10), make(chan struct{})
		proceed := make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, d := WithDeparture(r.Context())
			defer d.Returned(func() { order <- "outside"; close(over) })
			ctx, cancel := context.WithCancel(ctx)
			defer Finally(ctx, func() { cancel(); order <- "inside" })
			_, _ = io.WriteString(w, "begun, ")
			_ = http.NewResponseController(w).Flush()
			if !d.take(w, r) {
				t.Error("the answer stays")
				return
			}
			d.leave(ctx, cancel, func(send func([]byte) bool) {
				select {
				case <-proceed:
				case <-ctx.Done():
				}
				send([]byte("and told"))
				order <- "told"
			})
			order <- "returned"
		}))
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: here\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if first := <-order; first != "returned" {
			t.Errorf("first is %q", first)
		}
		if hangUp {
			_ = conn.Close()
		} else {
			close(proceed)
			if body, err := io.ReadAll(answer.Body); err != nil || string(body) != "begun, and told" {
				t.Errorf("%q, %v", body, err)
			}
		}
		<-over
		close(order)
		var rest []string
		for what := range order {
			rest = append(rest, what)
		}
		if !slices.Equal(rest, []string{"told", "inside", "outside"}) {
			t.Errorf("then come %q", rest)
		}
		_ = conn.Close()
		server.Close()
	}
}

// A client that takes nothing holds nobody up once its stream is ended.
func TestAnAnswerThatNobodyTakesEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, d := WithDeparture(t.Context())
		ctx, cancel := context.WithCancel(ctx)
		conn, client := net.Pipe()
		defer client.Close()
		d.conn = conn
		taken := true
		d.leave(ctx, cancel, func(send func([]byte) bool) { taken = send([]byte(strings.Repeat("words", 100))) })
		over := make(chan struct{})
		d.Returned(func() { close(over) })
		synctest.Wait()
		cancel()
		<-over
		if taken {
			t.Error("what nobody took was sent")
		}
	})
}
