package demo

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/standards"
)

//go:embed texts
var texts embed.FS

const (
	day    = 24 * time.Hour
	length = 240 // days of the scenario
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
	cues   []cue
}

// A cue is what is to happen at a moment of the scenario.
type cue struct {
	days, minutes int
	play          func()
}

// cue notes what is to happen at minutes past a day's hour: stories that overlap in time note
// their steps, and run plays them in the order of time.
func (s *stage) cue(days, minutes int, play func()) {
	s.cues = append(s.cues, cue{days, minutes, play})
}

// run plays what was noted.
func (s *stage) run() {
	slices.SortStableFunc(s.cues, func(a, b cue) int {
		return cmp.Or(cmp.Compare(a.days, b.days), cmp.Compare(a.minutes, b.minutes))
	})
	for _, c := range s.cues {
		s.at(c.days, c.minutes)
		c.play()
	}
	s.cues = nil
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

// actor is a persona as one who acts; the operator for "".
func (s *stage) actor(who string) policies.Actor {
	if who == "" || s.err != nil {
		return policies.Operator
	}
	a, err := s.r.Actor(s.ctx, s.issuer, who, "")
	if err != nil {
		s.fail(fmt.Errorf("couldn't find the persona %s: %w", who, err))
	}
	return a
}

// do carries a command out once in the life of a ledger, by its key, and returns
// the ID of what it happened to.
func (s *stage) do(who, key string, c policies.Command) string {
	if s.err != nil {
		return ""
	}
	actor := s.actor(who)
	if s.err != nil {
		return ""
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

func (s *stage) text(name string) string { return s.file(name + ".md") }

// file reads one of the scenario's files.
func (s *stage) file(name string) string {
	b, err := texts.ReadFile("texts/" + name)
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
	found := s.clauseOrNone(revision, words)
	if found == "" && words != "" {
		s.fail(fmt.Errorf("couldn't find the clause: %q stands in none", words))
	}
	return found
}

// clauseOrNone is like clause, and "" where no clause holds the words.
func (s *stage) clauseOrNone(revision, words string) (found string) {
	if s.err != nil || words == "" {
		return ""
	}
	t, err := s.r.Views().Text(s.ctx, revision)
	if err != nil {
		s.fail(fmt.Errorf("couldn't read a revision of the scenario: %w", err))
		return ""
	}
	for i, c := range t.Clauses {
		switch {
		case !strings.Contains(t.Words(i), words):
		case found != "":
			s.fail(fmt.Errorf("couldn't find the clause: %q stands in two", words))
		default:
			found = c.ID
		}
	}
	return found
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
