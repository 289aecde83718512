package server

import (
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ewtp/entente/server/answer"
)

// metrics are the server's own. Their labels come from bounded sets: route is a
// pattern from code, method one of nine words, code a status.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
	handler  http.Handler

	counters  sync.Map // of requests, by counted: what the vector looks up by its labels each time
	durations sync.Map // by route
}

// counted are the labels of a counter of requests.
type counted struct {
	route, method string
	code          int
}

func newMetrics(registry *prometheus.Registry) *metrics {
	if registry == nil {
		registry = prometheus.NewRegistry()
	}
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total", Help: "Requests answered.",
		}, []string{"route", "method", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_request_duration_seconds", Help: "Time to answer a request, streams left out.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "http_requests_in_flight", Help: "Requests being answered, streams included.",
		}),
	}
	registry.MustRegister(m.requests, m.duration, m.inFlight)
	for _, collector := range []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		var already prometheus.AlreadyRegisteredError
		if err := registry.Register(collector); err != nil && !errors.As(err, &already) {
			panic(err) // like MustRegister: two metrics of one name are a mistake in code
		}
	}
	show := promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, EnableOpenMetrics: true})
	m.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchangeOf(r).quiet = true
		if answer.OnlyReads(w, r) {
			show.ServeHTTP(w, r)
		}
	})
	return m
}

func (m *metrics) observe(route, method string, code int, took time.Duration, streamed bool) {
	labels := counted{route, knownMethod(method), code}
	c, ok := m.counters.Load(labels)
	if !ok {
		c, _ = m.counters.LoadOrStore(labels, m.requests.WithLabelValues(route, labels.method, strconv.Itoa(code)))
	}
	c.(prometheus.Counter).Inc()
	if streamed {
		return
	}
	d, ok := m.durations.Load(route)
	if !ok {
		d, _ = m.durations.LoadOrStore(route, m.duration.WithLabelValues(route))
	}
	d.(prometheus.Observer).Observe(took.Seconds())
}

// knownMethod keeps invented methods from becoming label values.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions, http.MethodTrace, http.MethodConnect:
		return method
	}
	return "OTHER"
}
