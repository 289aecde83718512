package policies

// RedactComment takes a comment's words from everybody's view, with a reason for
// everybody; the comment stays, and wants a disposition as before. The ledger keeps the
// words: destroying them is for [EraseEntry].
type RedactComment struct {
	CommentID string
	Reason    string // without the words that are to go
}

// CommentRedacted is what [RedactComment] yields.
type CommentRedacted struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	By     string `json:"by,omitempty"`
}

// Decide implements [Command]. Adoption is no bar: what may not be shown may not be
// shown beside an instrument either.
func (c RedactComment) Decide(env Env, f Facts) (Event, error) {
	k, _, err := loadComment(env, f, c.CommentID, Redacting)
	if err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, true); err != nil {
		return nil, err
	}
	if !k.RedactedAt.IsZero() {
		return nil, errConflict("commentId", "has been redacted already")
	}
	return &CommentRedacted{ID: k.ID, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[CommentRedacted](func(subject string) Event { return &CommentRedacted{ID: subject} })

func (*CommentRedacted) Kind() string      { return "comment.redacted/1" }
func (e *CommentRedacted) Subject() string { return e.ID }

// Fold implements [Event].
func (e *CommentRedacted) Fold(s Stamp, r Record) error {
	return changeComment(r, e.ID, func(k *Comment) {
		k.RedactedAt, k.Redaction = s.At, e.Reason
		k.CommentWords = k.CommentWords.redacted()
	})
}

// DisownComment says that a comment filed in an organisation's name isn't its own. It
// is for the organisation's admins. The comment stays, marked and counted apart, and
// wants no disposition.
type DisownComment struct {
	CommentID string
	Reason    string
}

// CommentDisowned is what [DisownComment] yields.
type CommentDisowned struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	By     string `json:"by,omitempty"`
}

// Decide implements [Command]. Adoption is no bar: a false name may come to light late.
func (c DisownComment) Decide(env Env, f Facts) (Event, error) {
	k, _, err := loadComment(env, f, c.CommentID, Disowning)
	if err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, true); err != nil {
		return nil, err
	}
	if !k.Stands() {
		return nil, errConflict("commentId", "has been withdrawn or disowned already")
	}
	return &CommentDisowned{ID: k.ID, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[CommentDisowned](func(subject string) Event { return &CommentDisowned{ID: subject} })

func (*CommentDisowned) Kind() string      { return "comment.disowned/1" }
func (e *CommentDisowned) Subject() string { return e.ID }

// Fold implements [Event].
func (e *CommentDisowned) Fold(s Stamp, r Record) error {
	return changeComment(r, e.ID, func(k *Comment) { k.DisownedAt, k.Disowning = s.At, e.Reason })
}

// RedactReply takes a reply's words from everybody's view, as [RedactComment] does a
// comment's. The reply stays, and what was said on it.
type RedactReply struct {
	ReplyID string
	Reason  string // without the words that are to go
}

// ReplyRedacted is what [RedactReply] yields.
type ReplyRedacted struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	By     string `json:"by,omitempty"`
}

// Decide implements [Command]. Adoption is no bar, as it is none to redact a comment.
func (c RedactReply) Decide(env Env, f Facts) (Event, error) {
	r, err := loadReply(env, f, c.ReplyID, Redacting)
	if err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, true); err != nil {
		return nil, err
	}
	if !r.RedactedAt.IsZero() {
		return nil, errConflict("replyId", "has been redacted already")
	}
	return &ReplyRedacted{ID: r.ID, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[ReplyRedacted](func(subject string) Event { return &ReplyRedacted{ID: subject} })

func (*ReplyRedacted) Kind() string      { return "reply.redacted/1" }
func (e *ReplyRedacted) Subject() string { return e.ID }

// Fold implements [Event].
func (e *ReplyRedacted) Fold(s Stamp, r Record) error {
	reply, err := r.Reply(e.ID)
	if err != nil {
		return errUnlessErased(err)
	}
	reply.RedactedAt, reply.Redaction, reply.Text = s.At, e.Reason, ""
	return r.PutReply(reply)
}
