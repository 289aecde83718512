package registry

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"go.jetify.com/typeid"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/views"
)

const (
	// maxBatch is how many commands the writer decides before it appends.
	maxBatch = 512
	// maxKey bounds an idempotency key in bytes.
	maxKey = 200
	// appendTimeout is how long the store may take over one batch.
	appendTimeout = 30 * time.Second
	// maxAttempts is how often a batch is decided again before its callers are sent
	// away: when other nodes are faster every time, or the store's tail can't be read.
	maxAttempts = 100
)

// An Outcome says what a command led to.
type Outcome struct {
	Seq      int64 // the entry
	At       time.Time
	Kind     string // of the entry
	Subject  string // ID of what it is about
	Repeated bool   // the key was used before; this is the first outcome
}

// A request is a command on its way through the writer.
type request struct {
	ctx      context.Context
	actor    policies.Actor
	session  policies.Session // that names the actor; zero for none
	key      idempotencyKey
	command  policies.Command
	result   chan result // buffered, answered once
	appended bool        // the store may have it of us, so finding it there is no repetition
}

type result struct {
	outcome Outcome
	err     error
}

// Do decides a command and writes it down. A refusal is a *policies.Error. The
// same key from the same member again returns the first outcome, if the command says
// the same, and is a CONFLICT otherwise; "" is no key. Who the actor is, is looked up
// again when it is decided: what counts is what it is by then, and whether its session
// still is one, see [WithSession]. A gate in ctx is asked first, see [WithGate].
//
// When ctx ends before the answer, the command may still be carried out: ask again
// with the same key.
func (r *Registry) Do(ctx context.Context, actor policies.Actor, key string, c policies.Command) (Outcome, error) {
	q := &request{ctx: ctx, actor: actor, key: newKey(actor, key, c), command: c, result: make(chan result, 1)}
	q.session, _ = ctx.Value(sessionKey{}).(policies.Session)
	if len(key) > maxKey {
		return Outcome{}, r.refused(q, &policies.Error{Code: policies.Invalid, Field: "idempotencyKey",
			Message: fmt.Sprintf("is %d bytes long, at most %d are taken", len(key), maxKey)})
	}
	if err := askGate(ctx); err != nil {
		return Outcome{}, err
	}
	if err := r.enqueue(ctx, q); err != nil {
		return Outcome{}, err
	}
	select {
	case a := <-q.result:
		return a.outcome, a.err
	case <-ctx.Done():
		return Outcome{}, fmt.Errorf("couldn't wait for the outcome: %w", ctx.Err())
	}
}

// newID returns a new TypeID. A prefix is always one of ours, so it can't fail.
func newID(prefix policies.Prefix) string {
	return typeid.Must(typeid.WithPrefix(string(prefix))).String()
}

func (r *Registry) enqueue(ctx context.Context, q *request) error {
	r.closing.RLock()
	defer r.closing.RUnlock()
	if r.closed {
		return fmt.Errorf("%w: it is closing", ErrUnavailable)
	}
	select {
	case r.queue <- q:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("couldn't hand over the command: %w", ctx.Err())
	}
}

// write is the writer: all that changes the views happens here, one after the other.
func (r *Registry) write() {
	for {
		select {
		case q := <-r.queue:
			r.process(r.collect(q))
		case j := <-r.jobs:
			j.done <- j.run()
		case <-r.moved:
			if err := r.catchUp(context.Background()); err != nil {
				r.o.Log.Error("couldn't follow the ledger", slog.Any("error", err))
			}
		case <-r.quit:
			for {
				select {
				case q := <-r.queue:
					r.process(r.collect(q))
				default:
					return
				}
			}
		}
	}
}

// collect takes what else is waiting into q's batch.
func (r *Registry) collect(q *request) []*request {
	batch := append(make([]*request, 0, maxBatch), q)
	for len(batch) < maxBatch {
		select {
		case q := <-r.queue:
			batch = append(batch, q)
		default:
			return batch
		}
	}
	return batch
}

// process sees a batch through to an answer for each of its commands.
func (r *Registry) process(batch []*request) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*appendTimeout)
	defer cancel()
	for attempt := 0; len(batch) > 0; attempt++ {
		rest, err := r.attempt(ctx, batch)
		if err == nil && attempt >= maxAttempts {
			err = fmt.Errorf("%w: other writers were faster %d times", ErrUnavailable, attempt)
		}
		if err != nil {
			r.o.Log.Error("couldn't write a batch", slog.Int("commands", len(rest)), slog.Any("error", err))
			for _, q := range rest {
				q.result <- result{err: err}
			}
			return
		}
		batch = rest
	}
}

