package acting_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/servertest"
)

// Who still acts for an organisation that was closed is told that it was; who belongs to
// another one too acts for that without a word.
func TestActingForWhatWasClosed(t *testing.T) {
	r, first, second, _ := town(t)
	registrytest.Do(t, r, policies.Operator, policies.CloseOrganisation{OrganisationID: first, Reason: "Struck off."})
	log, _ := servertest.Log()
	h := acting.Middleware(r, log)(whoami)
	for organisation, want := range map[string]struct {
		status int
		words  string
	}{first: {403, "was closed at 20"}, second: {200, second}, "": {200, `"Unchosen":false`}} {
		q := httptest.NewRequest("POST", "/graphql", nil)
		q = q.WithContext(auth.NewContext(q.Context(), auth.Identity{Issuer: servertest.Issuer, Subject: "ann"}))
		if organisation != "" {
			q.Header.Set(acting.OrganisationHeader, organisation)
		}
		if w := servertest.Serve(h, q); w.Code != want.status || !strings.Contains(w.Body.String(), want.words) {
			t.Errorf("%q: %d %s; want %+v", organisation, w.Code, w.Body, want)
		}
	}
}
