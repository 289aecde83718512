package registry

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/views"
)

// decisions are a batch decided and folded, not yet appended.
type decisions struct {
	entries []ledger.Entry
	writing []*request // whose entries they are
	decided []*request // all that have an answer
	results []result   // in the same order
	tree    *ledger.Tree
	spoilt  *request // failed half-way through its fold: the transaction is lost
}

func (b *decisions) settle(q *request, a result) {
	b.decided, b.results = append(b.decided, q), append(b.results, a)
}

// decide takes the commands one by one, each against what those before it did.
func (r *Registry) decide(tx *views.Tx, batch []*request) *decisions {
	b := &decisions{tree: r.tree.Clone()}
	now := policies.Millis(r.o.Clock())
	if last := tx.LastAt(); now.Before(last) {
		now = last
	}
	for _, q := range batch {
		if !q.appended && (q.ctx.Err() != nil || !q.hands.take()) {
			continue // its caller leaves, and knows that nothing came of it
		}
		e, ev, a := r.decideOne(tx, q, now)
		if r.ordered != nil && !errors.Is(a.err, policies.ErrUnready) {
			r.ordered(q)
		}
		if ev == nil {
			b.settle(q, a)
			continue
		}
		if err := r.take(tx, b, e, ev); err != nil {
			r.o.Log.Error("couldn't fold a command", slog.String("kind", ev.Kind()), slog.Any("error", err))
			q.result <- result{err: fmt.Errorf("%w: %w", ErrInternal, err)}
			b.spoilt = q
			return b
		}
		b.writing = append(b.writing, q)
		b.settle(q, result{outcome: Outcome{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject, Key: q.key.given}})
	}
	return b
}

// take folds an entry and adds it to the batch. A fold that panics has failed: it
// must not take the batch's other callers with it.
func (r *Registry) take(tx *views.Tx, b *decisions, e *ledger.Entry, ev policies.Event) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.o.Log.Error("a fold panicked", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			err = errors.New("the fold panicked")
		}
	}()
	statement, err := e.Statement()
	if err != nil {
		return err
	}
	if err := tx.Fold(e, ev); err != nil {
		return err
	}
	b.tree.Append(statement)
	b.entries = append(b.entries, *e)
	return nil
}

// decideOne returns the sealed entry of a command and its event, or an answer.
func (r *Registry) decideOne(tx *views.Tx, q *request, now time.Time) (e *ledger.Entry, ev policies.Event, a result) {
	defer func() {
		if p := recover(); p != nil {
			r.o.Log.Error("a decision panicked", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			e, ev, a = nil, nil, result{err: fmt.Errorf("%w: a decision panicked", ErrInternal)}
		}
	}()
	if q.appended { // of what is in the ledger already, nothing remains to be asked
		if first, err := tx.Outcome(q.key.ledger); err == nil {
			return nil, nil, result{outcome: outcomeOf(first, q.key.given, false)}
		}
	}
	actor, err := q.present(tx)
	if err != nil {
		return nil, nil, result{err: r.refused(q, err)}
	}
	first, err := q.key.first(tx, actor)
	switch {
	case err == nil:
		return nil, nil, result{outcome: outcomeOf(first, q.key.given, true)}
	case !errors.Is(err, policies.ErrNotFound):
		return nil, nil, result{err: r.refused(q, err)}
	}
	env := policies.Env{Now: now, Actor: actor, Rules: r.o.Rules, Fresh: q.prepared.ids(), Sign: r.o.Sign}
	ev, err = q.command.Decide(env, deciding{tx, &q.prepared})
	if err == nil {
		e, err = q.sealed(ev)
	}
	switch {
	case errors.Is(err, policies.ErrUnready):
		return nil, nil, result{err: policies.ErrUnready}
	case err != nil:
		return nil, nil, result{err: r.refused(q, err)}
	}
	e.Seq, e.At = tx.Position(), now
	return e, ev, result{}
}

// present is who asks by now. Between the lookup at the edge and the decision there may
// lie a slow body, other commands, another node's entries.
func (q *request) present(tx *views.Tx) (policies.Actor, error) {
	ended := map[string]time.Time{}
	for _, key := range q.session.Keys() {
		before, err := tx.SessionsEnded(key)
		if err != nil {
			return q.actor, err
		}
		if !before.IsZero() {
			ended[key] = before
		}
	}
	if q.session.Ended(ended) {
		return q.actor, &policies.Error{Code: policies.Unauthenticated, Message: "your session has ended: sign in again"}
	}
	return q.actor.Current(tx, q.command)
}

// refused logs a refusal, without what the caller wrote, and passes it on.
func (r *Registry) refused(q *request, err error) error {
	var no *policies.Error
	if !errors.As(err, &no) {
		return fmt.Errorf("%w: %w", ErrInternal, err)
	}
	r.o.Log.Info("refused", slog.String("command", strings.TrimPrefix(fmt.Sprintf("%T", q.command), "policies.")),
		slog.String("code", string(no.Code)), slog.String("field", no.Field), slog.String("member", q.actor.MemberID),
		slog.String("organisation", q.actor.OrganisationID), slog.Bool("operator", q.actor.Operator))
	return err
}

// sealedEntry makes an event an entry, but for where and when.
func sealedEntry(key idempotencyKey, ev policies.Event) (*ledger.Entry, error) {
	payload, err := policies.Encode(ev)
	if err != nil {
		return nil, err
	}
	if len(payload) > store.MaxPayload {
		return nil, &policies.Error{Code: policies.Invalid, Message: fmt.Sprintf("makes an entry of %d bytes, at most %d are kept", len(payload), store.MaxPayload)}
	}
	e := &ledger.Entry{Kind: ev.Kind(), Subject: ev.Subject(), Command: key.ledger, Payload: payload,
		Salt: make([]byte, ledger.SaltSize)}
	rand.Read(e.Salt) // never fails: see crypto/rand
	if x, ok := ev.(interface{ Released() []byte }); ok {
		e.Released = x.Released()
	}
	key.seal(e)
	e.Seal()
	return e, nil
}

func withoutRequest(batch []*request, one *request) []*request {
	rest := make([]*request, 0, len(batch))
	for _, q := range batch {
		if q != one {
			rest = append(rest, q)
		}
	}
	return rest
}