// attempt decides the batch, appends and commits it. It returns the commands that
// are to be decided again, or, with an error, those that fail with it.
func (r *Registry) attempt(ctx context.Context, batch []*request) ([]*request, error) {
	if err := r.sound(); err != nil {
		return batch, err
	}
	tx, err := r.views.Begin(ctx)
	if err != nil {
		return batch, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer tx.Rollback() // nothing after Commit
	b := r.decide(tx, batch)
	if b.spoilt != nil {
		return withoutRequest(batch, b.spoilt), nil
	}
	if len(b.entries) > 0 {
		if again, err := r.append(ctx, tx, b); again || err != nil {
			return batch, err
		}
	}
	if err := tx.Commit(); err != nil {
		// The ledger holds the batch; the views don't. Read it as others' entries are read.
		r.o.Log.Error("couldn't commit the views", slog.Any("error", err))
		tx.Rollback()
		if err := r.catchUp(ctx); err != nil {
			return batch, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		return batch, nil
	}
	r.advance(b.tree, tx.LastAt())
	for i, q := range b.decided {
		q.result <- b.results[i]
	}
	return nil, nil
}

// append makes the batch durable. again says that it must be decided anew, and that
// the views have caught up for it.
func (r *Registry) append(ctx context.Context, tx *views.Tx, b *decisions) (again bool, err error) {
	if err := b.tree.Flush(tx); err != nil {
		return false, fmt.Errorf("%w: couldn't keep the hash tiles: %w", ErrInternal, err)
	}
	limited, cancel := context.WithTimeout(ctx, appendTimeout)
	defer cancel()
	err = r.o.Store.Append(limited, b.entries)
	if err == nil || errors.Is(err, store.ErrAmbiguous) {
		for _, q := range b.writing {
			q.appended = true
		}
	}
	switch {
	case err == nil:
		return false, nil
	case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrAmbiguous):
		r.o.Log.Info("deciding a batch again", slog.Int("entries", len(b.entries)), slog.Any("reason", err))
		tx.Rollback()
		if err := r.catchUpPatiently(ctx); err != nil {
			return false, fmt.Errorf("%w: the outcome is unknown; ask again with the same key: %w", ErrUnavailable, err)
		}
		return true, nil
	}
	return false, fmt.Errorf("%w: %w", ErrUnavailable, err)
}

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
		if q.ctx.Err() != nil && !q.appended {
			b.settle(q, result{err: q.ctx.Err()})
			continue
		}
		e, ev, a := r.decideOne(tx, q, now)
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
		b.settle(q, result{outcome: Outcome{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject}})
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
			return nil, nil, result{outcome: outcomeOf(first, false)}
		}
	}
	actor, err := q.present(tx)
	if err != nil {
		return nil, nil, result{err: r.refused(q, err)}
	}
	first, err := q.key.first(tx, actor)
	switch {
	case err == nil:
		return nil, nil, result{outcome: outcomeOf(first, true)}
	case !errors.Is(err, policies.ErrNotFound):
		return nil, nil, result{err: r.refused(q, err)}
	}
	env := policies.Env{Now: now, Actor: actor, Rules: r.o.Rules, Fresh: newID, Sign: r.o.Sign}
	if ev, err = q.command.Decide(env, tx); err != nil {
		return nil, nil, result{err: r.refused(q, err)}
	}
	if e, err = sealedEntry(tx.Position(), now, q.key, ev); err != nil {
		return nil, nil, result{err: r.refused(q, err)}
	}
	return e, ev, result{}
}

func outcomeOf(e views.Entry, repeated bool) Outcome {
	return Outcome{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject, Repeated: repeated}
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

// sealedEntry makes an event the entry at seq.
func sealedEntry(seq int64, now time.Time, key idempotencyKey, ev policies.Event) (*ledger.Entry, error) {
	payload, err := policies.Encode(ev)
	if err != nil {
		return nil, err
	}
	if len(payload) > store.MaxPayload {
		return nil, &policies.Error{Code: policies.Invalid, Message: fmt.Sprintf("makes an entry of %d bytes, at most %d are kept", len(payload), store.MaxPayload)}
	}
	e := &ledger.Entry{Seq: seq, At: now, Kind: ev.Kind(), Subject: ev.Subject(), Command: key.ledger, Payload: payload,
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
