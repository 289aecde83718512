package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/servertest"
)

// shown returns what a registry's metrics look like at /metrics.
func shown(metrics *prometheus.Registry) string {
	return servertest.Serve(promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}), httptest.NewRequest("GET", "/metrics", nil)).Body.String()
}

// series returns the label sets of a metric in the text that /metrics shows.
func series(metrics, name string) []string {
	var found []string
	for line := range strings.Lines(metrics) {
		if rest, ok := strings.CutPrefix(line, name+"{"); ok {
			found = append(found, rest[:strings.LastIndex(rest, "}")])
		}
	}
	return found
}

func TestMetricsCardinality(t *testing.T) {
	log, _ := servertest.Log()
	inner := http.NewServeMux()
	inner.Handle("GET /hub/v1/rulesets/{name}", text("ok"))
	registry := prometheus.NewRegistry()
	h := server.New(server.Options{Log: log, Hub: inner, Pages: http.NotFoundHandler(), Metrics: registry}).Handler()
	for i := range 200 {
		for _, path := range []string{"/hub/v1/rulesets/%d", "/hub/%d", "/page/%d", "//%d", "/graphql?%d"} {
			r := httptest.NewRequest("GET", "/", nil)
			r.URL.Path = fmt.Sprintf(path, i)
			servertest.Serve(h, r)
		}
		r := httptest.NewRequest(fmt.Sprintf("M%d", i), "/x", nil)
		servertest.Serve(h, r)
	}
	metrics := shown(registry)
	want := []string{
		`code="200",method="GET",route="/hub/v1/rulesets/{name}"`,
		`code="301",method="GET",route="unmatched"`,
		`code="404",method="GET",route="/"`,
		`code="404",method="GET",route="/hub/"`,
		`code="404",method="OTHER",route="/"`,
	}
	got := series(metrics, "http_requests_total")
	for i := range got {
		got[i] = strings.Replace(got[i], `code="307"`, `code="301"`, 1) // net/http's choice for a path with two slashes
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("http_requests_total (-want +got):\n%s", diff)
	}
	for _, name := range []string{"go_goroutines", "process_open_fds", "http_requests_in_flight 0", `http_request_duration_seconds_count{route="/"}`} {
		if !strings.Contains(metrics, "\n"+name) {
			t.Errorf("/metrics lacks %s", name)
		}
	}
}

func TestMetricsApart(t *testing.T) {
	log, lines := servertest.Log()
	registry := prometheus.NewRegistry()
	own := prometheus.NewCounter(prometheus.CounterOpts{Name: "entries_total", Help: "Entries."})
	registry.MustRegister(own)
	s := server.New(server.Options{Log: log, Metrics: registry, MetricsAddress: "127.0.0.1:0"})
	front := run(t, s)
	r, _ := http.NewRequest("GET", front.url+"/metrics", nil)
	if answer, _ := do(t, r); answer.StatusCode != 404 {
		t.Errorf("/metrics on the main listener: %s", answer.Status)
	}
	address := ""
	for _, record := range lines.Records(t) {
		if record["msg"] == "metrics are served" {
			address = record["address"].(string)
		}
	}
	r, _ = http.NewRequest("GET", "http://"+address+"/metrics", nil)
	answer, body := do(t, r)
	if answer.StatusCode != 200 || !strings.Contains(string(body), "\nentries_total 0") || !strings.Contains(string(body), "\nhttp_requests_total") {
		t.Errorf("%s\n%s", answer.Status, body)
	}
	front.stop(t)
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error("the metrics listener outlives the server")
	}
}

