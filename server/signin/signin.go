package signin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/web/frame"
)

// maxForm is the largest form taken, in bytes: a logout token is at most half of it.
const maxForm = 16 << 10

// A Provider is an OpenID Connect provider at which people sign in. Registered there
// are the redirect URI PUBLIC/signin/NAME/callback, the post-logout redirect URI
// PUBLIC/ and, where it knows back-channel logout, PUBLIC/signout/NAME/backchannel.
type Provider struct {
	// Name is in URLs and in the cookie: 1 to 32 lower-case letters, digits and hyphens.
	Name string

	// Label is what people read on the button; "" is the name.
	Label string

	// URL is the issuer identifier, as auth.Issuer has it; AllowHTTP likewise.
	URL       string
	AllowHTTP bool

	// EmailDomains are as auth.Issuer has them.
	EmailDomains []string

	// ClientID and ClientSecret are ours there. Without a secret we are a public client,
	// which PKCE is enough for.
	ClientID     string
	ClientSecret string

	// Scopes are asked for; nil means openid, profile and email.
	Scopes []string

	// TakesHint lets a link say who signs in: login_hint of /signin goes on to the provider,
	// and somebody who is signed in already may come as somebody else. For a demonstration,
	// whose provider asks for no password.
	TakesHint bool
}

// A Membership is an organisation that somebody belongs to.
type Membership struct {
	OrganisationID string
	Organisation   string // its name
	Role           string
}

// Options say how people sign in.
type Options struct {
	Providers []Provider

	// PublicURL is where people's browsers find this server: https, or http on a
	// loopback host, without a path.
	PublicURL string

	Keys        *Keys
	Revocations Revocations

	// Memberships are those of the person, the one that is read for without a choice first.
	Memberships func(ctx context.Context, issuer, subject string) ([]Membership, error)

	// Invitations are those that the person finds at /me.
	Invitations Invitations

	Client *http.Client     // asks the providers; nil is http.DefaultClient
	Now    func() time.Time // nil is time.Now
	Log    *slog.Logger     // nil is slog.Default()
}

// A Handler serves the pages of the package comment, by their whole paths, and its
// Middleware names the people who signed in. It is safe for concurrent use.
type Handler struct {
	public      string // without a slash at its end
	secure      bool
	list        []*provider
	providers   map[string]*provider
	keys        *Keys
	revocations Revocations
	memberships func(ctx context.Context, issuer, subject string) ([]Membership, error)
	invitations Invitations
	now         func() time.Time
	log         *slog.Logger
	pages       http.Handler
}

// A provider is a Provider, with what is known of it.
type provider struct {
	Provider
	known   *auth.Provider
	handler *Handler
}

var providerName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// New makes a handler. It talks to nobody: a provider is discovered when the first
// person wants to sign in there.
func New(o Options) (*Handler, error) {
	h := &Handler{providers: map[string]*provider{}, keys: o.Keys, revocations: o.Revocations, memberships: o.Memberships, invitations: o.Invitations,
		now: o.Now, log: o.Log}
	if h.keys == nil || h.revocations == nil || h.memberships == nil || h.invitations == nil {
		return nil, errors.New("couldn't set up signing in: it needs keys, revocations, memberships and invitations")
	}
	if h.now == nil {
		h.now = time.Now
	}
	if h.log == nil {
		h.log = slog.Default()
	}
	if err := h.setPublic(o.PublicURL); err != nil {
		return nil, err
	}
	for _, configured := range o.Providers {
		if err := h.add(configured, o.Client); err != nil {
			return nil, err
		}
	}
	h.pages = h.routes()
	return h, nil
}

