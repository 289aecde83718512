package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server/acting"
)

// Whatever a client sends as its agent, method, path, address or position, the access
// log has one line of printable ASCII for it, in either of slog's formats, and the
// answer has no header that it wrote.
func FuzzRequestIsOneLogLine(f *testing.F) {
	f.Add("agent\r\nforged", "GET", "/a%0Ab", "192.0.2.1\r\n", "1\r\nSet-Cookie: a=b")
	f.Add("\x1b[2J\u202e", "PO\nST", "/%E2%80%AE", "\x00", "-1")
	f.Add("\xff", "", "/", "[::1]", "99999999999999999999")
	reg := registrytest.Open(f, registry.Options{Log: quiet})
	gone, cancel := context.WithCancel(f.Context()) // nobody waits for a position
	cancel()
	f.Fuzz(func(t *testing.T, agent, method, path, forwarded, atLeast string) {
		for _, make := range []func(*strings.Builder) slog.Handler{
			func(b *strings.Builder) slog.Handler { return slog.NewJSONHandler(b, nil) },
			func(b *strings.Builder) slog.Handler { return slog.NewTextHandler(b, nil) },
		} {
			var lines strings.Builder
			s := New(Options{Log: slog.New(make(&lines)), Pages: acting.Middleware(reg, quiet)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusNoContent)
			}))})
			r := httptest.NewRequestWithContext(gone, "GET", "/", nil)
			r.Method, r.URL.Path, r.URL.RawPath, r.RemoteAddr = method, path, "", forwarded
			r.Header = http.Header{"User-Agent": {agent}, "X-Forwarded-For": {forwarded}, acting.AtLeastHeader: {atLeast}}
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, r)
			text := strings.TrimSuffix(lines.String(), "\n")
			if text == "" || strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' }) {
				t.Errorf("log %q", lines.String())
			}
			for name, values := range w.Header() {
				if strings.ContainsAny(name+strings.Join(values, ""), "\r\n\x00") || name == "Set-Cookie" {
					t.Errorf("header %q: %q", name, values)
				}
			}
		}
	})
}
