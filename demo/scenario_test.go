package demo

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/views"
)

// titled finds a document by its title, as somebody sees it.
func (h *house) titled(viewer policies.Actor, title string) policies.Document {
	h.t.Helper()
	for _, d := range h.documents(viewer) {
		if d.Title == title {
			return d
		}
	}
	h.t.Fatalf("no document %q", title)
	return policies.Document{}
}

// said lists all comments on a document, or on all for "", in the order in which they were made.
func (h *house) said(document string) (list []policies.Comment) {
	h.t.Helper()
	for page := (views.Page{First: views.MaxPage}); ; {
		found, err := h.Views().CommentList(h.t.Context(), policies.Operator, views.CommentFilter{DocumentID: document}, page)
		if err != nil {
			h.t.Fatal(err)
		}
		list = append(list, found.Items...)
		if !found.HasNext {
			return list
		}
		page.After = found.Cursors[len(found.Cursors)-1]
	}
}

// The large regulation has something of everything that a comment may be.
func TestMuchWasSaidOnPlatforms(t *testing.T) {
	h := open(t, mem.Open(), began)
	s := h.play()
	d := h.titled(visitor, platformsTitle)
	comments := h.said(d.ID)
	has := map[string]int{}
	who, weeks := map[string]bool{}, map[string]map[int]bool{}
	for _, c := range comments {
		who[c.OrganisationID] = true
		if weeks[c.ConsultationID] == nil {
			weeks[c.ConsultationID] = map[int]bool{}
		}
		weeks[c.ConsultationID][int(c.SubmittedAt.Sub(began)/(7*day))] = true
		for what, so := range map[string]bool{
			string(c.Stance): true, string(c.Type): true, "cost": c.Cost != nil, "file": len(c.Attachments) > 0, "quotation": c.Quote != nil,
			"confidential": c.Confidential, "replacement": c.Replacement != "", "choice": c.Choice != "", "supporters": c.Supporters > 0,
			"answered": c.Disposition != nil, "open": c.Disposition == nil, "on the whole": c.ClauseID == "" && c.QuestionID == "",
		} {
			if so {
				has[what]++
			}
		}
		if c.Disposition != nil {
			has[string(c.Disposition.Outcome)]++
		}
	}
	if len(comments) < 180 || len(who) < 35 {
		t.Errorf("%d comments of %d organisations", len(comments), len(who))
	}
	for _, stance := range policies.Stances {
		if has[string(stance)] == 0 {
			t.Errorf("nobody says %s", stance)
		}
	}
	for _, what := range []string{"cost", "file", "quotation", "confidential", "replacement", "choice", "supporters", "answered", "open", "on the whole",
		string(policies.General), string(policies.Substantive), string(policies.Technical), string(policies.Editorial),
		string(policies.AcceptedWhole), string(policies.AcceptedInPart), string(policies.Rejected), string(policies.Noted)} {
		if has[what] < 2 && what != "supporters" && what != string(policies.AcceptedInPart) || has[what] == 0 {
			t.Errorf("%s: %d comments", what, has[what])
		}
	}
	for round, in := range weeks {
		if len(in) < 5 {
			t.Errorf("in round %s people wrote in %d weeks", round, len(in))
		}
	}
	h.checkFates(d)
	h.checkCampaign(d)
	if c, err := h.Views().Comments(t.Context(), visitor, []string{s.CommentID}); err != nil || c[s.CommentID].DocumentID != d.ID {
		t.Errorf("the summary names the comment %+v: %v", c, err)
	}
}

// checkFates fails unless comments of the first round stand in the second as same, changed, moved and gone.
func (h *house) checkFates(d policies.Document) {
	h.t.Helper()
	rev, err := h.Views().RevisionByNumber(h.t.Context(), visitor, d.ID, 3)
	if err != nil {
		h.t.Fatal(err)
	}
	standing, err := h.Views().Standing(h.t.Context(), rev, time.Time{})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, fate := range []clauses.Fate{clauses.StaysUnchanged, clauses.HasChanged, clauses.HasMoved, clauses.IsGone} {
		list, err := h.Views().CarriedList(h.t.Context(), visitor, standing, []clauses.Fate{fate}, views.CommentFilter{DocumentID: d.ID}, all)
		if err != nil || len(list.Items) == 0 {
			h.t.Errorf("%d comments whose clause is %s: %v", len(list.Items), fate, err)
		}
	}
}

// checkCampaign fails unless there is one large campaign, to which some add words.
func (h *house) checkCampaign(d policies.Document) {
	h.t.Helper()
	list, err := h.Views().CampaignList(h.t.Context(), visitor, views.CampaignFilter{DocumentID: d.ID}, all)
	if err != nil || len(list.Items) == 0 {
		h.t.Fatalf("no campaign: %v", err)
	}
	if c := list.Items[0]; c.Size != 25 || c.Adding < 3 || c.Adding > 10 {
		h.t.Errorf("a campaign of %d, of which %d add words", c.Size, c.Adding)
	}
}

// What two drafters changed in different clauses was merged, and who still writes from the
// first draft is told of the clash.
func TestDraftersClash(t *testing.T) {
	h := open(t, mem.Open(), began)
	h.play()
	a, err := h.Actor(t.Context(), testIssuer, kauri, "")
	if err != nil {
		t.Fatal(err)
	}
	d := h.titled(a, windowsTitle)
	revisions := make([]policies.Revision, 5)
	for n := 1; n < 5; n++ {
		if revisions[n], err = h.Views().RevisionByNumber(t.Context(), a, d.ID, n); err != nil {
			t.Fatal(err)
		}
	}
	if revisions[3].Base != revisions[1].ID || revisions[3].Parent != revisions[2].ID {
		t.Errorf("revision 3 is made from %s after %s", revisions[3].Base, revisions[3].Parent)
	}
	s := &stage{t.Context(), h.Registry, h.clock, testIssuer, began, nil, nil}
	_, err = h.Do(t.Context(), a, "", policies.CommitRevision{DocumentID: d.ID, Base: revisions[1].ID,
		Source: s.edit(s.text("windows"), change{"within ten minutes", "within an hour"})})
	var refused *policies.Error
	if !errors.As(err, &refused) || refused.Code != policies.TextConflict || len(refused.Clashes) != 1 {
		t.Errorf("%v, want a conflict of one clause", err)
	}
}

// What came in is in the newest releases, and what went is not in the last.
func TestLabelsComeInAndGoOut(t *testing.T) {
	h := open(t, mem.Open(), began)
	h.play()
	set, err := h.Views().RuleSetBySlug(t.Context(), LabelSet, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	list, err := h.Views().ReleaseList(t.Context(), set.ID, time.Time{}, all)
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]int{} // releases of each instrument
	var newest standards.Release
	for _, r := range list.Items {
		for _, id := range r.Instruments {
			in[id]++
		}
		if r.Number > newest.Number {
			newest = r
		}
	}
	regulation := h.titled(visitor, "Low-value parcels between New Zealand and Estonia").InstrumentID
	second := h.titled(visitor, "Label codes for parcels that come back, second edition").InstrumentID
	if newest.Number != 3 || in[regulation] != 2 || slices.Contains(newest.Instruments, regulation) {
		t.Errorf("of %d releases, the regulation is in %d, the last has %q", newest.Number, in[regulation], newest.Instruments)
	}
	if in[second] != 2 || !slices.Contains(newest.Instruments, second) {
		t.Errorf("the second edition is in %d releases", in[second])
	}
}
