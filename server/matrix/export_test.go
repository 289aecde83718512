package matrix

import "net/http"

// HoldingAtMost lets the matrices of a handler of New hold so many comments.
func HoldingAtMost(h http.Handler, comments int) http.Handler {
	h.(*handler).most = comments
	return h
}
