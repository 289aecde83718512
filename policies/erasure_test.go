package policies

import "testing"

func TestEraseEntry(t *testing.T) {
	w := newTown(t)
	w.do(Operator, EraseEntry{Seq: 1, Reason: "Order 17 of the district court."})
	w.refuse(w.office, EraseEntry{Seq: 1, Reason: "No reason."}, Forbidden, "", "")
	w.refuse(Operator, EraseEntry{Seq: 1, Reason: " "}, Invalid, "reason", "missing")
	w.refuse(Operator, EraseEntry{Seq: -1, Reason: "A slip."}, Invalid, "seq", "below 0")
}
