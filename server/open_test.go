package server_test

import (
	"testing"

	"github.com/ewtp/entente/server/servertest"
)

// The schema's text is the same for everybody: no token is looked at, caches may keep it, and pages of every
// site may read it.
func TestSchemaIsOpen(t *testing.T) {
	f := servertest.NewFront(t)
	r := f.Request("", "GET", "/graphql/schema.graphql", "")
	r.Header.Set("Authorization", "Bearer nonsense")
	r.Header.Set("Origin", "https://tools.example")
	got := f.Open(r)
	for name, want := range map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "", "Entente-Position": "", "Vary": "",
		"Cache-Control": "public, max-age=300", "Content-Type": "text/plain; charset=utf-8"} {
		if is := got.Header.Get(name); got.StatusCode != 200 || is != want {
			t.Errorf("%s: %s is %q, want %q", got.Status, name, is, want)
		}
	}
}
