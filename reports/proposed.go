package reports

import "github.com/ewtp/entente/policies"

// proposedChange says what a comment proposes, as the column of the matrix has it: the words alone where they replace the
// clause's.
func proposedChange(c *policies.Comment) string {
	switch c.Proposed() {
	case policies.StrikeOut:
		return "Strike out the clause."
	case policies.AddAfter:
		return addedWhere(c) + "\n" + c.Replacement
	}
	return c.Replacement
}

func addedWhere(c *policies.Comment) string {
	if c.ClauseID == "" {
		return "Add before the first clause:"
	}
	return "Add after the clause:"
}

// StruckOut says whether the clause was proposed to go.
func (r Response) StruckOut() bool { return r.Proposes == policies.StrikeOut }

// Added says whether the words were proposed to come beside the clause.
func (r Response) Added() bool { return r.Proposes == policies.AddAfter }

// proposed says what a response is to, in Markdown; "" where nothing was proposed.
func (r Response) proposed() string {
	words := "“" + plainMarkdown(r.Proposed) + "”"
	switch r.Proposes {
	case policies.StrikeOut:
		return " Proposed to be struck out."
	case policies.AddAfter:
		return " Proposed to be added: " + words
	case policies.Replace:
		return " Proposed: " + words
	}
	return ""
}
