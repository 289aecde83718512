package views

import (
	"context"
	"errors"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/campaign"
	"github.com/ewtp/entente/views/table"
)

// A Campaign is a group of near-duplicate comments as it stands, with its counts.
type Campaign struct {
	policies.Campaign
	// ShownID is the comment to show for the group: its sample, or where that was
	// redacted, the first member that wasn't; "" where all were.
	ShownID  string
	Answered int   // of the members that stand
	Ended    int   // members that were withdrawn or disowned
	seq      int64 // of the sample
}

// campaignShape returns the shape of g, a row of campaigns, with d, its document.
func campaignShape() (table.Fields, func() (Campaign, error)) {
	var c Campaign
	fields := table.Fields{{"g.sample", &c.seq}, {"d.id", &c.DocumentID}, {"(SELECT id FROM comments WHERE seq = g.sample)", &c.SampleID},
		{"g.size", &c.Size}, {"g.adding", &c.Adding}, {"g.answered", &c.Answered}, {"g.ended", &c.Ended},
		{`coalesce((SELECT s.id FROM campaign_members m CROSS JOIN comments s ON s.seq = m.comment
			WHERE m.sample = g.sample AND s.words ->> '$.text' <> '' ORDER BY m.comment LIMIT 1), '')`, &c.ShownID}}
	return fields, func() (Campaign, error) {
		v := c
		v.ID = policies.CampaignID(v.SampleID)
		return v, nil
	}
}

// campaignOrder lists the largest campaigns first.
var campaignOrder = table.Descending("campaigns", table.Number("g.size"), table.Number("g.sample"))

// A CampaignFilter narrows a list of campaigns; what is empty doesn't.
type CampaignFilter struct {
	DocumentID     string
	ConsultationID string // campaigns that began in it
}

// CampaignList lists the campaigns on documents that the viewer may read, the largest
// first, as they stand.
func (db *DB) CampaignList(ctx context.Context, viewer policies.Actor, f CampaignFilter, p Page) (List[Campaign], error) {
	if err := db.groupFor(ctx, mostWaiting); err != nil {
		return List[Campaign]{}, err
	}
	may, args := readable(viewer)
	s := table.Selection{From: `campaigns g CROSS JOIN documents d ON d.name = g.document`}
	if f.DocumentID != "" {
		s.And(`g.document = `+numberOf, f.DocumentID)
	}
	if f.ConsultationID != "" {
		s.And(`g.document = (SELECT document FROM consultations WHERE id = ?)`, f.ConsultationID)
		s.And(`(SELECT consultation FROM comments WHERE seq = g.sample) = `+numberOf, f.ConsultationID)
	}
	s.And(`g.size > 1`)
	s.And(may, args...)
	return pageOf(db.file.Read(ctx), s, campaignOrder, p, campaignShape)
}

// Campaigns returns those of the IDs that are campaigns on documents which the viewer
// may read.
func (db *DB) Campaigns(ctx context.Context, viewer policies.Actor, ids []string) (map[string]Campaign, error) {
	samples := make([]string, len(ids))
	for i, id := range ids {
		samples[i] = policies.CampaignSample(id)
	}
	of, err := db.CampaignsOf(ctx, viewer, samples)
	found := make(map[string]Campaign, len(of))
	for comment, m := range of {
		if m.Campaign.SampleID == comment {
			found[m.Campaign.ID] = m.Campaign
		}
	}
	return found, err
}

// A Membership is a comment's place in a campaign.
type Membership struct {
	Campaign Campaign
	Added    int // how many words it adds to the sample's
}

// CampaignsOf returns the campaigns that comments belong to, by comment ID. Comments
// in none are absent, and those that the viewer may not read.
func (db *DB) CampaignsOf(ctx context.Context, viewer policies.Actor, commentIDs []string) (map[string]Membership, error) {
	if err := db.groupFor(ctx, mostWaiting); err != nil {
		return nil, err
	}
	may, args := readable(viewer)
	found := map[string]Membership{}
	var id string
	var m Membership
	campaign, value := campaignShape()
	fields := append(table.Fields{{"c.id", &id}, {"y.added", &m.Added}}, campaign...)
	err := table.Each(db.file.Read(ctx), `SELECT `+fields.Columns()+` FROM json_each(?) j CROSS JOIN comments c ON c.id = j.value
		CROSS JOIN campaign_members y ON y.comment = c.seq CROSS JOIN campaigns g ON g.sample = y.sample
		CROSS JOIN documents d ON d.name = g.document WHERE g.size > 1 AND `+may,
		append([]any{table.JSONList(commentIDs)}, args...), fields.Dest(), func() (err error) {
			m.Campaign, err = value()
			found[id] = m
			return err
		})
	return found, err
}

// A CampaignMember is a comment in a campaign, and what it says beyond the sample.
type CampaignMember struct {
	Comment   policies.Comment
	Added     int      // how many words
	Additions []string // passages, as they are written
}

// CampaignMembers lists the comments of a campaign, oldest first; with adding, only
// those that add words to the sample's, or only those that don't.
func (db *DB) CampaignMembers(ctx context.Context, viewer policies.Actor, campaignID string, adding *bool, p Page) (List[CampaignMember], error) {
	if err := db.groupFor(ctx, mostWaiting); err != nil {
		return List[CampaignMember]{}, err
	}
	var sample int64
	err := one(db.file.Read(ctx), `SELECT g.sample FROM comments c CROSS JOIN campaigns g ON g.sample = c.seq WHERE c.id = ? AND g.size > 1`,
		[]any{policies.CampaignSample(campaignID)}, &sample)
	if errors.Is(err, policies.ErrNotFound) {
		sample, err = -1, nil
	}
	if err != nil {
		return List[CampaignMember]{}, err
	}
	comment, first, value := commentShown(viewer, time.Time{})
	s := table.Selection{First: first, From: `campaign_members m CROSS JOIN comments c ON c.seq = m.comment`}
	s.And(`m.sample = ?`, sample)
	if adding != nil {
		s.And(map[bool]string{true: `m.added > 0`, false: `m.added = 0`}[*adding])
	}
	may, args := commentReadable(viewer)
	s.And(may, args...)
	l, err := pageOf(db.file.Read(ctx), s, campaignMemberOrder, p, func() (table.Fields, func() (CampaignMember, error)) {
		var k CampaignMember
		return append(table.Fields{{"m.added", &k.Added}}, comment...), func() (_ CampaignMember, err error) {
			k.Comment, err = value()
			return k, err
		}
	})
	if err != nil {
		return l, err
	}
	words, err := sampleWords(db.file.Read(ctx), sample)
	for i := range l.Items {
		if k := &l.Items[i]; k.Added > 0 {
			k.Additions = campaign.Additions(words, k.Comment.Text, k.Comment.Replacement)
		}
	}
	return l, err
}

var campaignMemberOrder = table.Ascending("campaignMembers", table.Number("m.comment"))
