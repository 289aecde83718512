package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/standards"
)

// hubCommand is a hub's side of releases.
type hubCommand struct {
	Pull   hubPull   `cmd:"" help:"Fetch the newest release of a rule set, verify all of it, and put it in place. Exit status 3: refused; 4: unavailable."`
	Verify hubVerify `cmd:"" help:"Verify what a folder holds, without the network. Exit status 3: refused."`
	Keygen hubKeygen `cmd:"" help:"Make a key to sign releases with; its public half goes to standard output."`
}

// pinned are the flags by which a hub says what it trusts.
type pinned struct {
	Keys  string `type:"existingfile" placeholder:"FILE" help:"The pinned public keys: a JWK Set, a JWK, or PEM."`
	Grace window `placeholder:"7d" help:"How long past its validUntil a release is still accepted."`
	JSON  bool   `name:"json" help:"Write the result as JSON."`
}

// keys reads the pinned keys; none where no file was given.
func (p pinned) keys() (jose.JSONWebKeySet, error) {
	if p.Keys == "" {
		return jose.JSONWebKeySet{}, nil
	}
	text, err := os.ReadFile(p.Keys)
	if err != nil {
		return jose.JSONWebKeySet{}, fmt.Errorf("couldn't read the pinned keys: %w", err)
	}
	keys, err := hub.ParseKeys(text)
	if err != nil {
		return keys, fmt.Errorf("couldn't read the pinned keys: %w", err)
	}
	return keys, nil
}

type hubPull struct {
	URL        string `arg:"" name:"url" help:"Where the registry is, such as https://registry.example."`
	RuleSet    string `arg:"" help:"The rule set's slug."`
	Dir        string `arg:"" help:"The folder to keep up to date; made if need be, one for one rule set."`
	TrustFirst bool   `help:"Without pinned keys, take those that the registry shows at the first pull, and keep to them."`
	pinned
}

// Run implements the command.
func (c *hubPull) Run(ctx context.Context, g *globals) error {
	keys, err := c.keys()
	if err != nil {
		return err
	}
	result, err := hub.Client{URL: c.URL, RuleSet: c.RuleSet, Dir: c.Dir, Keys: keys, TrustFirst: c.TrustFirst,
		Grace: time.Duration(c.Grace)}.Pull(ctx)
	if err != nil {
		return err
	}
	return c.report(g, result)
}

type hubVerify struct {
	Dir     string `arg:"" help:"The folder."`
	RuleSet string `placeholder:"SLUG" help:"The rule set that it must be."`
	pinned
}

// Run implements the command.
func (c *hubVerify) Run(g *globals) error {
	keys, err := c.keys()
	if err != nil {
		return err
	}
	result, err := hub.Client{RuleSet: c.RuleSet, Dir: c.Dir, Keys: keys, Grace: time.Duration(c.Grace)}.Verify()
	if err != nil {
		return err
	}
	return c.report(g, result)
}

// held is what a pull or a verification found, for scripts.
type held struct {
	Updated     bool      `json:"updated"`
	RuleSet     string    `json:"ruleSet"`
	Number      int       `json:"number"`
	Digest      string    `json:"digest"`
	KeyID       string    `json:"keyId"`
	Path        string    `json:"path"`
	ValidUntil  time.Time `json:"validUntil"`
	Instruments int       `json:"instruments"`
	*hubChanges
}

// hubChanges are what a pull brought, for scripts.
type hubChanges struct {
	Added   []hubInstrument `json:"added"`
	Removed []hubInstrument `json:"removed"`
	Changed []hubInstrument `json:"changed"`
	Starts  []hubDate       `json:"starts"`
	Ends    []hubDate       `json:"ends"`
}

type hubInstrument struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
}

type hubDate struct {
	hubInstrument
	standards.LawDate
	Reason standards.EndReason `json:"reason,omitempty"`
	By     string              `json:"by,omitempty"`
}

func changesOf(c standards.ManifestChanges) *hubChanges {
	instrument := func(in standards.ManifestInstrument) hubInstrument { return hubInstrument{in.ID, in.Number, in.Title} }
	list := func(all []standards.ManifestInstrument) []hubInstrument {
		out := make([]hubInstrument, len(all))
		for i, in := range all {
			out[i] = instrument(in)
		}
		return out
	}
	h := &hubChanges{Added: list(c.Added), Removed: list(c.Removed), Changed: list(c.Changed), Starts: []hubDate{}, Ends: []hubDate{}}
	for _, s := range c.Starts {
		h.Starts = append(h.Starts, hubDate{hubInstrument: instrument(s.Instrument), LawDate: s.LawDate})
	}
	for _, e := range c.Ends {
		h.Ends = append(h.Ends, hubDate{instrument(e.Instrument), e.LawDate, e.Reason, e.By})
	}
	return h
}

// write writes the changes for people, a line each.
func (h *hubChanges) write(w io.Writer) error {
	var b strings.Builder
	for _, part := range []struct {
		what string
		list []hubInstrument
	}{{"added", h.Added}, {"removed", h.Removed}, {"changed", h.Changed}} {
		for _, in := range part.list {
			fmt.Fprintf(&b, "  %-8s%s %s\n", part.what, in.Number, in.Title)
		}
	}
	for _, d := range h.Starts {
		fmt.Fprintf(&b, "  %-8s%s %s\n", "starts", d.Number, d.when())
	}
	for _, d := range h.Ends {
		by := ""
		if d.By != "" {
			by = " by " + d.By
		}
		fmt.Fprintf(&b, "  %-8s%s %s: %s%s\n", "ends", d.Number, d.when(), d.Reason, by)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// when writes a date as it was stated, and whose it is.
func (d hubDate) when() string {
	if d.Party == "" {
		return d.Local + " " + d.Zone
	}
	return d.Local + " " + d.Zone + " for " + d.Party
}

func (p pinned) report(g *globals, r hub.Result) error {
	h := held{r.Updated, r.Manifest.RuleSet, r.Manifest.Number, r.Digest, r.KeyID, r.Path, r.Manifest.ValidUntil, len(r.Manifest.Instruments), nil}
	if r.Updated {
		h.hubChanges = changesOf(r.Changes)
	}
	if p.JSON {
		return writeJSON(g.out, h)
	}
	what := "holds"
	if h.Updated {
		what = "updated to"
	}
	_, err := fmt.Fprintf(g.out, "%s release %d of %s: %d instruments, %s, in %s\n", what, h.Number, h.RuleSet, h.Instruments, h.Digest, h.Path)
	if err != nil || h.hubChanges == nil {
		return err
	}
	return h.write(g.out)
}

type hubKeygen struct {
	File string `arg:"" help:"Where the private key goes (PEM, mode 0600); must not exist."`
}

// Run implements the command.
func (c *hubKeygen) Run(g *globals) error {
	text, err := hub.GenerateKey()
	if err != nil {
		return fmt.Errorf("couldn't make the key: %w", err)
	}
	key, err := hub.ParseKey(text)
	if err != nil {
		return err
	}
	signer, err := hub.NewSigner(key)
	if err != nil {
		return err
	}
	if err := writeSecret(filepath.Clean(c.File), text); err != nil {
		return err
	}
	return json.NewEncoder(g.out).Encode(signer.PublicJWKS())
}
