package views

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// speaker returns whose a comment is, nobody where that isn't told.
func (d *dialogue) speaker(c *policies.Comment) policies.Organisation {
	if c.Masked {
		return policies.Organisation{}
	}
	o, err := d.memory.Organisation(c.OrganisationID)
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// checkNarrowed: a list that is narrowed by what a confidential comment doesn't tell
// has it for those alone who may read it.
func (d *dialogue) checkNarrowed(db *DB, a policies.Actor) {
	yes, no, whole := true, false, ""
	for name, x := range map[string]struct {
		f    CommentFilter
		fits func(*policies.Comment) bool
	}{
		"clause":       {CommentFilter{ClauseID: &whole}, func(c *policies.Comment) bool { return !c.Masked && c.ClauseID == "" }},
		"organisation": {CommentFilter{OrganisationID: d.actors[1].OrganisationID}, func(c *policies.Comment) bool { return c.OrganisationID == d.actors[1].OrganisationID }},
		"member":       {CommentFilter{MemberID: d.actors[1].MemberID}, func(c *policies.Comment) bool { return !c.Masked && c.MemberID == d.actors[1].MemberID }},
		"chamber":      {CommentFilter{Chambers: []policies.OrganisationKind{policies.Business}}, func(c *policies.Comment) bool { return d.speaker(c).Kind == policies.Business }},
		"jurisdiction": {CommentFilter{Jurisdictions: []string{"EE", "NZ"}}, func(c *policies.Comment) bool {
			in := d.speaker(c).Jurisdiction
			return in == "EE" || in == "NZ" || strings.HasPrefix(in, "EE-") || strings.HasPrefix(in, "NZ-")
		}},
		"sector": {CommentFilter{Sectors: []string{"POST"}}, func(c *policies.Comment) bool {
			return policies.NameKey(d.speaker(c).Sector) == policies.NameKey("post")
		}},
		"from":         {CommentFilter{From: d.now.Add(-time.Hour)}, func(c *policies.Comment) bool { return !c.SubmittedAt.Before(d.now.Add(-time.Hour)) }},
		"before":       {CommentFilter{Until: d.now.Add(-time.Hour)}, func(c *policies.Comment) bool { return c.SubmittedAt.Before(d.now.Add(-time.Hour)) }},
		"numbers":      {CommentFilter{FirstNumber: 2, LastNumber: 3}, func(c *policies.Comment) bool { return c.Number == 2 || c.Number == 3 }},
		"stance":       {CommentFilter{Stances: []policies.Stance{policies.Oppose}}, func(c *policies.Comment) bool { return c.Stance == policies.Oppose }},
		"type":         {CommentFilter{Types: []policies.CommentType{policies.General}}, func(c *policies.Comment) bool { return c.Type == policies.General }},
		"answered":     {CommentFilter{Answered: &yes}, func(c *policies.Comment) bool { return !c.Masked && c.Disposition != nil && d.answered(c) }},
		"unanswered":   {CommentFilter{Answered: &no}, func(c *policies.Comment) bool { return !c.Masked && !d.answered(c) }},
		"disowned":     {CommentFilter{Disowned: &yes}, func(c *policies.Comment) bool { return !c.DisownedAt.IsZero() }},
		"not disowned": {CommentFilter{Disowned: &no}, func(c *policies.Comment) bool { return c.DisownedAt.IsZero() }},
		"confidential": {CommentFilter{Confidential: &yes}, func(c *policies.Comment) bool { return c.Confidential }},
		"public":       {CommentFilter{Confidential: &no}, func(c *policies.Comment) bool { return !c.Confidential }},
	} {
		var want, got []string
		for _, id := range d.comments {
			if c := d.seen(a, id); c != nil && x.fits(c) {
				want = append(want, id)
			}
		}
		l, err := db.CommentList(ctx, a, x.f, Page{First: 100})
		if err != nil {
			d.t.Fatal(err)
		}
		for _, c := range l.Items {
			got = append(got, c.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			d.t.Errorf("comments of %+v by %s (-May +SQL):\n%s", a, name, diff)
		}
		told := len(slices.DeleteFunc(l.Items, func(c policies.Comment) bool { return c.Masked }))
		if total, err := db.CommentTotal(ctx, a, x.f); err != nil || total != told {
			d.t.Errorf("%+v is told of %d comments by %s, and that they are %d, %v", a, told, name, total, err)
		}
	}
	for _, id := range d.documents { // clause by clause, as a document's page asks
		pages, err := db.CommentPages(ctx, a, []CommentPlace{{DocumentID: id}, {DocumentID: "doc_none"}}, CommentFilter{}, Page{First: 100})
		if err != nil {
			d.t.Fatal(err)
		}
		for _, c := range pages[CommentPlace{DocumentID: id}].Items {
			if diff := cmp.Diff(*d.seen(a, c.ID), c); diff != "" {
				d.t.Errorf("comment of %+v on its document's page (-May +SQL):\n%s", a, diff)
			}
			if c.Masked {
				continue
			}
			place := CommentPlace{id, c.ClauseID}
			on, err := db.CommentPages(ctx, a, []CommentPlace{place}, CommentFilter{}, Page{First: 100})
			if masked := func(c policies.Comment) bool { return c.Masked }; err != nil || c.ClauseID != "" && slices.ContainsFunc(on[place].Items, masked) {
				d.t.Errorf("a clause shows %+v a confidential comment, or %v", a, err)
			}
		}
	}
}

func TestCommentFilters(t *testing.T) {
	db := openTest(t)
	s, c := docket(t)
	foldAll(t, db, s.entries)
	base := comments(t, c, int64(len(s.entries)), 1, 4, false)
	rest := comments(t, func() policies.CommentSubmitted {
		c := c
		c.ClauseID, c.Stance, c.OrganisationID = "", policies.Support, "org_other"
		return c
	}(), int64(len(s.entries)+4), 5, 3, false)
	foldAll(t, db, append(base, rest...))
	tx := begin(t, db)
	for i, ev := range []policies.Event{
		&policies.CommentDisposed{ID: base[0].Subject, Outcome: policies.AcceptedWhole, Reason: "yes"},
		&policies.CommentDisposed{ID: base[1].Subject, Outcome: policies.Rejected, Reason: "no"},
		&policies.CommentWithdrawn{ID: rest[0].Subject, Reason: "a mistake"},
	} {
		e := base[0]
		e.Seq, e.Command, e.Subject, e.Kind, e.At = tx.Position(), fmt.Sprint("late", i), ev.Subject(), ev.Kind(), dayOne.Add(2*time.Hour)
		if err := tx.Fold(&e, ev); err != nil {
			t.Fatal(err)
		}
	}
	commit(t, tx)
	yes, no, whole, clause := true, false, "", c.ClauseID
	for name, x := range map[string]struct {
		f    CommentFilter
		want int
	}{
		"document":     {CommentFilter{DocumentID: c.DocumentID}, 7},
		"consultation": {CommentFilter{ConsultationID: c.ConsultationID}, 7},
		"organisation": {CommentFilter{OrganisationID: "org_other"}, 3},
		"clause":       {CommentFilter{DocumentID: c.DocumentID, ClauseID: &clause}, 4},
		"whole":        {CommentFilter{DocumentID: c.DocumentID, ClauseID: &whole}, 3},
		"stance":       {CommentFilter{DocumentID: c.DocumentID, Stances: []policies.Stance{policies.Support, policies.Amend}}, 3},
		"type":         {CommentFilter{DocumentID: c.DocumentID, Types: []policies.CommentType{policies.Editorial}}, 0},
		"answered":     {CommentFilter{DocumentID: c.DocumentID, Answered: &yes}, 2},
		"open":         {CommentFilter{DocumentID: c.DocumentID, Answered: &no, Withdrawn: &no}, 4},
		"withdrawn":    {CommentFilter{DocumentID: c.DocumentID, Withdrawn: &yes}, 1},
		"earlier":      {CommentFilter{DocumentID: c.DocumentID, Withdrawn: &no, Answered: &no, AsOf: dayOne.Add(90 * time.Minute)}, 7},
		"elsewhere":    {CommentFilter{DocumentID: "doc_none"}, 0},
		"from":         {CommentFilter{DocumentID: c.DocumentID, FirstNumber: 3}, 5},
		"to":           {CommentFilter{DocumentID: c.DocumentID, LastNumber: 3}, 3},
		"part":         {CommentFilter{DocumentID: c.DocumentID, FirstNumber: 3, LastNumber: 6, ClauseID: &whole}, 2},
		"before":       {CommentFilter{DocumentID: c.DocumentID, Before: base[3].Seq}, 3},
		"campaign":     {CommentFilter{DocumentID: c.DocumentID, CampaignID: policies.CampaignID(base[0].Subject)}, 7},
		"no campaign":  {CommentFilter{DocumentID: c.DocumentID, CampaignID: policies.CampaignID(base[1].Subject)}, 0},
	} {
		l, err := db.CommentList(ctx, policies.Actor{}, x.f, Page{First: 100})
		if err != nil || len(l.Items) != x.want {
			t.Errorf("%s: %d comments, want %d, %v", name, len(l.Items), x.want, err)
		}
		if total, err := db.CommentTotal(ctx, policies.Actor{}, x.f); err != nil || total != x.want {
			t.Errorf("%s: %d comments in total, want %d, %v", name, total, x.want, err)
		}
	}
	entries, err := db.Entries(ctx, policies.Actor{}, EntryFilter{Subject: base[0].Subject}, Page{First: 10})
	if err != nil || len(entries.Items) != 2 {
		t.Errorf("%d entries of a comment and its answer, %v", len(entries.Items), err)
	}
	entries, err = db.Entries(ctx, policies.Actor{}, EntryFilter{Kinds: []string{"comment.disposed/1", "comment.withdrawn/1"}}, Page{First: 10})
	if err != nil || len(entries.Items) != 3 {
		t.Errorf("%d entries of two kinds, %v", len(entries.Items), err)
	}
}
