package answer

import (
	"net/http"
	"slices"
	"strings"
)

// MayStream says whether the answer to a request may be a stream.
func MayStream(r *http.Request) bool {
	return r.Header.Get("Upgrade") != "" || slices.ContainsFunc(r.Header.Values("Accept"), func(accept string) bool {
		return strings.Contains(strings.ToLower(accept), "event-stream")
	})
}
