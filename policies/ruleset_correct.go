package policies

import "github.com/ewtp/entente/standards"

// CorrectRuleSet puts right how a rule set is called, or what it is said to be for. Its
// slug stays, by which hubs know it. What is nil stays as it is.
type CorrectRuleSet struct {
	RuleSetID   string
	Title       *string
	Description *string
	Reason      string
}

// RuleSetCorrected is what [CorrectRuleSet] yields: all of it as it is to be.
type RuleSetCorrected struct {
	RuleSetID   string `json:"ruleSet"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Reason      string `json:"reason"`
	By          string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c CorrectRuleSet) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, Releasing, Nothing); err != nil {
		return nil, err // before anything is looked up
	}
	set, err := f.RuleSet(c.RuleSetID)
	if err != nil {
		return nil, errUnknown(err, "ruleSetId", "rule set", c.RuleSetID)
	}
	if err := May(env.Actor, CorrectingRuleSet, OnRuleSet(&set)); err != nil {
		return nil, errAt(err, "ruleSetId")
	}
	e := &RuleSetCorrected{RuleSetID: set.ID, Title: set.Title, Description: set.Description, Reason: c.Reason, By: env.Actor.MemberID}
	if c.Title != nil {
		e.Title = *c.Title
	}
	if c.Description != nil {
		e.Description = *c.Description
	}
	if err := joinFaults(
		checkTitle("title", e.Title),
		checkText("description", e.Description, MaxReason, false),
		checkText("reason", c.Reason, MaxReason, true),
	); err != nil {
		return nil, err
	}
	if e.Title == set.Title && e.Description == set.Description {
		return nil, errConflict("ruleSetId", "nothing of %s would change", set.Slug)
	}
	if err := checkFreeTitle(f, e.Title, set.ID); err != nil {
		return nil, err
	}
	return e, nil
}

// checkFreeTitle refuses a title that a rule set has already, but for one.
func checkFreeTitle(f Facts, title, but string) error {
	same, err := f.RuleSetByTitle(title)
	if err != nil {
		return errUnlessErased(err)
	}
	if same.ID != but {
		return errConflict("title", "the rule set %s has that title already", same.Slug)
	}
	return nil
}

var _ = registerEvent[RuleSetCorrected](nil)

func (*RuleSetCorrected) Kind() string      { return "ruleset.corrected/1" }
func (e *RuleSetCorrected) Subject() string { return e.RuleSetID }

// Fold implements [Event].
func (e *RuleSetCorrected) Fold(s Stamp, r Record) error {
	return changeRuleSet(r, e.RuleSetID, func(set *standards.RuleSet) {
		set.Title, set.Description = e.Title, e.Description
		set.CorrectedAt, set.Correction = s.At, e.Reason
	})
}

// changeRuleSet folds a change into a rule set, unless it was erased.
func changeRuleSet(r Record, id string, change func(*standards.RuleSet)) error {
	set, err := r.RuleSet(id)
	if err != nil {
		return errUnlessErased(err)
	}
	change(&set)
	return r.PutRuleSet(set)
}
