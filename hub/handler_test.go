package hub

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// memory is a Source in memory. Tests reach in to damage it.
type memory struct {
	mu       sync.Mutex
	set      standards.RuleSet
	releases []standards.Release
	texts    map[string]string
	fail     error
	asked    int
}

func (m *memory) ask() (func(), error) {
	m.mu.Lock()
	m.asked++
	return m.mu.Unlock, m.fail
}

func (m *memory) RuleSets(context.Context) ([]standards.RuleSet, error) {
	unlock, err := m.ask()
	defer unlock()
	return []standards.RuleSet{m.set}, err
}

func (m *memory) RuleSet(_ context.Context, slug string) (standards.RuleSet, error) {
	unlock, err := m.ask()
	defer unlock()
	if err == nil && slug != m.set.Slug {
		err = ErrNotFound
	}
	return m.set, err
}

func (m *memory) Release(_ context.Context, id string, number int) (standards.Release, error) {
	unlock, err := m.ask()
	defer unlock()
	if number == 0 {
		number = len(m.releases)
	}
	if err != nil || id != m.set.ID || number < 1 || number > len(m.releases) {
		return standards.Release{}, errors.Join(err, ErrNotFound)
	}
	return m.releases[number-1], nil
}

func (m *memory) Releases(context.Context, string) ([]standards.Release, error) {
	unlock, err := m.ask()
	defer unlock()
	list := make([]standards.Release, 0, len(m.releases))
	for i := len(m.releases) - 1; i >= 0; i-- {
		list = append(list, m.releases[i])
	}
	return list, err
}

func (m *memory) Text(_ context.Context, digest string) (string, error) {
	unlock, err := m.ask()
	defer unlock()
	text, ok := m.texts[digest]
	if err == nil && !ok {
		err = ErrNotFound
	}
	return text, err
}

// positioned is a memory that says how far it has come.
type positioned struct{ *memory }

func (p positioned) Position() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int64(len(p.releases))
}

var published = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func newMemory() *memory {
	return &memory{set: standards.RuleSet{ID: "rst_1", Slug: "parcels", Title: "Parcels"}, texts: map[string]string{}}
}

// release publishes the next release, signed, with these texts.
func (m *memory) release(t testing.TB, signer *Signer, texts ...string) standards.Release {
	t.Helper()
	return m.releaseWith(t, signer, nil, texts...)
}

// releaseWith lets the test change the manifest before it is signed.
func (m *memory) releaseWith(t testing.TB, signer *Signer, change func(*standards.Manifest), texts ...string) standards.Release {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	manifest := standards.Manifest{Format: standards.ManifestFormat, RuleSet: m.set.Slug, Number: m.set.Releases + 1, Previous: m.set.LatestDigest,
		PublishedAt: published, ValidUntil: published.AddDate(1, 0, 0), Instruments: []standards.ManifestInstrument{}}
	for i, text := range texts {
		digest := standards.Digest([]byte(text))
		m.texts[digest] = text
		manifest.Instruments = append(manifest.Instruments, standards.ManifestInstrument{ID: "ins_" + strconv.Itoa(i),
			Number: "EWTP-R-2026-00" + strconv.Itoa(i), Kind: standards.Regulation, Title: "A rule", Revision: 1, RevisionID: "rev_1",
			Text: standards.TextReference{Digest: digest, Bytes: len(text)}, EffectiveFrom: published,
			From: standards.LawDates{{Local: published.UTC().Format("2006-01-02T15:04:05"), Zone: "UTC", At: published}}, Clauses: []standards.ManifestClause{}})
	}
	if change != nil {
		change(&manifest)
	}
	b, err := manifest.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	signature, err := signer.Sign(b)
	if err != nil {
		t.Fatal(err)
	}
	r := standards.Release{ID: "rel_1", RuleSetID: m.set.ID, Number: m.set.Releases + 1, PublishedAt: manifest.PublishedAt,
		ValidUntil: manifest.ValidUntil, Digest: standards.Digest(b), Manifest: b, Signature: signature}
	m.releases = append(m.releases, r)
	m.set.Releases, m.set.LatestDigest = r.Number, r.Digest
	return r
}

