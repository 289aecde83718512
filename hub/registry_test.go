package hub

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ewtp/entente/standards"
)

// A registry is a handler on a listener, with someone in the middle.
type registry struct {
	*memory
	signer *Signer
	url    string
	// middle may answer in the registry's place; it returns true if it did.
	middle   atomic.Pointer[func(http.ResponseWriter, *http.Request, http.Handler) bool]
	statuses []int // of the answers so far
}

func newRegistry(t *testing.T) *registry {
	t.Helper()
	r := &registry{memory: newMemory(), signer: newSigner(t)}
	h := newTestHandler(t, positioned{r.memory}, Options{Keys: r.signer.PublicJWKS()})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if m := r.middle.Load(); m != nil && (*m)(w, q, h) {
			return
		}
		noted := &noting{ResponseWriter: w, status: 200}
		h.ServeHTTP(noted, q)
		r.mu.Lock()
		r.statuses = append(r.statuses, noted.status)
		r.mu.Unlock()
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

type noting struct {
	http.ResponseWriter
	status int
}

func (n *noting) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

func (r *registry) intercept(f func(http.ResponseWriter, *http.Request, http.Handler) bool) {
	r.middle.Store(&f)
}

// forge changes the document on its way.
func (r *registry) forge(change func(*Document)) {
	r.intercept(func(w http.ResponseWriter, q *http.Request, h http.Handler) bool {
		if !strings.Contains(q.URL.Path, "/releases/") {
			return false
		}
		q.Header.Del("If-None-Match")
		genuine := httptest.NewRecorder()
		h.ServeHTTP(genuine, q)
		var d Document
		if json.Unmarshal(genuine.Body.Bytes(), &d) != nil {
			return false
		}
		change(&d)
		body, err := json.Marshal(d)
		if err != nil {
			return false
		}
		w.Write(body)
		return true
	})
}

func (r *registry) client(t *testing.T) Client {
	return Client{URL: r.url, RuleSet: "parcels", Dir: filepath.Join(t.TempDir(), "hub"), Keys: r.signer.PublicJWKS(),
		Now: func() time.Time { return published.Add(time.Hour) }}
}

func (r *registry) release(t *testing.T, texts ...string) standards.Release {
	t.Helper()
	return r.memory.release(t, r.signer, texts...)
}

// pull wants a pull to succeed.
func pull(t *testing.T, c Client) Result {
	t.Helper()
	got, err := c.Pull(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// refused wants an error with that code.
func refused(t *testing.T, err error, want Code) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Code != want {
		t.Errorf("got the error %v, want %s", err, want)
	}
}

// files lists a folder, links by their targets, but for the lock.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	list := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == lockFile {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if e.Type() == fs.ModeSymlink {
			list[name], err = os.Readlink(path)
			return err
		}
		b, err := os.ReadFile(path)
		list[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func textName(release, text string) string {
	return "releases/" + release + "/texts/" + strings.TrimPrefix(standards.Digest([]byte(text)), "sha256:") + ".md"
}
