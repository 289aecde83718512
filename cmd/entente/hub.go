package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ewtp/entente/hub"
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
	Grace window `placeholder:"7d" help:"How long past its validUntil a release is still taken."`
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
}

func (p pinned) report(g *globals, r hub.Result) error {
	h := held{r.Updated, r.Manifest.RuleSet, r.Manifest.Number, r.Digest, r.KeyID, r.Path, r.Manifest.ValidUntil, len(r.Manifest.Instruments)}
	if p.JSON {
		return writeJSON(g.out, h)
	}
	what := "holds"
	if h.Updated {
		what = "updated to"
	}
	_, err := fmt.Fprintf(g.out, "%s release %d of %s: %d instruments, %s, in %s\n", what, h.Number, h.RuleSet, h.Instruments, h.Digest, h.Path)
	return err
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
