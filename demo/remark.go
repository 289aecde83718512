package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"

	"github.com/ewtp/entente/policies"
)

// A remark is a comment of the scenario and the disposition it gets. The clause, and the
// clause of the change that carries it out, are named by words in them.
type remark struct {
	day         int
	who         string
	clause      string
	stance      policies.Stance
	about       policies.CommentType
	text        string
	replacement string
	more        policies.CommentWords // what is rarely said besides: cost, quotation, summary, answer to a question
	attached    string                // the name of a file among the texts; "" for none
	voices      []voice               // what others say of it later

	outcome   policies.Outcome
	reason    string
	changed   string
	duplicate int // the number of the remark it repeats, from 1
}

// A voice is what somebody else says of a comment: a reply, or whether they support it.
type voice struct {
	who      string
	position policies.EndorsementPosition // "" for a reply
	text     string
}

// words are what the remark says, on a revision.
func (s *stage) words(m remark, revision string) policies.CommentWords {
	w := m.more
	w.ClauseID, w.Stance, w.Type, w.Text, w.Replacement = s.clause(revision, m.clause), m.stance, m.about, m.text, m.replacement
	if m.attached != "" {
		w.Attachments = []policies.Attachment{s.upload(m.who, m.attached)}
	}
	return w
}

// upload puts one of the scenario's files where a comment may name it. No other comment names
// that file.
func (s *stage) upload(who, name string) policies.Attachment {
	content := []byte(s.file(name))
	sum := sha256.Sum256(content)
	a, attached := s.actor(who), policies.Attachment{Digest: hex.EncodeToString(sum[:]), Name: name}
	if s.err != nil {
		return attached
	}
	if kept, err := s.r.OpenBlob(s.ctx, attached.Digest); err == nil { // by a play that was broken off
		s.fail(kept.Close())
		return attached
	}
	_, err := s.r.KeepFile(s.ctx, a, policies.AttachFile{Type: mediaTypes[path.Ext(name)], Name: name}, content)
	if err != nil {
		s.fail(fmt.Errorf("couldn't upload a file of the scenario: %w", err))
	}
	return attached
}

var mediaTypes = map[string]string{".csv": "text/csv", ".txt": "text/plain"}

// say submits a remark as a comment and returns its ID.
func (s *stage) say(key string, i int, consultation, revision string, m remark) string {
	return s.do(m.who, fmt.Sprintf("%s/comment-%d", key, i+1), policies.SubmitComment{ConsultationID: consultation, CommentWords: s.words(m, revision)})
}

// comment plays the remarks and returns their comments' IDs.
func (s *stage) comment(key, consultation, revision string, remarks []remark) []string {
	ids := make([]string, len(remarks))
	for i, m := range remarks {
		s.at(m.day, 37*i%240)
		ids[i] = s.say(key, i, consultation, revision, m)
	}
	return ids
}

// discuss notes the remarks of a round, and what others say of them a day or two later, and
// returns where their comments' IDs are going to be. Consultation and revision are known
// when the first is made.
func (s *stage) discuss(key string, consultation, revision *string, remarks []remark) []string {
	ids := make([]string, len(remarks))
	for i, m := range remarks {
		minutes := 37 * i % 600
		s.cue(m.day, minutes, func() { ids[i] = s.say(key, i, *consultation, *revision, m) })
		for j, v := range m.voices {
			later := min(m.day+1+j/2, length-1)
			s.cue(later, 600+11*j+i%90, func() { s.voice(fmt.Sprintf("%s/comment-%d/voice-%d", key, i+1, j+1), ids[i], v) })
		}
	}
	return ids
}

// voice says what somebody says of a comment.
func (s *stage) voice(key, comment string, v voice) {
	if v.position == "" {
		s.do(v.who, key, policies.ReplyToComment{CommentID: comment, Text: v.text})
		return
	}
	s.do(v.who, key, policies.EndorseComment{CommentID: comment, Position: v.position, Reason: v.text})
}

// answerAll disposes of the remarks of a round that have an outcome, so many in one step. A
// change is looked for in the later revision, and in the former where it went.
func (s *stage) answerAll(key, who, document, later, former string, ids []string, remarks []remark) {
	const together = 16
	var list []policies.EachDisposition
	for i, m := range remarks {
		if m.outcome == "" {
			continue
		}
		c := policies.DisposeComment{CommentID: ids[i], Outcome: m.outcome, Reason: m.reason}
		if m.changed != "" {
			clause := s.clauseOrNone(later, m.changed)
			if clause == "" {
				clause = s.clause(former, m.changed)
			}
			c.Change = &policies.ChangeReference{RevisionID: later, ClauseID: clause}
		}
		list = append(list, policies.EachDisposition{DisposeComment: c})
	}
	for n := 0; len(list) > 0; n++ {
		batch := list[:min(together, len(list))]
		list = list[len(batch):]
		s.do(who, fmt.Sprintf("%s/answers-%d", key, n+1), policies.DisposeEach{DocumentID: document, Dispositions: batch})
	}
}

// dispose disposes of the remarks in their order, from a day on, three a day.
func (s *stage) dispose(key, who string, from int, revision string, ids []string, remarks []remark) {
	for i, m := range remarks {
		s.at(from+i/3, 60+41*(i%3))
		c := policies.DisposeComment{CommentID: ids[i], Outcome: m.outcome, Reason: m.reason}
		if m.changed != "" {
			c.Change = &policies.ChangeReference{RevisionID: revision, ClauseID: s.clause(revision, m.changed)}
		}
		if m.duplicate > 0 {
			c.DuplicateOf = ids[m.duplicate-1]
		}
		s.do(who, fmt.Sprintf("%s/answer-%d", key, i+1), c)
	}
}
