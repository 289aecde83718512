package views

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"encoding/csv"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"io/fs"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/campaign"
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

// together answers many, or endorses.
func (d *dialogue) together() {
	if rapid.Bool().Draw(d.t, "answer") {
		d.disposeAll()
		return
	}
	d.keep(nil, policies.EndorseComment{CommentID: d.any(d.comments),
		Position: rapid.SampledFrom(policies.EndorsementPositions).Draw(d.t, "position")})
}

// groupAll brings all comments into their groups.
func groupAll(t tester, db *DB) {
	t.Helper()
	if err := db.groupFor(ctx, 1<<30); err != nil {
		t.Fatal(err)
	}
}

// checkCampaigns: groups, their members and what is counted of them are those of the
// memory, for whoever may read the document, and for nobody else.
func (d *dialogue) checkCampaigns(db *DB, a policies.Actor) {
	of, err := db.CampaignsOf(ctx, a, d.comments)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, doc := range d.documents {
		var want []string
		for _, id := range d.comments {
			c, _ := d.memory.Comment(id)
			group, err := d.memory.Campaign(policies.CampaignID(id))
			if err == nil && c.DocumentID == doc && d.may(a, policies.ReadingDocument, doc, 0) {
				want = append(want, group.ID)
				d.checkCampaign(db, a, group, of)
			}
		}
		l, err := db.CampaignList(ctx, a, CampaignFilter{DocumentID: doc}, Page{First: 100})
		var got []string
		for i, c := range l.Items {
			got = append(got, c.ID)
			if i > 0 && c.Size > l.Items[i-1].Size {
				d.t.Errorf("a campaign of %d after one of %d", c.Size, l.Items[i-1].Size)
			}
		}
		if diff := cmp.Diff(want, got, cmpopts.SortSlices(func(a, b string) bool { return a < b })); diff != "" || err != nil {
			d.t.Errorf("campaigns (-memory +views):\n%s%v", diff, err)
		}
	}
	if len(of) > 0 && len(d.documents) > 0 && !d.may(a, policies.ReadingDocument, d.documents[0], 0) {
		for id, m := range of {
			if m.Campaign.DocumentID == d.documents[0] {
				d.t.Errorf("%+v is told of the campaign of %s", a, id)
			}
		}
	}
}

func (d *dialogue) checkCampaign(db *DB, a policies.Actor, group policies.Campaign, of map[string]Membership) {
	l, err := db.CampaignMembers(ctx, a, group.ID, nil, Page{First: 100})
	if err != nil || len(l.Items) != group.Size {
		d.t.Errorf("%d members, %v; want %d", len(l.Items), err, group.Size)
	}
	standing, n, _ := d.memory.Selected(group.DocumentID, policies.Selection{CampaignID: group.ID, Disposed: true}, policies.Operator, 1<<40, 1000)
	_, open, _ := d.memory.Selected(group.DocumentID, policies.Selection{CampaignID: group.ID}, policies.Operator, 1<<40, 0)
	want := Campaign{Campaign: group, Ended: group.Size - n, Answered: n - open}
	for _, m := range slices.Backward(l.Items) {
		if m.Comment.RedactedAt.IsZero() {
			want.ShownID = m.Comment.ID
		}
	}
	found, err := db.Campaigns(ctx, a, []string{group.ID, "cpg_none", ""})
	if diff := cmp.Diff(map[string]Campaign{group.ID: want}, found, cmpopts.IgnoreUnexported(Campaign{})); diff != "" || err != nil {
		d.t.Errorf("campaign (-memory +views):\n%s%v", diff, err)
	}
	sample, _ := d.memory.Comment(group.SampleID)
	adding := 0
	for _, m := range l.Items {
		if m.Comment.Stands() && (len(standing) == 0 || standing[0].Seq != m.Comment.Seq) {
			d.t.Errorf("member %s isn't the memory's", m.Comment.ID)
		} else if m.Comment.Stands() {
			standing = standing[1:]
		}
		additions := campaign.Additions(policies.CampaignWords(&sample), m.Comment.Text, m.Comment.Replacement)
		if diff := cmp.Diff(additions, m.Additions); diff != "" && sample.RedactedAt.IsZero() {
			d.t.Errorf("additions of %q (-of the package +views):\n%s", m.Comment.Text, diff)
		}
		if m.Added > 0 {
			adding++
		}
		if of[m.Comment.ID].Campaign.ID != group.ID || of[m.Comment.ID].Added != m.Added {
			d.t.Errorf("comment %s is in campaign %+v", m.Comment.ID, of[m.Comment.ID])
		}
	}
	yes := true
	only, err := db.CampaignMembers(ctx, a, group.ID, &yes, Page{First: 100})
	if err != nil || len(only.Items) != group.Adding || adding != group.Adding {
		d.t.Errorf("%d members add words, %v; want %d", len(only.Items), err, group.Adding)
	}
}

