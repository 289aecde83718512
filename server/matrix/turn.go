package matrix

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/spool"
)

// errBusy says that no turn came.
var errBusy = errors.New("too many reports are being made")

// inTurn lets serve make its answer once few enough reports are being made, and sends it when the turn is
// over: whoever reads slowly keeps nobody waiting, and what fails half-way has an answer of its own.
func (h *handler) inTurn(serve serveReport) serveReport {
	return func(w http.ResponseWriter, r *http.Request, d policies.Document) error {
		made := madeAnswer{header: http.Header{}}
		defer made.body.Close()
		if err := h.atTurn(r, func() error { return serve(&made, r, d) }); err != nil {
			return err
		}
		return made.send(w, r)
	}
}

// atTurn does some work when its turn comes, or fails with errBusy.
func (h *handler) atTurn(r *http.Request, work func() error) error {
	waited := time.NewTimer(patience)
	defer waited.Stop()
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
		return work()
	case <-waited.C:
	case <-r.Context().Done():
	}
	return errBusy
}

// A madeAnswer is an answer of status 200 that nobody has seen yet.
type madeAnswer struct {
	header http.Header
	body   spool.File
}

// Header implements http.ResponseWriter.
func (m *madeAnswer) Header() http.Header { return m.header }

// WriteHeader implements http.ResponseWriter.
func (m *madeAnswer) WriteHeader(int) {}

// Write implements http.ResponseWriter.
func (m *madeAnswer) Write(p []byte) (int, error) { return m.body.Write(p) }

func (m *madeAnswer) send(w http.ResponseWriter, r *http.Request) error {
	maps.Copy(w.Header(), m.header)
	if r.Method != http.MethodHead {
		w.Header().Set("Content-Length", strconv.FormatInt(m.body.Size(), 10))
	}
	w.WriteHeader(http.StatusOK)
	_, err := io.Copy(w, m.body.Reader())
	return err
}
