package policies

import "strconv"

// EraseEntry puts on record that an entry's payload was destroyed, as a court or a
// privacy law demanded. The store destroys it before this is written down; whoever
// folds it makes their views anew.
type EraseEntry struct {
	Seq    int64  // position of the entry in the ledger
	Reason string // the order or the law; without the words that were to go
}

// EntryErased is what [EraseEntry] yields.
type EntryErased struct {
	Seq    int64  `json:"seq"`
	Reason string `json:"reason"`
	By     string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c EraseEntry) Decide(env Env, _ Facts) (Event, error) {
	if err := May(env.Actor, Erasing, Nothing); err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, true); err != nil {
		return nil, err
	}
	if c.Seq < 0 {
		return nil, errInvalid("seq", "is below 0, where entries begin")
	}
	return &EntryErased{Seq: c.Seq, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[EntryErased](nil)

func (*EntryErased) Kind() string      { return "entry.erased/1" }
func (e *EntryErased) Subject() string { return "entry/" + strconv.FormatInt(e.Seq, 10) }

// Fold implements [Event]: what was erased is missing already where it is read.
func (*EntryErased) Fold(Stamp, Record) error { return nil }
