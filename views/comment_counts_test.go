package views

import (
	"context"

	"github.com/ewtp/entente/policies"
)

// counted counts the comments of a dialogue by document and clause, "-" for whole
// documents.
func counted(d *dialogue) map[string]Counts {
	all := map[string]Counts{}
	for _, id := range d.comments {
		c, err := d.memory.Comment(id)
		if err != nil {
			d.t.Fatal(err)
		}
		keys := []string{c.DocumentID + "-", c.DocumentID + "/" + c.ClauseID}
		if c.Confidential {
			keys = keys[:1]
		}
		for _, key := range keys {
			n, ok := all[key]
			if !ok {
				n.ByStance = map[policies.Stance]int{}
			}
			n.Total++
			switch {
			case !c.WithdrawnAt.IsZero():
				n.Withdrawn++
			case !c.DisownedAt.IsZero():
				n.Disowned++
			case c.Confidential:
				n.Confidential++
			default:
				n.ByStance[c.Stance]++
				n.Supporters += c.Supporters
				if d.answered(&c) {
					n.Answered++
				}
			}
			all[key] = n
		}
	}
	return all
}

func countsOf(t tester, db *DB, d *dialogue) map[string]Counts {
	all := map[string]Counts{}
	whole, err := db.CommentCounts(context.Background(), d.documents)
	if err != nil {
		t.Fatal(err)
	}
	for id, c := range whole {
		all[id+"-"] = c
	}
	byClause, err := db.ClauseCounts(context.Background(), d.documents)
	if err != nil {
		t.Fatal(err)
	}
	for id, of := range byClause {
		for clause, c := range of {
			all[id+"/"+clause] = c
		}
	}
	return all
}
