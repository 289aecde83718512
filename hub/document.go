package hub

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/ewtp/entente/standards"
)

// A Document is a release as one JSON object. Only Manifest and Signature count;
// everything else repeats the manifest or helps to find the way.
type Document struct {
	RuleSet   string            `json:"ruleSet"` // slug
	Number    int               `json:"number"`
	Digest    string            `json:"digest"` // of Manifest, "sha256:…"
	Note      string            `json:"note,omitempty"`
	Manifest  string            `json:"manifest"`  // the manifest's canonical bytes, as a JSON string
	Signature string            `json:"signature"` // detached compact JWS over these bytes
	Links     map[string]string `json:"links"`     // paths: self, manifest, signature, ruleSet; texts with {digest} to fill in
}

func releaseDocument(slug string, r standards.Release) Document {
	self := releasePath(slug, r.Number)
	return Document{RuleSet: slug, Number: r.Number, Digest: r.Digest, Note: r.Note,
		Manifest: string(r.Manifest), Signature: r.Signature,
		Links: map[string]string{"self": self, "manifest": self + "/manifest", "signature": self + "/signature",
			"ruleSet": ruleSetPath(slug), "texts": Prefix + "texts/{digest}"}}
}

type indexDocument struct {
	RuleSets []ruleSetEntry    `json:"ruleSets"`
	Links    map[string]string `json:"links"`
}

type ruleSetEntry struct {
	Slug        string            `json:"slug"`
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Latest      *latestEntry      `json:"latest,omitempty"` // absent before the first release
	Links       map[string]string `json:"links"`
}

type latestEntry struct {
	Number int    `json:"number"`
	Digest string `json:"digest"`
}

type ruleSetDocument struct {
	ruleSetEntry
	Releases []releaseEntry `json:"releases"` // newest first
}

type releaseEntry struct {
	Number      int               `json:"number"`
	Digest      string            `json:"digest"`
	PublishedAt time.Time         `json:"publishedAt"`
	ValidUntil  time.Time         `json:"validUntil"`
	Note        string            `json:"note,omitempty"`
	Links       map[string]string `json:"links"`
}

func ruleSetPath(slug string) string { return Prefix + "rulesets/" + slug }

func releasePath(slug string, number int) string {
	return ruleSetPath(slug) + "/releases/" + strconv.Itoa(number)
}

func newRuleSetEntry(set standards.RuleSet) ruleSetEntry {
	self := ruleSetPath(set.Slug)
	e := ruleSetEntry{Slug: set.Slug, Title: set.Title, Description: set.Description, Links: map[string]string{"self": self}}
	if set.Releases > 0 {
		e.Latest = &latestEntry{Number: set.Releases, Digest: set.LatestDigest}
		e.Links["latest"] = self + "/releases/latest"
	}
	return e
}

func (h *Handler) index(ctx context.Context) (*response, error) {
	sets, err := h.source.RuleSets(ctx)
	if err != nil {
		return nil, err
	}
	d := indexDocument{RuleSets: make([]ruleSetEntry, len(sets)), Links: map[string]string{"self": Prefix, "keys": Prefix + "keys"}}
	for i, set := range sets {
		d.RuleSets[i] = newRuleSetEntry(set)
	}
	return jsonResponse(d)
}

func (h *Handler) ruleSet(ctx context.Context, slug string) (*response, error) {
	set, err := h.find(ctx, slug)
	if err != nil {
		return nil, err
	}
	releases, err := h.source.Releases(ctx, set.ID)
	if err != nil && !errors.Is(err, ErrNotFound) { // none yet is no error
		return nil, err
	}
	d := ruleSetDocument{ruleSetEntry: newRuleSetEntry(set), Releases: make([]releaseEntry, len(releases))}
	for i, r := range releases {
		d.Releases[i] = releaseEntry{Number: r.Number, Digest: r.Digest, PublishedAt: r.PublishedAt, ValidUntil: r.ValidUntil,
			Note: r.Note, Links: map[string]string{"self": releasePath(slug, r.Number)}}
	}
	return jsonResponse(d)
}

func jsonResponse(document any) (*response, error) {
	body, err := encodeJSON(document)
	if err != nil {
		return nil, err
	}
	return newResponse(body, "application/json", revalidate), nil
}
