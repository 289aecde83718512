package clauses

import "slices"

// A Step is what happened by succession in one revision.
type Step struct {
	Revision    int // its number
	Successions []Succession
}

// Heirs lists the clauses that have words of a clause of a revision, by identity or by the successions of that revision and
// of those after it: the clause itself first. Steps are in the order of the revisions. Which of the clauses still stand the
// outline of the later revision tells.
//
// Where a Carrier says what became of a clause with everything in it, Heirs follows one change: what was done to a clause
// may stand in any of its heirs.
func Heirs(steps []Step, id string, revision int) []string {
	heirs := []string{id}
	for _, step := range steps {
		if step.Revision < revision {
			continue
		}
		n := len(heirs) // a step happens at once
		for _, s := range step.Successions {
			if slices.Contains(heirs[:n], s.From) && !slices.Contains(heirs, s.To) {
				heirs = append(heirs, s.To)
			}
		}
	}
	return heirs
}

// A Forebear is a clause whose words another came to have: as it was in revision Until and before.
type Forebear struct {
	ID    string
	Until int
}

// Forebears is Heirs looked at from the other end: a clause of revision now is among the heirs of a clause of a revision if
// and only if that clause is among its forebears, with that revision or a later one. The clause itself comes first.
func Forebears(steps []Step, id string, now int) []Forebear {
	list := []Forebear{{id, now}}
	at := map[string]int{id: 0}
	for i := len(steps) - 1; i >= 0; i-- {
		step := steps[i]
		if step.Revision > now {
			continue
		}
		n := len(list)
		for _, s := range step.Successions {
			to, ok := at[s.To]
			if _, known := at[s.From]; !ok || to >= n || known {
				continue
			}
			at[s.From] = len(list)
			list = append(list, Forebear{s.From, step.Revision})
		}
	}
	return list
}
