package policies

import "time"

// MarkAnswersSeen says that the asking member has read the answers to its
// organisation's comments that were given up to a moment: they no longer are on the
// member's list. It goes forward only.
type MarkAnswersSeen struct {
	Until time.Time // at most now
}

// AnswersSeen is what [MarkAnswersSeen] yields. Its subject is an ID of its own, so
// that the public statement doesn't tell who reads when.
type AnswersSeen struct {
	ID       string    `json:"id"`
	MemberID string    `json:"member"`
	Until    time.Time `json:"until"`
}

// Decide implements [Command].
func (c MarkAnswersSeen) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, Attending, Nothing); err != nil {
		return nil, err
	}
	until := millis(c.Until)
	if until.After(env.Now) {
		return nil, invalid("until", "lies in the future")
	}
	if err := checkTime("until", until); err != nil {
		return nil, err
	}
	was, err := f.AnswersSeen(env.Actor.MemberID)
	if err != nil {
		return nil, err
	}
	if !until.After(was) {
		return nil, conflict("until", "answers are marked as seen up to %s already", was.Format(time.RFC3339))
	}
	return &AnswersSeen{ID: env.Fresh(PrefixSeen), MemberID: env.Actor.MemberID, Until: until}, nil
}

var _ = registerEvent[AnswersSeen](nil)

func (*AnswersSeen) Kind() string      { return "answers.seen/1" }
func (e *AnswersSeen) Subject() string { return e.ID }

// Fold implements [Event].
func (e *AnswersSeen) Fold(_ Stamp, r Record) error { return r.PutAnswersSeen(e.MemberID, e.Until) }

// SeenFacts are what decisions may ask of what members have read.
type SeenFacts interface {
	// AnswersSeen is up to when a member has seen the answers to its organisation's
	// comments; zero before it said so, which is no error.
	AnswersSeen(memberID string) (time.Time, error)
}

// SeenRecord is how events change what members have read.
type SeenRecord interface {
	PutAnswersSeen(memberID string, until time.Time) error
}
