package servertest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/graph/graphtest"
	"github.com/ewtp/entente/server/auth"
)

// Request is one of somebody to a path of the server; "" is the public.
func (f *Front) Request(who, method, path, body string) *http.Request {
	f.T.Helper()
	r, err := http.NewRequestWithContext(f.T.Context(), method, f.URL+path, strings.NewReader(body))
	if err != nil {
		f.T.Fatal(err)
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+f.Tokens[who])
	}
	return r
}

// Send sends a request and reads the whole answer.
func (f *Front) Send(r *http.Request) (int, []byte) {
	f.T.Helper()
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		f.T.Fatal(err)
	}
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	if err != nil {
		f.T.Fatal(err)
	}
	return w.StatusCode, body
}

// Exchange sends a request of somebody, as Request and Send do, and returns the header too.
func (f *Front) Exchange(who, method, path, body string) (*http.Response, string) {
	f.T.Helper()
	r := f.Request(who, method, path, body)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		f.T.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		f.T.Fatal(err)
	}
	return res, string(b)
}

// Open sends a request whose answer's header is wanted.
func (f *Front) Open(r *http.Request) *http.Response {
	f.T.Helper()
	w, err := http.DefaultClient.Do(r) // #nosec G704 -- a test's own request to its own server
	if err != nil {
		f.T.Fatal(err)
	}
	if err := w.Body.Close(); err != nil {
		f.T.Fatal(err)
	}
	return w
}

// A Reply is an answer of GraphQL.
type Reply struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
	Refusals []graphtest.Refusal `json:"-"` // the errors in the payloads of mutations
	Text     string              // the whole
}

// Code is that of the first error, "" for none.
func (r Reply) Code() string {
	switch {
	case len(r.Errors) > 0:
		code, _ := r.Errors[0].Extensions["code"].(string)
		return code
	case len(r.Refusals) > 0:
		return r.Refusals[0].Code
	}
	return ""
}

// Ask posts a query. A mutation is asked for its refusals too.
func (f *Front) Ask(who, query string) Reply {
	f.T.Helper()
	query, _ = graphtest.AskErrors(query)
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		f.T.Fatal(err)
	}
	r := f.Request(who, "POST", "/graphql", string(body))
	r.Header.Set("Content-Type", "application/json")
	return f.read(r)
}

// Get asks by GET, where nothing may change.
func (f *Front) Get(who, query string) Reply {
	f.T.Helper()
	r := f.Request(who, "GET", "/graphql?query="+url.QueryEscape(query), "")
	r.Header.Set("Accept", "application/json")
	return f.read(r)
}

func (f *Front) read(q *http.Request) Reply {
	f.T.Helper()
	_, body := f.Send(q)
	r := Reply{Text: string(body)}
	if err := json.Unmarshal(body, &r); err != nil {
		f.T.Fatalf("%v: %s", err, body)
	}
	var err error
	if r.Refusals, err = graphtest.TakeErrors(r.Data); err != nil {
		f.T.Fatalf("%v: %s", err, body)
	}
	return r
}

// At returns what stands at a path such as "node.members".
func At(data map[string]any, path string) any {
	var v any = data
	for step := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[step]
	}
	return v
}

// Serve has a handler answer a request.
func Serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Refusal reads an error answer.
func Refusal(t *testing.T, body []byte) (message string, extensions map[string]any) {
	t.Helper()
	var answer struct {
		Errors []struct {
			Message    string
			Extensions map[string]any
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Errors) != 1 {
		t.Fatalf("the answer %q isn't one error: %v", body, err)
	}
	return answer.Errors[0].Message, answer.Errors[0].Extensions
}

// WhoHeader is the header by which Sessions knows who asks.
const WhoHeader = "Test-Who"

// Sessions is a middleware as package signin has it, which believes WhoHeader.
func Sessions(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if who := r.Header.Get(WhoHeader); who != "" {
			r = r.WithContext(auth.NewContext(r.Context(), auth.Identity{Issuer: Issuer, Subject: who, Session: true, Expiry: time.Now().Add(time.Hour)}))
		}
		next.ServeHTTP(w, r)
	})
}
