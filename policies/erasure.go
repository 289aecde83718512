package policies

import (
	"strconv"
	"strings"
)

// EraseEntry orders that an entry's payload be destroyed, as a court or a privacy law
// demands. It is put on record first: every node that reads it sees to it that the store has
// the payload no more, and makes its views anew, so that an erasure that was broken off is
// finished by whoever comes next.
type EraseEntry struct {
	Seq    int64        // position of the entry in the ledger
	Reason string       // the order or the law; without the words that were to go
	Spent  *SpentNumber // what the entry gave, see NumberOf
}

// EntryErased is what [EraseEntry] yields.
type EntryErased struct {
	Seq    int64        `json:"seq"`
	Reason string       `json:"reason"`
	By     string       `json:"by,omitempty"`
	Spent  *SpentNumber `json:"spent,omitempty"`
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
	return &EntryErased{Seq: c.Seq, Reason: c.Reason, By: env.Actor.MemberID, Spent: c.Spent}, nil
}

// ErasureOf says which entry a statement orders to be erased, by its kind and subject, for
// ledger.Audit: they stay when the order itself is erased.
func ErasureOf(kind, subject string) (seq int64, ok bool) {
	name, number := strings.CutPrefix(subject, erasureSubject)
	if !number || !strings.HasPrefix(kind, "entry.erased/") {
		return 0, false
	}
	seq, err := strconv.ParseInt(name, 10, 64)
	return seq, err == nil
}

// erasureSubject is what the subject of an erasure begins with, before the entry's number.
const erasureSubject = "entry/"

var _ = registerEvent[EntryErased](nil)

func (*EntryErased) Kind() string      { return "entry.erased/1" }
func (e *EntryErased) Subject() string { return erasureSubject + strconv.FormatInt(e.Seq, 10) }

// Fold implements [Event]: what was erased is missing already where it is read, but for its
// number.
func (e *EntryErased) Fold(_ Stamp, r Record) error {
	if e.Spent == nil || e.Spent.Number < 1 {
		return nil
	}
	return r.SpendNumber(*e.Spent)
}
