package policies_test

import (
	"testing"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// Whatever entry leaves somebody without a membership that it had, or ends its sessions, is
// of a kind that says so; and each of these kinds happens.
func TestWhatEndsActing(t *testing.T) {
	w := settle(t)
	everything(w)
	m, seen := new(policiestest.Memory), map[string]bool{}
	present := func() (n int) {
		for _, v := range m.All.Members {
			if v.Present() {
				n++
			}
		}
		return n
	}
	for _, x := range w.log {
		before := present()
		e, err := Decode(x.kind, x.payload)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Fold(x.stamp, m); err != nil {
			t.Fatal(err)
		}
		if present() < before {
			if seen[x.kind] = true; !EndsActing(x.kind) {
				t.Errorf("%s ends a membership, and isn't said to", x.kind)
			}
		}
	}
	for _, kind := range EventKinds() {
		if EndsActing(kind) && !seen[kind] && kind != "session.ended/1" && kind != "entry.erased/1" {
			t.Errorf("%s ended nobody's membership in any story", kind)
		}
	}
	if !EndsActing("session.ended/2") || EndsActing("member.roleChanged/1") {
		t.Error("kinds are told by their names, whatever their version")
	}
}
