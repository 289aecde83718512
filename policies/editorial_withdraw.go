package policies

// WithdrawEditorialMark takes back that a change is editorial: it wants an explanation
// again, or another round. It is for the sponsor that marked it, and for the others once
// that sponsors the document no more. What was adopted stays adopted.
type WithdrawEditorialMark struct {
	RevisionID string
	ClauseID   string
	Reason     string
}

// EditorialMarkWithdrawn is what [WithdrawEditorialMark] yields.
type EditorialMarkWithdrawn struct {
	DocumentID     string `json:"document"`
	ClauseID       string `json:"clause"`
	RevisionID     string `json:"revision"`
	Reason         string `json:"reason"`
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c WithdrawEditorialMark) Decide(env Env, f Facts) (Event, error) {
	rev, d, err := loadMarkable(env, f, c.RevisionID, c.Reason)
	if err != nil {
		return nil, err
	}
	m, err := findMark(f, d.ID, rev.ID, c.ClauseID)
	switch {
	case err != nil:
		return nil, err
	case m == nil:
		return nil, errUnknown(ErrNotFound, "clauseId", "editorial mark in that revision on clause", c.ClauseID)
	case !m.Stands():
		return nil, errConflict("clauseId", "has no editorial mark any more: it was taken back")
	}
	if err := May(env.Actor, Undoing, OnMark(&d, m)); err != nil {
		return nil, errAt(err, "clauseId")
	}
	return &EditorialMarkWithdrawn{DocumentID: d.ID, ClauseID: m.ClauseID, RevisionID: rev.ID, Reason: c.Reason,
		OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[EditorialMarkWithdrawn](nil)

func (*EditorialMarkWithdrawn) Kind() string      { return "change.markWithdrawn/1" }
func (e *EditorialMarkWithdrawn) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *EditorialMarkWithdrawn) Fold(s Stamp, r Record) error {
	m, err := findMark(r, e.DocumentID, e.RevisionID, e.ClauseID)
	if err != nil || m == nil {
		return err
	}
	m.WithdrawnAt, m.Withdrawal = s.At, e.Reason
	return r.PutEditorialMark(*m)
}
