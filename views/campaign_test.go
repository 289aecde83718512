package views

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"encoding/csv"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"io/fs"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/campaign"
)

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
	standing, n, _ := d.memory.Selected(group.DocumentID, policies.Selection{CampaignID: group.ID, Answered: true}, 1<<40, 1000)
	_, open, _ := d.memory.Selected(group.DocumentID, policies.Selection{CampaignID: group.ID}, 1<<40, 0)
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

// checkEndorsements: what is said of comments is what the memory knows.
func (d *dialogue) checkEndorsements(db *DB, a policies.Actor) {
	counts, err := db.EndorsementCounts(ctx, a, d.comments, time.Time{})
	if err != nil {
		d.t.Fatal(err)
	}
	then, err := db.EndorsementCounts(ctx, a, d.comments, d.now)
	if diff := cmp.Diff(counts, then); diff != "" || err != nil {
		d.t.Errorf("endorsements now and as of now:\n%s%v", diff, err)
	}
	for _, id := range d.comments {
		var want EndorsementCounts
		for _, by := range d.actors {
			e, err := d.memory.Endorsement(id, by.OrganisationID)
			if k := d.seen(a, id); err != nil || k == nil || k.Masked {
				continue
			}
			switch e.Position {
			case policies.Endorses:
				want.Supports++
			case policies.Dissents:
				want.DoesNotSupport++
			}
		}
		got := counts[id]
		for _, n := range got.By {
			got.Supports, got.DoesNotSupport = got.Supports-n.Supports, got.DoesNotSupport-n.DoesNotSupport
		}
		if got.Supports != 0 || got.DoesNotSupport != 0 {
			d.t.Errorf("the parts of %+v don't make the whole", counts[id])
		}
		if got := counts[id]; got.Supports != want.Supports || got.DoesNotSupport != want.DoesNotSupport {
			d.t.Errorf("%s: %+v, want %+v", id, got, want)
		}
		l, err := db.EndorsementList(ctx, a, id, time.Time{}, Page{First: 100})
		if err != nil || len(l.Items) != want.Supports+want.DoesNotSupport {
			d.t.Errorf("%d endorsements, %v; want %+v", len(l.Items), err, want)
		}
	}
}

func TestEndorsementCounts(t *testing.T) {
	db := openTest(t)
	s, last := docket(t)
	author := s.party(policies.Business, "Author")
	id := s.do(author, policies.SubmitComment{ConsultationID: last.ConsultationID, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General, Text: "Too soon."}})
	say := func(kind policies.OrganisationKind, name, where, sector string, p policies.EndorsementPosition) policies.Actor {
		a := s.partyOf(policies.RegisterOrganisation{Kind: kind, Name: name, Jurisdiction: where, Sector: sector})
		s.do(a, policies.EndorseComment{CommentID: id, Position: p})
		return a
	}
	say(policies.Business, "Ferry", "NZ", "logistics", policies.Endorses)
	harbour := say(policies.Business, "Harbour", "NZ", "logistics", policies.Dissents)
	say(policies.Business, "Loom", "EE", "textiles", policies.Endorses)
	say(policies.Government, "Customs", "EE", "", policies.Dissents)
	before := s.now
	s.now = s.now.Add(time.Hour)
	s.do(harbour, policies.EndorseComment{CommentID: id, Position: policies.NoLongerSays})
	foldAll(t, db, s.entries)
	want := []EndorsementCount{{policies.Business, "EE", "textiles", 1, 0}, {policies.Business, "NZ", "logistics", 1, 0}, {policies.Government, "EE", "", 0, 1}}
	got, err := db.EndorsementCounts(ctx, policies.Actor{}, []string{id, "cmt_none"}, time.Time{})
	if diff := cmp.Diff(map[string]EndorsementCounts{id: {Supports: 2, DoesNotSupport: 1, By: want}}, got); diff != "" || err != nil {
		t.Errorf("counts (-want +got):\n%s%v", diff, err)
	}
	want[1].DoesNotSupport = 1
	got, err = db.EndorsementCounts(ctx, policies.Actor{}, []string{id}, before)
	if diff := cmp.Diff(map[string]EndorsementCounts{id: {Supports: 2, DoesNotSupport: 2, By: want}}, got); diff != "" || err != nil {
		t.Errorf("counts an hour before (-want +got):\n%s%v", diff, err)
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
		n, asOf, err := db.Preview(ctx, c.DocumentID, x.s)
		if n != x.want || asOf != int64(len(entries)) || err != nil {
			t.Errorf("%s: %d as of %d, %v; want %d", name, n, asOf, err, x.want)
		}
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
