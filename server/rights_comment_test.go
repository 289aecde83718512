package server_test

import (
	"fmt"

	"github.com/ewtp/entente/policies"
)

// dialogueDoors are about what befalls comments on a regulation open for comment,
// beside answers, and about those that are being prepared.
func dialogueDoors() []door {
	about := func(action policies.Action, name, fields string, input func(v *visit) string) door {
		return door{name: name, action: action, phase: "open", query: func(v *visit) string { return mutation(name, input(v), fields) }}
	}
	onComment := func(v *visit) string { return fmt.Sprintf(`commentId: %q, reason: "X"`, v.p.Comment) }
	read := func(name, path, fields string, id func(v *visit) string) door {
		return door{name: name, phase: "open", shows: path, query: func(v *visit) string {
			return fmt.Sprintf(`{ node(id: %q) { %s } }`, id(v), fields)
		}}
	}
	whose := `... on Comment { organisation { name } }`
	public := read("comment", "node.organisation", whose, func(v *visit) string { return v.p.Comment })
	public.action, public.subject = policies.ReadingComment, ofComment
	secret := read("confidential comment", "node.organisation", whose, (*visit).confidential)
	secret.action, secret.subject = policies.ReadingComment, func(v *visit, d *policies.Document) policies.Subject {
		return policies.OnComment(d, &policies.Comment{OrganisationID: v.Orgs["ferry"], Confidants: d.Sponsors, CommentWords: policies.CommentWords{Confidential: true}})
	}
	receipt := func(name string, id func(v *visit) string, subject func(*visit, *policies.Document) policies.Subject) door {
		d := read(name, "node.receipt", `... on Comment { receipt { seq } }`, id)
		d.action, d.subject = policies.ReadingReceipt, subject
		return d
	}
	replies := about(policies.Replying, "replyToComment", "reply { id }", func(v *visit) string {
		return fmt.Sprintf(`commentId: %q, text: "X"`, v.p.Comment)
	})
	begin := about(policies.Drafting, "draftComment", "draft { id }", func(v *visit) string { return fmt.Sprintf(`consultationId: %q`, v.p.Consultation) })
	begin.subject = func(v *visit, d *policies.Document) policies.Subject {
		return policies.OnDraft(d, v.Actor(v.who).OrganisationID)
	}
	disclose := about(policies.Disclosing, "discloseComment", "comment { id }", func(v *visit) string {
		return fmt.Sprintf(`commentId: %q, organisationId: %q`, v.confidential(), v.Orgs["sponsor"])
	})
	disclose.subject, disclose.want = secret.subject, "CONFLICT" // the sponsor was told it when it was made
	doors := []door{public, secret, replies, begin, disclose,
		receipt("receipt", func(v *visit) string { return v.p.Comment }, ofComment), receipt("confidential receipt", (*visit).confidential, secret.subject),
		about(policies.Redacting, "redactComment", "comment { id }", onComment), about(policies.Redacting, "redactReply", "reply { id }", func(v *visit) string {
			return fmt.Sprintf(`replyId: %q, reason: "X"`, v.reply())
		}), about(policies.Disowning, "disownComment", "comment { id }", onComment)}
	shown := read("comment draft", "node", "id", (*visit).draft)
	shown.action = policies.ReadingDraft
	drafts := []door{shown,
		about(policies.Drafting, "editCommentDraft", "draft { id }", func(v *visit) string { return fmt.Sprintf(`draftId: %q, edition: 1, text: "Y"`, v.draft()) }),
		about(policies.Drafting, "submitCommentDraft", "comment { id }", func(v *visit) string { return fmt.Sprintf(`draftId: %q, edition: 1`, v.draft()) }),
		about(policies.Drafting, "discardCommentDraft", "draft { id }", func(v *visit) string { return fmt.Sprintf(`draftId: %q`, v.draft()) }),
	}
	for i := range drafts {
		drafts[i].secret = drafts[i].shows == ""
		drafts[i].subject = func(v *visit, d *policies.Document) policies.Subject { return policies.OnDraft(d, v.Orgs["ferry"]) }
	}
	return append(doors, drafts...)
}

// confidential is a comment of the ferry's that few may read.
func (v *visit) confidential() string {
	v.p = v.Paper("open") // the clock has gone on since the others were opened
	return v.Do(v.Actor("ferry-delegate"), policies.SubmitComment{ConsultationID: v.p.Consultation, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General,
		Text: "Our margin.", Confidential: true, Summary: "On margins."}})
}

// draft is a comment that the ferry prepares.
func (v *visit) draft() string {
	return v.Do(v.Actor("ferry-delegate"), policies.DraftComment{ConsultationID: v.p.Consultation,
		Words: policies.CommentWords{Stance: policies.Oppose, Type: policies.General, Text: "X"}})
}

// reply is one of the reader's to the comment.
func (v *visit) reply() string {
	return v.Do(v.Actor("reader-delegate"), policies.ReplyToComment{CommentID: v.p.Comment, Text: "X"})
}
