package policies_test

import (
	"testing"
	"time"

	. "github.com/ewtp/entente/policies"
)

func TestMarkDispositionsSeen(t *testing.T) {
	w := newTown(t)
	w.refuse(w.loom, MarkDispositionsSeen{Until: w.now.Add(time.Second)}, Invalid, "until", "future")
	w.refuse(w.loom, MarkDispositionsSeen{}, Conflict, "until", "already")
	w.refuse(Actor{}, MarkDispositionsSeen{Until: w.now}, Unauthenticated, "", "sign in")
	e := w.do(as(w.loom, Observer), MarkDispositionsSeen{Until: w.now})
	if e.Subject() == w.loom.MemberID {
		t.Error("the statement names the member")
	}
	w.refuse(w.loom, MarkDispositionsSeen{Until: w.now}, Conflict, "until", "already")
	w.refuse(w.loom, MarkDispositionsSeen{Until: w.now.Add(-day)}, Conflict, "until", "already")
	if got, err := w.m.DispositionsSeen(w.loom.MemberID); err != nil || !got.Equal(w.now) {
		t.Errorf("seen until %v, %v", got, err)
	}
	if got, err := w.m.DispositionsSeen(w.ferry.MemberID); err != nil || !got.IsZero() {
		t.Errorf("another has seen until %v, %v", got, err)
	}
}
