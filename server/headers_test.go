package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// Each answer has the headers that keep a browser from misusing it, and an ID of its own; only what may be a page
// has those that are for pages. A handler that adds to a header adds to its own answer's alone.
func TestHeadersOfMachinesAndPages(t *testing.T) {
	said := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Content-Security-Policy", "sandbox")
		w.WriteHeader(http.StatusNoContent)
	})
	h := New(Options{Hub: said, Ledger: said, Pages: said}).Handler()
	ids := map[string]bool{}
	for _, c := range []struct {
		path    string
		machine bool
	}{{"/hub/v1/", true}, {"/ledger/checkpoint", true}, {"/", false}, {"/hubs", false}, {"/hub/v1/", true}, {"/healthz", false}} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
		header := w.Header()
		for _, f := range securityHeaders {
			if header.Get(f.name) != f.values[0] {
				t.Errorf("%s: %s is %q", c.path, f.name, header.Values(f.name))
			}
		}
		for _, f := range pageHeaders {
			if got := header.Get(f.name); (got == "") != c.machine {
				t.Errorf("%s: %s is %q", c.path, f.name, got)
			}
		}
		if len(header["Content-Security-Policy"]) > 2 {
			t.Errorf("%s: has what another answer was given: %q", c.path, header["Content-Security-Policy"])
		}
		id := header.Get("X-Request-Id")
		if id == "" || ids[id] {
			t.Errorf("%s: the ID is %q", c.path, id)
		}
		ids[id] = true
	}
}
