package policies_test

import (
	"testing"

	. "github.com/ewtp/entente/policies"
)

func TestReplyToComment(t *testing.T) {
	w := newTown(t)
	_, _, csn := w.consulted()
	id, other := w.comment(w.loom, csn, ""), w.comment(w.loom, csn, "")
	w.refuse(Actor{}, ReplyToComment{CommentID: id, Text: "r"}, Unauthenticated, "commentId", "")
	w.refuse(w.office, ReplyToComment{CommentID: id, Text: "r"}, Forbidden, "commentId", "")
	w.refuse(w.ferry, ReplyToComment{CommentID: "cmt_none", Text: "r"}, NotFound, "commentId", "cmt_none")
	w.refuse(w.ferry, ReplyToComment{CommentID: id}, Invalid, "text", "missing")
	w.refuse(w.ferry, ReplyToComment{CommentID: id, Text: "r", InReplyTo: "rpl_none"}, NotFound, "inReplyToId", "rpl_none")
	first := w.do(w.ferry, ReplyToComment{CommentID: id, Text: "Why?"}).Subject()
	w.refuse(w.loom, ReplyToComment{CommentID: other, InReplyTo: first, Text: "r"}, NotFound, "inReplyToId", first)
	second, _ := w.m.Reply(w.do(w.loom, ReplyToComment{CommentID: id, InReplyTo: first, Text: "Because."}).Subject())
	if second.InReplyTo != first || second.CommentID != id || second.OrganisationID != w.loom.OrganisationID || second.Text != "Because." || second.At != w.now {
		t.Errorf("reply %+v", second)
	}
	w.do(w.office, RedactComment{CommentID: id, Reason: "Names a person."})
	w.refuse(w.ferry, ReplyToComment{CommentID: id, Text: "r"}, Conflict, "commentId", "redacted")
}
