package hub

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/ewtp/entente/internal/lru"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// Prefix is the path under which the handler answers.
const Prefix = "/hub/v1/"

// Options are a handler's settings.
type Options struct {
	// Keys are the public keys that releases were and are signed with, the present
	// one first: [Signer.PublicJWKS], and the keys of earlier signers.
	Keys jose.JSONWebKeySet
	// Log gets what went wrong inside; nil for none.
	Log *slog.Logger
	// CacheBytes bounds what is kept in memory; 0 for 32 MiB.
	CacheBytes int64
}

// A Handler serves releases over HTTP below [Prefix]; it wants whole paths. The
// package comment lists what it answers.
type Handler struct {
	source   Source
	position func() int64 // nil where the source doesn't say
	keys     *response
	log      *slog.Logger
	cache    *lru.Cache[string, *response]
	largest  int // of the answers that are kept
}

// NewHandler returns a handler over a source. If the source is [Positioned], a poll
// that finds nothing new asks it for nothing but the position.
func NewHandler(source Source, o Options) (*Handler, error) {
	keys := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, key := range o.Keys.Keys {
		usable, ok := usableKey(key) // never the private half, whatever came in
		if !ok {
			return nil, errors.New("couldn't make the hub's handler: a release key isn't an ES256 key")
		}
		keys.Keys = append(keys.Keys, usable)
	}
	body, err := encodeJSON(keys)
	if err != nil {
		return nil, fmt.Errorf("couldn't make the hub's handler: %w", err)
	}
	h := &Handler{source: source, keys: newResponse(body, "application/jwk-set+json", revalidate), log: o.Log}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if p, ok := source.(Positioned); ok {
		h.position = p.Position
	}
	if o.CacheBytes <= 0 {
		o.CacheBytes = 32 << 20
	}
	h.cache, h.largest = newCache(o.CacheBytes)
	return h, nil
}

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		refusal{http.StatusMethodNotAllowed, policies.Invalid, "only GET and HEAD are answered here"}.write(w)
		return
	}
	a, err := h.route(r.Context(), r.URL.Path)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	a.write(w, r)
}

// refuse answers with the error. What isn't a refusal is a fault of ours, and is told
// to the log only.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var f refusal
	switch {
	case errors.As(err, &f):
	case r.Context().Err() != nil, errors.Is(err, context.DeadlineExceeded):
		w.Header().Set("Retry-After", "1")
		f = refusal{http.StatusServiceUnavailable, policies.Unavailable, "the answer took too long; ask again"}
	default:
		h.log.LogAttrs(r.Context(), slog.LevelError, "couldn't answer a hub", slog.String("path", r.URL.Path), slog.Any("error", err))
		f = refusal{http.StatusInternalServerError, policies.Internal, "internal error"}
	}
	f.write(w)
}

// route finds the answer to a path. It splits by hand because a mux would redirect
// what it thinks unclean, and a machine should hear 404 instead.
func (h *Handler) route(ctx context.Context, path string) (*response, error) {
	rest, ok := strings.CutPrefix(path, Prefix)
	if !ok {
		return nil, notFound("there is nothing here")
	}
	switch p := strings.Split(rest, "/"); {
	case rest == "":
		return h.fresh("index", func() (*response, error) { return h.index(ctx) })
	case rest == "keys":
		return h.keys, nil
	case len(p) == 2 && p[0] == "texts":
		return h.text(ctx, p[1])
	case len(p) == 2 && p[0] == "rulesets":
		return h.fresh(rest, func() (*response, error) { return h.ruleSet(ctx, p[1]) })
	case len(p) == 4 && p[0] == "rulesets" && p[2] == "releases" && p[3] == "latest":
		return h.fresh(rest, func() (*response, error) { return h.latest(ctx, p[1]) })
	case (len(p) == 4 || len(p) == 5 && p[4] != "") && p[0] == "rulesets" && p[2] == "releases":
		return h.numbered(ctx, p[1], p[3], strings.Join(p[4:], "/"))
	}
	return nil, notFound("there is nothing here")
}