func TestHealth(t *testing.T) {
	log, lines := servertest.Log()
	var err, missing error
	h := server.New(server.Options{Log: log, Ready: map[string]func(context.Context) error{
		"store": func(context.Context) error { return err },
		"views": func(context.Context) error { return missing },
		"panicky": func(context.Context) error {
			if err != nil {
				panic("dsn=secret")
			}
			return nil
		},
	}}).Handler()
	check := func(path string, status int, want string) {
		t.Helper()
		got := servertest.Serve(h, httptest.NewRequest("GET", path, nil))
		if got.Code != status || strings.TrimSpace(got.Body.String()) != want || got.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("GET %s: %d %s, want %d %s", path, got.Code, got.Body, status, want)
		}
	}
	check("/healthz", 200, `{"status":"ok"}`)
	check("/readyz", 200, `{"checks":{"panicky":"ok","store":"ok","views":"ok"},"ready":true}`)
	err = errors.New("couldn't reach mongodb://user:secret@db")
	check("/healthz", 200, `{"status":"ok"}`)
	check("/readyz", 503, `{"checks":{"panicky":"failing","store":"failing","views":"ok"},"ready":false}`)
	if !strings.Contains(lines.String(), `"check":"store"`) {
		t.Errorf("the reason isn't logged: %s", lines)
	}
	missing = &registry.Missing{From: 7, To: 9}
	check("/readyz", 503, `{"checks":{"panicky":"failing","store":"failing","views":"failing: entries 7 to 9 are missing from the ledger"},"ready":false}`)
	err, missing = nil, nil
	check("/readyz", 200, `{"checks":{"panicky":"ok","store":"ok","views":"ok"},"ready":true}`)
	if got := servertest.Serve(h, httptest.NewRequest("POST", "/healthz", nil)); got.Code != 405 || got.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST /healthz: %d", got.Code)
	}
}

// A check that hangs and heeds no context fails its probes and is asked once.
func TestHangingCheck(t *testing.T) {
	log, _ := servertest.Log()
	release := make(chan struct{})
	defer close(release)
	var mu sync.Mutex
	asked := 0
	h := server.New(server.Options{Log: log, Ready: map[string]func(context.Context) error{"stuck": func(context.Context) error {
		mu.Lock()
		asked++
		mu.Unlock()
		<-release
		return nil
	}}}).Handler()
	for range 3 {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // a probe that gives up at once, so that the test needn't wait for the time-out
		if got := servertest.Serve(h, httptest.NewRequest("GET", "/readyz", nil).WithContext(ctx)); got.Code != 503 {
			t.Errorf("%d %s", got.Code, got.Body)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if asked > 1 {
		t.Errorf("the check was asked %d times", asked)
	}
}

func TestTracing(t *testing.T) {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER",
		"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_COMPRESSION"} {
		t.Setenv(name, "")
	}
	if tracing, err := server.NewTracing(context.Background(), "v1"); tracing != nil || err != nil {
		t.Fatalf("without an endpoint: %v, %v", tracing, err)
	}
	exported := make(chan string, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		exported <- r.URL.Path + " " + string(body)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
	if _, err := server.NewTracing(context.Background(), "v1"); err == nil {
		t.Error("a protocol that isn't spoken passes")
	}
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
	tracing, err := server.NewTracing(context.Background(), "v1.2.3")
	if err != nil || tracing == nil {
		t.Fatal(tracing, err)
	}
	log, lines := servertest.Log()
	inner := http.NewServeMux()
	inner.Handle("GET /hub/v1/rulesets/{name}", text("ok"))
	front := run(t, server.New(server.Options{Log: log, Hub: inner, Tracing: tracing}))
	r, _ := http.NewRequest("GET", front.url+"/hub/v1/rulesets/parcels?token=query-words", nil)
	do(t, r)
	front.stop(t) // flushes
	spans := ""
	for len(exported) > 0 {
		spans += <-exported
	}
	for _, want := range []string{"/v1/traces ", "GET /hub/v1/rulesets/{name}", "http.route", "entente", "v1.2.3"} {
		if !strings.Contains(spans, want) {
			t.Errorf("what was exported lacks %q: %q", want, spans)
		}
	}
	if strings.Contains(spans, "query-words") {
		t.Error("a span holds the query")
	}
	var access map[string]any
	for _, record := range lines.Records(t) {
		if record["msg"] == "request" {
			access = record
		}
	}
	if trace, _ := access["trace"].(string); len(trace) != 32 {
		text, _ := json.Marshal(access)
		t.Errorf("the access log names no trace: %s", text)
	}
}
