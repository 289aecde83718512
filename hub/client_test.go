package hub

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/standards"
)

func TestPull(t *testing.T) {
	r := newRegistry(t)
	c := r.client(t)
	first := r.release(t, "one\n", "two\n", "one\n")
	got := pull(t, c)
	if !got.Updated || got.Manifest.Number != 1 || got.Digest != first.Digest || got.KeyID != r.signer.KeyID() {
		t.Errorf("first pull: %+v", got)
	}
	have := files(t, c.Dir)
	tag := have["releases/1/etag"]
	want := map[string]string{"current": "releases/1", "releases/1/manifest.json": string(first.Manifest),
		"releases/1/manifest.jws": first.Signature, "releases/1/etag": tag,
		textName("1", "one\n"): "one\n", textName("1", "two\n"): "two\n"}
	if diff := cmp.Diff(want, have); diff != "" || tag == "" {
		t.Errorf("the folder: %s", diff)
	}
	if v, err := c.Verify(); err != nil || v.Updated || v.Digest != first.Digest {
		t.Errorf("Verify: %+v, %v", v, err)
	}

	r.statuses = nil
	if got := pull(t, c); got.Updated || got.Manifest.Number != 1 || !slices.Equal(r.statuses, []int{304}) {
		t.Errorf("second pull: %+v, answers %v", got, r.statuses)
	}

	second := r.release(t, "one\n", "three\n")
	r.statuses = nil
	got = pull(t, c)
	if !got.Updated || got.Digest != second.Digest || len(r.statuses) != 2 { // "one" is held already
		t.Errorf("third pull: %+v, answers %v", got, r.statuses)
	}
	if diff := cmp.Diff(standards.CompareManifests(parse(t, first.Manifest), parse(t, second.Manifest)), got.Changes); diff != "" || len(got.Changes.Changed)+len(got.Changes.Removed) == 0 {
		t.Errorf("what it tells anew (-compared +pulled):\n%s", diff)
	}
	if have := files(t, c.Dir); have["current"] != "releases/2" || have["releases/1/manifest.json"] != string(first.Manifest) {
		t.Errorf("the folder: %v", have)
	}
	r.release(t, "a")
	r.release(t, "b")
	if got := pull(t, c); got.Manifest.Number != 4 { // one was missed
		t.Errorf("after two releases: %+v", got)
	}
}

