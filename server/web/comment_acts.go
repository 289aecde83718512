package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/views"
)

// commentActs are what a visitor can do about a comment; what policies.May doesn't allow isn't
// offered.
type commentActs struct {
	Withdraw bool // take the organisation's own back
	Endorse  bool // say whether the organisation supports it
	Reply    bool
	Said     policies.EndorsementPosition // what the organisation says of it; "" for nothing
	Key      string                       // names what is sent from here once and for all
	Reply1   string                       // what was typed as a reply, and refused
	Reason   string                       // likewise, why it is withdrawn
	Faults   []fault
}

// Fault returns what is wrong with a field, "" where nothing is.
func (a *commentActs) Fault(field string) string {
	for _, f := range a.Faults {
		if f.Field == field {
			return f.Message
		}
	}
	return ""
}

// actsOn finds what the visitor can do about a comment.
func (s *site) actsOn(v *visit, d *policies.Document, c *policies.Comment) (a commentActs, err error) {
	a.Key = rand.Text()
	if c.Masked || !d.AdoptedAt.IsZero() || !d.WithdrawnAt.IsZero() {
		return a, nil
	}
	on := policies.OnComment(d, c)
	a.Withdraw = c.Stands() && policies.Allowed(v.viewer, policies.Withdrawing, on)
	a.Reply = c.RedactedAt.IsZero() && policies.Allowed(v.viewer, policies.Replying, on)
	a.Endorse = c.Stands() && policies.Allowed(v.viewer, policies.Endorsing, on) && d.Phase(v.now) == policies.InConsultation
	if policies.Allowed(v.viewer, policies.Endorsing, on) {
		a.Said, err = s.saysOf(v, c.ID)
	}
	return a, err
}

const endorsementsRead = 100

// saysOf is what the visitor's organisation says of a comment.
func (s *site) saysOf(v *visit, commentID string) (policies.EndorsementPosition, error) {
	page := views.Page{First: endorsementsRead}
	for {
		list, err := s.views.EndorsementList(v.ctx, v.viewer, commentID, time.Time{}, page)
		if err != nil {
			return "", err
		}
		for _, e := range list.Items {
			if e.OrganisationID == v.viewer.OrganisationID {
				return e.Position, nil
			}
		}
		if !list.HasNext {
			return "", nil
		}
		page.After = list.Cursors[len(list.Cursors)-1]
	}
}

// commentAct takes one of the forms below a comment.
func (s *site) commentAct(v *visit) error {
	if err := v.r.ParseForm(); err != nil {
		return &policies.Error{Code: policies.Invalid, Message: "the form can't be read"}
	}
	p, err := s.commentPage(v)
	if err != nil {
		return err
	}
	form, id := v.r.PostForm, p.Said.Comment.ID
	var command policies.Command
	switch v.r.PathValue("act") {
	case "endorsement":
		command = policies.EndorseComment{CommentID: id, Position: policies.EndorsementPosition(form.Get("position"))}
	case "reply":
		p.Acts.Reply1 = lines(form.Get("text"))
		command = policies.ReplyToComment{CommentID: id, Text: p.Acts.Reply1}
	case "withdrawal":
		p.Acts.Reason = lines(form.Get("reason"))
		command = policies.WithdrawComment{CommentID: id, Reason: p.Acts.Reason}
	default:
		return policies.ErrNotFound
	}
	key := form.Get("key")
	if key == "" {
		key = rand.Text()
	}
	if _, err := s.Registry.Do(v.ctx, v.viewer, key, command); err != nil {
		return s.actFailed(v, p, key, err)
	}
	return v.goTo(p.Said.Path + "?done=" + v.r.PathValue("act") + "#page/acts")
}

// actFailed shows the comment with the form as it was sent and what is wrong with it.
func (s *site) actFailed(v *visit, p *commentPage, key string, err error) error {
	var refused *policies.Error
	status := http.StatusServiceUnavailable
	switch {
	case errors.As(err, &refused) && refused.Code == policies.Unauthenticated:
		p.Acts.Faults, status = []fault{{"", v.say("You aren't signed in any more. Sign in in another window, and send this again.")}}, http.StatusUnauthorized
	case errors.As(err, &refused) && refused.Code == policies.KeyReused:
		p.Acts.Faults, status = []fault{{"", v.say("You sent this form before, with other words. Send it once more to make this one of its own.")}}, http.StatusConflict
		key = rand.Text()
	case errors.As(err, &refused) && refused.Code == policies.Forbidden:
		p.Acts.Faults, status = []fault{{"", v.forbiddenWord(refused)}}, http.StatusForbidden
	case errors.As(err, &refused):
		for _, f := range refused.Faults() {
			p.Acts.Faults = append(p.Acts.Faults, fault{actFields[f.Field], v.faultWord(f.Field, f.Message)})
		}
		status = answer.Status(refused.Code)
	default:
		status = answer.Status(answer.Judge(v.w, v.r, s.Log, err).Code)
		p.Acts.Faults = []fault{{"", v.say("That can't be done right now. What you typed is below; send it again in a moment. It is taken once, however often you send it.")}}
	}
	p.Acts.Key, p.Failed = key, true
	p.Acts.open(v.r.PathValue("act"))
	v.w.Header().Set("Cache-Control", "no-store")
	name := "comment"
	if v.r.PathValue("act") == "withdrawal" {
		name = "withdrawal"
	}
	s.pages.Show(v.w, v.r, status, name, p)
	return nil
}

// actFields are the fields of the forms below a comment, by those of their commands.
var actFields = map[string]string{"text": "text", "reason": "reason"}

// open offers the form that was sent, so that what was typed in it is shown.
func (a *commentActs) open(act string) {
	switch act {
	case "reply":
		a.Reply = true
	case "withdrawal":
		a.Withdraw = true
	}
}

// withdrawal asks whether a comment is to be taken back, and why.
func (s *site) withdrawal(v *visit) error {
	p, err := s.commentPage(v)
	if err != nil {
		return err
	}
	if !p.Acts.Withdraw {
		return policies.ErrNotFound
	}
	p.Title = v.say("Withdraw comment %d", p.Said.Comment.Number)
	return s.show(v, "withdrawal", p)
}

// A receiptShown is what shows that a comment was recorded.
type receiptShown struct {
	Seq    int64
	Digest string // of what the entry says
	Code   string // a QR code of the comment's address, as the path of an SVG; "" where the address isn't known
	Size   int    // its modules
	At     string // the address
}

// receiptOf finds what shows that a comment was recorded, for those who may have its receipt.
func (s *site) receiptOf(v *visit, d *policies.Document, c *policies.Comment, path string) (*receiptShown, error) {
	if c.Masked || !policies.Allowed(v.viewer, policies.ReadingReceipt, policies.OnComment(d, c)) {
		return nil, nil
	}
	e, err := s.views.ShownEntry(v.ctx, v.viewer, c.Seq)
	if err != nil || e.Erased {
		return nil, orNone(err)
	}
	r := &receiptShown{Seq: c.Seq, Digest: fmt.Sprintf("%x", e.Digest[:])}
	if s.Base != "" {
		r.At = s.Base + path
		r.Code, r.Size = codeOf(r.At)
	}
	return r, nil
}
