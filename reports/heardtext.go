package reports

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// This file has the words that both forms of the report use.

var kindNames = map[standards.Kind]string{
	standards.Regulation: "Regulation", standards.BestPractice: "Best practice", standards.Standard: "Standard",
}

func (h *Heard) heading() string { return "What we heard: " + h.Document.Title }

// roundHeld says when a round was held.
func roundHeld(k policies.Consultation) string {
	zone, err := time.LoadLocation(k.Zone)
	if err != nil { // the zones of this machine are others than those of the one that took it
		zone = time.UTC
	}
	const day = "2 January 2006"
	said := fmt.Sprintf("Round %d: revision %d, from %s to %s (%s)", k.Round, k.Revision,
		k.OpensAt.In(zone).Format(day), k.ClosesAt.In(zone).Format(day+", 15:04"), zone)
	if !k.Cancelled.IsZero() {
		said += fmt.Sprintf("; cancelled on %s: %s", k.Cancelled.At.In(zone).Format(day), k.Cancelled.Reason)
	}
	return said
}

// answeredBy is the sentence on who answered.
func (h *Heard) answeredBy() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s by %s", counted(h.Comments, "comment", "comments"), counted(h.Organisations, "organisation", "organisations"))
	if h.Supporters > 0 {
		fmt.Fprintf(&b, ", who say they speak for %d others", h.Supporters)
	}
	b.WriteString(".")
	if h.Confidential > 0 {
		fmt.Fprintf(&b, " %s made in confidence and only counted.", counted(h.Confidential, "more was", "more were"))
	}
	if h.TakenBack > 0 {
		fmt.Fprintf(&b, " %s taken back.", counted(h.TakenBack, "was", "were"))
	}
	if h.Unanswered > 0 {
		fmt.Fprintf(&b, " %s no answer yet.", counted(h.Unanswered, "has", "have"))
	}
	return b.String()
}

// counted says how many there are of a thing: "1 comment", "3 comments".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// between says what was compared.
func (h *Heard) between() string {
	switch {
	case h.Erased:
		return "A text was erased, so nobody can say any more what changed."
	case h.From.ID == h.To.ID:
		return fmt.Sprintf("Nothing has been published after revision %d, which was consulted on.", h.From.Number)
	case len(h.Changes) == 0:
		return fmt.Sprintf("Revision %d says what revision %d said, which was consulted on.", h.To.Number, h.From.Number)
	}
	return fmt.Sprintf("%s from revision %d, which was consulted on, to revision %d.",
		counted(len(h.Changes), "clause changed", "clauses changed"), h.From.Number, h.To.Number)
}

// fate says what became of a clause, in a word or two.
func (c HeardChange) fate() string {
	switch {
	case c.Op == clauses.Added:
		return "added"
	case c.Op == clauses.Removed:
		return "removed"
	case c.Op == clauses.Same:
		return "moved"
	case c.Moved:
		return "moved and changed"
	}
	return "changed"
}

// where says which clause it is.
func (s HeardClause) where(rounds int) string {
	words := s.Citation
	if words == "" {
		words = "The whole text"
	}
	if rounds > 1 {
		words += fmt.Sprintf(", round %d", s.Round)
	}
	return words
}

// verdict names the outcome.
func (r Response) verdict() string {
	if r.Outcome == "" {
		return "Not answered yet"
	}
	return capitalised(outcomes[r.Outcome])
}

const namedOrganisations = 5

// whose says which comments are answered, who made them, on which side, and how far the words
// quoted after it are theirs. Names are as written writes them.
func (r Response) whose(written func(string) string) string {
	s := commentsBy(r.Numbers, r.By, written)
	if r.Unquoted {
		return s + fmt.Sprintf(": %d more, in words that aren't quoted here.", len(r.Numbers))
	}
	if r.Question > 0 {
		s += fmt.Sprintf(", on question %d", r.Question)
	}
	if r.Aside != "" {
		s += ", " + r.Aside
	}
	if stance := stanceWords[r.Stance]; stance != "" {
		s += ", " + stance
	}
	switch {
	case r.Like > 0:
		s += fmt.Sprintf(", a campaign; in the words of comment %d", r.Like)
	case r.Campaign && len(r.Numbers) > 1:
		s += ", a campaign"
	case r.Campaign:
		s += ", of a campaign"
	}
	return s
}

// asWritten leaves names as they are.
func asWritten(name string) string { return name }

// repeated says which comments were answered as duplicates, whose words aren't quoted.
func (r Response) repeated(written func(string) string) string {
	return "Answered as repeating this: " + strings.ToLower(commentsBy(r.Repeats, nil, nil)) + namedBy(r.Repeaters, written) + "."
}

func commentsBy(list []int, names []string, written func(string) string) string {
	s := "Comment " + listNumbers(list)
	if len(list) > 1 {
		s = "Comments " + listNumbers(list)
	}
	return s + namedBy(names, written)
}

// namedBy lists names of organisations, where there are any.
func namedBy(names []string, written func(string) string) string {
	if len(names) == 0 {
		return ""
	}
	more := ""
	if n := len(names) - namedOrganisations; n > 1 {
		names, more = names[:namedOrganisations], fmt.Sprintf(" and %d others", n)
	}
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = written(name)
	}
	return " (" + strings.Join(shown, ", ") + more + ")"
}

// listNumbers lists sorted numbers, runs of them in short: "3, 5–9, 12".
func listNumbers(list []int) string {
	var b strings.Builder
	for i := 0; i < len(list); {
		end := i
		for end+1 < len(list) && list[end+1] == list[end]+1 {
			end++
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(list[i]))
		switch {
		case end == i+1:
			b.WriteString(", " + strconv.Itoa(list[end]))
		case end > i:
			b.WriteString("–" + strconv.Itoa(list[end]))
		}
		i = end + 1
	}
	return b.String()
}

// unexplained is what stands under a change that nothing public names.
const unexplained = "No public answer and no editorial mark names this change."

// unsettled is what stands under a change that something public names, and nothing explains.
const unsettled = "No comment that others made on this in time and that was accepted, and no editorial mark on it, explains this change as it stands."

// verdictOn says that nothing explains a change; "" where something does.
func (c HeardChange) verdictOn() string {
	switch {
	case len(c.Because)+len(c.Marks) == 0:
		return unexplained
	case c.Due:
		return unsettled
	}
	return ""
}
