package clauses

import "testing"

// Where a link leads is part of what a clause says, wherever that is written; what it is called by isn't.
func TestLinksLeadSomewhere(t *testing.T) {
	const words = "# T\n\nFees follow the [tariff][t] of the port.\n\nNothing here.\n\n"
	for name, c := range map[string]struct {
		after   string
		changed bool
	}{
		"the same":          {words + "[t]: https://a.example/tariff\n", false},
		"in another place":  {"[t]: https://a.example/tariff\n\n" + words, false},
		"another address":   {words + "[t]: https://evil.example/x\n", true},
		"another title":     {words + "[t]: https://a.example/tariff \"Free\"\n", true},
		"no definition":     {words, true},
		"one nobody uses":   {words + "[t]: https://a.example/tariff\n[u]: https://evil.example/x\n", false},
		"the first of two":  {words + "[t]: https://a.example/tariff\n[t]: https://evil.example/x\n", false},
		"another before it": {words + "[t]: https://evil.example/x\n[t]: https://a.example/tariff\n", true},
	} {
		old, next := revise(t, words+"[t]: https://a.example/tariff\n", c.after)
		for _, ch := range Compare(old.Clauses, next.Clauses) {
			if want := ch.Old == 1 && c.changed; (ch.Op == Changed) != want || ch.Op != Changed && ch.Op != Same {
				t.Errorf("%s: clause %d is %s", name, ch.Old, ch.Op)
			}
		}
		if (old.Root == next.Root) == c.changed {
			t.Errorf("%s: the roots are the same: %t", name, old.Root == next.Root)
		}
	}
}
