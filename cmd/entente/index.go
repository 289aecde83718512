package main

import (
	_ "embed"
	"net/http"

	"github.com/ewtp/entente/server"
)

//go:embed index.html
var indexPage []byte

// index serves the one page there is.
func index(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		server.WriteError(w, server.NotFound, "there is nothing at this address")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(indexPage) // whoever hung up doesn't get it
}
