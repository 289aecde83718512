package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/answer"
)

// checkTimeout is how long a readiness check gets.
const checkTimeout = 2 * time.Second

// A check is one of Options.Ready. Probes that come while it runs share its run, so
// a check that hangs is asked once and not once a probe.
type check struct {
	name string
	run  func(context.Context) error

	mu      sync.Mutex // guards running
	running *checkRun  // nil when none runs
}

// A checkRun is one run; err may be read once done is closed.
type checkRun struct {
	done chan struct{}
	err  error
}

func newChecks(ready map[string]func(context.Context) error) []*check {
	var checks []*check
	for name, run := range ready {
		checks = append(checks, &check{name: name, run: run})
	}
	slices.SortFunc(checks, func(a, b *check) int { return strings.Compare(a.name, b.name) })
	return checks
}

// ask waits for the check for at most checkTimeout, even if it doesn't heed its context.
func (c *check) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	c.mu.Lock()
	run := c.running
	if run == nil {
		run = &checkRun{done: make(chan struct{})}
		c.running = run
		go c.do(run) // #nosec G118 -- a run belongs to no probe, see do
	}
	c.mu.Unlock()
	select {
	case <-run.done:
		return run.err
	case <-ctx.Done():
		return fmt.Errorf("couldn't finish the check: %w", ctx.Err())
	}
}

// do runs the check. The run belongs to no probe, so that a probe that leaves doesn't
// fail it for the others.
func (c *check) do(run *checkRun) {
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			run.err = fmt.Errorf("the check panicked: %v", cause)
		}
		c.mu.Lock()
		c.running = nil
		c.mu.Unlock()
		close(run.done)
	}()
	run.err = c.run(ctx)
}

// healthz says that the process runs; it depends on nothing.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	exchangeOf(r).quiet = true
	if answer.OnlyReads(w, r) {
		writeStatus(w, http.StatusOK, map[string]any{"status": "ok"})
	}
}

// readyz says whether requests should be sent here:
//
//	{"ready":false,"checks":{"registry":"failing: entries 7 to 9 are missing from the ledger","store":"ok"}}
//
// with 200 or 503. Why a check fails is in the log, and here as far as everybody may know it.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	exchangeOf(r).quiet = true
	if !answer.OnlyReads(w, r) {
		return
	}
	if s.draining.Load() {
		writeStatus(w, http.StatusServiceUnavailable, map[string]any{"ready": false, "checks": map[string]string{"server": "ending"}})
		return
	}
	errs := make([]error, len(s.checks))
	var all sync.WaitGroup
	for i, c := range s.checks {
		all.Go(func() { errs[i] = c.ask(r.Context()) })
	}
	all.Wait()
	status, said := http.StatusOK, map[string]string{}
	for i, c := range s.checks {
		said[c.name] = "ok"
		if errs[i] != nil {
			status, said[c.name] = http.StatusServiceUnavailable, "failing"+publicReason(errs[i])
			s.log.WarnContext(r.Context(), "a readiness check failed", "check", c.name, "error", errs[i])
		}
	}
	writeStatus(w, status, map[string]any{"ready": status == http.StatusOK, "checks": said})
}

// publicReason is what everybody may know of a failure: nothing, unless the error says so.
func publicReason(err error) string {
	var told interface{ Unready() string }
	if errors.As(err, &told) {
		return ": " + told.Unready()
	}
	return ""
}

func writeStatus(w http.ResponseWriter, status int, body map[string]any) {
	text, err := json.Marshal(body)
	if err != nil {
		answer.WriteError(w, policies.Internal, "the answer can't be written")
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(text, '\n'))
}
