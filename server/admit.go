package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/auth"
)

// A Budget says which of Limits.Quotas counts a route's requests.
type Budget int

// The budgets of routes.
const (
	ReadBudget    Budget = iota // Quotas.Read
	MachineBudget               // Quotas.Machine
	NoBudget                    // none: probes
)

// budgets are a server's quotas at work; each has buckets of its own.
type budgets struct {
	*buckets
	read, machine, write, refused       *budget
	organisationRead, organisationWrite *budget
	upload                              *budget
}

func newBudgets(q Quotas) *budgets {
	return &budgets{
		buckets: newBuckets(maxBuckets),
		read:    newBudget("read", q.Read), machine: newBudget("machine", q.Machine), write: newBudget("write", q.Write),
		upload:            newBudget("upload", q.Upload),
		refused:           newBudget("refused", q.Read),
		organisationRead:  newBudget("organisation-read", q.Read.times(q.Organisation)),
		organisationWrite: newBudget("organisation-write", q.Write.times(q.Organisation)),
	}
}

// now is the time as buckets have it: monotonic.
func (b *buckets) now() time.Duration { return time.Since(b.start) }

// callerKey is the bucket of whoever sent the request.
func callerKey(of *budget, r *http.Request) bucketKey {
	if identity, ok := auth.From(r.Context()); ok {
		return bucketKey{budget: of, issuer: identity.Issuer, subject: identity.Subject}
	}
	return addressKey(of, exchangeOf(r))
}

func addressKey(of *budget, ex *exchange) bucketKey {
	return bucketKey{budget: of, address: subscriberAddress(ex.client)}
}

// admit counts a request by its caller, and notes by whom to count the commands that the
// request leads to. It comes after the authentication.
func (s *Server) admit(of Budget, next http.Handler) http.Handler {
	counting := s.budgets.read
	switch of {
	case NoBudget:
		return next
	case MachineBudget:
		counting = s.budgets.machine
	}
	bounded := s.boundStreams(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ex := exchangeOf(r); ex.browser != nil {
			ex.browser = r // with who asks
		}
		if !s.take(w, callerKey(counting, r)) {
			return
		}
		exchangeOf(r).writer = callerKey(s.budgets.write, r)
		bounded.ServeHTTP(w, r)
	})
}

// take takes a token and tells the client; false says that the request was answered.
func (s *Server) take(w http.ResponseWriter, key bucketKey) bool {
	v := s.budgets.take(key, s.budgets.now(), 1)
	return writeVerdict(w, v)
}

func writeVerdict(w http.ResponseWriter, v verdict) bool {
	v.addTo(w.Header())
	if v.retry == 0 {
		return true
	}
	wait := wholeSeconds(v.retry)
	w.Header().Set("Retry-After", strconv.FormatInt(wait, 10))
	answer.WriteError(w, policies.RateLimited, fmt.Sprintf("that was too many requests; try again in %d s", wait), answer.Reason(v.budget.name))
	return false
}

// mayWrite counts a command that the exchange leads to: by the caller, then by the
// organisation that the caller acts for. The answer's header tells what is left, if the
// answer hasn't begun.
func (ex *exchange) mayWrite(ctx context.Context) error {
	s, key := ex.server, ex.writer
	now := s.budgets.now()
	v := s.budgets.take(key, now, 1)
	if organisation := registry.ActorFrom(ctx).OrganisationID; v.retry == 0 && organisation != "" {
		together := s.budgets.take(bucketKey{budget: s.budgets.organisationWrite, subject: organisation}, now, 1)
		if together.retry > 0 {
			v = together
		}
	}
	if v.budget != nil {
		ex.wrote.Store(&v)
	}
	if v.retry == 0 {
		return nil
	}
	return &policies.Error{Code: policies.RateLimited,
		Message: fmt.Sprintf("that was too much to write; try again in %d s", wholeSeconds(v.retry))}
}

// byOrganisation counts requests by the organisation that the caller acts for, on top of
// the caller's own budget. It comes after Options.Acting.
func (s *Server) byOrganisation(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		organisation := registry.ActorFrom(r.Context()).OrganisationID
		if organisation == "" || s.take(w, bucketKey{budget: s.budgets.organisationRead, subject: organisation}) {
			next.ServeHTTP(w, r)
		}
	})
}

// CountUpload counts an uploaded file by its caller; false says that there were too many
// and that the request was answered.
func CountUpload(w http.ResponseWriter, r *http.Request) bool {
	s := exchangeOf(r).server
	return s == nil || s.take(w, callerKey(s.budgets.upload, r))
}

// turnAway refuses a token of an address that had too many refused, without verifying it.
func (s *Server) turnAway(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, has := r.Header["Authorization"]; has {
			if v := s.budgets.take(addressKey(s.budgets.refused, exchangeOf(r)), s.budgets.now(), 0); v.retry > 0 {
				writeVerdict(w, v)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// refuseToken writes the body of a refused token's answer.
func (s *Server) refuseToken(w http.ResponseWriter, e *auth.Error) {
	if e.Retryable() {
		answer.WriteError(w, policies.Unavailable, e.Public, answer.Reason(string(e.Reason)))
		return
	}
	s.log.Info("refused a token", "reason", string(e.Reason), "issuer", printable(e.Issuer, 200), "request", answer.RequestID(w))
	if out, ok := w.(*recorder); ok {
		if v := s.budgets.take(addressKey(s.budgets.refused, out.ex), s.budgets.now(), 1); v.retry > 0 {
			w.Header().Del("WWW-Authenticate")
			writeVerdict(w, v)
			return
		}
	}
	answer.WriteError(w, policies.Unauthenticated, e.Public, answer.Reason(string(e.Reason)))
}
