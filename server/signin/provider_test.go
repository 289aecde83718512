package signin_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const clientID = "entente-here"

// A clock is set by hand; one that never was shows the time.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.Now()
	}
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// A fake is an OpenID Connect provider that signs everybody in at once, and misbehaves
// as a test wants.
type fake struct {
	server *httptest.Server
	clock  *clock
	key    jose.JSONWebKey

	mu     sync.Mutex
	claims map[string]any          // changes those of ID tokens; nil takes one away
	answer url.Values              // changes the authorization answer; an empty list takes one away
	broken map[string]http.Handler // by path
	codes  map[string]url.Values   // authorization requests by code
	extra  map[string]any          // of the metadata
	signer func(claims any) string // of ID tokens, where set
	seen   map[string][]url.Values // queries and forms by path
}

func newFake(t *testing.T, c *clock) *fake {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{clock: c, key: jose.JSONWebKey{Key: private, KeyID: rand.Text(), Algorithm: "ES256", Use: "sig"},
		broken: map[string]http.Handler{}, codes: map[string]url.Values{}, seen: map[string][]url.Values{}}
	f.server = httptest.NewServer(f)
	t.Cleanup(f.server.Close)
	return f
}

// change changes how the provider behaves from now on.
func (f *fake) change(how func(*fake)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	how(f)
}

func (f *fake) asked(path string) []url.Values {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen[path]
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	f.mu.Lock()
	broken := f.broken[r.URL.Path]
	if broken == nil {
		broken = f.broken["*"]
	}
	f.seen[r.URL.Path] = append(f.seen[r.URL.Path], r.Form)
	f.mu.Unlock()
	if broken != nil {
		broken.ServeHTTP(w, r)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		metadata := map[string]any{"issuer": f.server.URL, "jwks_uri": f.server.URL + "/keys",
			"authorization_endpoint": f.server.URL + "/authorize", "token_endpoint": f.server.URL + "/token",
			"userinfo_endpoint": f.server.URL + "/userinfo", "end_session_endpoint": f.server.URL + "/logout",
			"authorization_response_iss_parameter_supported": true,
			"id_token_signing_alg_values_supported":          []string{"ES256"}}
		maps.Copy(metadata, f.extra)
		_ = json.NewEncoder(w).Encode(metadata)
	case "/keys":
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{f.key.Public()}})
	case "/authorize":
		f.authorize(w, r)
	case "/token":
		f.token(w, r)
	case "/userinfo":
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"sub": "mina", "name": "Mina from userinfo", "email": "mina@userinfo.example", "email_verified": true})
	default:
		http.NotFound(w, r)
	}
}

func (f *fake) authorize(w http.ResponseWriter, r *http.Request) {
	code := rand.Text()
	f.codes[code] = r.Form
	answer := url.Values{"code": {code}, "state": {r.Form.Get("state")}, "iss": {f.server.URL}}
	maps.Copy(answer, f.answer)
	http.Redirect(w, r, r.Form.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

func (f *fake) token(w http.ResponseWriter, r *http.Request) {
	request, ok := f.codes[r.Form.Get("code")]
	delete(f.codes, r.Form.Get("code"))
	sum := sha256.Sum256([]byte(r.Form.Get("code_verifier")))
	if !ok || request.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) || request.Get("code_challenge_method") != "S256" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"secret words"}`))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "expires_in": 60,
		"id_token": f.idToken(request.Get("nonce"))})
}

func (f *fake) idToken(nonce string) string {
	now := f.clock.now().Unix()
	claims := map[string]any{"iss": f.server.URL, "sub": "mina", "aud": clientID, "exp": now + 300, "iat": now, "nonce": nonce,
		"name": "Mina", "email": "mina@example.org", "email_verified": true, "sid": "s1"}
	maps.Copy(claims, f.claims)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	if f.signer != nil {
		return f.signer(claims)
	}
	return f.sign("JWT", claims)
}

func (f *fake) sign(typ string, claims any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: f.key}, (&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
	if err != nil {
		panic(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign(text)
	if err != nil {
		panic(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return raw
}