// Words that are taken from view are still what later comments are compared with: the
// groups are those of a ledger in which nobody took them away.
func TestRedactedSampleKeepsItsGroup(t *testing.T) {
	db := openTest(t)
	s, c := docket(t)
	foldAll(t, db, s.entries)
	form := comments(t, c, int64(len(s.entries)), 1, 3, false)
	tx := begin(t, db)
	foldOne(t, tx, &form[0])
	k, err := tx.Comment(form[0].Subject)
	if err != nil {
		t.Fatal(err)
	}
	said := policies.CampaignWords(&k)
	k.Text, k.RedactedAt = "", s.now
	if err := tx.PutComment(k); err != nil {
		t.Fatal(err)
	}
	if got, err := sampleWords(tx.run, k.Seq); !cmp.Equal(got, said) || err != nil {
		t.Errorf("the sample is compared by %d words, %v; want %d", len(got), err, len(said))
	}
	foldOne(t, tx, &form[1])
	foldOne(t, tx, &form[2])
	commit(t, tx)
	of, err := db.Campaigns(ctx, policies.Actor{}, []string{policies.CampaignID(k.ID)})
	if err != nil || of[policies.CampaignID(k.ID)].Size != 3 || of[policies.CampaignID(k.ID)].ShownID != form[1].Subject {
		t.Errorf("%+v, %v; want three, and the second shown", of, err)
	}
}

// The USDA's docket 2017-0002, folded into the views: the form letters among its 199
// comments, the largest first, and what their senders add.
func TestCampaignsOfARealDocket(t *testing.T) {
	f, err := os.Open("../../shared/data/usda-2017-0002-comments.csv")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the corpus of real comments is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	db := openTest(t)
	s, c := docket(t)
	by := s.party(policies.Business, "Importer")
	for _, r := range rows[1:] {
		s.do(by, policies.SubmitComment{ConsultationID: c.ConsultationID, CommentWords: policies.CommentWords{Stance: policies.Support, Type: policies.General, Text: r[1]}})
	}
	foldAll(t, db, s.entries)
	l, err := db.CampaignList(ctx, policies.Actor{}, CampaignFilter{ConsultationID: c.ConsultationID}, Page{First: 20})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range l.Items {
		sample, err := db.Comments(ctx, policies.Actor{}, []string{k.ShownID})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(k.Size, " ", k.Adding, " ", campaign.Opening(sample[k.ShownID].Text, 60)))
	}
	want := []string{
		"10 8 Please reinstate work requirements for food stamps. Support …",
		"2 0 I am demanding that you reinstate work requirements for …",
		"2 1 Work for food stamps. Re: Supplemental Nutrition Assistance …",
		"2 1 Reinstate work requirements for food stamps and support …",
		"2 0 Please reinstate work requirements for food stamps. Re: …",
	}
	slices.Sort(got[1:])
	slices.Sort(want[1:])
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("campaigns: size, adding, sample (-want +got):\n%s", diff)
	}
}
