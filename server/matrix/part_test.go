package matrix_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/matrix"
	"github.com/ewtp/entente/server/servertest"
)

// A matrix that is too large, or a part of none, is refused before the first byte, with what to ask for; and
// a part's name says which it is.
func TestMatricesInParts(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	at := "/reports/" + p.ID
	h := matrix.HoldingAtMost(matrix.New(f.Registry, nil), 1)
	d, err := f.Registry.Views().Document(t.Context(), policies.Operator, p.ID, f.Registry.Now())
	if err != nil {
		t.Fatal(err)
	}
	csn := d.Consultation
	for range 2 {
		if _, err := f.Registry.Do(t.Context(), f.Actor("ferry-delegate"), "", policies.SubmitComment{ConsultationID: csn, CommentWords: policies.CommentWords{Stance: policies.Oppose,
			Type: policies.Technical, Text: "The buyer should."}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []struct {
		path, says string // in the body, or in the file's name
		status     int
	}{
		{"/responses.csv", `?from=3\u0026to=3`, 400},
		{"/responses.xlsx", `"field":"to"`, 400},
		{"/responses.csv?round=1", `?from=2\u0026round=1\u0026to=2`, 400},
		{"/responses.csv?from=2&to=2", d.Number + "-from-2-to-2-responses.csv", 200},
		{"/responses.xlsx?from=3", d.Number + "-from-3-responses.xlsx", 200},
		{"/responses.csv?clause=nowhere", `"field":"clause"`, 404},
		{"/responses.csv?clause=%0a%22", `"field":"clause"`, 404},
		{"/responses.csv?campaign=cpg_none", `"field":"campaign"`, 404},
		{"/responses.csv?from=0", `"field":"from"`, 400},
		{"/responses.csv?from=3&to=2", `"field":"to"`, 400},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := httptest.NewRequestWithContext(registry.NewContext(t.Context(), f.Actor("sponsor-delegate")), method, at+x.path, nil)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			said := w.Header().Get("Content-Disposition")
			if x.status != 200 {
				if said != "" {
					t.Errorf("%s %s is refused as a file %s", method, x.path, said)
				}
				said = strings.ReplaceAll(w.Body.String(), "&", `\u0026`)
			}
			if w.Code != x.status || !strings.Contains(said, x.says) {
				t.Errorf("%s %s: %d %s", method, x.path, w.Code, said)
			}
		}
	}
}
