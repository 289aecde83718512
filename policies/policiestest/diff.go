package policiestest

import (
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies/campaign"
)

// Diff says where two records differ, hidden fields included; texts by what they hold. It
// is "" where they don't.
func Diff(a, b *Memory) string {
	return cmp.Diff(a, b, cmp.AllowUnexported(Memory{}, ending{}, grouping{}, campaign.Map{}), cmp.Comparer(func(a, b *clauses.Text) bool {
		return a.Source == b.Source && a.Title == b.Title && a.Root == b.Root && cmp.Equal(a.Clauses, b.Clauses) && cmp.Equal(a.Meta, b.Meta)
	}))
}
