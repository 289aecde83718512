package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/calendar"
	"github.com/ewtp/entente/server/files"
	"github.com/ewtp/entente/server/matrix"
	"github.com/ewtp/entente/server/record"
	"github.com/ewtp/entente/server/releases"
	"github.com/ewtp/entente/server/signin"
	"github.com/ewtp/entente/server/web"
)

// serveCommand runs the registry until it is told to stop.
type serveCommand struct {
	Listen         string   `default:"localhost:8080" placeholder:"ADDRESS" help:"Where to listen. Plain HTTP: TLS ends in front of it."`
	MetricsAddress string   `placeholder:"ADDRESS" help:"Serve /metrics there; without it they are nowhere."`
	Issuer         []string `placeholder:"URL=AUDIENCE" help:"An OpenID Connect issuer whose tokens for that audience are taken; may be given more than once."`
	BelieveEmail   []string `placeholder:"URL[=DOMAIN]" help:"An issuer or provider that is believed when it says that an e-mail address (of that domain, or any) is verified; may be given more than once. People of other issuers can't accept invitations."`

	edge
	signInSettings
}

// Run implements the command.
func (c *serveCommand) Run(ctx context.Context, g *globals) (err error) {
	issuers, err := parseIssuers(c.Issuer)
	if err != nil {
		return err
	}
	providers, err := c.providers()
	if err != nil {
		return err
	}
	if err := believeEmails(c.BelieveEmail, issuers, providers); err != nil {
		return err
	}
	n, err := g.openAndStaff(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	verifier, err := auth.New(issuers, nil, auth.WithLogger(n.log))
	if err != nil {
		return fmt.Errorf("couldn't set up the issuers: %w", err)
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("couldn't listen: %w", err)
	}
	c.warn(ctx, n, issuers, providers)
	go verifier.Discover(ctx) // what fails is logged
	o := c.options(server.Options{Auth: verifier, MetricsAddress: c.MetricsAddress})
	if len(providers) > 0 {
		public, err := c.public(c.Listen, listener.Addr())
		if err == nil {
			o, err = n.addSignIn(o, providers, public)
		}
		if err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	return n.serve(ctx, listener, o)
}

// serve serves the registry with those options, to which it adds its own handlers.
// It closes the listener.
func (n *node) serve(ctx context.Context, listener net.Listener, o server.Options) (err error) {
	bundles, err := hub.NewHandler(releases.Source(n.views), hub.Options{Keys: n.releases.PublicJWKS(), Log: n.log})
	if err != nil {
		return errors.Join(fmt.Errorf("couldn't set up the hub: %w", err), listener.Close())
	}
	tiles, err := record.New(n.registry, n.checkpoints.VerifierKey(), n.log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if o.Tracing, err = server.NewTracing(ctx, buildInfo().Version); err != nil {
		return errors.Join(fmt.Errorf("couldn't set up tracing: %w", err), listener.Close())
	}
	o.Log, o.Acting = n.log, acting.Middleware(n.registry, n.log)
	o.GraphQL = graph.NewHandler(graph.Options{Registry: n.registry, Log: n.log})
	o.Hub, o.Ledger = bundles, tiles
	o.Calendar = calendar.New(n.views, n.registry.Now, n.log)
	o.Matrix = matrix.New(n.registry, n.log)
	attached := files.New(n.registry, server.CountUpload, n.log)
	o.Files = attached
	pages, err := web.New(web.Options{Registry: n.registry, SignIn: o.Sessions != nil, Base: n.public, Log: n.log, KeepFile: attached.Keep, CountUpload: server.CountUpload, VerifierKey: n.checkpoints.VerifierKey(), Demo: n.demo})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	o.Pages, o.Refusals = pages, pages.Refuse
	o.Whole = n.registry.Whole
	o.Ready = map[string]func(context.Context) error{
		"registry": n.registry.Ready,
		"store": func(ctx context.Context) error {
			_, err := n.store.Head(ctx)
			return err
		},
	}
	d, err := n.openDoor()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, d.close()) }()
	n.log.Info("listening", "address", listener.Addr().String(), "position", n.views.Position())
	return server.New(o).Serve(ctx, listener)
}

// believeEmails puts the domains of e-mail addresses, given as URL or URL=DOMAIN, into the
// issuers and providers that they are believed of.
func believeEmails(given []string, issuers []auth.Issuer, providers []signin.Provider) error {
	for _, pair := range given {
		at, domain, narrowed := strings.Cut(pair, "=")
		switch {
		case !narrowed:
			domain = auth.AnyDomain
		case domain == "" || strings.ContainsAny(domain, "@*/ "):
			return &usageError{fmt.Sprintf("--believe-email %q isn't URL or URL=DOMAIN", pair)}
		}
		known := false
		for i := range issuers {
			if issuers[i].URL == at {
				issuers[i].EmailDomains, known = append(issuers[i].EmailDomains, domain), true
			}
		}
		for i := range providers {
			if providers[i].URL == at {
				providers[i].EmailDomains, known = append(providers[i].EmailDomains, domain), true
			}
		}
		if !known {
			return &usageError{fmt.Sprintf("--believe-email %q names no --issuer and no provider", pair)}
		}
	}
	return nil
}

// parseIssuers reads URL=AUDIENCE pairs. The demonstration's issuer, at which
// anybody can be anyone, is refused by its address.
func parseIssuers(pairs []string) ([]auth.Issuer, error) {
	var issuers []auth.Issuer
	for _, pair := range pairs {
		at := strings.LastIndex(pair, "=")
		if at <= 0 || at == len(pair)-1 {
			return nil, &usageError{fmt.Sprintf("--issuer %q isn't URL=AUDIENCE", pair)}
		}
		issuer := auth.Issuer{URL: pair[:at], Audience: pair[at+1:]}
		u, err := url.Parse(issuer.URL)
		if err != nil {
			return nil, &usageError{fmt.Sprintf("--issuer %q is no URL", issuer.URL)}
		}
		if strings.HasSuffix(strings.TrimRight(u.Path, "/"), demoIssuerPath) {
			return nil, &usageError{"--issuer: the demonstration's issuer is for entente demo only"}
		}
		issuers = append(issuers, issuer)
	}
	return issuers, nil
}
