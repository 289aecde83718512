package policies_test

import (
	"testing"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

func TestEraseEntry(t *testing.T) {
	w := newTown(t)
	w.do(Operator, EraseEntry{Seq: 1, Reason: "Order 17 of the district court."})
	w.refuse(w.office, EraseEntry{Seq: 1, Reason: "No reason."}, Forbidden, "", "")
	w.refuse(Operator, EraseEntry{Seq: 1, Reason: " "}, Invalid, "reason", "missing")
	w.refuse(Operator, EraseEntry{Seq: -1, Reason: "A slip."}, Invalid, "seq", "below 0")
}

// What takes a right or a word away holds on when its words are erased: else an
// erasure would give it back.
func TestWhatRemainsOfTheErased(t *testing.T) {
	w := newTown(t)
	everything(w)
	for _, x := range []struct {
		kind  string
		holds func(m *policiestest.Memory, subject string) bool
	}{
		{"member.removed/1", func(m *policiestest.Memory, id string) bool {
			v, err := m.Member(id)
			return err == nil && !v.Present()
		}},
		{"member.left/1", func(m *policiestest.Memory, id string) bool {
			v, err := m.Member(id)
			return err == nil && !v.Present()
		}},
		{"member.roleChanged/1", func(m *policiestest.Memory, id string) bool {
			v, err := m.Member(id)
			return err == nil && v.Role == Observer
		}},
		{"invitation.revoked/1", func(m *policiestest.Memory, id string) bool {
			v, err := m.Invitation(id)
			return err == nil && !v.Pending()
		}},
		{"document.withdrawn/1", func(m *policiestest.Memory, id string) bool {
			v, err := m.Document(id)
			return err == nil && !v.WithdrawnAt.IsZero()
		}},
		{"comment.withdrawn/1", func(m *policiestest.Memory, id string) bool {
			v, err := m.Comment(id)
			return err == nil && !v.WithdrawnAt.IsZero()
		}},
	} {
		m, happened := new(policiestest.Memory), false
		for _, entry := range w.log {
			e, err := Decode(entry.kind, entry.payload)
			if err != nil {
				t.Fatal(err)
			}
			if entry.kind != x.kind {
				if err := e.Fold(entry.stamp, m); err != nil {
					t.Fatal(err)
				}
				continue
			}
			happened = true
			if x.holds(m, e.Subject()) {
				t.Errorf("%s: held before it happened", x.kind)
			}
			rest := Remains(entry.kind, e.Subject())
			if err := rest.Fold(entry.stamp, m); err != nil || rest.Kind() != x.kind || rest.Subject() != e.Subject() || !x.holds(m, e.Subject()) {
				t.Errorf("%s: what remains is %+v, %v", x.kind, rest, err)
			}
		}
		if !happened {
			t.Errorf("%s isn't in the story", x.kind)
		}
	}
	for _, kind := range EventKinds() {
		if e := Remains(kind, "x"); e != nil && (e.Kind() != kind || e.Subject() != "x") {
			t.Errorf("of %s remains %s of %s", kind, e.Kind(), e.Subject())
		}
	}
}
