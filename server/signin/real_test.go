package signin_test

import (
	"bufio"
	"context"
	"encoding/json"
	"html"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/demo/issuer"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/auth/oidctest"
	"github.com/ewtp/entente/server/signin"
)

var (
	formTag   = regexp.MustCompile(`<form[^>]*>`)
	inputTag  = regexp.MustCompile(`<input[^>]*type="hidden"[^>]*>`)
	attribute = regexp.MustCompile(`(\w+)="([^"]*)"`)
)

// fill sends the first form of a page, with what a person enters.
func (b *browser) fill(p page, entered url.Values) page {
	b.t.Helper()
	tag := formTag.FindString(p.text)
	if tag == "" {
		b.t.Fatalf("%s: %s: there is no form: %s", p.Request.URL, p.Status, p.text)
	}
	attributes := func(tag string) map[string]string {
		found := map[string]string{}
		for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
			found[m[1]] = html.UnescapeString(m[2])
		}
		return found
	}
	form := url.Values{}
	for _, input := range inputTag.FindAllString(p.text, -1) {
		a := attributes(input)
		form.Set(a["name"], a["value"])
	}
	for name, values := range entered {
		form[name] = values
	}
	to, err := p.Request.URL.Parse(attributes(tag)["action"])
	if err != nil {
		b.t.Fatal(err)
	}
	return b.submit(to.String(), form)
}

// untilCallback stops the browser where the provider sends it back to the site.
func (b *browser) untilCallback() {
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/callback") && strings.HasPrefix(r.URL.Path, "/signin/") {
			return http.ErrUseLastResponse
		}
		return nil
	}
}

// signInReally walks the whole way with a provider that nobody here wrote, and tries
// what must not work on the way.
func signInReally(t *testing.T, s *site, name string, enter func(*browser, page) page) *browser {
	t.Helper()
	b := newBrowser(t)
	b.untilCallback()
	back := enter(b, b.post(s.URL+"/signin/"+name, url.Values{"return": {"/docs"}})).Header.Get("Location")
	b.CheckRedirect = nil
	if !strings.HasPrefix(back, s.URL+"/signin/"+name+"/callback?") {
		t.Fatalf("the provider sends people to %q", back)
	}
	attempt := b.cookie(s, "entente-signin-"+name)
	if p := newBrowser(t).get(back); p.StatusCode != 400 {
		t.Errorf("the answer in another browser: %s", p.Status)
	}
	if p := b.get(strings.Replace(back, "state=", "state=x", 1)); p.StatusCode != 400 || b.who(s).Subject != "" {
		t.Errorf("another state: %s", p.Status)
	}
	if p := b.get(back); p.Request.URL.String() != s.URL+"/docs" {
		t.Fatalf("led to %s: %s\n%s", p.Request.URL, p.text, s.log)
	}
	thief := newBrowser(t)
	thief.plant(s, "entente-signin-"+name, attempt)
	if p := thief.get(back); p.StatusCode != 400 || thief.who(s).Subject != "" {
		t.Errorf("the code a second time: %s", p.Status)
	}
	return b
}

func realSite(t *testing.T, make func(public string) signin.Provider) *site {
	t.Helper()
	return newSite(t, &oidctest.Clock{}, func(o *signin.Options) {
		o.Providers = []signin.Provider{make(o.PublicURL)}
	})
}

// start runs a program until the test ends and returns the first line it prints.
func start(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	command.Stderr = t.Output()
	input, err := command.StdinPipe() // ends with this test, however it ends
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = input.Close()
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatalf("%s says nothing: %v", command.Path, err)
	}
	return strings.TrimSpace(line)
}

func TestOIDCProvider(t *testing.T) {
	modules := os.Getenv("ENTENTE_NODE_MODULES")
	if modules == "" {
		t.Skip("ENTENTE_NODE_MODULES names no folder with oidc-provider installed (npm i oidc-provider@9.13)")
	}
	modules, err := filepath.Abs(modules)
	if err != nil {
		t.Fatal(err)
	}
	const resource = "https://registry.example/graphql"
	var at string
	s := realSite(t, func(public string) signin.Provider {
		at = start(t, exec.Command("node", "testdata/provider.mjs", modules, public, resource))
		return signin.Provider{Name: "real", URL: at, ClientID: clientID, ClientSecret: "a secret of 32 characters, at least",
			EmailDomains: []string{"example.org"}}
	})
	enter := func(b *browser, p page) page {
		return b.fill(b.fill(p, url.Values{"login": {"mina"}, "password": {"x"}}), nil) // and consent
	}
	b := signInReally(t, s, "real", enter)
	who := b.who(s)
	if who.Issuer != at || who.Subject != "mina" || who.Name != "Name of mina" || who.Email != "mina@example.org" || !who.EmailVerified {
		t.Errorf("%+v", who)
	}

	// Signing out at the provider itself ends the session here, by the back channel.
	b.fill(b.get(at+"/session/end"), url.Values{"logout": {"yes"}})
	if b.who(s).Subject != "" {
		t.Errorf("the session lives on: %s", s.log)
	}
	// Signing out here goes on there, and comes back.
	b = signInReally(t, s, "real", enter)
	if p := b.fill(b.post(s.URL+"/signout", nil), url.Values{"logout": {"yes"}}); p.Request.URL.String() != s.URL+"/" || b.who(s).Subject != "" {
		t.Errorf("led to %s: %s", p.Request.URL, p.text)
	}
	machineToken(t, at, resource)
}

