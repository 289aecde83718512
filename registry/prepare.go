package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime/debug"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store/pack"
	"github.com/ewtp/entente/views"
)

// What takes long is done before the writer, by whoever asks for it, and the writer finds
// it done: its decision asks for the same again. What isn't done, or is of a state that has passed, it
// refuses with policies.ErrUnready, and the command goes back to be prepared again.

// maxPrepared is how often a command is prepared before its caller is sent away: when what
// it depends on changes faster than it can be looked at.
const maxPrepared = 20

// errRestless is why a command is sent away that was never ready.
var errRestless = fmt.Errorf("what the change depends on changed %d times while it was prepared", maxPrepared)

// A preparation is what was done for a command before the writer decides it. It belongs to
// whoever has the request.
type preparation struct {
	work   policies.Work // what is true for ever
	looked policies.Work // what was true of the documents named, at position
	// position is how many entries were folded before anything was looked at.
	position int64
	fresh    []string // IDs in the order in which they were asked for, which every decision gets again
	event    policies.Event
	entry    ledger.Entry // of event, but for where and when; Digest is zero where there is none
}

// decided does a command as often as it takes for its long work to be ready.
func (r *Registry) decided(q *request) (Outcome, error) {
	ahead := policies.TakesLong(q.command)
	defer func() { r.views.Forget(q.prepared.event) }()
	for range maxPrepared {
		if ahead {
			if err := r.prepare(q); err != nil {
				return Outcome{}, err
			}
		}
		out, err := r.hand(q)
		if !errors.Is(err, policies.ErrUnready) {
			return out, err
		}
		ahead = true
		if err := r.views.SettleAnswers(q.ctx); err != nil {
			return Outcome{}, r.notDone(q, err)
		}
	}
	return Outcome{}, r.notDone(q, errRestless)
}

// prepare decides a command without giving it, and keeps what took long.
func (r *Registry) prepare(q *request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.o.Log.Error("a preparation panicked", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			err = fmt.Errorf("%w: a preparation panicked", ErrInternal)
		}
	}()
	p := &q.prepared
	p.looked, p.event, p.position = policies.Work{}, nil, r.views.Position()
	facts := preparing{r.views.Now(q.ctx), r.views, q.ctx, p}
	ev, err := r.rehearse(q, facts)
	var no *policies.Error
	switch {
	case q.ctx.Err() != nil:
		return r.notDone(q, fmt.Errorf("couldn't prepare the command: %w", q.ctx.Err()))
	case errors.As(err, &no):
		return nil // the writer says so, of what is true by then
	case err != nil:
		return fmt.Errorf("%w: %w", ErrInternal, err)
	}
	return r.prepareEntry(q, ev)
}

// rehearse is the decision of a command, as of now.
func (r *Registry) rehearse(q *request, f policies.Facts) (policies.Event, error) {
	actor, err := q.actor.Current(f, q.command)
	if err != nil {
		return nil, err
	}
	unsigned := func([]byte) (string, error) { return "", nil } // nothing is signed that isn't decided
	return q.command.Decide(policies.Env{Now: r.Now(), Actor: actor, Rules: r.o.Rules, Fresh: q.prepared.ids(), Sign: unsigned}, f)
}

// prepareEntry makes a long event an entry, and readies its fold.
func (r *Registry) prepareEntry(q *request, ev policies.Event) error {
	if _, long := ev.(policies.LongEvent); !long {
		return nil
	}
	e, err := sealedEntry(q.key, ev)
	var no *policies.Error
	if errors.As(err, &no) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInternal, err)
	}
	e.Packed = pack.Encode(e.Payload)
	if err := r.views.PrepareFold(q.ctx, ev); err != nil {
		return fmt.Errorf("%w: couldn't prepare the fold: %w", ErrInternal, err)
	}
	q.prepared.event, q.prepared.entry = ev, *e
	return nil
}

// sealed is the entry of an event, where and when it was decided. Of a long event it is the one that was prepared.
func (q *request) sealed(ev policies.Event) (*ledger.Entry, error) {
	if _, long := ev.(policies.LongEvent); !long {
		return sealedEntry(q.key, ev)
	}
	if q.prepared.event == nil || !reflect.DeepEqual(q.prepared.event, ev) {
		return nil, policies.ErrUnready
	}
	e := q.prepared.entry
	return &e, nil
}

// ids returns what gives a decision its fresh IDs: those that the decision before had.
func (p *preparation) ids() func(policies.Prefix) string {
	next := 0
	return func(prefix policies.Prefix) string {
		if next < len(p.fresh) && policies.PrefixOf(p.fresh[next]) == prefix {
			next++
			return p.fresh[next-1]
		}
		p.fresh = append(p.fresh[:next], newID(prefix))
		next++
		return p.fresh[next-1]
	}
}

// Keys of what is kept under a name of its own.
type (
	textOf     struct{ revision string }
	campaignOf struct{ id string }
	acceptedOf struct{ document string }
	openOf     struct {
		document string
		limit    int
	}
	selectedOf struct{ document, asked string }
)

type listed[T any] struct {
	list  []T
	total int
}

func selectedKey(documentID string, s policies.Selection, a policies.Actor, before int64, limit int) selectedOf {
	return selectedOf{documentID, fmt.Sprintf("%+v %+v %d %d", s, a, before, limit)}
}

// preparing are the facts before the writer: they keep what took long.
type preparing struct {
	policies.Facts
	views *views.DB
	ctx   context.Context
	*preparation
}

func (f preparing) Once(key any, work func() (any, error)) (any, error) {
	if err := f.ctx.Err(); err != nil {
		return nil, err
	}
	return f.work.Do(key, work)
}

