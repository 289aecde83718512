package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"time"

	"github.com/ewtp/entente/demo"
	"github.com/ewtp/entente/demo/issuer"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/web"
)

const (
	demoIssuerPath = "/demo/issuer"
	demoAudience   = "entente-demo"
)

// demoCommand runs a registry with a scenario inside and an issuer at which anybody
// on this machine can be any of its people.
type demoCommand struct {
	Listen string `default:"localhost:8080" placeholder:"ADDRESS" help:"Where to listen: an address of this machine itself."`
}

// Run implements the command.
func (c *demoCommand) Run(ctx context.Context, g *globals) (err error) {
	if g.Data == "" {
		if g.Data, err = os.MkdirTemp("", "entente-demo-"); err != nil {
			return fmt.Errorf("couldn't make a folder for the demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(g.Data)) }()
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("couldn't listen: %w", err)
	}
	base, err := demoAddress(c.Listen, listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	providers, asClient := demoSignIn(base)
	who := issuer.Options{Issuer: base + demoIssuerPath, Audience: demoAudience, Personas: demo.Personas()}
	asClient(&who)
	people, err := issuer.New(who)
	if err != nil {
		return errors.Join(fmt.Errorf("couldn't make the demo's issuer: %w", err), listener.Close())
	}
	clock := demo.NewClock(g.clocks.now().Add(-demo.Length))
	n, err := g.openAt(ctx, clocks{now: clock.Now}, false)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, n.close()) }()
	summary, err := demo.Play(ctx, n.registry, clock, base+demoIssuerPath)
	if err != nil {
		return errors.Join(fmt.Errorf("couldn't play the scenario: %w", err), listener.Close())
	}
	verifier, err := auth.New([]auth.Issuer{{URL: base + demoIssuerPath, Audience: demoAudience, EmailDomains: []string{auth.AnyDomain}}}, nil, auth.WithLogger(n.log))
	if err != nil {
		return errors.Join(fmt.Errorf("couldn't set up the demo's issuer: %w", err), listener.Close())
	}
	o, err := n.addSignIn(server.Options{Auth: verifier,
		Routes: []server.Route{{Pattern: demoIssuerPath + "/", Handler: people, Public: true}}}, providers, base)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	calm := time.AfterFunc(time.Second, debug.FreeOSMemory) // the play and the start took more than serving does
	defer calm.Stop()
	n.demo = demoTour(summary)
	printHints(g.out, base, summary)
	return n.serve(ctx, listener, o)
}

// demoTour is what the front page shows of the scenario.
func demoTour(s demo.Summary) *web.Demo {
	d := &web.Demo{Document: s.Regulation, Clause: s.RegulationClause, Comment: s.CommentID, Heard: s.Regulation, RuleSet: s.LabelSet,
		Business: demo.Shopkeeper, Sponsor: demo.Drafter}
	for _, p := range demo.Personas() {
		d.Personas = append(d.Personas, web.Persona{ID: p.ID, Name: p.Name, Organisation: p.Organisation, Kind: demo.KindOf(p.ID)})
	}
	return d
}

// demoAddress is the URL under which the demo is reached: the host as it was given,
// since the issuer answers to that one alone, and the port that was got.
func demoAddress(given string, got net.Addr) (string, error) {
	host, _, err := net.SplitHostPort(given)
	if err != nil {
		return "", fmt.Errorf("couldn't read the address: %w", err)
	}
	if host == "" {
		return "", &usageError{"--listen of the demo names a host of this machine, such as localhost:8080"}
	}
	_, port, err := net.SplitHostPort(got.String())
	if err != nil {
		return "", fmt.Errorf("couldn't read the address: %w", err)
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

// printHints says what to try next.
func printHints(w io.Writer, base string, s demo.Summary) {
	fmt.Fprintf(w, `Entente is at %[1]s with a scenario inside: open it in a browser. Stop it with Ctrl-C.

For programs, to try next:

Ask what is open for comment (or open %[1]s/graphql in a browser):

    curl -s %[1]s/graphql -H 'content-type: application/json' -d '{"query":
      "{ consultations(first: 5, filter: {openNow: true}) { edges { node { id document { number title } } } } }"}'

Sign in with a browser, as anybody of the scenario: the front page has a link for each.

Get a token as %[2]s (%[1]s/demo/issuer/ lists the others):

    TOKEN=$(curl -s -u %[2]s:%[3]s -d grant_type=client_credentials %[1]s/demo/issuer/token |
      sed 's/.*"access_token":"\([^"]*\)".*/\1/')

Comment on a clause of %[4]s:

    curl -s %[1]s/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"query":
      "mutation { submitComment(input: {consultationId: \"%[5]s\", clauseId: \"%[6]s\", stance: SUPPORT, text: \"Yes, and soon.\"}) { comment { id } ledgerPosition errors { message } } }"}'

Fetch and verify what was adopted, as a hub does:

    entente hub pull %[1]s %[7]s ./%[7]s --trust-first

`, base, demo.Shopkeeper, issuer.Secret, s.DocumentNumber, s.ConsultationID, s.ClauseID, s.RuleSet)
}
