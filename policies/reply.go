package policies

import "time"

// A Reply is an organisation's words on a comment. Who may read the comment may read it.
type Reply struct {
	ID             string // TypeID "rpl_…"
	CommentID      string
	InReplyTo      string // the reply it answers, "" for the comment itself
	OrganisationID string
	MemberID       string
	Text           string
	At             time.Time
	Seq            int64 // its entry in the ledger

	RedactedAt time.Time // when the secretariat took its words from view
	Redaction  string    // the reason, for everybody who may read the comment
}

// ReplyToComment says something on a comment, or on a reply to it. It is for those who
// may comment, the sponsors among them, as long as the document isn't settled.
type ReplyToComment struct {
	CommentID string
	InReplyTo string // a reply to the same comment; "" for the comment itself
	Text      string
}

// CommentReplied is what [ReplyToComment] yields.
type CommentReplied struct {
	ID             string `json:"id"`
	CommentID      string `json:"comment"`
	InReplyTo      string `json:"inReplyTo,omitempty"`
	OrganisationID string `json:"organisation"`
	Text           string `json:"text"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c ReplyToComment) Decide(env Env, f Facts) (Event, error) {
	k, d, err := loadComment(env, f, c.CommentID, Replying)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("commentId"), checkText("text", c.Text, MaxWords, true)); err != nil {
		return nil, err
	}
	if !k.RedactedAt.IsZero() {
		return nil, errConflict("commentId", "was redacted; there is nothing to reply to")
	}
	if c.InReplyTo != "" {
		to, err := f.Reply(c.InReplyTo)
		if err == nil && to.CommentID != k.ID {
			err = ErrNotFound
		}
		if err != nil {
			return nil, errUnknown(err, "inReplyToId", "reply to this comment", c.InReplyTo)
		}
		if !to.RedactedAt.IsZero() {
			return nil, errConflict("inReplyToId", "was redacted; there is nothing to reply to")
		}
	}
	return &CommentReplied{ID: env.Fresh(PrefixReply), CommentID: k.ID, InReplyTo: c.InReplyTo,
		OrganisationID: env.Actor.OrganisationID, Text: c.Text, By: env.Actor.MemberID}, nil
}

// loadReply finds a reply for an action on the comment that it is on. Who may not read that
// learns no more of the reply than of one that isn't there.
func loadReply(env Env, f Facts, id string, action Action) (*Reply, error) {
	if !env.Actor.Known() {
		return nil, &Error{Code: Unauthenticated, Field: "replyId", Message: "sign in first"}
	}
	r, err := f.Reply(id)
	if err != nil {
		return nil, errUnknown(err, "replyId", "reply", id)
	}
	k, err := f.Comment(r.CommentID)
	if err != nil {
		return nil, errUnknown(err, "replyId", "reply", id)
	}
	d, err := f.Document(k.DocumentID)
	if err == nil && May(env.Actor, ReadingComment, OnComment(&d, &k)) != nil {
		err = ErrNotFound
	}
	if err != nil {
		return nil, errUnknown(err, "replyId", "reply", id)
	}
	if err := May(env.Actor, action, OnComment(&d, &k)); err != nil {
		return nil, errAt(err, "replyId")
	}
	return &r, nil
}

var _ = registerEvent[CommentReplied](nil)

func (*CommentReplied) Kind() string      { return "comment.replied/1" }
func (e *CommentReplied) Subject() string { return e.ID }

// Fold implements [Event].
func (e *CommentReplied) Fold(s Stamp, r Record) error {
	if _, err := r.Comment(e.CommentID); err != nil {
		return errUnlessErased(err)
	}
	return r.AddReply(Reply{ID: e.ID, CommentID: e.CommentID, InReplyTo: e.InReplyTo, OrganisationID: e.OrganisationID,
		MemberID: e.By, Text: e.Text, At: s.At, Seq: s.Seq})
}

// ReplyFacts are what decisions may ask of replies.
type ReplyFacts interface {
	// Reply returns a reply to a comment.
	Reply(id string) (Reply, error)
}

// ReplyRecord is how events change replies.
type ReplyRecord interface {
	AddReply(Reply) error
	PutReply(Reply) error // replaces one that was added
}
