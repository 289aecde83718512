package policies_test

import (
	"testing"

	. "github.com/ewtp/entente/policies"
)

func TestCostEstimates(t *testing.T) {
	good := CostEstimate{Amount: "12500.50", Currency: "EUR", Per: "carrier"}
	for _, x := range []struct {
		change func(*CostEstimate)
		field  string
	}{
		{func(*CostEstimate) {}, ""},
		{func(c *CostEstimate) { c.Amount = "0" }, ""},
		{func(c *CostEstimate) { c.Amount = "999999999999999.9999" }, ""},
		{func(c *CostEstimate) { c.Amount = "" }, "cost.amount"},
		{func(c *CostEstimate) { c.Amount = "-1" }, "cost.amount"},
		{func(c *CostEstimate) { c.Amount = "1,000" }, "cost.amount"},
		{func(c *CostEstimate) { c.Amount = "01" }, "cost.amount"},
		{func(c *CostEstimate) { c.Amount = "1e6" }, "cost.amount"},
		{func(c *CostEstimate) { c.Amount = "1\n" }, "cost.amount"},
		{func(c *CostEstimate) { c.Currency = "eur" }, "cost.currency"},
		{func(c *CostEstimate) { c.Currency = "XXX" }, "cost.currency"},
		{func(c *CostEstimate) { c.Currency = "R U" }, "cost.currency"},
		{func(c *CostEstimate) { c.Per = "" }, "cost.per"},
		{func(c *CostEstimate) { c.Per = "a\nb" }, "cost.per"},
	} {
		c := good
		x.change(&c)
		err := CheckCost(&c)
		if e, _ := err.(*Error); (e == nil) != (x.field == "") || e != nil && e.Field != x.field {
			t.Errorf("%+v: %v, want a refusal of %q", c, err, x.field)
		}
	}
}
