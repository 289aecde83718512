package views

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// digests are those of the files that are uploaded.
var digests = []string{strings.Repeat("a", 64), strings.Repeat("b", 64)}

// full draws a comment with some of all that it may have.
func (d *dialogue) full() policies.SubmitComment {
	c := policies.SubmitComment{ConsultationID: d.any(d.consultations), CommentWords: policies.CommentWords{Text: "the words of a comment", Stance: policies.Oppose,
		Type: policies.General, Supporters: rapid.Int64Range(0, 3).Draw(d.t, "supporters")}}
	if rapid.Bool().Draw(d.t, "confidential") {
		c.Confidential, c.Summary, c.Text = true, "the comment in short", "a secret"
	}
	k, err := d.memory.Consultation(c.ConsultationID)
	if err == nil && rapid.Bool().Draw(d.t, "quotes") {
		if text, err := d.memory.Text(k.RevisionID); err == nil {
			c.ClauseID = text.Clauses[0].ID
			c.Quote = &policies.Quote{Exact: "words", Prefix: "of ", Suffix: " number"}
		}
	}
	if rapid.Bool().Draw(d.t, "costs") {
		c.Cost = &policies.CostEstimate{Amount: "0.1", Currency: "EUR", Per: "parcel", PerYear: true}
	}
	if rapid.Bool().Draw(d.t, "files") {
		c.Attachments = []policies.Attachment{{Digest: rapid.SampledFrom(digests).Draw(d.t, "file")}}
	}
	return c
}

// drafting draws a draft of such a comment.
func (d *dialogue) drafting() policies.DraftComment {
	c := d.full()
	return policies.DraftComment{ConsultationID: c.ConsultationID, Words: c.CommentWords}
}

// inFull lets happen what befalls comments beside answers.
func (d *dialogue) inFull() {
	draft := d.any(d.drafts)
	switch rapid.IntRange(0, 9).Draw(d.t, "in full") {
	case 0, 1:
		d.keep(&d.comments, d.full())
	case 2:
		d.keep(&d.drafts, d.drafting())
	case 3:
		d.keep(nil, policies.EditDraft{DraftID: draft, Edition: 1, Words: d.full().CommentWords})
	case 4:
		d.keep(&d.comments, policies.SubmitDraft{DraftID: draft, Edition: rapid.IntRange(1, 2).Draw(d.t, "edition")})
	case 5:
		d.keep(nil, policies.DiscardDraft{DraftID: draft})
	case 6:
		d.keep(nil, policies.AttachFile{Digest: rapid.SampledFrom(digests).Draw(d.t, "file"), Size: 7, Type: "text/csv", Name: "a"})
	case 7:
		c := policies.ReplyToComment{CommentID: d.any(d.comments), Text: "a reply"}
		if len(d.replies) > 0 && rapid.Bool().Draw(d.t, "to a reply") {
			c.InReplyTo = d.any(d.replies)
		}
		d.keep(&d.replies, c)
	case 8:
		d.keep(nil, policies.RedactComment{CommentID: d.any(d.comments), Reason: "a name"})
	case 9:
		k, _ := d.memory.Comment(d.any(d.comments))
		_, _ = d.try(policies.Actor{MemberID: "mem_admin", OrganisationID: k.OrganisationID, Chamber: policies.Business, Role: policies.Admin},
			policies.DisownComment{CommentID: k.ID, Reason: "not ours"})
	}
}

// counted counts the comments of a dialogue by document and clause, "-" for whole
// documents.
func counted(d *dialogue) map[string]Counts {
	all := map[string]Counts{}
	for _, id := range d.comments {
		c, err := d.memory.Comment(id)
		if err != nil {
			d.t.Fatal(err)
		}
		keys := []string{c.DocumentID + "-", c.DocumentID + "/" + c.ClauseID}
		if c.Confidential {
			keys = keys[:1]
		}
		for _, key := range keys {
			n, ok := all[key]
			if !ok {
				n.ByStance = map[policies.Stance]int{}
			}
			n.Total++
			switch {
			case !c.WithdrawnAt.IsZero():
				n.Withdrawn++
			case !c.DisownedAt.IsZero():
				n.Disowned++
			case c.Confidential:
				n.Confidential++
			default:
				n.ByStance[c.Stance]++
				n.Supporters += c.Supporters
				if d.answered(&c) {
					n.Answered++
				}
			}
			all[key] = n
		}
	}
	return all
}

