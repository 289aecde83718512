package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server/auth"
)

func TestParseQuota(t *testing.T) {
	for text, want := range map[string]Quota{
		"600/m": {600, time.Minute}, "1/s": {1, time.Second}, "1000000/h": {1_000_000, time.Hour}, "off": Unlimited,
		"": {}, "600": {}, "0/m": {}, "-1/m": {}, "1000001/s": {}, "5/d": {}, "5/": {}, "/m": {}, "5/m/m": {}, "+5/m": {}, " 5/m": {}, "OFF": {},
	} {
		var got Quota
		if err := got.UnmarshalText([]byte(text)); got != want || (err == nil) != (want != Quota{}) {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
}

func FuzzParseQuota(f *testing.F) {
	for _, text := range []string{"600/m", "off", "1/s", "99999999999999999999/h", "-1/m", "/", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ParseQuota(text)
		if err != nil {
			if q != (Quota{}) {
				t.Errorf("%q: %v with %v", text, q, err)
			}
			return
		}
		if of := newBudget("x", q); of != nil && (of.step <= 0 || of.window < of.step || of.window > q.Per) {
			t.Errorf("%q: a budget of %+v", text, of)
		}
	})
}

// A bucket may be emptied at once, refills evenly, and never holds more than the quota.
func TestBucket(t *testing.T) {
	b, of := newBuckets(10), newBudget("x", Quota{3, 3 * time.Second})
	key := bucketKey{budget: of, subject: "a"}
	ms := time.Millisecond
	for i, step := range []struct {
		at          time.Duration
		tokens      int
		left        int64
		reset, wait time.Duration
	}{
		{0, 1, 2, 1000 * ms, 0},
		{0, 0, 2, 1000 * ms, 0}, // a look takes nothing
		{0, 1, 1, 2000 * ms, 0},
		{0, 1, 0, 3000 * ms, 0},
		{0, 1, 0, 3000 * ms, 1000 * ms},
		{999 * ms, 1, 0, 2001 * ms, 1 * ms}, // a refusal takes nothing either
		{1000 * ms, 1, 0, 3000 * ms, 0},
		{2500 * ms, 1, 0, 2500 * ms, 0},
		{time.Hour, 1, 2, 1000 * ms, 0},
	} {
		got := b.take(key, step.at, step.tokens)
		if got.left != step.left || got.reset != step.reset || got.retry != step.wait {
			t.Errorf("step %d: %d left, reset %s, wait %s", i, got.left, got.reset, got.retry)
		}
	}
	if other := b.take(bucketKey{budget: of, subject: "b"}, time.Hour, 1); other.left != 2 {
		t.Errorf("another's bucket: %+v", other)
	}
}

// However many addresses come, the memory is bounded and no member is forgotten.
func TestBucketsAreBounded(t *testing.T) {
	b, of := newBuckets(100), newBudget("x", Quota{1, time.Hour})
	member := bucketKey{budget: of, issuer: "i", subject: "a"}
	b.take(member, 0, 1)
	address := func(i int) bucketKey {
		return bucketKey{budget: of, address: netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})}
	}
	kept := 0
	for i := range 10_000 {
		b.take(address(i), 0, 1)
	}
	for i := range 10_000 {
		if _, ok := b.addresses.Get(address(i)); ok {
			kept++
		}
	}
	if kept != 100 {
		t.Errorf("%d buckets of addresses", kept)
	}
	if b.take(member, 0, 1).retry == 0 {
		t.Error("a flood of addresses filled a member's bucket")
	}
}

var quiet = slog.New(slog.DiscardHandler)

// as is a sessions middleware: the header User says who is signed in.
func as(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user := r.Header.Get("User"); user != "" {
			r = r.WithContext(auth.NewContext(r.Context(), auth.Identity{Issuer: "https://id.example", Subject: user}))
		}
		next.ServeHTTP(w, r)
	})
}

// acts makes the actor a member of the organisation in the header Organisation.
func acts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor := policies.Actor{OrganisationID: r.Header.Get("Organisation")}
		next.ServeHTTP(w, r.WithContext(registry.NewContext(r.Context(), actor)))
	})
}

var done = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "done") })

