package server

import "net/http"

// openToPages lets pages of every site read the answers. Browsers hand them to pages only where the request
// went without cookies: that is what the star means, beside which no credentials are allowed.
func openToPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		next.ServeHTTP(w, r)
	})
}
