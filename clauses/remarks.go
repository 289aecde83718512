package clauses

import (
	"fmt"
	"regexp"
	"strings"
)

// A Remark says of a line of a text that it is taken as it stands and may not be meant.
type Remark struct {
	Line     int    // of the source, from 1
	ClauseID string // the clause that it is in
	Message  string // for people
}

// numberDot is a number with a full stop, which begins no item within a paragraph.
var numberDot = regexp.MustCompile(`^[0-9]{1,3}\.[ \t]`)

// Remarks lists the lines that begin with the number of a provision, "a)" or "(2)", and are none, since they go on a paragraph or
// an item for want of a blank line before them: nobody can comment on them alone. There is one remark a clause, at
// the first of them. A single "(2)" or "2." may be a reference that was wrapped, and is none unless its clause is numbered so too.
func (t *Text) Remarks() (list []Remark) {
	line, at := 1, 0
	for i := range t.Clauses {
		c := &t.Clauses[i]
		line, at = line+strings.Count(t.Source[at:c.Start], "\n"), c.Start
		if c.Kind != Paragraph && c.Kind != Item {
			continue
		}
		if k, label, n := joinedNumbers(t.Source[c.Start:c.End], t.words[i]); n > 0 {
			message := fmt.Sprintf("%q begins no clause of its own: a blank line before it is missing", label)
			if n > 1 {
				message += fmt.Sprintf(", and before %d more below it", n-1)
			}
			list = append(list, Remark{line + k, c.ID, message})
		}
	}
	return list
}

// joinedNumbers finds the first line but one of a clause that begins with a number, and counts such lines.
func joinedNumbers(source, words string) (at int, label string, n int) {
	if !strings.Contains(source, "\n") {
		return 0, "", 0
	}
	own, _ := textLabel(openingWords(words))
	sure := strings.HasPrefix(own, "(")
	for k, l := range strings.Split(source, "\n")[1:] {
		l = strings.TrimLeft(l, " \t>")
		number, point := textLabel(l)
		if number == "" {
			number = strings.TrimSpace(numberDot.FindString(l))
		}
		if number == "" {
			continue
		}
		if n++; n == 1 {
			at, label = k+1, number
		}
		sure = sure || point || n > 1
	}
	if !sure {
		return 0, "", 0
	}
	return at, label, n
}
