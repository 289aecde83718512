package reports

import (
	"fmt"
	"net/url"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Aftermath is what others made of a comment, as the viewer may read it.
type Aftermath struct {
	Supports       int // organisations that say so
	DoesNotSupport int
	Replies        []SaidReply // the first of them
	MoreReplies    bool        // there are more
	CampaignID     string      // "" for none
}

// A SaidReply is a reply and whose it is.
type SaidReply struct {
	policies.Reply
	By string // the organisation's name
}

// repliesShown is how many replies to a comment are told, each by its beginning: with all of them a table that
// goes out might be too large to come home.
const repliesShown = 10

// loadAftermath loads it for comments that are read together.
func (m *matrix) loadAftermath(items []policies.Comment) error {
	m.aftermath = map[string]Aftermath{}
	if len(items) == 0 {
		return nil
	}
	ids := make([]string, len(items))
	for i := range items {
		ids[i] = items[i].ID
	}
	said, err := m.db.EndorsementCounts(m.ctx, m.viewer, ids, time.Time{})
	if err != nil {
		return fmt.Errorf("couldn't count the endorsements: %w", err)
	}
	replies, err := m.db.ReplyPages(m.ctx, m.viewer, ids, time.Time{}, views.Page{First: repliesShown})
	if err != nil {
		return fmt.Errorf("couldn't load the replies: %w", err)
	}
	campaigns, err := m.db.CampaignsOf(m.ctx, m.viewer, ids)
	if err != nil {
		return fmt.Errorf("couldn't load the campaigns: %w", err)
	}
	for _, id := range ids {
		a := Aftermath{Supports: said[id].Supports, DoesNotSupport: said[id].DoesNotSupport, MoreReplies: replies[id].HasNext, CampaignID: campaigns[id].Campaign.ID}
		for _, r := range replies[id].Items {
			a.Replies = append(a.Replies, SaidReply{Reply: r})
		}
		m.aftermath[id] = a
	}
	return nil
}

// words are a reply's, or why they are gone.
func (r SaidReply) words() string {
	if !r.RedactedAt.IsZero() {
		return "[taken from view: " + r.Redaction + "]"
	}
	return r.Text
}

// repliesTold gives the replies to a comment, each with whose it is.
func (a *Aftermath) repliesTold() (told []string) {
	for _, r := range a.Replies {
		told = append(told, r.By+": "+clipped(r.words()))
	}
	if a.MoreReplies {
		told = append(told, "… and more in the registry")
	}
	return told
}

// filesTold gives the names of a comment's files, and where they are on the server.
func (l *Line) filesTold() (told []string) {
	for _, f := range l.Comment.Attachments {
		told = append(told, f.Name+" "+filePath(l.Comment.ID, f.Digest))
	}
	return told
}

// filePath is where the server has a file of a comment.
func filePath(commentID, digest string) string {
	return "/attachments/" + url.PathEscape(commentID) + "/" + digest
}
