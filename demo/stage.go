package demo

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/standards"
)

//go:embed texts/*.md
var texts embed.FS

const (
	day    = 24 * time.Hour
	length = 156 // days of the scenario
)

// A stage is what the scenario is played on. The first failure stays in err, and
// nothing more is done after it.
type stage struct {
	ctx    context.Context
	r      *registry.Registry
	clock  *Clock
	issuer string
	start  time.Time
	err    error
}

// at moves the clock to a day of the scenario, at minute past its hour of day.
func (s *stage) at(days, minutes int) {
	s.clock.Set(s.start.Add(time.Duration(days)*day + time.Duration(minutes)*time.Minute))
}

// local writes the hour of a day of the scenario as a consultation states it.
func (s *stage) local(days int, zone string) string {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		s.fail(fmt.Errorf("couldn't load the time zone: %w", err))
		return ""
	}
	return s.start.Add(time.Duration(days)*day).In(loc).Format("2006-01-02") + "T17:00"
}

// date is a day of the scenario as a date of law, for one party or for all.
func (s *stage) date(days int, party, zone string) standards.LawDate {
	return standards.LawDate{Party: party, Local: s.local(days, zone)[:len(time.DateOnly)], Zone: zone}
}

func (s *stage) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// do carries a command out once in the life of a ledger, by its key, and returns
// the ID of what it happened to.
func (s *stage) do(who, key string, c policies.Command) string {
	if s.err != nil {
		return ""
	}
	actor := policies.Operator
	if who != "" {
		var err error
		if actor, err = s.r.Actor(s.ctx, s.issuer, who, ""); err != nil {
			s.fail(fmt.Errorf("couldn't find the persona %s: %w", who, err))
			return ""
		}
	}
	out, err := s.r.Do(s.ctx, actor, "demo/"+key, c)
	if err != nil {
		s.fail(fmt.Errorf("couldn't play the step %s: %w", key, err))
		return ""
	}
	return out.Subject
}

// join has a persona accept its invitation, once.
func (s *stage) join(p part, invitation string) {
	if s.err != nil {
		return
	}
	person := policies.Actor{SignedIn: true, Issuer: s.issuer, Subject: p.ID, Name: p.Name}
	if _, err := s.r.Do(s.ctx, person, "demo/member/"+p.ID, policies.AcceptInvitation{InvitationID: invitation}); err != nil {
		s.fail(fmt.Errorf("couldn't let the persona %s in: %w", p.ID, err))
	}
}

// A change replaces words of a text; they must stand there once.
type change struct{ old, new string }

func (s *stage) text(name string) string {
	b, err := texts.ReadFile("texts/" + name + ".md")
	if err != nil {
		s.fail(fmt.Errorf("couldn't read a text of the scenario: %w", err))
	}
	return string(b)
}

func (s *stage) edit(text string, changes ...change) string {
	for _, c := range changes {
		if n := strings.Count(text, c.old); n != 1 && s.err == nil {
			s.fail(fmt.Errorf("couldn't edit a text of the scenario: %q stands %d times in it", c.old, n))
		}
		text = strings.Replace(text, c.old, c.new, 1)
	}
	return text
}

// clause finds the one clause of a revision, heading or not, that holds some words;
// "", the whole text, for no words.
func (s *stage) clause(revision, words string) string {
	if s.err != nil || words == "" {
		return ""
	}
	t, err := s.r.Views().Text(s.ctx, revision)
	if err != nil {
		s.fail(fmt.Errorf("couldn't read a revision of the scenario: %w", err))
		return ""
	}
	found := ""
	for i, c := range t.Clauses {
		switch {
		case !strings.Contains(t.Words(i), words):
		case found != "":
			s.fail(fmt.Errorf("couldn't find the clause: %q stands in two", words))
		default:
			found = c.ID
		}
	}
	if found == "" {
		s.fail(fmt.Errorf("couldn't find the clause: %q stands in none", words))
	}
	return found
}

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

	outcome   policies.Outcome
	reason    string
	changed   string
	duplicate int // the number of the remark it repeats, from 1
}

// comment plays the remarks and returns their comments' IDs.
func (s *stage) comment(key, consultation, revision string, remarks []remark) []string {
	ids := make([]string, len(remarks))
	for i, m := range remarks {
		s.at(m.day, 37*i%240)
		ids[i] = s.do(m.who, fmt.Sprintf("%s/comment-%d", key, i+1), policies.SubmitComment{ConsultationID: consultation,
			CommentWords: policies.CommentWords{ClauseID: s.clause(revision, m.clause), Stance: m.stance, Type: m.about, Text: m.text, Replacement: m.replacement}})
	}
	return ids
}

// A vote is that of a persona's organisation in a ballot, on a day.
type vote struct {
	day       int
	who       string
	position  policies.Vote
	otherwise policies.Vote // with discuss
	text      string
}

// vote casts the votes in a ballot, in the afternoon.
func (s *stage) vote(key, ballot string, votes []vote) {
	for i, v := range votes {
		s.at(v.day, 240+i)
		s.do(v.who, fmt.Sprintf("%s/position-%d", key, i+1), policies.CastPosition{BallotID: ballot, Position: v.position, Otherwise: v.otherwise, Text: v.text})
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
