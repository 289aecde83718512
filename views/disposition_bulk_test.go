package views

import (
	"testing"

	"github.com/ewtp/entente/policies"
)

// selections are ways to select from the comments of a dialogue.
func (d *dialogue) selections() []policies.Selection {
	whole, yes, no := "", true, false
	list := []policies.Selection{{}, {Disposed: true}, {ClauseID: &whole}, {Stances: []policies.Stance{policies.Oppose}, Disposed: true},
		{Types: []policies.CommentType{policies.General, policies.Technical}}, {Chambers: []policies.OrganisationKind{policies.Business, policies.HubOperator}},
		{Adding: &yes, Disposed: true}, {Adding: &no}}
	for i, id := range d.comments {
		list = append(list, policies.Selection{CampaignID: policies.CampaignID(id), Disposed: i%2 == 0})
	}
	for _, id := range d.consultations {
		list = append(list, policies.Selection{ConsultationID: id, Except: d.comments[:min(2, len(d.comments))]})
	}
	return list
}

// What a caller is told before it answers is what the answer is held to.
func TestPreview(t *testing.T) {
	db := openTest(t)
	s, c := docket(t)
	entries := append(s.entries, comments(t, c, int64(len(s.entries)), 1, 5, false)...)
	foldAll(t, db, entries)
	for name, x := range map[string]struct {
		s    policies.Selection
		want int
	}{
		"all":      {policies.Selection{}, 5},
		"a group":  {policies.Selection{CampaignID: policies.CampaignID(entries[len(s.entries)].Subject), Except: []string{entries[len(s.entries)+1].Subject}}, 4},
		"no group": {policies.Selection{CampaignID: "cpg_none"}, 0},
	} {
		n, asOf, err := db.Preview(ctx, policies.Operator, c.DocumentID, x.s)
		if n != x.want || asOf != int64(len(entries)) || err != nil {
			t.Errorf("%s: %d as of %d, %v; want %d", name, n, asOf, err, x.want)
		}
	}
}
