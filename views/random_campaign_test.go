package views

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// letters are what comments say: two form letters and what senders add to them, and
// words too few to be a letter.
var letters = []string{
	"the words of a comment",
	"This comment asks the ministries to keep the threshold where it is, and to say what a declaration costs.",
	"This comment asks the ministries to keep the threshold where it is, and to say what a declaration costs. We are a shop of two.",
	"Sirs! This comment asks the ministries to keep the threshold where it is, and to say what a declaration costs.",
	"A comment on the term: half a year is enough for every carrier that we have asked about it.",
	"A COMMENT on the term - half a year is enough for every carrier that we have asked about it!",
}

// selections are ways to select from the comments of a dialogue.
func (d *dialogue) selections() []policies.Selection {
	whole, yes, no := "", true, false
	list := []policies.Selection{{}, {Answered: true}, {ClauseID: &whole}, {Stances: []policies.Stance{policies.Oppose}, Answered: true},
		{Types: []policies.CommentType{policies.General, policies.Technical}}, {Chambers: []policies.OrganisationKind{policies.Business, policies.HubOperator}},
		{Adding: &yes, Answered: true}, {Adding: &no}}
	for i, id := range d.comments {
		list = append(list, policies.Selection{CampaignID: policies.CampaignID(id), Answered: i%2 == 0})
	}
	for _, id := range d.consultations {
		list = append(list, policies.Selection{ConsultationID: id, Except: d.comments[:min(2, len(d.comments))]})
	}
	return list
}

// together answers many, or endorses.
func (d *dialogue) together() {
	if rapid.Bool().Draw(d.t, "answer") {
		d.disposeAll()
		return
	}
	d.keep(nil, policies.EndorseComment{CommentID: d.any(d.comments),
		Position: rapid.SampledFrom(policies.EndorsementPositions).Draw(d.t, "position")})
}

// disposeAll answers what some selection finds.
func (d *dialogue) disposeAll() {
	c := policies.DisposeComments{DocumentID: d.any(d.documents), AsOf: int64(len(d.entries)), Reason: "because of them all",
		Selection: rapid.SampledFrom(d.selections()).Draw(d.t, "selection"), Outcome: rapid.SampledFrom(policies.Outcomes).Draw(d.t, "outcome")}
	if c.Outcome == policies.Duplicate {
		c.DuplicateOf = d.any(d.comments)
		c.Selection.Except = []string{c.DuplicateOf}
	}
	one := policies.DisposeComment{CommentID: d.any(d.comments), Outcome: c.Outcome}
	d.refer(&one)
	c.Change = one.Change
	_, c.Count, _ = d.memory.Selected(c.DocumentID, c.Selection, c.AsOf, policies.MaxBulk)
	d.keep(nil, c)
}

// answersOnGroups asks facts for groups, selections and endorsements.
func answersOnGroups(d *dialogue, f policies.Facts, note func(any, error)) {
	for _, id := range append(slices.Clone(d.comments), "cmt_none", "") {
		note2(note, f.Campaign, policies.CampaignID(id))
		note2(note, f.Campaign, id)
		for _, a := range d.actors {
			e, err := f.Endorsement(id, a.OrganisationID)
			note(e, err)
		}
	}
	for _, id := range append(slices.Clone(d.documents), "doc_none") {
		for _, s := range d.selections() {
			for _, limit := range []int{1, 100} {
				list, n, err := f.Selected(id, s, int64(len(d.entries)), limit)
				note(append([]policies.Selected{}, list...), err)
				note(n, nil)
			}
			_, n, err := f.Selected(id, s, int64(len(d.entries)/2), 100)
			note(n, err)
		}
	}
}

// groupAll brings all comments into their groups.
func groupAll(t tester, db *DB) {
	t.Helper()
	if err := db.groupFor(ctx, 1<<30); err != nil {
		t.Fatal(err)
	}
}
