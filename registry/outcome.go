package registry

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ewtp/entente/views"
)

// What can be said of a command, besides its outcome and that it was refused.
var (
	// ErrUnavailable says that the registry can't write now. The command changed nothing
	// and won't: the same may be tried again, with the same key.
	ErrUnavailable = errors.New("the registry can't write now")

	// ErrInternal says that a command failed through no fault of its caller;
	// nothing was written.
	ErrInternal = errors.New("the registry failed")

	// errClosing, errSilent and errFaster are why a command is sent away.
	errClosing = errors.New("it is closing")
	errSilent  = fmt.Errorf("the writer has been busy for %s", answerWithin)
	errFaster  = fmt.Errorf("other writers were faster %d times", maxAttempts)
)

// An UnknownOutcome says that a change may have been made, or may still be. Whoever asks
// again with the key, and the same words, learns which, and makes it at most once.
type UnknownOutcome struct {
	Key string // the caller's, or one made here for a caller who gave none
	Err error  // why it isn't known
}

func (u *UnknownOutcome) Error() string {
	return fmt.Sprintf("the outcome is unknown; ask again with the key %q: %v", u.Key, u.Err)
}

func (u *UnknownOutcome) Unwrap() error { return u.Err }

// An Unread says that a change was made, and that the views can't show it yet.
type Unread struct {
	Outcome Outcome
	Err     error // why they can't
}

func (u *Unread) Error() string {
	return fmt.Sprintf("entry %d was made, but can't be read yet: %v", u.Outcome.Seq, u.Err)
}

func (u *Unread) Unwrap() error { return u.Err }

// An Outcome says what a command led to.
type Outcome struct {
	Seq      int64 // the entry
	At       time.Time
	Kind     string // of the entry
	Subject  string // ID of what it is about
	Key      string // by which the same caller finds it again; "" where nobody was told one
	Repeated bool   // the key was used before; this is the first outcome
}

func outcomeOf(e views.Entry, key string, repeated bool) Outcome {
	return Outcome{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject, Key: key, Repeated: repeated}
}

// hands say who has a request. Its caller may leave only while the writer doesn't have
// it, and then knows that nothing comes of it.
type hands struct{ at atomic.Int32 }

const (
	waiting = iota
	withWriter
	left
)

// take gives it to the writer; false says that its caller has left.
func (h *hands) take() bool {
	return h.at.CompareAndSwap(waiting, withWriter) || h.at.Load() == withWriter
}

// giveBack says that the writer has it no more, and that nothing came of it.
func (h *hands) giveBack() { h.at.CompareAndSwap(withWriter, waiting) }

// leave says that the caller waits no longer; false says that the writer has it.
func (h *hands) leave() bool { return h.at.CompareAndSwap(waiting, left) }

// notDone says of a request that the writer didn't carry out why. That nothing was
// changed is said only of what can't be in the ledger: the store may have the entry all the same; and
// what the same key led to before may lie where the views haven't come.
func (r *Registry) notDone(q *request, why error) error {
	if q.appended || !q.key.made && r.behind.Load() {
		return &UnknownOutcome{Key: q.key.given, Err: why}
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, why)
}

// A pulse says for how long the writer has been at what it does.
type pulse struct {
	start time.Time
	began atomic.Int64 // nanoseconds after start; 0 while it waits for work
}

func (p *pulse) begin() { p.began.Store(max(int64(time.Since(p.start)), 1)) }
func (p *pulse) end()   { p.began.Store(0) }

// busy is how long ago it began what it does; 0 where it waits for work.
func (p *pulse) busy() time.Duration {
	if began := p.began.Load(); began > 0 {
		return time.Since(p.start) - time.Duration(began)
	}
	return 0
}
