package policies_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/standards"
)

// disposedInBulk is a story in which a campaign is answered, and a comment endorsed.
func disposedInBulk(w *town) {
	doc := w.do(w.estonia, ProposeDocument{Kind: standards.BestPractice, Title: "Letters", Language: "en"}).Subject()
	w.commit(doc, parcels)
	csn := w.open(doc, LateMarked)
	form := w.campaign(csn)
	w.do(w.estonia, DisposeComments{DocumentID: doc, Selection: Selection{CampaignID: CampaignID(form[0]), Except: form[2:]}, AsOf: w.seq(),
		Count: 2, Outcome: Noted, Reason: "The threshold is for another text."})
	w.do(w.zealand, EndorseComment{CommentID: form[2], Position: Dissents, Reason: "It was lowered for a reason."})
}

// outcomes lists those of comments, "" where there is none.
func (w *town) outcomes(ids ...string) (list []Outcome) {
	for _, id := range ids {
		k, err := w.m.Comment(id)
		if err != nil {
			w.t.Fatalf("comment: %v", err)
		}
		if k.Disposition == nil {
			list = append(list, "")
			continue
		}
		list = append(list, k.Disposition.Outcome)
	}
	return list
}

// One entry answers a campaign; what a member adds is answered apart, and who joins
// later isn't answered unread.
func TestDisposeCampaign(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	form := w.campaign(csn)
	apart := w.comment(w.crane, csn, "term")
	group := CampaignID(form[0])
	c, err := w.m.Campaign(group)
	if diff := cmp.Diff(Campaign{ID: group, DocumentID: doc, SampleID: form[0], Size: 3, Adding: 1}, c); diff != "" || err != nil {
		t.Fatalf("the campaign (-want +got):\n%s%v", diff, err)
	}
	adding := false
	c2 := DisposeComments{DocumentID: doc, Selection: Selection{CampaignID: group, Adding: &adding}, AsOf: w.seq(), Count: 2, Outcome: Rejected, Reason: "The threshold falls."}
	joined := w.do(w.zealand, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Oppose, Type: General,
		Text: "Keep the threshold for parcels where it is, as we have asked for these ten years."}}).Subject()
	e := w.do(w.estonia, c2).(*CommentsDisposed)
	first, _ := w.m.Comment(form[0])
	if diff := cmp.Diff(Entries{first.Seq, first.Seq + 1}, e.Comments); diff != "" {
		t.Errorf("answered (-want +got):\n%s", diff)
	}
	all := append(form, apart, joined)
	if diff := cmp.Diff([]Outcome{Rejected, Rejected, "", "", ""}, w.outcomes(all...)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	k, _ := w.m.Comment(form[1])
	if diff := cmp.Diff(&Disposition{Outcome: Rejected, Reason: "The threshold falls.", MemberID: w.estonia.MemberID, At: w.now, Together: 2}, k.Disposition); diff != "" {
		t.Errorf("the answer (-want +got):\n%s", diff)
	}
	w.refuse(w.estonia, c2, Conflict, "count", "finds 0 comments now, not 2")
	w.disposeOf(form[2], Noted, nil)
	w.do(w.estonia, DisposeComments{DocumentID: doc, AsOf: w.seq(), Count: 2, Outcome: Noted, Reason: "r"})
	if diff := cmp.Diff([]Outcome{Rejected, Rejected, Noted, Noted, Noted}, w.outcomes(all...)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	w.wait(91 * day)
	w.wants(doc, "ballotMissing")
}

// Each part of a selection narrows it.
func TestSelection(t *testing.T) {
	w := newTown(t)
	doc, _ := w.proposed()
	one := w.open(doc, LateMarked)
	w.do(w.loom, SubmitComment{ConsultationID: one, CommentWords: CommentWords{ClauseID: "term", Stance: Oppose, Type: Substantive, Text: "Too long."}})
	w.do(w.zealand, SubmitComment{ConsultationID: one, CommentWords: CommentWords{Stance: Support, Type: General, Text: "Good."}})
	form := w.campaign(one)
	first := w.seq()
	w.wait(91 * day)
	two := w.open(doc, LateMarked)
	w.do(w.crane, SubmitComment{ConsultationID: two, CommentWords: CommentWords{ClauseID: "term", Stance: Amend, Type: Technical, Text: "Less.", Replacement: "Half a year."}})
	gone := w.comment(w.ferry, two, "")
	w.do(w.ferry, WithdrawComment{CommentID: gone, Reason: "r"})
	w.disposeOf(form[1], Noted, nil)
	term, whole, yes, no := "term", "", true, false
	for name, x := range map[string]struct {
		s      Selection
		before int64
		want   string
	}{
		"all that wait for an answer": {Selection{}, w.seq(), "1-3,5-6"},
		"all that stand":              {Selection{Disposed: true}, w.seq(), "1-6"},
		"of a round":                  {Selection{ConsultationID: two}, w.seq(), "6"},
		"on a clause":                 {Selection{ClauseID: &term}, w.seq(), "1,6"},
		"on the whole":                {Selection{ClauseID: &whole}, w.seq(), "2-3,5"},
		"by stance":                   {Selection{Stances: []Stance{Support, Amend}}, w.seq(), "2,6"},
		"by type":                     {Selection{Types: []CommentType{General}}, w.seq(), "2"},
		"by chamber":                  {Selection{Chambers: []OrganisationKind{Government, HubOperator}}, w.seq(), "2,6"},
		"of a campaign":               {Selection{CampaignID: CampaignID(form[0])}, w.seq(), "3,5"},
		"of no campaign":              {Selection{CampaignID: CampaignID(form[1])}, w.seq(), ""},
		"that add words":              {Selection{Adding: &yes}, w.seq(), "5"},
		"that add none":               {Selection{CampaignID: CampaignID(form[0]), Adding: &no}, w.seq(), "3"},
		"but for":                     {Selection{Except: form}, w.seq(), "1-2,6"},
		"before an entry":             {Selection{}, first, "1-3,5"},
		"before everything":           {Selection{}, 0, ""},
	} {
		list, n, err := w.m.Selected(doc, x.s, Operator, x.before, 100)
		var numbers Entries // of the comments, which are easier to read
		for _, k := range list {
			c, _ := find(w.m.All.Comments, func(c *Comment) bool { return c.Seq == k.Seq })
			numbers = append(numbers, int64(c.Number))
		}
		got, _ := numbers.MarshalText()
		if string(got) != x.want || n != len(list) || err != nil {
			t.Errorf("%s: %q (%d), %v; want %q", name, got, n, err, x.want)
		}
		if list, n, _ := w.m.Selected(doc, x.s, Operator, x.before, 1); len(list) != min(n, 1) || n != len(numbers) {
			t.Errorf("%s: at most one gives %d of %d", name, len(list), n)
		}
	}
}

func TestDisposeCommentsRefused(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	id := w.comment(w.loom, csn, "term")
	form := w.campaign(csn)
	other, _, otherCsn := w.consulted()
	foreign := w.campaign(otherCsn)
	good := DisposeComments{DocumentID: doc, AsOf: w.seq(), Count: 4, Outcome: Noted, Reason: "r"}
	with := func(change func(*DisposeComments)) DisposeComments { c := good; change(&c); return c }
	for _, x := range []struct {
		name  string
		who   Actor
		c     DisposeComments
		code  Code
		field string
		words string
	}{
		{"unknown document", w.estonia, with(func(c *DisposeComments) { c.DocumentID = "doc_none" }), NotFound, "documentId", ""},
		{"the public", Actor{}, good, Unauthenticated, "documentId", ""},
		{"a commenter", w.loom, good, Forbidden, "documentId", ""},
		{"unknown outcome", w.estonia, with(func(c *DisposeComments) { c.Outcome = "maybe" }), Invalid, "outcome", ""},
		{"without a reason", w.estonia, with(func(c *DisposeComments) { c.Reason = "" }), Invalid, "reason", ""},
		{"no stance", w.estonia, with(func(c *DisposeComments) { c.Selection.Stances = []Stance{"love"} }), Invalid, "selection.stances.0", ""},
		{"no type", w.estonia, with(func(c *DisposeComments) { c.Selection.Types = []CommentType{General, "x"} }), Invalid, "selection.types.1", ""},
		{"no chamber", w.estonia, with(func(c *DisposeComments) { c.Selection.Chambers = []OrganisationKind{"x"} }), Invalid, "selection.chambers.0", ""},
		{"too many stances", w.estonia, with(func(c *DisposeComments) {
			for range MaxList + 1 {
				c.Selection.Stances = append(c.Selection.Stances, Oppose)
			}
		}), Invalid, "selection.stances", "at most"},
		{"an exception twice", w.estonia, with(func(c *DisposeComments) { c.Selection.Except = []string{id, id} }), Invalid, "selection.exceptIds.1", "twice"},
		{"a clause that is no line", w.estonia, with(func(c *DisposeComments) { s := "a\nb"; c.Selection.ClauseID = &s }), Invalid, "selection.clauseId", ""},
		{"no campaign", w.estonia, with(func(c *DisposeComments) { c.Selection.CampaignID = CampaignID(id) }), NotFound, "selection.campaignId", ""},
		{"another document's campaign", w.estonia, with(func(c *DisposeComments) { c.Selection.CampaignID = CampaignID(foreign[0]) }), NotFound, "selection.campaignId", ""},
		{"other than was counted", w.estonia, with(func(c *DisposeComments) { c.Count = 3 }), Conflict, "count", "finds 4 comments now, not 3"},
		{"nothing", w.estonia, with(func(c *DisposeComments) { c.AsOf, c.Count = 0, 0 }), Invalid, "selection", "no comment"},
		{"a change with a note", w.estonia, with(func(c *DisposeComments) { c.Change = &ChangeReference{rev, "term"} }), Invalid, "change", ""},
		{"a change before the comments", w.estonia, with(func(c *DisposeComments) {
			c.Outcome, c.Change = AcceptedWhole, &ChangeReference{rev, "term"}
		}), Invalid, "change.revisionId", "no later"},
		{"a duplicate of nothing", w.estonia, with(func(c *DisposeComments) { c.Outcome = Duplicate }), Invalid, "duplicateOfId", ""},
		{"a duplicate of itself", w.estonia, with(func(c *DisposeComments) { c.Outcome, c.DuplicateOf = Duplicate, form[1] }), Invalid, "selection.exceptIds", "itself"},
		{"a duplicate elsewhere", w.estonia, with(func(c *DisposeComments) { c.Outcome, c.DuplicateOf = Duplicate, foreign[0] }), NotFound, "duplicateOfId", ""},
	} {
		t.Run(x.name, func(t *testing.T) { w.refuse(x.who, x.c, x.code, x.field, x.words) })
	}
	w.wait(91 * day)
	w.do(w.estonia, DisposeComments{DocumentID: other, AsOf: w.seq(), Count: 3, Outcome: Noted, Reason: "r"})
	w.carry(other)
	w.do(w.estonia, AdoptDocument{DocumentID: other})
	w.refuse(w.estonia, DisposeComments{DocumentID: other, AsOf: w.seq(), Count: 3, Outcome: Noted, Reason: "r", Selection: Selection{Disposed: true}}, Conflict, "documentId", "")
}

// many is a record in which every selection finds more than can be answered at once.
type many struct{ *policiestest.Memory }

func (many) Selected(string, Selection, Actor, int64, int) ([]Selected, int, error) {
	return make([]Selected, MaxBulk), MaxBulk + 1, nil
}

func TestDisposeCommentsIsBounded(t *testing.T) {
	w := newTown(t)
	doc, _, _ := w.consulted()
	_, err := DisposeComments{DocumentID: doc, Count: MaxBulk + 1, Outcome: Noted, Reason: "r"}.Decide(w.env(w.estonia), many{w.m})
	if e, ok := err.(*Error); !ok || e.Code != Invalid || !strings.Contains(e.Message, "at most 100000") {
		t.Errorf("%v", err)
	}
}

func TestEntries(t *testing.T) {
	for text, want := range map[string]Entries{"": nil, "1": {1}, "1-3,5,7-8": {1, 2, 3, 5, 7, 8}, "0,4": {0, 4}} {
		var n Entries
		if err := n.UnmarshalText([]byte(text)); err != nil || !cmp.Equal(n, want) {
			t.Errorf("%q gives %v, %v", text, n, err)
		}
		if back, err := n.MarshalText(); err != nil || string(back) != text {
			t.Errorf("%v is written %q, %v", n, back, err)
		}
	}
	for _, text := range []string{",", "1,", "-1", "9223372036854775807", "1-", "2-1", "3,2", "2,2", "1-3,3", "a", "1-99999999999", "1-100001", fmt.Sprintf("1-60000,%d-%d", 70_000, 120_000)} {
		var n Entries
		if err := n.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken: %d numbers", text, len(n))
		}
	}
}
