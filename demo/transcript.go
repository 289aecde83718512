package demo

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ewtp/entente/policies"
)

// transcript reads remarks from a file of blocks that blank lines part. The first line of a
// block says when, who, on what, with which stance, of what type:
//
//	143 parcel-seller small1 amend sub
//
// where the third is a name of clauses, or "-" for the whole. A line that begins with a sign
// and a blank, or is the sign alone, says more, and every other one is of the text:
//
//	> words proposed, a line    " words quoted        ! summary of a confidential one
//	$ 12.50 EUR parcel [year]   # supporters          + name of a file
//	? question [choice]         = outcome, reason @ words of the change
//	~ who replies, and how      ^ who supports it, or with "not" doesn't, and why
func (s *stage) transcript(name string, clauses map[string]string) (list []remark) {
	for n, block := range strings.Split(s.file(name), "\n\n") {
		m, err := readRemark(block, clauses)
		if err != nil {
			s.fail(fmt.Errorf("couldn't read remark %d of %s: %w", n+1, name, err))
			return nil
		}
		list = append(list, m)
	}
	return list
}

var (
	shortTypes = map[string]policies.CommentType{"gen": policies.General, "sub": policies.Substantive, "tech": policies.Technical, "ed": policies.Editorial}
	outcomes   = map[string]policies.Outcome{"accepted": policies.AcceptedWhole, "part": policies.AcceptedInPart, "rejected": policies.Rejected, "noted": policies.Noted}
)

func readRemark(block string, clauses map[string]string) (m remark, err error) {
	lines := strings.Split(strings.TrimSpace(block), "\n")
	head := strings.Fields(lines[0])
	if len(head) != 5 {
		return m, fmt.Errorf("%q isn't day, who, clause, stance and type", lines[0])
	}
	if m.day, err = strconv.Atoi(head[0]); err != nil {
		return m, err
	}
	m.who, m.stance, m.about, m.clause = head[1], policies.Stance(head[3]), shortTypes[head[4]], clauses[head[2]]
	if m.about == "" || m.clause == "" && head[2] != "-" {
		return m, fmt.Errorf("%q has a type or a clause that isn't known", lines[0])
	}
	var text []string
	for _, line := range lines[1:] {
		sign, said, _ := strings.Cut(line, " ")
		if len(sign) != 1 || !strings.Contains(signs, sign) {
			text = append(text, line)
			continue
		}
		if err := m.add(sign, said); err != nil {
			return m, fmt.Errorf("%q: %w", line, err)
		}
	}
	m.text = strings.Join(text, "\n")
	return m, nil
}

const signs = `>"!$#+?=~^`

// add takes what a line with a sign says.
func (m *remark) add(sign, said string) (err error) {
	word, rest, _ := strings.Cut(said, " ")
	switch sign {
	case ">":
		m.replacement += strings.Repeat("\n", min(1, len(m.replacement))) + said
	case `"`:
		m.more.Quote = &policies.Quote{Exact: said}
	case "!":
		m.more.Confidential, m.more.Summary = true, said
	case "$":
		per, yearly := strings.CutSuffix(rest, " year")
		currency, what, _ := strings.Cut(per, " ")
		m.more.Cost = &policies.CostEstimate{Amount: word, Currency: currency, Per: what, PerYear: yearly}
	case "#":
		m.more.Supporters, err = strconv.ParseInt(said, 10, 64)
	case "+":
		m.attached = said
	case "?":
		m.more.QuestionID, m.more.Choice = word, rest
	case "=":
		reason, changed, _ := strings.Cut(rest, " @ ")
		m.outcome, m.reason, m.changed = outcomes[word], reason, changed
	case "~":
		m.voices = append(m.voices, voice{who: word, text: rest})
	case "^":
		v := voice{who: word, position: policies.Endorses, text: rest}
		if why, not := strings.CutPrefix(rest+" ", "not "); not {
			v.position, v.text = policies.Dissents, strings.TrimSpace(why)
		}
		m.voices = append(m.voices, v)
	}
	return err
}