func (d *dialogue) answered(c *policies.Comment) bool {
	if c.Disposition == nil || c.Disposition.Outcome != policies.Duplicate {
		return c.Disposition != nil
	}
	of, err := d.memory.Comment(c.Disposition.DuplicateOf)
	return err != nil || of.Stands()
}

// seen is a comment as May lets an actor see it, nil where it may not know of it.
func (d *dialogue) seen(a policies.Actor, id string) *policies.Comment {
	c, err := d.memory.Comment(id)
	if err != nil {
		return nil
	}
	doc, _ := d.memory.Document(c.DocumentID)
	s := policies.OnComment(&doc, &c)
	switch {
	case policies.May(a, policies.ReadingDocument, s) != nil:
		return nil
	case policies.May(a, policies.ReadingComment, s) != nil:
		c = c.Shell()
	}
	return &c
}

func (d *dialogue) checkComments(db *DB, a policies.Actor) {
	found, err := db.Comments(ctx, a, d.comments)
	if err != nil {
		d.t.Fatal(err)
	}
	n, words := 0, 0
	for _, id := range d.comments {
		want := d.seen(a, id)
		got, ok := found[id]
		if ok != (want != nil) {
			d.t.Errorf("%+v reads comment %s: %v, May says %v", a, id, ok, want != nil)
			continue
		}
		if !ok {
			continue
		}
		n++
		if want.RedactedAt.IsZero() {
			words++
		}
		if diff := cmp.Diff(*want, got); diff != "" {
			d.t.Errorf("comment of %+v (-May +views):\n%s", a, diff)
		}
	}
	l, err := db.CommentList(ctx, a, CommentFilter{}, Page{First: 100})
	if err != nil || len(l.Items) != n {
		d.t.Errorf("%+v lists %d comments, want %d, %v", a, len(l.Items), n, err)
	}
	for _, c := range l.Items {
		if diff := cmp.Diff(found[c.ID], c); diff != "" {
			d.t.Errorf("comment of %+v by ID and in a list:\n%s", a, diff)
		}
	}
	hits, err := db.Search(ctx, a, SearchFilter{Query: "comment", Kinds: []SearchKind{InComments}}, Page{First: 100})
	if err != nil || len(hits.Items) != words {
		d.t.Errorf("%+v finds %d comments, want %d, %v", a, len(hits.Items), words, err)
	}
	for _, h := range hits.Items {
		if c := found[h.CommentID]; c.Confidential && (h.ClauseID != "" || !strings.Contains(h.Snippet, "short")) {
			d.t.Errorf("a hit tells of the confidential comment: %+v", h)
		}
	}
	secret, err := db.Search(ctx, a, SearchFilter{Query: "secret"}, Page{First: 100})
	if err != nil || len(secret.Items) != 0 {
		d.t.Errorf("the words of a confidential comment are found: %v, %v", secret.Items, err)
	}
	d.checkNarrowed(db, a)
	d.checkReplies(db, a)
	d.checkDrafts(db, a)
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

func (d *dialogue) checkReplies(db *DB, a policies.Actor) {
	found, err := db.Replies(ctx, a, d.replies)
	if err != nil {
		d.t.Fatal(err)
	}
	want := map[string][]string{}
	for _, id := range d.replies {
		r, _ := d.memory.Reply(id)
		c := d.seen(a, r.CommentID)
		if _, ok := found[id]; ok != (c != nil && !c.Masked) {
			d.t.Errorf("%+v reads a reply to %+v: %v", a, c, ok)
		}
		if c != nil && !c.Masked {
			want[c.ID] = append(want[c.ID], id)
		}
	}
	pages, err := db.ReplyPages(ctx, a, d.comments, Page{First: 2})
	if err != nil || len(pages) != len(want) {
		d.t.Errorf("%+v reads replies to %d comments, want %d, %v", a, len(pages), len(want), err)
	}
	for id, l := range pages {
		var got []string
		for {
			for _, r := range l.Items {
				got = append(got, r.ID)
			}
			if !l.HasNext {
				break
			}
			more, err := db.ReplyPages(ctx, a, []string{id}, Page{First: 1, After: l.Cursors[len(l.Cursors)-1]})
			if err != nil {
				d.t.Fatal(err)
			}
			l = more[id]
		}
		back, err := db.ReplyPages(ctx, a, []string{id}, Page{Last: 100})
		if diff := cmp.Diff(want[id], got); diff != "" || err != nil || len(back[id].Items) != len(got) {
			d.t.Errorf("%+v reads the replies, %d from the end, %v (-May +SQL):\n%s", a, len(back[id].Items), err, diff)
		}
	}
}

func (d *dialogue) checkDrafts(db *DB, a policies.Actor) {
	found, err := db.CommentDrafts(ctx, a, d.drafts)
	if err != nil {
		d.t.Fatal(err)
	}
	open := 0
	for _, id := range d.drafts {
		v, _ := d.memory.CommentDraft(id)
		want := policies.May(a, policies.ReadingDraft, policies.OnOrganisation(v.OrganisationID)) == nil
		if got, ok := found[id]; ok != want || ok && !cmp.Equal(v, got) {
			d.t.Errorf("%+v reads draft %+v as %v, %+v", a, v, ok, got)
		}
		if want && v.Open() {
			open++
		}
	}
	l, err := db.CommentDraftList(ctx, a, "", Page{First: 100})
	if err != nil || len(l.Items) != open {
		d.t.Errorf("%+v lists %d drafts, want %d, %v", a, len(l.Items), open, err)
	}
	for _, v := range l.Items {
		on, err := db.CommentDraftList(ctx, a, v.DocumentID, Page{First: 100})
		if err != nil || !slices.ContainsFunc(on.Items, func(o policies.CommentDraft) bool { return o.ID == v.ID }) {
			d.t.Errorf("draft %s isn't listed by its document, %v", v.ID, err)
		}
	}
}

// asRedacted takes from comments what has been redacted since: that is gone from the
// past too.
func asRedacted(then, now List[policies.Comment]) List[policies.Comment] {
	then.Items = slices.Clone(then.Items)
	for i := range then.Items {
		for _, c := range now.Items {
			if o := &then.Items[i]; o.ID == c.ID && !c.RedactedAt.IsZero() {
				o.Text, o.Replacement, o.Summary, o.Quote, o.Cost, o.Attachments = "", "", "", nil, nil, nil
				o.RedactedAt, o.Redaction = c.RedactedAt, c.Redaction
			}
		}
	}
	return then
}

// Words that were redacted are in no row and in no index, whether they had been
// indexed before or not.
func TestRedactedWordsAreGone(t *testing.T) {
	for name, indexed := range map[string]bool{"indexed before": true, "not indexed yet": false} {
		t.Run(name, func(t *testing.T) {
			db, err := Open(t.Context(), filepath.Join(t.TempDir(), "views.db"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			s, c := docket(t)
			foldAll(t, db, s.entries)
			list := comments(t, c, db.Position(), 1, 2, false)
			find := func(want int) {
				t.Helper()
				l, err := db.Search(t.Context(), policies.Operator, SearchFilter{Query: c.Text, Kinds: []SearchKind{InComments}}, Page{First: 10})
				if err != nil || len(l.Items) != want {
					t.Errorf("%d hits, want %d, %v", len(l.Items), want, err)
				}
			}
			fold := func(redact bool) {
				tx := begin(t, db)
				if !redact {
					for i := range list {
						foldOne(t, tx, &list[i])
					}
				}
				if redact || !indexed {
					e := list[0]
					e.Seq, e.Kind, e.Command, e.At = tx.Position(), "comment.redacted/1", "redact", e.At.Add(time.Hour)
					if err := tx.Fold(&e, &policies.CommentRedacted{ID: e.Subject, Reason: "a name"}); err != nil {
						t.Fatal(err)
					}
				}
				commit(t, tx)
			}
			fold(false)
			if indexed {
				find(2)
				fold(true)
			}
			find(1)
			found, err := db.Comments(context.Background(), policies.Operator, []string{list[0].Subject})
			if k := found[list[0].Subject]; err != nil || k.Text != "" || k.Redaction != "a name" || k.Number != 1 {
				t.Errorf("redacted: %+v, %v", k, err)
			}
		})
	}
}
