package views

import (
	"slices"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// kindsWithSize are the kinds of organisations that have a size.
var kindsWithSize = slices.DeleteFunc(slices.Clone(policies.OrganisationKinds), func(k policies.OrganisationKind) bool { return !k.HasSize() })

// narrowBySize adds the conditions on the size of o, a row of organisations.
func (f OrganisationFilter) narrowBySize(s *table.Selection) {
	if len(f.Sizes) > 0 {
		s.And(`o.size IN (SELECT value FROM json_each(?))`, table.JSONList(f.Sizes))
	}
	if f.Sized != nil {
		s.And(`(o.size <> '') = ?`, *f.Sized)
		s.And(`o.kind IN (SELECT value FROM json_each(?))`, table.JSONList(kindsWithSize))
	}
}