func ask(h http.Handler, method, path, remote string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.RemoteAddr = remote
	for i := 0; i+1 < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestLimitsByCaller(t *testing.T) {
	hour := func(n int) Quota { return Quota{n, time.Hour} }
	h := New(Options{Log: quiet, Sessions: as, Acting: acts, GraphQL: done, Hub: done, Ledger: done,
		Limits: Limits{Quotas: Quotas{Read: hour(2), Machine: hour(3), Organisation: 2}}}).Handler()
	for i, step := range []struct {
		path, remote, user, organisation string
		status                           int
		limit                            string
	}{
		{"/graphql", "192.0.2.1:1000", "", "", 200, `"read";r=1;t=1800`},
		{"/graphql", "192.0.2.1:2000", "", "", 200, `"read";r=0;t=3600`},
		{"/graphql", "192.0.2.1:3000", "", "", 429, `"read";r=0;t=3600`},
		{"/graphql", "192.0.2.2:1000", "", "", 200, `"read";r=1;t=1800`},
		{"/graphql", "[::ffff:192.0.2.1]:1", "", "", 429, `"read";r=0;t=3600`},       // the same in an IPv6 socket
		{"/hub/v1/", "192.0.2.1:1000", "", "", 200, `"machine";r=2;t=1200`},          // another budget
		{"/ledger/checkpoint", "192.0.2.1:1", "", "", 200, `"machine";r=1;t=2400`},   // the same
		{"/graphql", "[2001:db8:1:2::1]:1", "", "", 200, `"read";r=1;t=1800`},        //
		{"/graphql", "[2001:db8:1:2:ffff::9]:1", "", "", 200, `"read";r=0;t=3600`},   // the same /64
		{"/graphql", "[2001:db8:1:2:abcd::9]:1", "", "", 429, `"read";r=0;t=3600`},   //
		{"/graphql", "[2001:db8:1:3::1]:1", "", "", 200, `"read";r=1;t=1800`},        // the next
		{"/graphql", "192.0.2.1:1000", "mina", "", 200, `"read";r=1;t=1800`},         // a member isn't her address
		{"/graphql", "192.0.2.9:1000", "mina", "o1", 200, `"read";r=0;t=3600`},       // wherever she is
		{"/graphql", "192.0.2.9:1000", "mina", "o1", 429, `"read";r=0;t=3600`},       //
		{"/graphql", "192.0.2.9:1000", "omar", "o1", 200, `"read";r=1;t=1800`},       //
		{"/graphql", "192.0.2.9:1000", "omar", "o1", 200, `"read";r=0;t=3600`},       //
		{"/graphql", "192.0.2.9:1000", "lian", "o1", 200, `"read";r=1;t=1800`},       // the organisation's fourth
		{"/graphql", "192.0.2.9:1000", "lian", "o1", 429, `"organisation-read";r=0`}, //
		{"/graphql", "192.0.2.9:1000", "sara", "o2", 200, `"organisation-read";r=3`}, //
	} {
		got := ask(h, "GET", step.path, step.remote, "User", step.user, "Organisation", step.organisation)
		limit := strings.Join(got.Header().Values("RateLimit"), ", ")
		if got.Code != step.status || !strings.Contains(limit, step.limit) {
			t.Errorf("step %d: %d, RateLimit %s; want %d, %s", i, got.Code, limit, step.status, step.limit)
		}
		policy := got.Header().Get("RateLimit-Policy")
		if want := `;w=3600`; !strings.HasPrefix(policy, limit[:strings.Index(limit, ";")]+";q=") || !strings.HasSuffix(policy, want) {
			t.Errorf("step %d: RateLimit-Policy %s", i, policy)
		}
		if (got.Code == 429) != (got.Header().Get("Retry-After") != "") || got.Code == 429 && !strings.Contains(got.Body.String(), `"code":"RATE_LIMITED"`) {
			t.Errorf("step %d: Retry-After %q, %s", i, got.Header().Get("Retry-After"), got.Body)
		}
	}
	for range 10 {
		for _, path := range []string{"/healthz", "/readyz"} {
			if got := ask(h, "GET", path, "192.0.2.1:1"); got.Code != 200 || got.Header().Get("RateLimit") != "" {
				t.Errorf("GET %s: %d, RateLimit %q", path, got.Code, got.Header().Get("RateLimit"))
			}
		}
	}
	free := New(Options{Log: quiet, GraphQL: done, Limits: Limits{Quotas: Quotas{Read: Unlimited}}}).Handler()
	if got := ask(free, "GET", "/graphql", "192.0.2.1:1"); got.Code != 200 || got.Header().Get("RateLimit") != "" {
		t.Errorf("without a limit: %d %v", got.Code, got.Header())
	}
}

// Bad tokens are refused to an address so often, and then not even verified; whoever
// has a good one at that address isn't held up before.
func TestRefusedTokensAreLimited(t *testing.T) {
	h := New(Options{Log: quiet, GraphQL: done, Limits: Limits{Quotas: Quotas{Read: Quota{2, time.Hour}}}}).Handler()
	var got []int
	for range 3 {
		answer := ask(h, "POST", "/graphql", "192.0.2.1:1", "Authorization", "Bearer x")
		got = append(got, answer.Code)
		if answer.Code == 429 && (answer.Header().Get("WWW-Authenticate") != "" || answer.Header().Get("Retry-After") == "") {
			t.Errorf("headers %v", answer.Header())
		}
	}
	got = append(got, ask(h, "POST", "/graphql", "192.0.2.1:1").Code, ask(h, "POST", "/graphql", "192.0.2.2:1", "Authorization", "Bearer x").Code)
	if diff := cmp.Diff([]int{401, 401, 429, 200, 401}, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

// Each command counts, however many one request holds, and only commands do.
func TestWriteLimit(t *testing.T) {
	reg := registrytest.Open(t, registry.Options{Log: quiet})
	n := 0
	register := func(ctx context.Context) error {
		n++
		_, err := reg.Do(ctx, policies.Operator, "", policies.RegisterOrganisation{Kind: policies.Business, Name: fmt.Sprint("Org ", n), Jurisdiction: "CH", Sector: "retail"})
		return err
	}
	var errs []error
	s := New(Options{Log: quiet, Sessions: as, Limits: Limits{Quotas: Quotas{Read: Unlimited, Write: Quota{3, time.Hour}, Organisation: 1}},
		Acting: acts, GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			errs = nil
			for range len(r.Header.Get("Commands")) {
				errs = append(errs, register(r.Context()))
			}
			io.WriteString(w, "answered")
		})})
	for i, step := range []struct {
		user, organisation, commands string
		refused                      int
		limit                        string
	}{
		{"mina", "", "", 0, ""},
		{"mina", "", "xx", 0, `"write";r=1;t=2400`},
		{"mina", "", "xx", 1, `"write";r=0;t=3600`},
		{"omar", "o1", "xx", 0, `"write";r=1;t=2400`},
		{"sara", "o1", "xx", 1, `"organisation-write";r=0;t=3600`},
		{"", "", "x", 0, `"write";r=2;t=1200`},
	} {
		got := ask(s.Handler(), "POST", "/graphql", "192.0.2.1:1", "User", step.user, "Organisation", step.organisation, "Commands", step.commands)
		limits := got.Header().Values("RateLimit")
		if want := step.limit; want != "" && (len(limits) != 1 || limits[0] != want) || want == "" && len(limits) != 0 {
			t.Errorf("step %d: RateLimit %q, want %s", i, limits, want)
		}
		refused := 0
		for _, err := range errs {
			var refusal *policies.Error
			switch {
			case errors.As(err, &refusal) && refusal.Code == "RATE_LIMITED":
				refused++
			case err != nil:
				t.Errorf("step %d: %v", i, err)
			}
		}
		if refused != step.refused {
			t.Errorf("step %d: %d refused, want %d", i, refused, step.refused)
		}
	}
	for range 5 { // in the same process, without a request
		if err := register(t.Context()); err != nil {
			t.Errorf("an import: %v", err)
		}
	}
}

// What the limits add to a request: the bucket, the headers, the gate.
func BenchmarkLimits(b *testing.B) {
	s := New(Options{Log: quiet})
	s.budgets.read = newBudget("read", Quota{1_000_000_000, time.Second}) // more than this loop can ask for
	h := s.admit(ReadBudget, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, callers := range []int{1, 10_000} {
		for _, method := range []string{"GET", "POST"} {
			b.Run(fmt.Sprintf("%s/callers=%d", method, callers), func(b *testing.B) {
				requests := make([]*http.Request, callers)
				for i := range requests {
					r := httptest.NewRequest(method, "/graphql", nil)
					ex := &exchange{server: s, client: netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})}
					requests[i] = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, ex))
				}
				w := httptest.NewRecorder()
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					clear(w.Header())
					h.ServeHTTP(w, requests[i%callers])
				}
				if w.Code != 200 {
					b.Fatal(w.Code)
				}
			})
		}
	}
}
