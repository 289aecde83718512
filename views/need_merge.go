package views

import (
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// mergers lists the organisations that the secretariat proposed to merge with the viewer's, or
// that into another, where that takes the word of an admin of the viewer's.
func (w *watch) mergers(p Page) (l List[Need], err error) {
	if !w.may(policies.ClosingDown, policies.OnMembersOf(w.viewer.OrganisationID, w.viewer.Chamber)) {
		return l, nil
	}
	s := table.Selection{From: "organisations o"}
	s.And(`NOT o.closed AND json_extract(o.data, '$.Merge.Into') <> '' AND json_extract(o.data, '$.Merge.Agreed') <> ?
		AND ? IN (o.id, json_extract(o.data, '$.Merge.Into'))`, w.viewer.OrganisationID, w.viewer.OrganisationID)
	o := table.Ascending(string(NeedMerger), table.Number("o.n"))
	return needsWhere(w, s, o, p, table.FromJSON[policies.Organisation]("o.data"), func(o policies.Organisation) (Need, bool, error) {
		into, err := facts{run: w.run}.Organisation(o.Merge.Into)
		return Need{Kind: NeedMerger, OrganisationID: o.ID, Since: o.Merge.At}, into.ClosedAt.IsZero(), err
	})
}
