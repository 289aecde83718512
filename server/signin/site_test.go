package signin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/auth/oidctest"
	"github.com/ewtp/entente/server/signin"
)

const clientID = "entente-here"

func newProvider(t *testing.T, c *oidctest.Clock) *oidctest.Provider {
	t.Helper()
	return oidctest.New(t, c, clientID)
}

// A site is a server at which one signs in.
type site struct {
	*httptest.Server
	handler  *signin.Handler
	registry *registry.Registry
	log      *syncBuffer
	clock    *oidctest.Clock
}

type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func newKeys(t *testing.T) []byte {
	t.Helper()
	text, err := signin.GenerateKeys()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func parseKeys(t *testing.T, text []byte) *signin.Keys {
	t.Helper()
	keys, err := signin.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// newSite starts a site with a registry of its own; change may change its options.
func newSite(t *testing.T, c *oidctest.Clock, change func(*signin.Options), providers ...signin.Provider) *site {
	t.Helper()
	s := &site{log: &syncBuffer{}, clock: c, registry: registrytest.Open(t, registry.Options{Clock: c.Now})}
	var mux *http.ServeMux
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { mux.ServeHTTP(w, r) }))
	t.Cleanup(s.Close)
	o := signin.Options{Providers: providers, PublicURL: s.URL, Keys: parseKeys(t, newKeys(t)), Revocations: signin.OnLedger(s.registry), Invitations: signin.InvitationsOf(s.registry),
		Now: c.Now, Log: slog.New(slog.NewJSONHandler(s.log, nil)),
		Memberships: func(_ context.Context, _, subject string) ([]signin.Membership, error) {
			if subject == "lost" {
				return nil, errors.New("the memberships are lost")
			}
			return []signin.Membership{{OrganisationID: "org_1", Organisation: "One & Co", Role: "admin"}, {OrganisationID: "org_2", Organisation: "Two", Role: "observer"}}, nil
		}}
	if change != nil {
		change(&o)
	}
	var err error
	if s.handler, err = signin.New(o); err != nil {
		t.Fatal(err)
	}
	mux = http.NewServeMux()
	for _, pattern := range signin.Patterns() {
		mux.Handle(pattern, s.handler)
	}
	mux.Handle("/", s.handler.Middleware(whoami))
	return s
}

// whoami answers with the caller's identity.
var whoami = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	identity, _ := auth.From(r.Context())
	_ = json.NewEncoder(w).Encode(identity)
})

// at is a provider, as a site is told of it.
func at(f *oidctest.Provider, name string) signin.Provider {
	return signin.Provider{Name: name, Label: "The " + name, URL: f.URL, ClientID: clientID, EmailDomains: []string{"example.org", "USERINFO.example"}}
}

// A browser keeps cookies, follows redirects, and Refresh headers too.
type browser struct {
	t *testing.T
	http.Client
}

func newBrowser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

type page struct {
	*http.Response
	text string
}

func (b *browser) do(r *http.Request) page {
	b.t.Helper()
	answer, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{answer, string(text)}
}

func (b *browser) get(at string) page {
	b.t.Helper()
	r, err := http.NewRequest("GET", at, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	p := b.do(r)
	if to := p.refresh(); to != "" {
		return b.get(to)
	}
	return p
}

// submit posts a form and stays where the answer leads, but for Refresh.
func (b *browser) submit(at string, form url.Values) page {
	b.t.Helper()
	r, err := http.NewRequest("POST", at, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

func (b *browser) post(at string, form url.Values) page {
	b.t.Helper()
	p := b.submit(at, form)
	if to := p.refresh(); to != "" {
		return b.get(to)
	}
	return p
}

func (p page) refresh() string {
	_, to, _ := strings.Cut(p.Header.Get("Refresh"), `url="`)
	return strings.TrimSuffix(to, `"`)
}

// who is who the site takes the browser for.
func (b *browser) who(s *site) auth.Identity {
	b.t.Helper()
	var identity auth.Identity
	if err := json.Unmarshal([]byte(b.get(s.URL+"/whoami").text), &identity); err != nil {
		b.t.Fatal(err)
	}
	return identity
}

func (b *browser) signIn(s *site, provider string) page {
	b.t.Helper()
	return b.post(s.URL+"/signin/"+provider, url.Values{"return": {"/whoami?x=1"}})
}