func (f preparing) Text(id string) (*clauses.Text, error) {
	if t, err := f.work.Done(textOf{id}); err == nil {
		return t.(*clauses.Text), nil
	}
	t, err := f.Facts.Text(id)
	if err != nil {
		return nil, err // not kept: it may be there by the time that the writer asks
	}
	_, err = f.work.Do(textOf{id}, func() (any, error) { return t, nil })
	return t, err
}

func (f preparing) Clause(revisionID, clauseID string) (clauses.Clause, error) {
	return clauseOf(f, revisionID, clauseID)
}

// clauseOf looks a clause up in the text that f gives.
func clauseOf(f policies.Facts, revisionID, clauseID string) (clauses.Clause, error) {
	t, err := f.Text(revisionID)
	if err != nil {
		return clauses.Clause{}, err
	}
	i := t.Clauses.Index(clauseID)
	if i < 0 {
		return clauses.Clause{}, policies.ErrNotFound
	}
	return t.Clauses[i], nil
}

func (f preparing) Campaign(id string) (policies.Campaign, error) {
	v, err := f.looked.Do(campaignOf{id}, func() (any, error) {
		if err := f.views.GroupAll(f.ctx); err != nil {
			return policies.Campaign{}, err
		}
		return f.Facts.Campaign(id)
	})
	return v.(policies.Campaign), err
}

func (f preparing) Selected(documentID string, s policies.Selection, a policies.Actor, before int64, limit int) ([]policies.Selected, int, error) {
	v, err := f.looked.Do(selectedKey(documentID, s, a, before, limit), func() (l any, err error) {
		if s.CampaignID != "" || s.Adding != nil {
			if err := f.views.GroupAll(f.ctx); err != nil {
				return listed[policies.Selected]{}, err
			}
		}
		list, total, err := f.Facts.Selected(documentID, s, a, before, limit)
		return listed[policies.Selected]{list, total}, err
	})
	l := v.(listed[policies.Selected])
	return l.list, l.total, err
}

// ClauseSpans knows all revisions only once they are spread.
func (f preparing) ClauseSpans(documentID string, contents []clauses.Hash) ([]policies.ClauseSpan, error) {
	if err := f.views.SpreadAll(f.ctx); err != nil {
		return nil, err
	}
	return f.Facts.ClauseSpans(documentID, contents)
}

func (f preparing) Accepted(documentID string) ([]policies.Comment, error) {
	v, err := f.looked.Do(acceptedOf{documentID}, func() (any, error) { return f.Facts.Accepted(documentID) })
	return v.([]policies.Comment), err
}

func (f preparing) Undisposed(documentID string, limit int) ([]policies.Comment, int, error) {
	v, err := f.looked.Do(openOf{documentID, limit}, func() (any, error) {
		list, total, err := f.Facts.Undisposed(documentID, limit)
		return listed[policies.Comment]{list, total}, err
	})
	l := v.(listed[policies.Comment])
	return l.list, l.total, err
}

// deciding are the facts within the writer: what takes long is ready, or isn't to be had.
type deciding struct {
	*views.Tx
	*preparation
}

func (f deciding) Once(key any, _ func() (any, error)) (any, error) { return f.work.Done(key) }

// Text returns a text that was prepared, so that what was made of it is found, or one that is
// kept anyway.
func (f deciding) Text(id string) (*clauses.Text, error) {
	kept, isKept := f.KeptText(id)
	if t, err := f.work.Done(textOf{id}); err == nil {
		if !isKept {
			_, err = f.Revision(id) // which may have been erased
		}
		return t.(*clauses.Text), err
	}
	if isKept {
		return kept, nil
	}
	if _, err := f.Revision(id); err != nil {
		return nil, err
	}
	return nil, policies.ErrUnready
}

// Comment is unready while an answer to many isn't in its place, for whatever changes a comment would have to
// bring it there.
func (f deciding) Comment(id string) (policies.Comment, error) {
	if f.Answering() {
		return policies.Comment{}, policies.ErrUnready
	}
	return f.Tx.Comment(id)
}

func (f deciding) Clause(revisionID, clauseID string) (clauses.Clause, error) {
	return clauseOf(f, revisionID, clauseID)
}

// Campaign needs no second look: which document a campaign is on doesn't change.
func (f deciding) Campaign(id string) (c policies.Campaign, err error) {
	v, err := f.looked.Done(campaignOf{id})
	if v != nil {
		c = v.(policies.Campaign)
	}
	return c, err
}

func (f deciding) Selected(documentID string, s policies.Selection, a policies.Actor, before int64, limit int) ([]policies.Selected, int, error) {
	if f.Answering() {
		return nil, 0, policies.ErrUnready
	}
	l, err := still[listed[policies.Selected]](f, documentID, selectedKey(documentID, s, a, before, limit))
	return l.list, l.total, err
}

func (f deciding) Accepted(documentID string) ([]policies.Comment, error) {
	return still[[]policies.Comment](f, documentID, acceptedOf{documentID})
}

// Undisposed adds the comments that came since.
func (f deciding) Undisposed(documentID string, limit int) ([]policies.Comment, int, error) {
	l, err := still[listed[policies.Comment]](f, documentID, openOf{documentID, limit})
	if err != nil {
		return nil, 0, err
	}
	list, total, err := f.UndisposedFrom(documentID, f.position, max(limit-len(l.list), 0))
	return append(l.list[:len(l.list):len(l.list)], list...), l.total + total, err
}

// still is what was looked up of a document's comments, if that is what would be found now.
func still[T any](f deciding, documentID string, key any) (v T, err error) {
	got, err := f.looked.Done(key)
	switch {
	case err != nil:
		return v, err
	case f.ChangedSince(documentID, f.position):
		return v, policies.ErrUnready
	}
	return got.(T), nil
}
