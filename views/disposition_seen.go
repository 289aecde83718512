package views

import (
	"errors"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// PutDispositionsSeen implements policies.Record.
func (tx *Tx) PutDispositionsSeen(memberID string, until time.Time) error {
	return tx.upsert("answers_seen", "member", table.Row{{"member", memberID}, {"until", table.Millis(until)}})
}

func (f facts) DispositionsSeen(memberID string) (time.Time, error) {
	var until time.Time
	err := one(f.run, `SELECT until FROM answers_seen WHERE member = ?`, []any{memberID}, table.Time(&until))
	if errors.Is(err, policies.ErrNotFound) {
		err = nil
	}
	return until, err
}