func (h *Handler) setPublic(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Host == "", u.User != nil, u.RawQuery != "", u.Fragment != "", strings.Trim(u.Path, "/") != "",
		u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("couldn't use %q as the public URL: it must be https://HOST, without a path", text)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return fmt.Errorf("couldn't use %q as the public URL: it must be https, since its host isn't this machine", text)
	}
	h.secure, h.public = u.Scheme == "https", u.Scheme+"://"+u.Host
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (h *Handler) add(configured Provider, client *http.Client) error {
	switch {
	case !providerName.MatchString(configured.Name):
		return fmt.Errorf("couldn't configure the provider %q: its name must be lower-case letters, digits and hyphens", configured.Name)
	case h.providers[configured.Name] != nil:
		return fmt.Errorf("couldn't configure the provider %q: it is there twice", configured.Name)
	}
	if configured.Label == "" {
		configured.Label = configured.Name
	}
	if configured.Scopes == nil {
		configured.Scopes = []string{"openid", "profile", "email"}
	}
	if !slices.Contains(configured.Scopes, "openid") {
		return fmt.Errorf("couldn't configure the provider %q: the scope openid is missing", configured.Name)
	}
	issuer := auth.Issuer{URL: configured.URL, Audience: configured.ClientID, AllowHTTP: configured.AllowHTTP,
		EmailDomains: configured.EmailDomains}
	known, err := auth.NewProvider(issuer, client, auth.WithClock(h.now), auth.WithLogger(h.log))
	if err != nil {
		return err
	}
	p := &provider{configured, known, h}
	h.list = append(h.list, p)
	h.providers[configured.Name] = p
	return nil
}

// Patterns are what a mux mounts the handler at.
func Patterns() []string {
	return []string{"/signin", "/signin/", "/signout", "/signout/", "/me", "/me/"}
}

func (h *Handler) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /signin", h.choose)
	mux.HandleFunc("POST /signin/{provider}", h.begin)
	mux.HandleFunc("GET /signin/{provider}/callback", h.callback)
	mux.HandleFunc("POST /signout", h.signOut)
	mux.HandleFunc("POST /signout/{provider}/backchannel", h.backchannel)
	mux.HandleFunc("GET /me", h.me)
	mux.HandleFunc("POST /me/organisation", h.chooseOrganisation)
	mux.HandleFunc("POST /me/invitation", h.acceptInvitation)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		h.fail(w, r, http.StatusNotFound, "Not found", "There is nothing at this address.", "/")
	})
	// A sign-in or sign-out that another site's page begins is none that was wanted. A
	// provider's own request comes from no browser, and passes.
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.fail(w, r, http.StatusForbidden, "Not from here", "This was asked for by another site's page, so nothing was done.", "/")
	}))
	return protection.Handler(mux)
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", frame.Policy) // where there is no page, too
	header.Set("X-Content-Type-Options", "nosniff")
	// Not "no-referrer": forms would come with the Origin "null".
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	if lasting(r) {
		if path, chosen := frame.Choose(w, r); chosen {
			h.redirect(w, path)
			return
		}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	h.pages.ServeHTTP(w, r)
}

// provider finds the one that the path names; nil says that the request was answered.
func (h *Handler) provider(w http.ResponseWriter, r *http.Request) *provider {
	p := h.providers[r.PathValue("provider")]
	if p == nil {
		h.fail(w, r, http.StatusNotFound, "Not found", "There is no such sign-in here.", "/signin")
	}
	return p
}

// config is our side of the authorization code flow.
func (p *provider) config(m auth.Metadata) *oauth2.Config {
	style := oauth2.AuthStyleInHeader // client_secret_basic is the default (Discovery 1.0, section 3)
	if p.ClientSecret == "" || len(m.AuthMethods) > 0 && !slices.Contains(m.AuthMethods, "client_secret_basic") {
		style = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Scopes: p.Scopes,
		RedirectURL: p.handler.public + "/signin/" + p.Name + "/callback",
		Endpoint:    oauth2.Endpoint{AuthURL: m.Authorization, TokenURL: m.Token, AuthStyle: style},
	}
}

// localPath is the path on this server that text names, with its query; "/" where it names
// anything else, such as a page elsewhere.
func localPath(text string) string {
	if len(text) > 1024 || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") {
		return "/"
	}
	// Browsers take a backslash for a slash and pass over tabs and line ends.
	for _, r := range text {
		if r == '\\' || r < ' ' || r == 0x7f || r == '\uFFFD' {
			return "/"
		}
	}
	u, err := url.Parse(text)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return u.RequestURI()
}
