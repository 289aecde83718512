package registry

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.jetify.com/typeid"

	"github.com/ewtp/entente/policies"
)

const (
	// maxBatch is how many commands the writer decides before it appends.
	maxBatch = 512
	// maxKey bounds an idempotency key in bytes.
	maxKey = 200
	// answerWithin is how long a caller waits while the writer is at one and the same
	// thing. A long queue that moves is waited for.
	answerWithin = 9 * time.Second
)

// A request is a command on its way through the writer.
type request struct {
	ctx      context.Context
	actor    policies.Actor
	session  policies.Session // that names the actor; zero for none
	prepared preparation
	key      idempotencyKey
	command  policies.Command
	result   chan result // buffered, answered once
	hands    hands
	appended bool // the writer's own: the store may have it of us, so finding it there is no repetition
}

type result struct {
	outcome Outcome
	err     error
}

// Do decides a command and writes it down. A refusal is a *policies.Error. The
// same key from the same member again returns the first outcome, if the command says
// the same, and is a CONFLICT otherwise; "" lets the registry make one. Who the actor is, is looked up
// again when it is decided: what counts is what it is by then, and whether its session
// still is one, see [WithSession]. A gate in ctx is asked first, see [WithGate].
//
// Any other error is one of three: [ErrUnavailable] and [ErrInternal], where the command changed
// nothing; an [*Unread], where it did; an [*UnknownOutcome], with the key to ask again with.
// One of them comes within ten seconds where the store is away, or when ctx ends.
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
	return r.decided(q)
}

// hand hands a request to the writer and waits for its answer.
func (r *Registry) hand(q *request) (Outcome, error) {
	patience := time.NewTimer(answerWithin)
	defer patience.Stop()
	if err := r.enqueue(q, patience); err != nil {
		return Outcome{}, r.notDone(q, err)
	}
	return r.await(q, patience)
}

// newID returns a new TypeID. A prefix is always one of ours, so it can't fail.
func newID(prefix policies.Prefix) string {
	return typeid.Must(typeid.WithPrefix(string(prefix))).String()
}

// enqueue hands a request to the writer.
func (r *Registry) enqueue(q *request, patience *time.Timer) error {
	r.closing.RLock()
	defer r.closing.RUnlock()
	if r.closed {
		return errClosing
	}
	for {
		select {
		case r.queue <- q:
			return nil
		case <-q.ctx.Done():
			return fmt.Errorf("couldn't hand over the command: %w", q.ctx.Err())
		case <-patience.C:
			if !r.waitOn(patience) {
				return errSilent
			}
		}
	}
}

// await waits for the writer's answer.
func (r *Registry) await(q *request, patience *time.Timer) (Outcome, error) {
	for {
		select {
		case a := <-q.result:
			return a.outcome, a.err
		case <-q.ctx.Done():
			return r.leave(q, fmt.Errorf("couldn't wait for the outcome: %w", q.ctx.Err()))
		case <-patience.C:
			if !r.waitOn(patience) {
				return r.leave(q, errSilent)
			}
		}
	}
}

// waitOn says whether the writer began what it does a short while ago, and winds the
// timer for what is left.
func (r *Registry) waitOn(patience *time.Timer) bool {
	rest := answerWithin - r.pulse.busy()
	if rest <= 0 {
		return false
	}
	patience.Reset(rest)
	return true
}

// leave is the caller's going away before there is an answer.
func (r *Registry) leave(q *request, why error) (Outcome, error) {
	if q.hands.leave() {
		return Outcome{}, r.notDone(q, why)
	}
	select {
	case a := <-q.result: // just now
		return a.outcome, a.err
	default:
		return Outcome{}, &UnknownOutcome{Key: q.key.given, Err: why}
	}
}

// write is the writer: all that changes the views happens here, one after the other.
func (r *Registry) write() {
	for {
		r.pulse.end()
		select {
		case q := <-r.queue:
			r.pulse.begin()
			r.process(r.collect(q))
		case j := <-r.jobs:
			r.pulse.begin()
			j.done <- j.run()
		case <-r.moved:
			r.pulse.begin()
			if err := r.catchUp(context.Background()); err != nil {
				r.o.Log.Error("couldn't follow the ledger", slog.Any("error", err))
			}
		case <-r.quit:
			r.pulse.begin()
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