func parse(t *testing.T, manifest []byte) standards.Manifest {
	t.Helper()
	m, err := standards.ParseManifest(manifest)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPullWithoutETags(t *testing.T) {
	r := newRegistry(t)
	r.release(t, "one")
	r.forge(func(*Document) {})
	c := r.client(t)
	pull(t, c)
	if got := pull(t, c); got.Updated {
		t.Errorf("the same release again: %+v", got)
	}
}

// Whatever arrives that isn't the release, the folder stays as it was.
func TestPullRefuses(t *testing.T) {
	header := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	resign := func(d *Document, text string) {
		d.Signature = header(text) + "." + d.Signature[strings.Index(d.Signature, ".")+1:]
	}
	for name, c := range map[string]struct {
		forge   func(*Document, *registry)
		release func(*standards.Manifest)
		client  func(*Client)
		want    Code
	}{
		"tampered manifest": {forge: func(d *Document, _ *registry) { d.Manifest = strings.Replace(d.Manifest, "A rule", "A role", 1) }, want: DigestMismatch},
		"tampered manifest, digest made to fit": {forge: func(d *Document, _ *registry) {
			d.Manifest = strings.Replace(d.Manifest, "A rule", "A role", 1)
			d.Digest = standards.Digest([]byte(d.Manifest))
		}, want: BadSignature},
		"no signature": {forge: func(d *Document, _ *registry) { d.Signature = "" }, want: BadSignature},
		"tampered signature": {forge: func(d *Document, _ *registry) {
			flipped := []byte(d.Signature)
			flipped[len(flipped)-20] ^= 1 // still base64url for most letters; BadSignature either way
			d.Signature = string(flipped)
		}, want: BadSignature},
		"alg none":      {forge: func(d *Document, _ *registry) { d.Signature = header(`{"alg":"none"}`) + ".." }, want: BadSignature},
		"alg none, kid": {forge: func(d *Document, r *registry) { resign(d, `{"alg":"none","kid":"`+r.signer.KeyID()+`"}`) }, want: BadSignature},
		"alg HS256": {forge: func(d *Document, r *registry) {
			resign(d, `{"alg":"HS256","kid":"`+r.signer.KeyID()+`","typ":"`+SignatureType+`"}`)
		}, want: BadSignature},
		"another type": {forge: func(d *Document, r *registry) {
			resign(d, `{"alg":"ES256","kid":"`+r.signer.KeyID()+`","typ":"JWT"}`)
		}, want: BadSignature},
		"own key brought along": {forge: func(d *Document, r *registry) {
			resign(d, `{"alg":"ES256","kid":"`+r.signer.KeyID()+`","typ":"`+SignatureType+`","jwk":{}}`)
		}, want: BadSignature},
		"unknown key ID": {forge: func(d *Document, _ *registry) {
			resign(d, `{"alg":"ES256","kid":"other","typ":"`+SignatureType+`"}`)
		}, want: UnknownKey},
		"signature with the payload attached": {forge: func(d *Document, _ *registry) {
			d.Signature = strings.Replace(d.Signature, "..", "."+header(d.Manifest)+".", 1)
		}, want: BadSignature},
		"signed by another": {forge: func(d *Document, _ *registry) {
			d.Signature, _ = newSigner(t).Sign([]byte(d.Manifest))
		}, want: UnknownKey},
		"signed by another under our key's name": {forge: func(d *Document, r *registry) {
			other := newSigner(t)
			other.header = r.signer.header
			d.Signature, _ = other.Sign([]byte(d.Manifest))
		}, want: BadSignature},
		"signed, but no manifest": {forge: func(d *Document, r *registry) {
			d.Manifest = `{"format":"entente-release/9"}`
			d.Digest = standards.Digest([]byte(d.Manifest))
			d.Signature, _ = r.signer.Sign([]byte(d.Manifest))
		}, want: Malformed},
		"another rule set":      {release: func(m *standards.Manifest) { m.RuleSet = "fish" }, want: WrongRuleSet},
		"not made from ours":    {release: func(m *standards.Manifest) { m.Previous = standards.Digest(nil) }, want: BrokenChain},
		"same number again":     {release: func(m *standards.Manifest) { m.Number, m.Previous = 1, "" }, want: Rollback},
		"expired":               {release: func(m *standards.Manifest) { m.ValidUntil = m.PublishedAt.Add(time.Hour) }, want: Expired},
		"a text too long":       {client: func(c *Client) { c.Limits.Text = 8 }, want: TooLarge},
		"texts too long":        {client: func(c *Client) { c.Limits.Texts = 18 }, want: TooLarge},
		"manifest too long":     {client: func(c *Client) { c.Limits.Manifest = 300 }, want: TooLarge},
		"wrong length of text":  {release: func(m *standards.Manifest) { m.Instruments[1].Text.Bytes++ }, want: DigestMismatch},
		"text longer than said": {release: func(m *standards.Manifest) { m.Instruments[1].Text.Bytes-- }, want: TooLarge},
		"text that isn't there": {release: func(m *standards.Manifest) { m.Instruments[1].Text.Digest = standards.Digest(nil) }, want: NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			client := r.client(t)
			r.release(t, "one")
			pull(t, client)
			before := files(t, client.Dir)
			r.releaseWith(t, r.signer, c.release, "one", "the second", "the third")
			if c.forge != nil {
				r.forge(func(d *Document) { c.forge(d, r) })
			}
			strict := client
			if c.client != nil {
				c.client(&strict)
			}
			got, err := strict.Pull(t.Context())
			refused(t, err, c.want)
			if wantStatus := map[bool]int{true: 4, false: 3}[c.want == NotFound]; ExitStatus(err) != wantStatus || got.Updated {
				t.Errorf("exit status %d, %+v", ExitStatus(err), got)
			}
			if diff := cmp.Diff(before, files(t, client.Dir)); diff != "" {
				t.Errorf("the folder changed: %s", diff)
			}
			if _, err := client.Verify(); err != nil {
				t.Errorf("what was held isn't good any more: %v", err)
			}
		})
	}
}

