package views

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/policies"
)

// run runs a query: on the writer within a Tx, on any reader, or on a snapshot.
type run func(query string, args ...any) (*sql.Rows, error)

// run returns what runs queries on any of the readers.
func (db *DB) run(ctx context.Context) run {
	return func(query string, args ...any) (*sql.Rows, error) {
		stmt, err := db.prepare(ctx, query)
		if err != nil {
			return nil, err
		}
		db.statements.Add(1)
		return stmt.QueryContext(ctx, args...)
	}
}

// prepare prepares a query once. The texts of queries are few: lists are passed
// as one JSON argument.
func (db *DB) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := db.prepared.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	stmt, err := db.reader.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if s, loaded := db.prepared.LoadOrStore(query, stmt); loaded {
		return s.(*sql.Stmt), stmt.Close()
	}
	return stmt, nil
}

// snapshot calls f with what runs queries on one unchanging state.
func (db *DB) snapshot(ctx context.Context, f func(run) error) (err error) {
	tx, err := db.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	prepared := map[string]*sql.Stmt{}
	return f(func(query string, args ...any) (*sql.Rows, error) {
		stmt := prepared[query]
		if stmt == nil {
			// On the connection of tx: another one might be waited for by all who have one.
			if stmt, err = tx.PrepareContext(ctx, query); err != nil {
				return nil, err
			}
			prepared[query] = stmt // closed with tx
		}
		db.statements.Add(1)
		return stmt.QueryContext(ctx, args...)
	})
}

// one scans the first row of a query; policies.ErrNotFound where there is none.
func one(r run, query string, args []any, dest ...any) error {
	rows, err := r(query, args...)
	if err != nil {
		return err
	}
	if rows.Next() {
		err = rows.Scan(dest...)
	} else if err = rows.Err(); err == nil {
		err = policies.ErrNotFound
	}
	return closed(rows, err)
}

// closed closes rows after what went wrong with them, if anything did.
func closed(rows *sql.Rows, err error) error {
	if bad := rows.Close(); err == nil {
		err = bad
	}
	return err
}

// each scans every row of a query into dest and calls f.
func each(r run, query string, args []any, dest []any, f func() error) error {
	rows, err := r(query, args...)
	if err != nil {
		return err
	}
	for err == nil && rows.Next() {
		if err = rows.Scan(dest...); err == nil {
			err = f()
		}
	}
	if err == nil {
		err = rows.Err()
	}
	return closed(rows, err)
}

// decodeOne reads the JSON in the first row's one column.
func decodeOne[T any](r run, query string, args ...any) (v T, err error) {
	var data sql.RawBytes
	rows, err := r(query, args...)
	if err != nil {
		return v, err
	}
	if !rows.Next() {
		err = rows.Err()
		if err == nil {
			err = policies.ErrNotFound
		}
	} else if err = rows.Scan(&data); err == nil {
		err = json.Unmarshal(data, &v)
	}
	return v, closed(rows, err)
}

// decodeAll reads the JSON in every row's one column.
func decodeAll[T any](r run, query string, args ...any) (list []T, err error) {
	var data []byte
	err = each(r, query, args, []any{&data}, func() error {
		var v T
		err := json.Unmarshal(data, &v)
		list = append(list, v)
		return err
	})
	return list, err
}

// byID answers a batch: the query takes the IDs as one JSON list and yields rows
// of ID and JSON.
func byID[T any](r run, query string, ids []string, args ...any) (map[string]T, error) {
	found := make(map[string]T, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var id string
	var data []byte
	err := each(r, query, append([]any{jsonList(ids)}, args...), []any{&id, &data}, func() error {
		var v T
		err := json.Unmarshal(data, &v)
		found[id] = v
		return err
	})
	return found, err
}

// jsonList is a list as the one argument of json_each.
func jsonList[T ~string](list []T) string {
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings always encode
	}
	return string(b)
}

// encode gives the JSON of a row's data.
func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("couldn't encode a row: %w", err)
	}
	return string(b), nil
}

// when is a time as a column that is never NULL.
func when(t time.Time) int64 { return t.UnixMilli() }

// maybe is a time as a column that is NULL for the zero time.
func maybe(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// timeOf is the time of a column that may be NULL.
func timeOf(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}
