package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// EndSessions implements policies.Record.
func (tx *Tx) EndSessions(key string, before, at time.Time) error {
	if err := tx.exec(`DELETE FROM sessions_ended WHERE expires <= ?`, table.Millis(at)); err != nil {
		return err
	}
	return tx.exec(`INSERT INTO sessions_ended (key, before, expires) VALUES (?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET before = max(before, excluded.before), expires = max(expires, excluded.expires)`,
		key, table.Millis(before), table.Millis(policies.SessionsForgottenAt(before, at)))
}

func (f facts) SessionsEnded(key string) (time.Time, error) {
	ended, err := f.sessionsEnded([]string{key})
	return ended[key], err
}

// sessionsEnded returns until when the sessions of each key have ended.
func (f facts) sessionsEnded(keys []string) (map[string]time.Time, error) {
	var key string
	var before time.Time
	ended := map[string]time.Time{}
	err := table.Each(f.run, `SELECT s.key, s.before FROM json_each(?) j CROSS JOIN sessions_ended s ON s.key = j.value`,
		[]any{table.JSONList(keys)}, []any{&key, table.Time(&before)}, func() error {
			ended[key] = before
			return nil
		})
	return ended, err
}

// SessionsEnded returns until when the sessions of each policies.SessionKey have ended;
// those of which nothing is known are left out. It is one look-up by primary key each.
func (db *DB) SessionsEnded(ctx context.Context, keys []string) (map[string]time.Time, error) {
	return facts{run: db.file.Read(ctx)}.sessionsEnded(keys)
}
