package policies_test

import (
	"testing"
	"time"

	. "github.com/ewtp/entente/policies"
)

func TestMarkAnswersSeen(t *testing.T) {
	w := newTown(t)
	w.refuse(w.loom, MarkAnswersSeen{Until: w.now.Add(time.Second)}, Invalid, "until", "future")
	w.refuse(w.loom, MarkAnswersSeen{}, Conflict, "until", "already")
	w.refuse(Actor{}, MarkAnswersSeen{Until: w.now}, Unauthenticated, "", "sign in")
	e := w.do(as(w.loom, Observer), MarkAnswersSeen{Until: w.now})
	if e.Subject() == w.loom.MemberID {
		t.Error("the statement names the member")
	}
	w.refuse(w.loom, MarkAnswersSeen{Until: w.now}, Conflict, "until", "already")
	w.refuse(w.loom, MarkAnswersSeen{Until: w.now.Add(-day)}, Conflict, "until", "already")
	if got, err := w.m.AnswersSeen(w.loom.MemberID); err != nil || !got.Equal(w.now) {
		t.Errorf("seen until %v, %v", got, err)
	}
	if got, err := w.m.AnswersSeen(w.ferry.MemberID); err != nil || !got.IsZero() {
		t.Errorf("another has seen until %v, %v", got, err)
	}
}
