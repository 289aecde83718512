package views

import (
	"slices"
	"strings"

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
		if rapid.Bool().Draw(d.t, "clears") {
			d.clearUploads()
			return
		}
		d.keep(nil, policies.AttachFile{Digest: rapid.SampledFrom(digests).Draw(d.t, "file"), Size: 7, Type: "text/csv", Name: "a"})
	case 7:
		c := policies.ReplyToComment{CommentID: d.any(d.comments), Text: "a reply"}
		if len(d.replies) > 0 && rapid.Bool().Draw(d.t, "to a reply") {
			c.InReplyTo = d.any(d.replies)
		}
		d.keep(&d.replies, c)
		if rapid.IntRange(0, 3).Draw(d.t, "redact it") == 0 {
			d.keep(nil, policies.RedactReply{ReplyID: d.any(d.replies), Reason: "a name"})
		}
	case 8:
		d.keep(nil, policies.RedactComment{CommentID: d.any(d.comments), Reason: "a name"})
	case 9:
		k, _ := d.memory.Comment(d.any(d.comments))
		_, _ = d.try(policies.Actor{MemberID: "mem_admin", OrganisationID: k.OrganisationID, Chamber: policies.Business, Role: policies.Admin},
			policies.DisownComment{CommentID: k.ID, Reason: "not ours"})
	}
}

// clearUploads clears what nothing names, a day later or too early, and mostly finishes that.
func (d *dialogue) clearUploads() {
	if rapid.Bool().Draw(d.t, "a day later") {
		d.now = d.now.Add(policies.UploadLife)
	}
	if ev, err := d.try(policies.Operator, policies.ClearUploads{}); err == nil {
		d.clearings = append(d.clearings, ev.Subject())
	}
	if rapid.IntRange(0, 2).Draw(d.t, "finish") > 0 {
		_, _ = d.try(policies.Operator, policies.FinishClearing{ClearingID: d.any(d.clearings)})
	}
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
	if c.Disposition != nil && !d.disposedBy(a, c.Disposition) {
		told := *c.Disposition
		told.Together, c.Disposition = 0, &told
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

// asRedacted takes from comments what has been redacted since: that is gone from the
// past too.
func asRedacted(then, now List[policies.Comment]) List[policies.Comment] {
	then.Items = slices.Clone(then.Items)
	for i := range then.Items {
		for _, c := range now.Items {
			if o := &then.Items[i]; o.ID == c.ID && !c.RedactedAt.IsZero() {
				o.Text, o.Replacement, o.Proposes, o.Summary, o.Quote, o.Cost, o.Attachments = "", "", "", "", nil, nil, nil
				o.RedactedAt, o.Redaction = c.RedactedAt, c.Redaction
			}
		}
	}
	return then
}

// disposedBy says whether a viewer is told how many comments a disposition was given to.
func (d *dialogue) disposedBy(a policies.Actor, x *policies.Disposition) bool {
	if a.Operator || a.MemberID != "" && a.Chamber == policies.Secretariat && a.Role != "" {
		return true
	}
	m, err := d.memory.Member(x.MemberID)
	return err == nil && m.OrganisationID == a.OrganisationID && policies.May(a, policies.ReadingMembers, policies.OnOrganisation(m.OrganisationID)) == nil
}