func newSigner(t testing.TB) *Signer {
	t.Helper()
	text, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func newTestHandler(t testing.TB, source Source, o Options) *Handler {
	t.Helper()
	h, err := NewHandler(source, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ask(h http.Handler, method, path string, header http.Header) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func bodyOf(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHandlerAnswers(t *testing.T) {
	signer, m := newSigner(t), newMemory()
	m.release(t, signer, "one\n")
	second := m.release(t, signer, "one\n", "two – zwei\n")
	h := newTestHandler(t, m, Options{Keys: signer.PublicJWKS()})
	text := standards.Digest([]byte("two – zwei\n"))

	for _, c := range []struct{ path, contentType, caching, location, body string }{
		{"/hub/v1/", "application/json", revalidate, "", ""},
		{"/hub/v1/keys", "application/jwk-set+json", revalidate, "", ""},
		{"/hub/v1/rulesets/parcels", "application/json", revalidate, "", ""},
		{"/hub/v1/rulesets/parcels/releases/latest", "application/json", revalidate, "/hub/v1/rulesets/parcels/releases/2", ""},
		{"/hub/v1/rulesets/parcels/releases/1", "application/json", immutable, "", ""},
		{"/hub/v1/rulesets/parcels/releases/2/manifest", "application/json", immutable, "", string(second.Manifest)},
		{"/hub/v1/rulesets/parcels/releases/2/signature", "application/jose", immutable, "", second.Signature},
		{"/hub/v1/texts/" + text, "text/markdown; charset=utf-8", immutable, "", "two – zwei\n"},
	} {
		t.Run(c.path, func(t *testing.T) {
			got := ask(h, "GET", c.path, nil)
			body := bodyOf(t, got)
			if got.StatusCode != 200 || c.body != "" && body != c.body {
				t.Fatalf("%d: %s", got.StatusCode, body)
			}
			want := map[string]string{"Content-Type": c.contentType, "Cache-Control": c.caching, "Content-Location": c.location,
				"Etag": `"` + standards.Digest([]byte(body)) + `"`, "Content-Length": strconv.Itoa(len(body))}
			for name, value := range want {
				if got.Header.Get(name) != value {
					t.Errorf("%s: %q, want %q", name, got.Header.Get(name), value)
				}
			}
			head := ask(h, "HEAD", c.path, nil)
			if diff := cmp.Diff(got.Header, head.Header); diff != "" || bodyOf(t, head) != "" {
				t.Errorf("HEAD differs, or has a body: %s", diff)
			}
			same := ask(h, "GET", c.path, http.Header{"If-None-Match": {got.Header.Get("Etag")}})
			if same.StatusCode != 304 || bodyOf(t, same) != "" {
				t.Errorf("its own ETag got %d", same.StatusCode)
			}
			for _, name := range []string{"Etag", "Cache-Control", "Content-Location"} {
				if same.Header.Get(name) != got.Header.Get(name) {
					t.Errorf("304 has %s %q, the 200 had %q", name, same.Header.Get(name), got.Header.Get(name))
				}
			}
		})
	}
}

// What a document carries as a string is the manifest byte by byte.
func TestDocumentKeepsTheManifestsBytes(t *testing.T) {
	signer, m := newSigner(t), newMemory()
	r := m.releaseWith(t, signer, func(m *standards.Manifest) { m.Instruments[0].Title = "<\"A\" & \\ \u2028 é 商>" }, "x")
	var d Document
	if err := json.Unmarshal([]byte(bodyOf(t, ask(newTestHandler(t, m, Options{}), "GET", "/hub/v1/rulesets/parcels/releases/latest", nil))), &d); err != nil {
		t.Fatal(err)
	}
	if d.Manifest != string(r.Manifest) || d.Digest != r.Digest || d.Signature != r.Signature {
		t.Errorf("the document says %+v", d)
	}
}

func TestIndexListsRuleSetsWithAndWithoutReleases(t *testing.T) {
	signer, m := newSigner(t), newMemory()
	h := newTestHandler(t, positioned{m}, Options{})
	if got := bodyOf(t, ask(h, "GET", "/hub/v1/", nil)); strings.Contains(got, "latest") || !strings.Contains(got, `"slug": "parcels"`) {
		t.Errorf("before the first release: %s", got)
	}
	if got := ask(h, "GET", "/hub/v1/rulesets/parcels/releases/latest", nil); got.StatusCode != 404 {
		t.Errorf("latest of none got %d", got.StatusCode)
	}
	r := m.release(t, signer, "x")
	if got := bodyOf(t, ask(h, "GET", "/hub/v1/", nil)); !strings.Contains(got, r.Digest) {
		t.Errorf("after the first release: %s", got)
	}
}

func TestHandlerRefusals(t *testing.T) {
	signer, m := newSigner(t), newMemory()
	m.release(t, signer, "x")
	h := newTestHandler(t, m, Options{Keys: signer.PublicJWKS()})
	for _, c := range []struct {
		method, path string
		status       int
		code         policies.Code
	}{
		{"GET", "/hub/v1", 404, policies.NotFound},
		{"GET", "/hub/v1/nothing", 404, policies.NotFound},
		{"GET", "/hub/v1/keys/", 404, policies.NotFound},
		{"GET", "/hub/v1//keys", 404, policies.NotFound},
		{"GET", "/hub/v1/rulesets/other", 404, policies.NotFound},
		{"GET", "/hub/v1/rulesets/Parcels", 404, policies.NotFound},
		{"GET", "/hub/v1/rulesets/" + strings.Repeat("a", 5000), 404, policies.NotFound},
		{"GET", "/hub/v1/rulesets/other/releases/latest", 404, policies.NotFound},
		{"GET", "/hub/v1/rulesets/parcels/releases/2", 404, policies.NotFound},
		{"GET", "/hub/v1/rulesets/parcels/releases/1/other", 404, policies.NotFound},
		{"GET", "/hub/v1/rulesets/parcels/releases/1/", 404, policies.NotFound},
		{"GET", "/hub/v1/rulesets/parcels/releases/0", 400, policies.Invalid},
		{"GET", "/hub/v1/rulesets/parcels/releases/01", 400, policies.Invalid},
		{"GET", "/hub/v1/rulesets/parcels/releases/+1", 400, policies.Invalid},
		{"GET", "/hub/v1/rulesets/parcels/releases/99999999999999999999", 400, policies.Invalid},
		{"GET", "/hub/v1/texts/sha256:" + strings.Repeat("0", 64), 404, policies.NotFound},
		{"GET", "/hub/v1/texts/sha256:" + strings.Repeat("A", 64), 400, policies.Invalid},
		{"GET", "/hub/v1/texts/abc", 400, policies.Invalid},
		{"POST", "/hub/v1/keys", 405, policies.Invalid},
		{"DELETE", "/hub/v1/rulesets/parcels", 405, policies.Invalid},
	} {
		got := ask(h, c.method, c.path, nil)
		body := bodyOf(t, got)
		if got.StatusCode != c.status || !strings.Contains(body, string(c.code)) {
			t.Errorf("%s %.60s: %d %s, want %d %s", c.method, c.path, got.StatusCode, body, c.status, c.code)
		}
		if got.Header.Get("Cache-Control") != "no-store" || got.Header.Get("Etag") != "" {
			t.Errorf("%s %.60s: a refusal with %v", c.method, c.path, got.Header)
		}
	}
}

// What the source lost or changed is a fault of ours, told to the log and not to the hub.
func TestDamagedSourceIsNotServed(t *testing.T) {
	signer := newSigner(t)
	for name, damage := range map[string]func(*memory){
		"manifest": func(m *memory) {
			m.releases[0].Manifest = bytes.Replace(m.releases[0].Manifest, []byte("A"), []byte("B"), 1)
		},
		"text": func(m *memory) {
			for digest := range m.texts {
				m.texts[digest] = "y"
			}
		},
		"failure": func(m *memory) { m.fail = errors.New("secret: the disk is on fire") },
	} {
		m := newMemory()
		m.release(t, signer, "x")
		damage(m)
		var log bytes.Buffer
		h := newTestHandler(t, m, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
		path := "/hub/v1/rulesets/parcels/releases/latest"
		if name == "text" {
			path = "/hub/v1/texts/" + standards.Digest([]byte("x"))
		}
		got := ask(h, "GET", path, nil)
		if body := bodyOf(t, got); got.StatusCode != 500 || !strings.Contains(body, string(policies.Internal)) || strings.Contains(body, "secret") {
			t.Errorf("%s: %d %s", name, got.StatusCode, body)
		}
		if !strings.Contains(log.String(), path) {
			t.Errorf("%s: the log says %q", name, log.String())
		}
	}
}

func TestConditions(t *testing.T) {
	const tag = `"sha256:ab"`
	for _, c := range []struct {
		lines       []string
		weak, exact bool
	}{
		{[]string{tag}, true, true},
		{[]string{"*"}, true, true},
		{[]string{" * "}, true, true},
		{[]string{`W/"sha256:ab"`}, true, false},
		{[]string{`"x", "sha256:ab"`}, true, true},
		{[]string{`"x",W/"y" ,, "sha256:ab"`}, true, true},
		{[]string{`"x,y", W/"sha256:ab"`}, true, false},
		{[]string{`"x"`, `"sha256:ab"`}, true, true},
		{[]string{`"x"`}, false, false},
		{[]string{""}, false, false},
		{[]string{`sha256:ab`}, false, false},
		{[]string{`"sha256:ab`}, false, false},
		{[]string{`"x, sha256:ab"`}, false, false},
		{[]string{`w/"sha256:ab"`}, false, false},
		{[]string{`"SHA256:AB"`}, false, false},
	} {
		if got := matchesTag(c.lines, tag, true); got != c.weak {
			t.Errorf("%q weakly: %v", c.lines, got)
		}
		if got := matchesTag(c.lines, tag, false); got != c.exact {
			t.Errorf("%q strongly: %v", c.lines, got)
		}
	}
	a := newResponse([]byte("x"), "text/plain", immutable)
	h := http.HandlerFunc(a.write)
	if got := ask(h, "GET", "/", http.Header{"If-Match": {`"other"`}}); got.StatusCode != 412 {
		t.Errorf("If-Match of another: %d", got.StatusCode)
	}
	if got := ask(h, "GET", "/", http.Header{"If-Match": {a.tag}}); got.StatusCode != 200 {
		t.Errorf("If-Match of its own: %d", got.StatusCode)
	}
}

// A poll asks a positioned source nothing while nothing moves, and hears of a new
// release at once when something does.
func TestPollsAreAnsweredFromMemory(t *testing.T) {
	signer, m := newSigner(t), newMemory()
	m.release(t, signer, "one")
	const latest = "/hub/v1/rulesets/parcels/releases/latest"

	h := newTestHandler(t, positioned{m}, Options{})
	tag := ask(h, "GET", latest, nil).Header.Get("Etag")
	before := m.asked
	for range 10 {
		if got := ask(h, "GET", latest, http.Header{"If-None-Match": {tag}}); got.StatusCode != 304 {
			t.Fatalf("%d", got.StatusCode)
		}
	}
	if m.asked != before {
		t.Errorf("10 polls asked the source %d times", m.asked-before)
	}
	m.release(t, signer, "two")
	if got := ask(h, "GET", latest, http.Header{"If-None-Match": {tag}}); got.StatusCode != 200 || got.Header.Get("Etag") == tag {
		t.Errorf("after a release: %d", got.StatusCode)
	}

	h = newTestHandler(t, m, Options{}) // a source that doesn't say where it is: one lookup a poll
	ask(h, "GET", latest, nil)
	before = m.asked
	ask(h, "GET", latest, nil)
	if m.asked != before+1 {
		t.Errorf("a poll asked %d times", m.asked-before)
	}
}

func TestCacheIsBounded(t *testing.T) {
	h := newTestHandler(t, newMemory(), Options{CacheBytes: 4 * (entryCost + 100)})
	for i := range 10 {
		h.keep(strconv.Itoa(i), newResponse(make([]byte, 100), "", ""))
		h.cache.Get("0") // keeps the first in use
	}
	h.keep("9", newResponse(make([]byte, 50), "", ""))
	h.keep("big", newResponse(make([]byte, 101), "", ""))
	var kept []string
	for _, key := range []string{"0", "1", "6", "7", "8", "9", "big"} {
		if _, ok := h.cache.Get(key); ok {
			kept = append(kept, key)
		}
	}
	if diff := cmp.Diff([]string{"0", "7", "8", "9"}, kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestHandlerShowsNoPrivateKey(t *testing.T) {
	signer := newSigner(t)
	secret := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: signer.key}}}
	body := bodyOf(t, ask(newTestHandler(t, newMemory(), Options{Keys: secret}), "GET", "/hub/v1/keys", nil))
	if strings.Contains(body, `"d"`) || !strings.Contains(body, signer.KeyID()) {
		t.Errorf("the keys are shown as %s", body)
	}
	if _, err := NewHandler(newMemory(), Options{Keys: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: []byte("secret")}}}}); err == nil {
		t.Error("a symmetric key was taken")
	}
}