// fresh answers from memory what was made at the source's present position, and else
// makes it anew. The position is read before the source is asked: an answer may be
// newer than its position says, and is then made once more, but never older.
func (h *Handler) fresh(key string, build func() (*response, error)) (*response, error) {
	if h.position == nil {
		return build()
	}
	position := h.position()
	if a, ok := h.cache.Get(key); ok && a.position == position {
		return a, nil
	}
	a, err := build()
	if err != nil {
		return nil, err
	}
	placed := *a
	placed.position = position
	h.keep(key, &placed)
	return &placed, nil
}

// latest is the newest release's document, under a name that moves on.
func (h *Handler) latest(ctx context.Context, slug string) (*response, error) {
	set, err := h.find(ctx, slug)
	if err != nil {
		return nil, err
	}
	if set.Releases == 0 {
		return nil, notFound("this rule set has no release yet")
	}
	a, err := h.part(ctx, set, set.Releases, "")
	if err != nil {
		return nil, err
	}
	latest := *a
	latest.caching, latest.location = revalidate, releasePath(slug, set.Releases)
	return &latest, nil
}

// numbered is a release's document (part "") or a part of it.
func (h *Handler) numbered(ctx context.Context, slug, number, part string) (*response, error) {
	if part != "" && part != "manifest" && part != "signature" {
		return nil, notFound("there is nothing here")
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || strconv.Itoa(n) != number {
		return nil, refusal{http.StatusBadRequest, policies.Invalid, "a release's number is a whole number from 1, or latest"}
	}
	if a, ok := h.cache.Get(partKey(slug, n, part)); ok { // slugs are never given anew
		return a, nil
	}
	set, err := h.find(ctx, slug)
	if err != nil {
		return nil, err
	}
	return h.part(ctx, set, n, part)
}

func (h *Handler) find(ctx context.Context, slug string) (standards.RuleSet, error) {
	if !standards.IsSlug(slug) {
		return standards.RuleSet{}, notFound("there is no such rule set")
	}
	set, err := h.source.RuleSet(ctx, slug)
	return set, orNotFound(err, "there is no such rule set")
}

func partKey(slug string, n int, part string) string {
	return releasePath(slug, n) + "/" + part
}

// part makes a release's document, manifest or signature, or has it in memory. Bytes
// that aren't the ones that were released never leave: better no answer than a wrong one.
func (h *Handler) part(ctx context.Context, set standards.RuleSet, n int, part string) (*response, error) {
	key := partKey(set.Slug, n, part)
	if a, ok := h.cache.Get(key); ok {
		return a, nil
	}
	release, err := h.source.Release(ctx, set.ID, n)
	if err != nil {
		return nil, orNotFound(err, "this rule set has no such release")
	}
	if got := standards.Digest(release.Manifest); got != release.Digest {
		return nil, fmt.Errorf("couldn't serve release %d of %s: its manifest has the digest %s, not %s", n, set.Slug, got, release.Digest)
	}
	var a *response
	switch part {
	case "manifest":
		a = newResponse(bytes.Clone(release.Manifest), "application/json", immutable)
	case "signature":
		a = newResponse([]byte(release.Signature), "application/jose", immutable)
	default:
		body, err := encodeJSON(releaseDocument(set.Slug, release))
		if err != nil {
			return nil, err
		}
		a = newResponse(body, "application/json", immutable)
	}
	h.keep(key, a)
	return a, nil
}

func (h *Handler) text(ctx context.Context, digest string) (*response, error) {
	if !standards.IsDigest(digest) {
		return nil, refusal{http.StatusBadRequest, policies.Invalid, "a text's name is sha256: and 64 lower-case hexadecimal digits"}
	}
	if a, ok := h.cache.Get(digest); ok {
		return a, nil
	}
	text, err := h.source.Text(ctx, digest)
	if err != nil {
		return nil, orNotFound(err, "no release holds such a text")
	}
	a := newResponse([]byte(text), "text/markdown; charset=utf-8", immutable)
	if a.tag != `"`+digest+`"` {
		return nil, fmt.Errorf("couldn't serve the text %s: what is kept has the tag %s", digest, a.tag)
	}
	h.keep(digest, a)
	return a, nil
}

// encodeJSON writes JSON for machines and for those who read over their shoulder.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("couldn't encode the answer: %w", err)
	}
	return b.Bytes(), nil
}
