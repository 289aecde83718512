package clauses_test

import (
	"fmt"

	"github.com/ewtp/entente/clauses"
)

func Example() {
	parse := func(source string, parent *clauses.Text) *clauses.Text {
		t, err := clauses.Parse([]byte(source), clauses.Limits{})
		if err != nil {
			fmt.Println(err)
		}
		clauses.Identify(parent, t)
		return t
	}
	first := parse("# Parcels\n\n## Scope {#scope}\n\nThis standard applies to:\n\n- parcels,\n- letters.\n", nil)
	second := parse("# Parcels\n\n## Scope {#scope}\n\nThis standard applies to:\n\n- goods,\n- parcels,\n- letters under 2 kg.\n", first)

	for _, c := range clauses.Compare(first.Clauses, second.Clauses) {
		fmt.Println(c.Op, second.Clauses[c.New].Citation, second.Words(c.New))
		if c.Op == clauses.Changed {
			fmt.Println(clauses.Redline(first.Words(c.Old), second.Words(c.New)))
		}
	}
	// Output:
	// same title # Parcels
	// same §1 ## Scope
	// same §1(1) This standard applies to:
	// added §1(1)(1) goods,
	// same §1(1)(2) parcels,
	// changed §1(1)(3) letters under 2 kg.
	// [{equal letters} {insert  under 2 kg} {equal .}]
}
