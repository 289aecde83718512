package graph

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
)

// Tools that make clients take the schema as a file, and ask again whether it changed.
func TestSchemaIsServed(t *testing.T) {
	h := NewHandler(Options{Registry: registrytest.Open(t, registry.Options{})})
	ask := func(method, tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "/graphql/schema.graphql", nil)
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	got := ask("GET", "")
	want, err := os.ReadFile("testdata/schema.golden.graphql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.Body.String()); got.Code != http.StatusOK || diff != "" {
		t.Errorf("%d (-golden +served):\n%s", got.Code, diff)
	}
	tag := got.Header().Get("ETag")
	for _, x := range []struct {
		method, tag string
		status      int
	}{{"GET", tag, 304}, {"HEAD", "", 200}, {"GET", `"another"`, 200}, {"POST", "", 405}} {
		if w := ask(x.method, x.tag); w.Code != x.status || x.status != 405 && w.Header().Get("ETag") != tag || x.status != 200 && w.Body.Len() > 100 {
			t.Errorf("%s with %q: %d %v", x.method, x.tag, w.Code, w.Header())
		}
	}
}
