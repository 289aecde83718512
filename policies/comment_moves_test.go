package policies_test

import (
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
)

// full draws a comment with some of all that it may have.
func (p *player) full() SubmitComment {
	c := SubmitComment{ConsultationID: pick(p, "csn", p.m.All.Consultations), CommentWords: CommentWords{ClauseID: p.clause(), Stance: Oppose, Type: General, Text: p.words()}}
	switch rapid.IntRange(0, 5).Draw(p.t, "more") {
	case 0:
		c.Confidential, c.Summary = true, p.words()
	case 1:
		c.Quote = &Quote{Exact: rapid.SampledFrom([]string{"1", "scope", "e", ""}).Draw(p.t, "quoted")}
	case 2:
		c.Cost = &CostEstimate{Amount: rapid.SampledFrom([]string{"1", "0.5", "-1"}).Draw(p.t, "amount"), Currency: "EUR", Per: "parcel"}
	case 3:
		c.Supporters = rapid.Int64Range(-1, 3).Draw(p.t, "supporters")
	case 4:
		c.Attachments = []Attachment{{Digest: p.file()}}
	}
	return c
}

// drafting draws a draft of such a comment.
func (p *player) drafting() DraftComment {
	c := p.full()
	return DraftComment{ConsultationID: c.ConsultationID, Words: c.CommentWords}
}

func (p *player) file() string {
	return digestOf(rapid.SampledFrom([]string{"a", "b", "c", "x"}).Draw(p.t, "file"))
}

func (p *player) draftID() string {
	open := maps.Clone(p.m.All.Drafts)
	if rapid.IntRange(0, 9).Draw(p.t, "a closed one?") > 0 {
		maps.DeleteFunc(open, func(_ string, d CommentDraft) bool { return !d.Open() })
	}
	return pick(p, "dft", open)
}

// inFull draws a move by which comments are prepared, answered back, taken from view
// or disowned.
func (p *player) inFull() Command {
	draft := p.draftID()
	edition := p.m.All.Drafts[draft].Edition - rapid.IntRange(0, 5).Draw(p.t, "stale?")/5
	moves := []func() Command{
		func() Command { return p.full() },
		func() Command { return p.drafting() },
		func() Command { return p.drafting() },
		func() Command { return EditDraft{DraftID: draft, Edition: edition, Words: p.full().CommentWords} },
		func() Command { return EditDraft{DraftID: draft, Edition: edition, Words: p.full().CommentWords} },
		func() Command { return SubmitDraft{DraftID: draft, Edition: edition} },
		func() Command { return DiscardDraft{DraftID: draft} },
		func() Command { return ClearUploads{} },
		func() Command { return FinishClearing{ClearingID: p.clearing()} },
		func() Command { return AttachFile{Digest: p.file(), Size: 3, Type: "text/plain", Name: p.words()} },
		func() Command {
			to := map[string]bool{"": true}
			for _, r := range p.m.All.Replies {
				to[r.ID] = true
			}
			return ReplyToComment{CommentID: p.commentID(), InReplyTo: pick(p, "rpl", to), Text: p.words()}
		},
		func() Command { return RedactComment{CommentID: p.commentID(), Reason: p.words()} },
		p.redactReply, p.redactReply, p.redactReply,
		func() Command { return DisownComment{CommentID: p.commentID(), Reason: p.words()} },
	}
	return rapid.SampledFrom(moves).Draw(p.t, "in full")()
}

// author is who may make a move on a comment or a draft.
func (p *player) author(c Command, other Actor) Actor {
	of := func(commentID string, role Role) Actor {
		k, _ := p.m.Comment(commentID)
		return Actor{MemberID: "mem_author", OrganisationID: k.OrganisationID, Chamber: Business, Role: role}
	}
	switch c := c.(type) {
	case WithdrawComment:
		return of(c.CommentID, Delegate)
	case DiscloseComment:
		return of(c.CommentID, Delegate)
	case DisownComment:
		return of(c.CommentID, Admin)
	case ReplyToComment:
		return of(c.CommentID, Delegate)
	case RedactComment, RedactReply:
		return p.office
	case ClearUploads, FinishClearing:
		return Operator
	case EditDraft, SubmitDraft, DiscardDraft, DraftComment, AttachFile:
		return p.loom
	}
	return other
}

// clearing is one under way, or none.
func (p *player) clearing() string {
	under := map[string]bool{}
	for _, c := range p.m.All.Clearings {
		under[c.ID] = true
	}
	return pick(p, "clr", under)
}

// checkComments: words that were to go are gone, nothing was attached that its
// organisation hadn't uploaded, a draft became one comment at most, no file that is named
// is cleared, and nothing public is answered by pointing at what is confidential.
func (p *player) checkComments() {
	from := map[string]int{}
	for _, k := range p.m.All.Comments {
		if !k.RedactedAt.IsZero() && (k.Text != "" || k.Replacement != "" || k.Summary != "" || k.Quote != nil || k.Cost != nil || k.Attachments != nil) {
			p.t.Fatalf("%+v was redacted", k)
		}
		if k.Masked || (k.Summary != "") && !k.Confidential {
			p.t.Fatalf("%+v is in the record", k)
		}
		if !k.WithdrawnAt.IsZero() && !k.DisownedAt.IsZero() {
			p.t.Fatalf("%+v was withdrawn and disowned", k)
		}
		for _, a := range k.Attachments {
			if u, err := p.m.Upload(k.OrganisationID, a.Digest); err != nil || !u.ClearedAt.IsZero() {
				p.t.Fatalf("%+v was never uploaded, or was cleared: %+v", a, u)
			}
		}
		if d := k.Disposition; d != nil && d.Outcome == Duplicate && !k.Confidential {
			if of, err := p.m.Comment(d.DuplicateOf); err != nil || of.Confidential {
				p.t.Fatalf("%s is answered by the confidential %s", k.ID, d.DuplicateOf)
			}
		}
	}
	for _, d := range p.m.All.Drafts {
		if from[d.SubmittedAs]++; d.SubmittedAs != "" && from[d.SubmittedAs] > 1 || !d.Open() && !cmp.Equal(d.Words, CommentWords{}) {
			p.t.Fatalf("draft %+v", d)
		}
	}
	ids := map[string]bool{"": true}
	for _, r := range p.m.All.Replies {
		if !ids[r.InReplyTo] || !slices.ContainsFunc(p.m.All.Comments, func(k Comment) bool { return k.ID == r.CommentID }) {
			p.t.Fatalf("reply %+v is to nothing before it", r)
		}
		if !r.RedactedAt.IsZero() && r.Text != "" {
			p.t.Fatalf("%+v was redacted", r)
		}
		ids[r.ID] = true
	}
}

// redactReply redacts a reply, or makes the first there is.
func (p *player) redactReply() Command {
	if len(p.m.All.Replies) == 0 {
		return ReplyToComment{CommentID: p.commentID(), Text: "t"}
	}
	return RedactReply{ReplyID: rapid.SampledFrom(p.m.All.Replies).Draw(p.t, "reply").ID, Reason: "r"}
}
