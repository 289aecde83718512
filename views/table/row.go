package table

import (
	"database/sql/driver"
	"slices"
	"strings"
)

// A Column is a column of a row and its value.
type Column = struct {
	Name  string
	Value any
}

// A Row is what a table is given: each column beside its value.
type Row []Column

// A rowKey tells apart what is done with rows: the verb, the table and its key.
type rowKey struct {
	verb      string
	into, key string
	fixed     int // how many columns at the end go with the key
}

// A rowStatement is the statement for rows of certain columns.
type rowStatement struct {
	columns []string
	stmt    driver.StmtExecContext
}

// Insert adds a row to a table and returns its rowid.
func (f *File) Insert(into string, r Row) (rowid int64, err error) {
	result, err := f.row(rowKey{"insert", into, "", 0}, r)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// InsertNew is Insert, which does nothing where there is a row with that key.
func (f *File) InsertNew(into string, r Row) error {
	_, err := f.row(rowKey{"insertNew", into, "", 0}, r)
	return err
}

// Upsert adds a row to a table, or gives the row with that key the other columns. key
// names the columns of a unique index, separated by ", ".
func (f *File) Upsert(into, key string, r Row) error {
	_, err := f.row(rowKey{"upsert", into, key, 0}, r)
	return err
}

// Add adds a row to a table, or adds its numbers to those of the row with that key. What
// is fixed goes with the key.
func (f *File) Add(into, key string, r Row, fixed ...Column) error {
	r = append(r, fixed...)
	_, err := f.row(rowKey{"add", into, key, len(fixed)}, r)
	return err
}

// Update gives the rows with that key the other columns. key names the last
// column of the row.
func (f *File) Update(into, key string, r Row) error {
	_, err := f.row(rowKey{"update", into, key, 0}, r)
	return err
}

// row runs what is done with a row.
func (f *File) row(k rowKey, r Row) (result driver.Result, err error) {
	err = f.conn.Raw(func(c any) error {
		stmt, err := f.rowStatement(c, k, r)
		if err != nil {
			return err
		}
		f.values = f.values[:0]
		for i := range r {
			if err := f.bind(r[i].Value); err != nil {
				return err
			}
		}
		result, err = f.run(stmt)
		return err
	})
	return result, err
}

// rowStatement finds the statement for a row, which it prepares for the first of its like.
func (f *File) rowStatement(c any, k rowKey, r Row) (driver.StmtExecContext, error) {
	known := f.rows[k]
	for i := range known {
		if r.has(known[i].columns) {
			return known[i].stmt, nil
		}
	}
	stmt, err := f.statement(c, r.statement(k))
	if err != nil {
		return nil, err
	}
	f.rows[k] = append(known, rowStatement{r.columns(), stmt})
	return stmt, nil
}

func (r Row) has(columns []string) bool {
	if len(r) != len(columns) {
		return false
	}
	for i := range r {
		if r[i].Name != columns[i] {
			return false
		}
	}
	return true
}

func (r Row) columns() []string {
	names := make([]string, len(r))
	for i, c := range r {
		names[i] = c.Name
	}
	return names
}

// statement writes the SQL for what is done with a row.
func (r Row) statement(k rowKey) string {
	columns, key := r.columns(), strings.Split(k.key, ", ")
	var set []string
	for i, c := range columns {
		switch {
		case slices.Contains(key, c) || i >= len(columns)-k.fixed:
		case k.verb == "add":
			set = append(set, c+" = "+c+" + excluded."+c)
		case k.verb == "update":
			set = append(set, c+" = ?")
		default:
			set = append(set, c+" = excluded."+c)
		}
	}
	if k.verb == "update" {
		return "UPDATE " + k.into + " SET " + strings.Join(set, ", ") + " WHERE " + k.key + " = ?"
	}
	query := "INSERT INTO " + k.into + " (" + strings.Join(columns, ", ") + ") VALUES (" + Marks(len(columns)) + ")"
	switch k.verb {
	case "insert":
		return query
	case "insertNew":
		return query + " ON CONFLICT DO NOTHING"
	}
	return query + " ON CONFLICT (" + k.key + ") DO UPDATE SET " + strings.Join(set, ", ")
}
