package policies

import "time"

// MarkDispositionsSeen says that the asking member has read the dispositions of its
// organisation's comments that were given up to a moment: they no longer are on the
// member's list. It goes forward only.
type MarkDispositionsSeen struct {
	Until time.Time // at most now
}

// DispositionsSeen is what [MarkDispositionsSeen] yields. Its subject is an ID of its own,
// so that the public statement doesn't tell who reads when.
type DispositionsSeen struct {
	ID       string    `json:"id"`
	MemberID string    `json:"member"`
	Until    time.Time `json:"until"`
}

// Decide implements [Command].
func (c MarkDispositionsSeen) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, Attending, Nothing); err != nil {
		return nil, err
	}
	until := Millis(c.Until)
	if until.After(env.Now) {
		return nil, errInvalid("until", "lies in the future")
	}
	if err := checkTime("until", until); err != nil {
		return nil, err
	}
	was, err := f.DispositionsSeen(env.Actor.MemberID)
	if err != nil {
		return nil, err
	}
	if !until.After(was) {
		return nil, errConflict("until", "answers are marked as seen up to %s already", was.Format(time.RFC3339))
	}
	return &DispositionsSeen{ID: env.Fresh(PrefixSeen), MemberID: env.Actor.MemberID, Until: until}, nil
}

var _ = registerEvent[DispositionsSeen](nil)

func (*DispositionsSeen) Kind() string      { return "answers.seen/1" }
func (e *DispositionsSeen) Subject() string { return e.ID }

// Fold implements [Event].
func (e *DispositionsSeen) Fold(_ Stamp, r Record) error {
	return r.PutDispositionsSeen(e.MemberID, e.Until)
}

// SeenFacts are what decisions may ask of what members have read.
type SeenFacts interface {
	// DispositionsSeen returns the time up to which a member has seen the dispositions of its
	// organisation's comments; zero before it said so, which is no error.
	DispositionsSeen(memberID string) (time.Time, error)
}

// SeenRecord is how events change what members have read.
type SeenRecord interface {
	PutDispositionsSeen(memberID string, until time.Time) error
}
