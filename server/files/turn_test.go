package files_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/files"
	"github.com/ewtp/entente/server/servertest"
)

// Uploads that are slow to arrive keep no other out.
func TestSlowUploadsHoldNoTurn(t *testing.T) {
	f := servertest.NewFront(t)
	ctx := registry.NewContext(t.Context(), f.Actor("ferry-delegate"))
	h := files.New(f.Registry, func(http.ResponseWriter, *http.Request) bool { return true }, slog.New(slog.DiscardHandler))
	post := func(body io.Reader) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "POST", "/attachments?name=notes.txt", body))
		return w.Code
	}
	var lines []*io.PipeWriter
	ended := make(chan int, 10)
	for range cap(ended) { // more than there are turns
		body, line := io.Pipe()
		lines = append(lines, line)
		go func() { ended <- post(body) }()
		if _, err := io.WriteString(line, "Half of what "); err != nil { // once it is read
			t.Fatal(err)
		}
	}
	if got := post(strings.NewReader("All of it.")); got != http.StatusCreated {
		t.Errorf("beside slow uploads: %d", got)
	}
	for _, line := range lines {
		_, _ = io.WriteString(line, "there is.")
		_ = line.Close()
		if got := <-ended; got != http.StatusCreated {
			t.Errorf("a slow upload: %d", got)
		}
	}
}
