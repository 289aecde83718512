package matrix_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/ewtp/entente/server/matrix"
	"github.com/ewtp/entente/server/servertest"
)

// Whoever may not answer is told so whatever the file is, for nobody looks at it.
func TestImportIsJudgedBeforeItsBody(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	for _, x := range []struct {
		who, document string
		want          int
	}{{"", p.ID, 401}, {"ferry-delegate", p.ID, 403}, {"ferry-delegate", f.Paper("draft").ID, 404}, {"sponsor-delegate", "doc_none", 404},
		{"sponsor-delegate", p.ID, 400}} {
		for _, query := range []string{"", "?apply=all", "?apply=everything"} {
			status, body := f.Send(f.Request(x.who, "POST", "/reports/"+x.document+"/responses"+query, "PK\x03\x04rubbish"))
			if status != x.want {
				t.Errorf("%q at %s%s: %d, want %d: %s", x.who, x.document, query, status, x.want, body)
			}
		}
	}
}

// Files that are slow to arrive keep no report from being made.
func TestSlowImportsHoldNoTurn(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	ended := make(chan error, 2)
	var lines []*io.PipeWriter
	for range 2 {
		r := f.Request("sponsor-delegate", "POST", "/reports/"+p.ID+"/responses", "")
		body, line := io.Pipe()
		r.Body, r.ContentLength = body, -1
		go func() {
			res, err := http.DefaultClient.Do(r)
			if err == nil {
				err = res.Body.Close()
			}
			ended <- err
		}()
		lines = append(lines, line)
	}
	some := bytes.Repeat([]byte("x"), 16<<20) // more than lines hold: when it is gone it is being read
	for _, line := range lines {
		if _, err := line.Write(some); err != nil {
			t.Fatal(err)
		}
	}
	res, err := http.DefaultClient.Do(f.Request("", "GET", "/reports/"+p.ID+"/responses.csv", ""))
	if err != nil {
		t.Fatalf("while files arrive: %v", err)
	}
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); err != nil || res.StatusCode != 200 || !strings.Contains(string(b), "The seller should.") {
		t.Errorf("%d %v: %.200s", res.StatusCode, err, b)
	}
	for _, line := range lines {
		line.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// Readers that are slow, or stop, keep no report from being made: a report is whole before it is sent.
func TestSlowReadersHoldNoTurn(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	path := "/reports/" + p.ID + "/responses.xlsx"
	stuck := make(chan struct{})
	defer close(stuck)
	h := matrix.New(f.Registry, slog.New(slog.DiscardHandler))
	for range 2 * 2 { // more than there are turns
		writing := make(chan struct{})
		go h.ServeHTTP(&stuckWriter{header: http.Header{}, writing: writing, until: stuck}, httptest.NewRequest("GET", path, nil))
		<-writing
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != http.StatusOK || w.Header().Get("Content-Length") != strconv.Itoa(w.Body.Len()) {
		t.Errorf("%d, %q bytes said and %d sent", w.Code, w.Header().Get("Content-Length"), w.Body.Len())
	}
}

// A stuckWriter is of a client that reads nothing.
type stuckWriter struct {
	header  http.Header
	once    sync.Once
	writing chan struct{} // closed at the first write
	until   chan struct{}
}

func (w *stuckWriter) Header() http.Header { return w.header }
func (w *stuckWriter) WriteHeader(int)     {}
func (w *stuckWriter) Write(p []byte) (int, error) {
	w.once.Do(func() { close(w.writing) })
	<-w.until
	return 0, io.ErrClosedPipe
}