// machineToken gets an access token by client credentials, and verifies it.
func machineToken(t *testing.T, at, resource string) {
	t.Helper()
	r, err := http.NewRequest("POST", at+"/token", strings.NewReader(url.Values{"grant_type": {"client_credentials"},
		"resource": {resource}, "scope": {"entente:read"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("robot", url.QueryEscape("another secret of 32 characters"))
	p := newBrowser(t).do(r)
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(p.text), &answer); err != nil || answer.Token == "" {
		t.Fatalf("%s %s", p.Status, p.text)
	}
	v, err := auth.New([]auth.Issuer{{URL: at, Audience: resource}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := v.Verify(context.Background(), answer.Token)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{auth.ScopeRead}, got.Scopes); diff != "" || got.ClientID != "robot" || got.Allows(auth.ScopeWrite) {
		t.Errorf("%+v (-want +got):\n%s", got, diff)
	}
	other, err := auth.New([]auth.Issuer{{URL: at, Audience: "https://elsewhere.example"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Verify(context.Background(), answer.Token); auth.ReasonOf(err) != auth.WrongAudience {
		t.Errorf("for another audience: %v", err)
	}
}

func TestZitadel(t *testing.T) {
	program := os.Getenv("ENTENTE_ZITADEL")
	if program == "" {
		t.Skip("ENTENTE_ZITADEL names no program (go install github.com/zitadel/oidc/v3/example/server@v3.51.17)")
	}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	at := "http://localhost:" + port + "/"
	s := realSite(t, func(public string) signin.Provider {
		command := exec.Command(program)
		command.Env = append(os.Environ(), "PORT="+port, "REDIRECT_URI="+public+"/signin/real/callback")
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = command.Process.Kill()
			_ = command.Wait()
		})
		return signin.Provider{Name: "real", URL: at, ClientID: "web", ClientSecret: "secret"}
	})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ; ; <-tick.C {
		if answer, err := http.Get(at + ".well-known/openid-configuration"); err == nil {
			answer.Body.Close()
			break
		}
	}
	b := signInReally(t, s, "real", func(b *browser, p page) page {
		return b.fill(p, url.Values{"username": {"test-user@localhost"}, "password": {"verysecure"}})
	})
	if who := b.who(s); who.Issuer != at || who.Subject == "" || who.Name == "" || who.Email == "" {
		t.Errorf("%+v", who)
	}
	b.submit(s.URL+"/signout", nil)
	if b.who(s).Subject != "" {
		t.Error("not signed out")
	}
}

// The demonstration's issuer, with a button for everybody.
func TestDemoIssuer(t *testing.T) {
	var at string
	s := realSite(t, func(public string) signin.Provider {
		var handler http.Handler
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
		t.Cleanup(server.Close)
		at = server.URL + "/demo/issuer"
		made, err := issuer.New(issuer.Options{Issuer: at, Audience: "a", Client: clientID, AfterLogout: public + "/",
			Redirects: []string{public + "/signin/real/callback"}, Personas: []issuer.Persona{{ID: "mina", Name: "Mina", Email: "mina@example.org"}}})
		if err != nil {
			t.Fatal(err)
		}
		handler = made
		return signin.Provider{Name: "real", URL: at, ClientID: clientID}
	})
	b := signInReally(t, s, "real", func(b *browser, p page) page { return b.fill(p, url.Values{"persona": {"mina"}}) })
	if who := b.who(s); who.Issuer != at || who.Subject != "mina" || who.Email != "mina@example.org" {
		t.Errorf("%+v", who)
	}
	if p := b.post(s.URL+"/signout", nil); p.Request.URL.String() != s.URL+"/" || b.who(s).Subject != "" {
		t.Errorf("led to %s", p.Request.URL)
	}
	// It is nobody else's issuer, and wants PKCE.
	good := url.Values{"client_id": {clientID}, "redirect_uri": {s.URL + "/signin/real/callback"}, "response_type": {"code"},
		"code_challenge": {strings.Repeat("x", 43)}, "code_challenge_method": {"S256"}, "persona": {"mina"}}
	b.untilCallback()
	if p := b.submit(at+"/authorize", good); p.StatusCode != 303 {
		t.Fatal(p.Status)
	}
	for name, value := range map[string]string{"client_id": "x", "redirect_uri": "https://evil.example/", "response_type": "token",
		"code_challenge": "", "code_challenge_method": "plain", "persona": "eve"} {
		form := url.Values{}
		for k, v := range good {
			form[k] = v
		}
		form.Set(name, value)
		if p := b.submit(at+"/authorize", form); p.StatusCode != 400 {
			t.Errorf("%s=%s: %s", name, value, p.Status)
		}
	}
	if p := b.get(at + "/logout?post_logout_redirect_uri=https://evil.example/"); p.StatusCode != 200 || !strings.Contains(p.text, "signed out") {
		t.Errorf("%s %s", p.Status, p.text)
	}
}
