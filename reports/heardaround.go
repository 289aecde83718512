package reports

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// This file has what the report tells around a comment: its cost, its files, and what others
// said of it.

// HeardEndorsed is what other organisations say of one comment.
type HeardEndorsed struct {
	Number                   int // of the comment
	Supports, DoesNotSupport int // organisations
}

// A HeardFile is a file that goes with a comment.
type HeardFile struct {
	Number     int // of the comment
	Name, Path string
}

// A HeardReply is one organisation's words on a comment.
type HeardReply struct {
	Number    int // of the comment
	By, Words string
}

// repliesHeard is how many replies are told under one response.
const repliesHeard = 10

// addAftermath adds what others made of one comment.
func (r *Response) addAftermath(l *Line) {
	n := l.Comment.Number
	if l.Supports+l.DoesNotSupport > 0 {
		r.Endorsed = append(r.Endorsed, HeardEndorsed{n, l.Supports, l.DoesNotSupport})
	}
	for _, f := range l.Comment.Attachments {
		r.Files = append(r.Files, HeardFile{n, f.Name, filePath(l.Comment.ID, f.Digest)})
	}
	var replies []HeardReply
	for _, said := range l.Replies {
		replies = append(replies, HeardReply{n, said.By, clipped(said.words())})
	}
	r.addReplies(replies, l.MoreReplies)
}

func (r *Response) addReplies(replies []HeardReply, more bool) {
	r.Replies = append(r.Replies, replies...)
	if r.MoreReplies = r.MoreReplies || more; len(r.Replies) > repliesHeard {
		r.Replies, r.MoreReplies = r.Replies[:repliesHeard:repliesHeard], true
	}
}

// joinAftermath adds what others made of the comments of another response.
func (r *Response) joinAftermath(from *Response) {
	r.Endorsed, r.Files = append(r.Endorsed, from.Endorsed...), append(r.Files, from.Files...)
	r.addReplies(from.Replies, from.MoreReplies)
}

// stanceWords say which side comments take; there is nothing to say of those that take none.
var stanceWords = map[policies.Stance]string{policies.Support: "in support", policies.Oppose: "against", policies.Amend: "for other words",
	policies.Question: "a question", policies.Neutral: ""}

// costOf says what a clause is thought to cost.
func costOf(c *policies.CostEstimate) string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf("%s %s per %s", c.Amount, c.Currency, costPer(c))
}

// endorsed says how many organisations support each comment, and don't.
func (r Response) endorsed() string {
	var all []string
	for _, e := range r.Endorsed {
		var said []string
		if e.Supports > 0 {
			said = append(said, "supported by "+counted(e.Supports, "organisation", "organisations"))
		}
		if e.DoesNotSupport > 0 {
			said = append(said, "not supported by "+counted(e.DoesNotSupport, "organisation", "organisations"))
		}
		all = append(all, fmt.Sprintf("comment %d is %s", e.Number, strings.Join(said, ", ")))
	}
	if len(all) == 0 {
		return ""
	}
	return capitalised(strings.Join(all, "; ") + ".")
}

// plainRedline takes the markup out of a redline of two clauses, unless nothing else changed. A number that stands
// before a clause's words stays.
func plainRedline(spans []clauses.Span, before, after string) []clauses.Span {
	var old, new strings.Builder
	for _, s := range spans {
		if s.Op != clauses.Insert {
			old.WriteString(s.Text)
		}
		if s.Op != clauses.Delete {
			new.WriteString(s.Text)
		}
	}
	a := strings.TrimSuffix(old.String(), before) + clauses.Plain(before)
	b := strings.TrimSuffix(new.String(), after) + clauses.Plain(after)
	if a == b {
		return spans
	}
	return clauses.Redline(a, b)
}

// bdi writes what somebody wrote, in whichever direction, among words of the report.
func bdi(s string) string {
	return "<bdi>" + template.HTMLEscapeString(clauses.Visible(s)) + "</bdi>"
}
