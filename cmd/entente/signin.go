package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/ewtp/entente/demo/issuer"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/signin"
	"github.com/ewtp/entente/views"
)

// signInSettings are the settings of serve that say where people sign in.
type signInSettings struct {
	ProvidersFile string `placeholder:"FILE" help:"The OpenID Connect providers at which people sign in with a browser, a JSON list. Without it nobody can sign in with a browser."`
	PublicURL     string `name:"public-url" placeholder:"URL" help:"Where browsers find this server, such as https://registry.example. Needed with providers, unless it listens on this machine alone."`
}

// A providerEntry is one element of the list in the providers' file.
type providerEntry struct {
	Name             string   `json:"name"`
	Label            string   `json:"label"`
	URL              string   `json:"url"`
	ClientID         string   `json:"clientId"`
	ClientSecretFile string   `json:"clientSecretFile"` // relative to the list's own folder
	ClientSecretEnv  string   `json:"clientSecretEnv"`  // or the environment variable that has it
	Scopes           []string `json:"scopes"`
	AllowHTTP        bool     `json:"allowHttp"`
}

// providers reads the file. Errors name no secret.
func (p *signInSettings) providers() ([]signin.Provider, error) {
	if p.ProvidersFile == "" {
		return nil, nil
	}
	text, err := os.ReadFile(p.ProvidersFile)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the providers: %w", err)
	}
	var entries []providerEntry
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&entries); err != nil {
		return nil, &usageError{fmt.Sprintf("--providers-file isn't a list of providers: %v", err)}
	}
	var found []signin.Provider
	for _, e := range entries {
		if u, err := url.Parse(e.URL); err == nil && strings.HasSuffix(strings.TrimRight(u.Path, "/"), demoIssuerPath) {
			return nil, &usageError{"--providers-file: the demonstration's issuer is for entente demo only"}
		}
		secret, err := e.secret(filepath.Dir(p.ProvidersFile))
		if err != nil {
			return nil, err
		}
		found = append(found, signin.Provider{Name: e.Name, Label: e.Label, URL: e.URL, AllowHTTP: e.AllowHTTP,
			ClientID: e.ClientID, ClientSecret: secret, Scopes: e.Scopes})
	}
	return found, nil
}

func (e *providerEntry) secret(dir string) (string, error) {
	switch {
	case e.ClientSecretFile != "" && e.ClientSecretEnv != "":
		return "", &usageError{fmt.Sprintf("the provider %q has its secret in two places", e.Name)}
	case e.ClientSecretEnv != "":
		secret := os.Getenv(e.ClientSecretEnv)
		if secret == "" {
			return "", &usageError{fmt.Sprintf("the provider %q has its secret in %s, which is empty", e.Name, e.ClientSecretEnv)}
		}
		return secret, nil
	case e.ClientSecretFile == "":
		return "", nil
	}
	path := e.ClientSecretFile
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	text, err := os.ReadFile(path) // #nosec G304 -- a file that the operator's own settings name
	if err != nil {
		return "", fmt.Errorf("couldn't read the secret of the provider %q: %w", e.Name, err)
	}
	return strings.TrimSpace(string(text)), nil
}

// public is the public URL: the one given, or the listener's own where only this
// machine reaches it.
func (p *signInSettings) public(listen string, got net.Addr) (string, error) {
	if p.PublicURL != "" {
		return p.PublicURL, nil
	}
	if _, _, err := net.SplitHostPort(listen); err != nil {
		return "", fmt.Errorf("couldn't read the address: %w", err)
	}
	if !onlyHere(listen) {
		return "", &usageError{"--public-url is needed with --providers-file, since others than this machine reach --listen"}
	}
	return demoAddress(listen, got)
}

// addSignIn adds signing in at the providers to the options.
func (n *node) addSignIn(o server.Options, providers []signin.Provider, public string) (server.Options, error) {
	n.public = public
	h, err := signin.New(signin.Options{Providers: providers, PublicURL: public, Keys: n.sessions, Revocations: signin.OnLedger(n.registry),
		Memberships: lookUpMemberships(n.views), Invitations: signin.InvitationsOf(n.registry), Log: n.log})
	if err != nil {
		return o, &usageError{err.Error()}
	}
	for _, pattern := range signin.Patterns() {
		o.Routes = append(o.Routes, server.Route{Pattern: pattern, Handler: h, Public: true, Pages: true})
	}
	o.Sessions = func(next http.Handler) http.Handler {
		named := h.Middleware(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/hub/") { // caches may keep those answers: no cookie in them
				next.ServeHTTP(w, r)
				return
			}
			named.ServeHTTP(w, r)
		})
	}
	return o, nil
}

// lookUpMemberships asks the views for a person's organisations.
func lookUpMemberships(db *views.DB) func(ctx context.Context, issuer, subject string) ([]signin.Membership, error) {
	return func(ctx context.Context, issuer, subject string) ([]signin.Membership, error) {
		belongings, err := db.Belongings(ctx, issuer, subject)
		if err != nil {
			return nil, err
		}
		var found []signin.Membership
		for _, b := range belongings {
			found = append(found, signin.Membership{OrganisationID: b.Organisation.ID, Organisation: b.Organisation.Name, Role: string(b.Member.Role)})
		}
		return found, nil
	}
}

// The demonstration's client at its own issuer.
const (
	demoProvider = "demo"
	demoClient   = "entente-demo-pages"
)

// demoSignIn is how the demonstration signs in at its own issuer.
func demoSignIn(base string) ([]signin.Provider, func(*issuer.Options)) {
	providers := []signin.Provider{{Name: demoProvider, Label: "the demo issuer", URL: base + demoIssuerPath, ClientID: demoClient,
		EmailDomains: []string{auth.AnyDomain}, TakesHint: true}}
	return providers, func(o *issuer.Options) {
		o.Client, o.AfterLogout = demoClient, base+"/"
		o.Redirects = []string{base + "/signin/" + demoProvider + "/callback"}
	}
}
