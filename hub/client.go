package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ewtp/entente/standards"
)

// A Client keeps a folder up to date with the newest release of one rule set. The
// package comment has the folder's layout and the rules of acceptance.
type Client struct {
	URL     string // where the registry is: "https://registry.example"
	RuleSet string // slug
	Dir     string // made if it isn't there; one folder for one rule set

	// Keys are the pinned keys, as [ParseKeys] reads them. A release signed with any
	// other is refused.
	Keys jose.JSONWebKeySet

	// TrustFirst allows a pull without pinned keys: the first pull takes the keys that
	// the registry itself shows, and keeps them in the folder for all later ones. It is
	// as safe as the connection is at that one moment. It does nothing where Keys are given.
	TrustFirst bool

	Grace  time.Duration    // how long past its validUntil a release is still taken
	Limits Limits           // zero fields mean DefaultLimits
	HTTP   *http.Client     // nil: one with a time-out of a minute a request
	Now    func() time.Time // nil: time.Now
}

// Limits bound what a client takes from a registry, in bytes.
type Limits struct {
	Manifest int64
	Text     int64 // one text
	Texts    int64 // all texts of a release
}

// DefaultLimits hold a rule set of hundreds of laws.
var DefaultLimits = Limits{Manifest: 16 << 20, Text: 16 << 20, Texts: 512 << 20}

// A Result is what a client holds, which is genuine and not expired.
type Result struct {
	Updated  bool   // by this pull; always false from Verify
	Path     string // folder of the release
	Digest   string // of the manifest
	KeyID    string // of the key that signed it
	Manifest standards.Manifest

	// Changes are what the release tells that the one held before didn't; after a pull
	// that updated only.
	Changes standards.ManifestChanges
}

// Pull asks the registry for the newest release and, if it is another than the one
// held, verifies all of it and then puts it in place. Whatever happens, the folder
// holds a whole release afterwards if it held one before, and never half of one.
// Errors are [*Error], but for troubles with the folder itself. With an Expired error
// while nothing new can be had, the release stays on disk: applying it is the hub's choice.
func (c Client) Pull(ctx context.Context) (Result, error) {
	c.complete()
	if err := c.check(); err != nil {
		return Result{}, err
	}
	folder, err := openFolder(c.Dir)
	if err != nil {
		return Result{}, err
	}
	defer folder.close()
	keys, taken, err := c.pinned(ctx, folder.dir)
	if err != nil {
		return Result{}, err
	}
	held, err := c.held(folder.dir, keys)
	if err != nil {
		return Result{}, err
	}
	if held.sound == nil && held.manifest.RuleSet != c.RuleSet {
		return Result{}, refuseRelease(WrongRuleSet, "the folder holds the rule set %q, not %q", held.manifest.RuleSet, c.RuleSet)
	}
	next, err := c.fetchLatest(ctx, held, keys)
	if err != nil {
		return Result{}, err
	}
	if next == nil {
		return held.result(false), c.checkExpiry(held.manifest)
	}
	if err := c.accept(held, next); err != nil {
		return Result{}, err
	}
	if taken != nil {
		if err := writeWhole(filepath.Join(folder.dir, keysFile), taken); err != nil {
			return Result{}, err
		}
	}
	if held.sound == nil && held.digest == next.digest {
		return held.result(false), nil
	}
	path, err := c.install(ctx, folder, held, next)
	if err != nil {
		return Result{}, err
	}
	next.path = path
	result := next.result(true)
	var before standards.Manifest
	if held.sound == nil {
		before = held.manifest
	}
	result.Changes = standards.CompareManifests(before, next.manifest)
	return result, nil
}

// Verify checks what the folder holds, without the network: signature, digests, that
// no file is missing or too many, that it is the client's rule set (if RuleSet is set)
// and hasn't expired. Keys are the pinned ones, else those that a first pull took.
func (c Client) Verify() (Result, error) {
	c.complete()
	keys := c.Keys
	if len(keys.Keys) == 0 {
		var err error
		if keys, err = readKeys(c.Dir); err != nil {
			return Result{}, err
		}
	}
	held, err := c.held(c.Dir, keys)
	switch {
	case err != nil:
		return Result{}, err
	case held.number == 0:
		return Result{}, refuseRelease(NotFound, "the folder holds no release")
	case held.sound != nil:
		return Result{}, held.sound
	case c.RuleSet != "" && held.manifest.RuleSet != c.RuleSet:
		return Result{}, refuseRelease(WrongRuleSet, "the release is of the rule set %q, not of %q", held.manifest.RuleSet, c.RuleSet)
	}
	return held.result(false), c.checkExpiry(held.manifest)
}

func (c *Client) complete() {
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: time.Minute}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Limits.Manifest <= 0 {
		c.Limits.Manifest = DefaultLimits.Manifest
	}
	if c.Limits.Text <= 0 {
		c.Limits.Text = DefaultLimits.Text
	}
	if c.Limits.Texts <= 0 {
		c.Limits.Texts = DefaultLimits.Texts
	}
}

func (c *Client) check() error {
	if !standards.IsSlug(c.RuleSet) {
		return fmt.Errorf("couldn't pull: %.80q is no name of a rule set", c.RuleSet)
	}
	if c.Dir == "" {
		return errors.New("couldn't pull: no folder is named")
	}
	return nil
}

// pinned returns the keys to verify with; taken is set when they come from the
// registry just now and are to be kept once they have proved themselves.
func (c *Client) pinned(ctx context.Context, dir string) (keys jose.JSONWebKeySet, taken []byte, err error) {
	if len(c.Keys.Keys) > 0 {
		return c.Keys, nil, nil
	}
	if _, err := os.Stat(filepath.Join(dir, keysFile)); err == nil { // pinned by an earlier pull
		keys, err = readKeys(dir)
		return keys, nil, err
	}
	if !c.TrustFirst {
		return keys, nil, refuseRelease(UnknownKey, "no key is pinned; without one nothing can be verified")
	}
	taken, err = c.get(ctx, "keys", maxKeys, "the registry's keys")
	if err != nil {
		return keys, nil, err
	}
	if keys, err = ParseKeys(taken); err != nil {
		return keys, nil, refuseBecause(Malformed, err, "the registry shows no usable keys")
	}
	return keys, taken, nil
}

// accept decides whether a verified release may follow the one that is held. A
// release made right after the held one must name it as its previous one. Where more
// lie between, the signature and the rising number must do: they are as strong, and
// fetching the ones between would let a lost one stop every hub for good.
func (c *Client) accept(held, next *release) error {
	m := next.manifest
	switch {
	case m.RuleSet != c.RuleSet:
		return refuseRelease(WrongRuleSet, "the registry sent a release of the rule set %q, not of %q", m.RuleSet, c.RuleSet)
	case m.Number < held.number:
		return refuseRelease(Rollback, "the registry sent release %d, but release %d is held", m.Number, held.number)
	case m.Number == held.number && held.digest != "" && next.digest != held.digest:
		return refuseRelease(Rollback, "the registry sent another release %d than the one held", m.Number)
	case m.Number == held.number+1 && held.digest != "" && m.Previous != held.digest:
		return refuseRelease(BrokenChain, "release %d wasn't made from the release %d that is held", m.Number, held.number)
	}
	return c.checkExpiry(m)
}

func (c *Client) checkExpiry(m standards.Manifest) error {
	if end := m.ValidUntil.Add(c.Grace); !c.Now().Before(end) {
		return refuseRelease(Expired, "release %d was valid until %s", m.Number, m.ValidUntil.UTC().Format(time.RFC3339))
	}
	return nil
}
