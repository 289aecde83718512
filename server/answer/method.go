package answer

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ewtp/entente/policies"
)

// Allows lets requests of these methods pass; false says that the request was answered,
// with 405 and the methods that are.
func Allows(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	if slices.Contains(methods, r.Method) {
		return true
	}
	verb := "are"
	if len(methods) == 1 {
		verb = "is"
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	WriteStatus(w, http.StatusMethodNotAllowed, policies.Invalid, "only "+strings.Join(methods, " and ")+" "+verb+" answered here")
	return false
}

// OnlyReads lets GET and HEAD pass, as Allows does.
func OnlyReads(w http.ResponseWriter, r *http.Request) bool {
	return Allows(w, r, http.MethodGet, http.MethodHead)
}