// An older release, genuine in every byte, is refused.
func TestPullRefusesRollback(t *testing.T) {
	r := newRegistry(t)
	c := r.client(t)
	old := r.release(t, "one")
	r.release(t, "two")
	pull(t, c)
	r.forge(func(d *Document) { d.Manifest, d.Digest, d.Signature = string(old.Manifest), old.Digest, old.Signature })
	_, err := c.Pull(t.Context())
	refused(t, err, Rollback)

	// Damage to what is held opens no way back.
	if err := os.WriteFile(filepath.Join(c.Dir, "current", manifestFile), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = c.Pull(t.Context())
	refused(t, err, Rollback)
}

func TestPullRefusesATamperedText(t *testing.T) {
	r := newRegistry(t)
	c := r.client(t)
	r.release(t, "one")
	r.intercept(func(w http.ResponseWriter, q *http.Request, _ http.Handler) bool {
		if !strings.Contains(q.URL.Path, "/texts/") {
			return false
		}
		w.Write([]byte("0ne"))
		return true
	})
	_, err := c.Pull(t.Context())
	refused(t, err, DigestMismatch)
	if have := files(t, c.Dir); len(have) != 0 {
		t.Errorf("the folder holds %v", have)
	}
	_, err = c.Verify()
	refused(t, err, NotFound)
}

// The registry fails from each request on in turn, in each of several ways; then it is back.
func TestPullSurvivesAFailingRegistry(t *testing.T) {
	failures := map[string]func(http.ResponseWriter, *http.Request, http.Handler){
		"500":     func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { http.Error(w, "no", 500) },
		"cut off": func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) },
		"truncated": func(w http.ResponseWriter, q *http.Request, h http.Handler) {
			whole := httptest.NewRecorder()
			q.Header.Del("If-None-Match")
			h.ServeHTTP(whole, q)
			w.Header().Set("Content-Length", whole.Header().Get("Content-Length"))
			w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
	}
	for name, fail := range failures {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			c := r.client(t)
			r.release(t, "one")
			pull(t, c)
			before := files(t, c.Dir)
			r.release(t, "two", "three", "four")
			for nth := range 4 { // the document and three texts
				var asked atomic.Int64
				r.intercept(func(w http.ResponseWriter, q *http.Request, h http.Handler) bool {
					if asked.Add(1) <= int64(nth) { // the transport itself tries again once
						return false
					}
					fail(w, q, h)
					return true
				})
				_, err := c.Pull(t.Context())
				refused(t, err, Unavailable)
				if diff := cmp.Diff(before, files(t, c.Dir)); diff != "" || ExitStatus(err) != 4 {
					t.Errorf("request %d: exit status %d: %s", nth, ExitStatus(err), diff)
				}
			}
			r.middle.Store(nil)
			if got := pull(t, c); got.Manifest.Number != 2 {
				t.Errorf("once it is back: %+v", got)
			}
		})
	}
}

func TestPullFromNowhere(t *testing.T) {
	r := newRegistry(t)
	c := r.client(t)
	_, err := c.Pull(t.Context()) // no release yet
	refused(t, err, NotFound)
	r.release(t, "one")
	pull(t, c)
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	c.URL = server.URL
	_, err = c.Pull(t.Context())
	refused(t, err, Unavailable)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Pull(ctx)
	refused(t, err, Unavailable)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled pull says %v", err)
	}
}

func TestKeyRotation(t *testing.T) {
	r := newRegistry(t)
	c := r.client(t)
	r.release(t, "one")
	pull(t, c)
	next := newSigner(t)
	second := r.memory.release(t, next, "two")
	_, err := c.Pull(t.Context())
	refused(t, err, UnknownKey)
	c.Keys.Keys = append(c.Keys.Keys, next.PublicJWKS().Keys...)
	if got := pull(t, c); got.KeyID != next.KeyID() || got.Digest != second.Digest {
		t.Errorf("with both keys pinned: %+v", got)
	}
	c.Keys = next.PublicJWKS()
	if got := pull(t, c); got.Updated {
		t.Errorf("with the old key gone: %+v", got)
	}
	c.Keys = r.signer.PublicJWKS()
	_, err = c.Verify()
	refused(t, err, UnknownKey)
}

