package table

import (
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
)

// ErrNotFound says that a query for one row found none.
var ErrNotFound = errors.New("there is no such row")

// A Field is an expression of a query and where its value is scanned to.
type Field = struct {
	Expr string
	Dest any
}

// Fields are what a query asks for, in its order.
type Fields []Field

// Columns lists the expressions.
func (l Fields) Columns() string {
	exprs := make([]string, len(l))
	for i, f := range l {
		exprs[i] = f.Expr
	}
	return strings.Join(exprs, ", ")
}

// Dest lists where the values are scanned to.
func (l Fields) Dest() []any {
	dest := make([]any, len(l))
	for i, f := range l {
		dest[i] = f.Dest
	}
	return dest
}

// One scans the first row of a query; ErrNotFound where there is none.
func One(r Run, query string, args []any, dest ...any) error {
	rows, err := r(query, args...)
	if err != nil {
		return err
	}
	if rows.Next() {
		err = rows.Scan(dest...)
	} else if err = rows.Err(); err == nil {
		err = ErrNotFound
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

// Each scans every row of a query into dest and calls f.
func Each(r Run, query string, args []any, dest []any, f func() error) error {
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

// DecodeOne reads the JSON in the first row's one column; ErrNotFound where there is none.
func DecodeOne[T any](r Run, query string, args ...any) (v T, err error) {
	var data sql.RawBytes
	rows, err := r(query, args...)
	if err != nil {
		return v, err
	}
	if !rows.Next() {
		err = rows.Err()
		if err == nil {
			err = ErrNotFound
		}
	} else if err = rows.Scan(&data); err == nil {
		err = json.Unmarshal(data, &v)
	}
	return v, closed(rows, err)
}

// DecodeAll reads the JSON in every row's one column.
func DecodeAll[T any](r Run, query string, args ...any) (list []T, err error) {
	var v T
	err = Each(r, query, args, []any{JSON(&v)}, func() error {
		list = append(list, v)
		return nil
	})
	return list, err
}

// ByID answers a batch: the query takes the IDs as one JSON list and yields rows
// of ID and JSON.
func ByID[T any](r Run, query string, ids []string, args ...any) (map[string]T, error) {
	found := make(map[string]T, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var id string
	var v T
	err := Each(r, query, append([]any{JSONList(ids)}, args...), []any{&id, JSON(&v)}, func() error {
		found[id] = v
		return nil
	})
	return found, err
}
