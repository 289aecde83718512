package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/go-jose/go-jose/v4"

	"github.com/ewtp/entente/standards"
)

const (
	maxKeys = 256 << 10 // bytes of a JWK Set
	maxNote = 1 << 20   // bytes that a release's document may have besides the manifest
)

// fetchLatest returns the registry's newest release with its signature verified; nil
// when it is the one that is held, as the registry says. It can't say so of a damaged one.
func (c *Client) fetchLatest(ctx context.Context, held *release, keys jose.JSONWebKeySet) (*release, error) {
	tag := ""
	if held.sound == nil {
		tag = held.tag
	}
	what := fmt.Sprintf("the newest release of %s", c.RuleSet)
	response, err := c.ask(ctx, "rulesets/"+c.RuleSet+"/releases/latest", tag, what)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotModified {
		return nil, nil
	}
	// A JSON string may take six times the bytes that it stands for, but never does for
	// a manifest: quotes double, and only control characters weigh more.
	body, err := readAll(response, 2*c.Limits.Manifest+maxNote, what)
	if err != nil {
		return nil, err
	}
	var d Document
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, refuseBecause(Malformed, err, "couldn't read %s", what)
	}
	next := &release{bytes: []byte(d.Manifest), signature: d.Signature, tag: response.Header.Get("Etag")}
	if int64(len(next.bytes)) > c.Limits.Manifest {
		return nil, refuseRelease(TooLarge, "the manifest has %d bytes, more than %d", len(next.bytes), c.Limits.Manifest)
	}
	if got := standards.Digest(next.bytes); got != d.Digest {
		return nil, refuseRelease(DigestMismatch, "the manifest has the digest %s, not %.80q", got, d.Digest)
	}
	if err := next.open(keys); err != nil {
		return nil, err
	}
	return next, nil
}

// fetchText returns a text's bytes, which are the ones that the manifest names.
func (c *Client) fetchText(ctx context.Context, ref standards.TextReference) ([]byte, error) {
	text, err := c.get(ctx, "texts/"+ref.Digest, int64(ref.Bytes), "the text "+ref.Digest)
	if err != nil {
		return nil, err
	}
	return text, checkText(ref, text)
}

func (c *Client) get(ctx context.Context, path string, limit int64, what string) ([]byte, error) {
	response, err := c.ask(ctx, path, "", what)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return readAll(response, limit, what)
}

// ask sends a GET and returns a response of 200, or of 304 if tag is set.
func (c *Client) ask(ctx context.Context, path, tag, what string) (*http.Response, error) {
	address, err := url.JoinPath(c.URL, Prefix, path) // #nosec G125 -- path is made of checked slugs, numbers and digests
	if err != nil {
		return nil, fmt.Errorf("couldn't read the registry's address: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the registry's address: %w", err)
	}
	request.Header.Set("Accept", "application/json, text/markdown;q=0.9, */*;q=0.1")
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return nil, refuseBecause(Unavailable, err, "couldn't fetch %s", what)
	}
	switch {
	case response.StatusCode == http.StatusOK, response.StatusCode == http.StatusNotModified && tag != "":
		return response, nil
	case response.StatusCode == http.StatusNotFound:
		err = refuseRelease(NotFound, "the registry doesn't have %s", what)
	default:
		err = refuseRelease(Unavailable, "couldn't fetch %s: the registry answered %s", what, response.Status)
	}
	response.Body.Close()
	return nil, err
}

// readAll reads a body of at most limit bytes, all of it or none.
func readAll(response *http.Response, limit int64, what string) ([]byte, error) {
	if response.ContentLength > limit {
		return nil, refuseRelease(TooLarge, "%s has %d bytes, more than %d", what, response.ContentLength, limit)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, refuseBecause(Unavailable, err, "%s broke off after %d bytes", what, len(body))
	case err != nil:
		return nil, refuseBecause(Unavailable, err, "couldn't fetch %s", what)
	case int64(len(body)) > limit:
		return nil, refuseRelease(TooLarge, "%s has more than %d bytes", what, limit)
	}
	return body, nil
}