func TestTrustOnFirstUse(t *testing.T) {
	r := newRegistry(t)
	c := r.client(t)
	r.release(t, "one")
	c.Keys = jose.JSONWebKeySet{}
	_, err := c.Pull(t.Context())
	refused(t, err, UnknownKey)
	c.TrustFirst = true

	r.forge(func(d *Document) { d.Signature, _ = newSigner(t).Sign([]byte(d.Manifest)) })
	_, err = c.Pull(t.Context())
	refused(t, err, UnknownKey)
	if have := files(t, c.Dir); len(have) != 0 {
		t.Errorf("keys that verified nothing were kept: %v", have)
	}
	r.middle.Store(nil)
	pull(t, c)
	c.TrustFirst = false // the keys are kept, so trust is no longer asked for
	if _, err := c.Pull(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := c.Verify(); err != nil {
		t.Error(err)
	}

	// Later on another registry, with keys of its own, stands at that address.
	other := newRegistry(t)
	other.release(t, "bad")
	other.release(t, "worse")
	c.URL = other.url
	_, err = c.Pull(t.Context())
	refused(t, err, UnknownKey)
}

func TestExpiry(t *testing.T) {
	r := newRegistry(t)
	c := r.client(t)
	r.release(t, "one")
	pull(t, c)
	end := published.AddDate(1, 0, 0)
	for _, step := range []struct {
		now   time.Time
		grace time.Duration
		good  bool
	}{
		{end.Add(-time.Millisecond), 0, true},
		{end, 0, false},
		{end, time.Hour, true},
		{end.Add(time.Hour), time.Hour, false},
	} {
		c.Now, c.Grace = func() time.Time { return step.now }, step.grace
		got, err := c.Pull(t.Context()) // answered 304
		_, offline := c.Verify()
		if step.good && (err != nil || offline != nil) {
			t.Errorf("at %v with a grace of %v: %v, %v", step.now, step.grace, err, offline)
		}
		if !step.good {
			refused(t, err, Expired)
			refused(t, offline, Expired)
		}
		if got.Manifest.Number != 1 {
			t.Errorf("the result doesn't say what is held: %+v", got)
		}
	}
	if have := files(t, c.Dir); have["current"] != "releases/1" {
		t.Errorf("the expired release isn't on disk any more: %v", have)
	}
}

func TestOneFolderOneRuleSetOnePull(t *testing.T) {
	r := newRegistry(t)
	c := r.client(t)
	r.release(t, "one")
	pull(t, c)
	other := c
	other.RuleSet = "fish"
	_, err := other.Pull(t.Context())
	refused(t, err, WrongRuleSet)
	_, err = other.Verify()
	refused(t, err, WrongRuleSet)

	held, err := openFolder(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Pull(t.Context())
	refused(t, err, Busy)
	held.close()
	pull(t, c)
}

func TestBadConfiguration(t *testing.T) {
	for name, c := range map[string]Client{
		"slug":   {URL: "http://registry.example", RuleSet: "../x", Dir: t.TempDir()},
		"folder": {URL: "http://registry.example", RuleSet: "x"},
	} {
		if _, err := c.Pull(t.Context()); ExitStatus(err) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if ExitStatus(nil) != 0 {
		t.Error("no error has an exit status")
	}
	// A link that leads elsewhere is no release.
	dir := t.TempDir()
	if err := os.Symlink("../../etc", filepath.Join(dir, currentLink)); err != nil {
		t.Fatal(err)
	}
	r := newRegistry(t)
	c := r.client(t)
	c.Dir = dir
	if _, err := c.Pull(t.Context()); err == nil || ExitStatus(err) != 1 {
		t.Errorf("a link that leads elsewhere: %v", err)
	}
}
