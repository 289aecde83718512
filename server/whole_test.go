package server_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/servertest"
)

// While the views aren't what the record says, no face shows them: 503 with when to ask
// again, but for health and metrics. Afterwards all is as before.
func TestNothingIsShownOfViewsThatAreNotWhole(t *testing.T) {
	log, _ := servertest.Log()
	face := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	var why error
	h := server.New(server.Options{Log: log, GraphQL: face, Hub: face, Ledger: face, Calendar: face, Matrix: face, Files: face, Pages: face,
		Whole: func() error { return why }}).Handler()
	ask := func(path string) *httptest.ResponseRecorder {
		return servertest.Serve(h, httptest.NewRequest("GET", path, nil))
	}
	for _, path := range []string{"/", "/graphql", "/graphql/x", "/reports/x", "/attachments/a/b", "/receipts/x", "/calendar.ics", "/hub/v1/", "/ledger/checkpoint"} {
		why = errors.New("an erased word is in them")
		if w := ask(path); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		why = nil
		if w := ask(path); w.Code != http.StatusTeapot {
			t.Errorf("%s afterwards: %d", path, w.Code)
		}
	}
	why = errors.New("an erased word is in them")
	for _, path := range []string{"/healthz", "/readyz"} {
		if w := ask(path); w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
