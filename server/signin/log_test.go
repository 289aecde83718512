package signin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ewtp/entente/server/auth/oidctest"
)

// No page, log line or URL of ours holds a code, a token or a cookie.
func TestLogsHoldNoSecrets(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	f.Change(func(b *oidctest.Behaviour) { b.Claims = map[string]any{"aud": "x"} })
	b.signIn(s, "p")
	f.Change(func(b *oidctest.Behaviour) { b.Claims = nil })
	f.Break("/token", http.NotFound)
	b.signIn(s, "p")
	log := s.log.String()
	if !strings.Contains(log, "couldn't be finished") || !strings.Contains(log, "couldn't reach the provider") {
		t.Errorf("the log lacks a line: %s", log)
	}
	f.Break("/token", nil)
	b.signIn(s, "p")
	if log = s.log.String(); !strings.Contains(log, `"somebody signed in"`) || !strings.Contains(log, `"subject":"`) {
		t.Errorf("who signed in isn't in the log: %s", log)
	}
	for _, request := range f.Asked("/token") {
		for _, name := range []string{"code", "code_verifier"} {
			if strings.Contains(log, request.Get(name)) {
				t.Errorf("the log holds the %s", name)
			}
		}
	}
	for _, request := range f.Asked("/authorize") {
		if strings.Contains(log, request.Get("state")) || strings.Contains(log, request.Get("nonce")) {
			t.Error("the log holds the state or the nonce")
		}
	}
}
