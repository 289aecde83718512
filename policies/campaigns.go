package policies

import (
	"slices"
	"strings"

	"github.com/ewtp/entente/policies/campaign"
)

// A Campaign is a group of two or more comments on a document that say the same: see
// package campaign for what that means and how they are found. It is no entry in the ledger
// but a way to read the comments there: all of them stand for themselves, and each is
// answered, alone or with the others by [DisposeComments].
type Campaign struct {
	ID         string // TypeID "cpg_…": see [CampaignID]
	DocumentID string
	SampleID   string // the comment that stands for the group: the first of its kind
	Size       int    // comments in it, the sample and those withdrawn since included
	Adding     int    // of these, those that add words to the sample's
}

// CampaignID is the ID of the group of which a comment is the sample.
func CampaignID(sampleID string) string {
	return string(PrefixCampaign) + "_" + strings.TrimPrefix(sampleID, string(PrefixComment)+"_")
}

// CampaignSample is the ID of the comment that stands for a group, "" for what is no
// group's ID.
func CampaignSample(id string) string {
	rest, ok := strings.CutPrefix(id, string(PrefixCampaign)+"_")
	if !ok {
		return ""
	}
	return string(PrefixComment) + "_" + rest
}

// CampaignWords are the words by which a comment is found to repeat others. A
// confidential comment is in no group: to say that it is like another would say what it says.
func CampaignWords(c *Comment) []campaign.Word { return campaign.Words(c.Text, c.Replacement) }

// grouping is how Memory groups the comments of one document.
type grouping struct {
	campaign.Map
	placed map[int64]campaign.Placement // by the seq of the comment
}

// group finds the group of a comment that has just come.
func (m *Memory) group(c *Comment) error {
	if c.Confidential {
		return nil
	}
	g := m.groups[c.DocumentID]
	if g == nil {
		g = &grouping{placed: map[int64]campaign.Placement{}}
		_ = put(&m.groups, c.DocumentID, g)
	}
	p, ok, err := campaign.Place(&g.Map, c.Seq, CampaignWords(c))
	if ok {
		g.placed[c.Seq] = p
	}
	return err
}

// placement says where a comment is grouped.
func (m *Memory) placement(c *Comment) (p campaign.Placement, ok bool) {
	g := m.groups[c.DocumentID]
	if g == nil {
		return p, false
	}
	p, ok = g.placed[c.Seq]
	return p, ok
}

// Campaign implements [Facts].
func (m *Memory) Campaign(id string) (c Campaign, err error) {
	sample, err := find(m.comments, func(k *Comment) bool { return CampaignID(k.ID) == id })
	if err != nil {
		return c, err
	}
	g := m.groups[sample.DocumentID]
	if g == nil {
		return c, ErrNotFound
	}
	c = Campaign{ID: id, DocumentID: sample.DocumentID, SampleID: sample.ID}
	for _, p := range g.placed {
		if p.Sample == sample.Seq {
			c.Size++
			if p.Added > 0 {
				c.Adding++
			}
		}
	}
	if c.Size < 2 {
		return Campaign{}, ErrNotFound
	}
	return c, nil
}

// Endorsement implements [Facts].
func (m *Memory) Endorsement(commentID, organisationID string) (Endorsement, error) {
	return find(m.endorsements, func(e *Endorsement) bool {
		return e.CommentID == commentID && e.OrganisationID == organisationID
	})
}

// PutEndorsement implements [Record].
func (m *Memory) PutEndorsement(e Endorsement) error {
	return replace(&m.endorsements, e, func(o *Endorsement) bool {
		return o.CommentID == e.CommentID && o.OrganisationID == e.OrganisationID
	})
}

// Selected implements [Facts].
func (m *Memory) Selected(documentID string, s Selection, before int64, limit int) ([]Selected, int, error) {
	all := filter(m.comments, func(c *Comment) bool {
		return c.DocumentID == documentID && c.Seq < before && m.selects(s, c)
	})
	list := make([]Selected, 0, min(limit, len(all)))
	for _, c := range all[:min(limit, len(all))] {
		list = append(list, Selected{c.Seq, c.RevisionID})
	}
	return list, len(all), nil
}

// selects says whether a selection takes a comment.
func (m *Memory) selects(s Selection, c *Comment) bool {
	o, _ := m.Organisation(c.OrganisationID)
	p, grouped := m.placement(c)
	var sample Comment
	if grouped {
		sample, _ = find(m.comments, func(k *Comment) bool { return k.DocumentID == c.DocumentID && k.Seq == p.Sample })
	}
	switch {
	case !c.Stands(), !s.Answered && m.answered(c):
		return false
	case s.ConsultationID != "" && s.ConsultationID != c.ConsultationID, s.ClauseID != nil && *s.ClauseID != c.ClauseID:
		return false
	case !among(s.Stances, c.Stance), !among(s.Types, c.Type), !among(s.Chambers, o.Kind), slices.Contains(s.Except, c.ID):
		return false
	case s.CampaignID != "" && (sample.ID == "" || CampaignID(sample.ID) != s.CampaignID):
		return false
	case s.Adding != nil && *s.Adding != (grouped && p.Added > 0):
		return false
	}
	return true
}

// DisposeAll implements [Record].
func (m *Memory) DisposeAll(documentID string, entries Entries, d Disposition) error {
	wanted := map[int64]bool{}
	for _, n := range entries {
		wanted[n] = true
	}
	for i := range m.comments {
		if c := &m.comments[i]; c.DocumentID == documentID && wanted[c.Seq] {
			answer := d
			c.Disposition = &answer
		}
	}
	return nil
}

// CampaignFacts are what decisions may ask of campaigns.
type CampaignFacts interface {
	// Campaign returns a group of two comments or more.
	Campaign(id string) (Campaign, error)
}
