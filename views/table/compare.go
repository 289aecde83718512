package table

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
)

// Difference returns where two files differ first in a table, in the order of its first two
// columns, by which no two rows are the same: the number of the row, from 1. It is 0 where they
// don't.
func Difference(a, b Run, name string) (row int64, err error) {
	query := "SELECT * FROM " + name + " ORDER BY 1, 2"
	left, err := newRawRows(a, query)
	if err != nil {
		return 0, err
	}
	defer left.close(&err)
	right, err := newRawRows(b, query)
	if err != nil {
		return 0, err
	}
	defer right.close(&err)
	for row = 1; ; row++ {
		more, err := left.next()
		if err != nil {
			return 0, err
		}
		also, err := right.next()
		switch {
		case err != nil:
			return 0, err
		case more != also:
			return row, nil
		case !more:
			return 0, nil
		case !left.same(right):
			return row, nil
		}
	}
}

// rawRows go through rows as their bytes are.
type rawRows struct {
	rows   *sql.Rows
	values []sql.RawBytes
	dest   []any
}

func newRawRows(run Run, query string) (*rawRows, error) {
	rows, err := run(query)
	if err != nil {
		return nil, err
	}
	columns, err := rows.Columns()
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	r := &rawRows{rows: rows, values: make([]sql.RawBytes, len(columns)), dest: make([]any, len(columns))}
	for i := range r.values {
		r.dest[i] = &r.values[i]
	}
	return r, nil
}

func (r *rawRows) close(err *error) { *err = errors.Join(*err, r.rows.Close()) }

func (r *rawRows) next() (bool, error) {
	if !r.rows.Next() {
		return false, r.rows.Err()
	}
	if err := r.rows.Scan(r.dest...); err != nil {
		return false, fmt.Errorf("couldn't read a row: %w", err)
	}
	return true, nil
}

func (r *rawRows) same(o *rawRows) bool {
	for i, v := range r.values {
		if (v == nil) != (o.values[i] == nil) || !bytes.Equal(v, o.values[i]) {
			return false
		}
	}
	return true
}
