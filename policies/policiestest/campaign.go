package policiestest

import (
	"slices"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/campaign"
)

// grouping is how Memory groups the comments of one document.
type grouping struct {
	campaign.Map
	placed map[int64]campaign.Placement // by the seq of the comment
}

// group finds the group of a comment that has just come.
func (m *Memory) group(c *policies.Comment) error {
	if c.Confidential {
		return nil
	}
	g := m.groups[c.DocumentID]
	if g == nil {
		g = &grouping{placed: map[int64]campaign.Placement{}}
		_ = put(&m.groups, c.DocumentID, g)
	}
	p, ok, err := campaign.Place(&g.Map, c.Seq, policies.CampaignWords(c))
	if ok {
		g.placed[c.Seq] = p
	}
	return err
}

// placement says where a comment is grouped.
func (m *Memory) placement(c *policies.Comment) (p campaign.Placement, ok bool) {
	g := m.groups[c.DocumentID]
	if g == nil {
		return p, false
	}
	p, ok = g.placed[c.Seq]
	return p, ok
}

// Campaign implements policies.Facts.
func (m *Memory) Campaign(id string) (c policies.Campaign, err error) {
	sample, err := find(m.All.Comments, func(k *policies.Comment) bool { return policies.CampaignID(k.ID) == id })
	if err != nil {
		return c, err
	}
	g := m.groups[sample.DocumentID]
	if g == nil {
		return c, policies.ErrNotFound
	}
	c = policies.Campaign{ID: id, DocumentID: sample.DocumentID, SampleID: sample.ID}
	for _, p := range g.placed {
		if p.Sample == sample.Seq {
			c.Size++
			if p.Added > 0 {
				c.Adding++
			}
		}
	}
	if c.Size < 2 {
		return policies.Campaign{}, policies.ErrNotFound
	}
	return c, nil
}

// Selected implements policies.Facts.
func (m *Memory) Selected(documentID string, s policies.Selection, a policies.Actor, before int64, limit int) ([]policies.Selected, int, error) {
	d := m.All.Documents[documentID]
	all := filter(m.All.Comments, func(c *policies.Comment) bool {
		return c.DocumentID == documentID && c.Seq < before && m.selects(s, c) &&
			(!c.Confidential || policies.May(a, policies.ReadingComment, policies.OnComment(&d, c)) == nil)
	})
	list := make([]policies.Selected, 0, min(limit, len(all)))
	for _, c := range all[:min(limit, len(all))] {
		list = append(list, policies.Selected{Seq: c.Seq, RevisionID: c.RevisionID})
	}
	return list, len(all), nil
}

// selects says whether a selection takes a comment.
func (m *Memory) selects(s policies.Selection, c *policies.Comment) bool {
	o, _ := m.Organisation(c.OrganisationID)
	p, grouped := m.placement(c)
	var sample policies.Comment
	if grouped {
		sample, _ = find(m.All.Comments, func(k *policies.Comment) bool { return k.DocumentID == c.DocumentID && k.Seq == p.Sample })
	}
	switch {
	case !c.Stands(), !s.Disposed && policies.Decided(c, m.original):
		return false
	case s.ConsultationID != "" && s.ConsultationID != c.ConsultationID, s.ClauseID != nil && *s.ClauseID != c.ClauseID:
		return false
	case !among(s.Stances, c.Stance), !among(s.Types, c.Type), !among(s.Chambers, o.Kind), slices.Contains(s.Except, c.ID):
		return false
	case s.CampaignID != "" && (sample.ID == "" || policies.CampaignID(sample.ID) != s.CampaignID):
		return false
	case s.Adding != nil && *s.Adding != (grouped && p.Added > 0):
		return false
	}
	return true
}

// DisposeAll implements policies.Record.
func (m *Memory) DisposeAll(documentID string, entries policies.Entries, d policies.Disposition) error {
	wanted := map[int64]bool{}
	for _, n := range entries {
		wanted[n] = true
	}
	for i := range m.All.Comments {
		if c := &m.All.Comments[i]; c.DocumentID == documentID && wanted[c.Seq] {
			one := d
			c.Disposition = &one
		}
	}
	return nil
}
