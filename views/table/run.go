package table

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// A Run runs a query: on the writer, on any reader, or on a snapshot.
type Run func(query string, args ...any) (*sql.Rows, error)

// Read returns what runs queries on any of the readers.
func (f *File) Read(ctx context.Context) Run {
	return func(query string, args ...any) (*sql.Rows, error) {
		f.statements.Add(1)
		return f.rewrittenOrNot(query, func(query string) (*sql.Rows, error) {
			stmt, err := f.prepare(ctx, query)
			if err != nil {
				return nil, err
			}
			return stmt.QueryContext(ctx, args...)
		})
	}
}

// Rewriting says whether queries are rewritten from now on. They may be at any time: what they are rewritten to finds the
// same, and more slowly. They must be from before the commit of what only then is found, until after the commit of
// what is found either way.
func (f *File) Rewriting(on bool) { f.rewriting.Store(on) }

// IsRewriting says whether queries are rewritten.
func (f *File) IsRewriting() bool { return f.rewriting.Load() }

// rewrittenOrNot runs a query. The state that it reads is settled when it was run, so if it became one that takes a rewritten query
// in between, it is run again.
func (f *File) rewrittenOrNot(query string, run func(query string) (*sql.Rows, error)) (*sql.Rows, error) {
	if f.rewriting.Load() {
		return run(f.rewrite(query))
	}
	rows, err := run(query)
	if err != nil || !f.rewriting.Load() {
		return rows, err
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	return run(f.rewrite(query))
}

func (f *File) rewrite(query string) string {
	if to, ok := f.rewritten.Load(query); ok {
		return to.(string)
	}
	to := f.options.Rewrite(query)
	f.rewritten.Store(query, to)
	return to
}

// prepare prepares a reader's query once. The texts of queries are few: lists are
// passed as one JSON argument.
func (f *File) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := f.prepared.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	stmt, err := f.reader.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if s, loaded := f.prepared.LoadOrStore(query, stmt); loaded {
		return s.(*sql.Stmt), stmt.Close()
	}
	return stmt, nil
}

// Snapshot calls read with what runs queries on one unchanging state.
func (f *File) Snapshot(ctx context.Context, read func(Run) error) (err error) {
	tx, err := f.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	prepared := map[string]*sql.Stmt{}
	rewriting := f.IsRewriting() // once it is, for all of the snapshot
	return read(func(query string, args ...any) (*sql.Rows, error) {
		f.statements.Add(1)
		run := func(query string) (*sql.Rows, error) {
			stmt := prepared[query]
			if stmt == nil {
				var err error
				// On the connection of tx: another one might be waited for by all who have one.
				if stmt, err = tx.PrepareContext(ctx, query); err != nil {
					return nil, err
				}
				prepared[query] = stmt // closed with tx
			}
			return stmt.QueryContext(ctx, args...)
		}
		if !rewriting {
			rows, err := run(query)
			if rewriting = f.IsRewriting(); err != nil || !rewriting {
				return rows, err
			}
			if err := rows.Close(); err != nil {
				return nil, err
			}
		}
		return run(f.rewrite(query))
	})
}

// Statements returns how many SQL statements readers have run so far.
func (f *File) Statements() int64 { return f.statements.Load() }

// writing is the context of all statements of the writer: a caller that goes away
// must not leave half a change behind.
var writing = context.Background()

// Write runs a query on the writer. It is a [Run].
func (f *File) Write(query string, args ...any) (*sql.Rows, error) {
	if f.IsRewriting() {
		query = f.rewrite(query)
	}
	stmt, ok := f.queries[query]
	if !ok {
		var err error
		if stmt, err = f.conn.PrepareContext(writing, query); err != nil {
			return nil, err
		}
		f.queries[query] = stmt
	}
	return stmt.QueryContext(writing, args...)
}

// Exec runs a statement on the writer, by the driver itself: database/sql would
// add a tenth to what a row costs.
func (f *File) Exec(query string, args ...any) error {
	return f.conn.Raw(func(c any) error {
		stmt, err := f.statement(c, query)
		if err != nil {
			return err
		}
		f.values = f.values[:0]
		for _, a := range args {
			if err := f.bind(a); err != nil {
				return err
			}
		}
		_, err = f.run(stmt)
		return err
	})
}

// statement prepares a statement of the writer, once.
func (f *File) statement(c any, query string) (driver.StmtExecContext, error) {
	if stmt, ok := f.execs[query]; ok {
		return stmt, nil
	}
	s, err := c.(driver.ConnPrepareContext).PrepareContext(writing, query)
	if err != nil {
		return nil, err
	}
	stmt := s.(driver.StmtExecContext)
	f.execs[query] = stmt
	return stmt, nil
}

// bind adds the next value of a statement.
func (f *File) bind(a any) error {
	v, err := driver.DefaultParameterConverter.ConvertValue(a)
	f.values = append(f.values, driver.NamedValue{Ordinal: len(f.values) + 1, Value: v})
	return err
}

// run runs a statement with the values that are bound.
func (f *File) run(stmt driver.StmtExecContext) (driver.Result, error) {
	result, err := stmt.ExecContext(writing, f.values)
	clear(f.values)
	return result, err
}

// Transact calls write in a transaction of the writer, for whoever has its turn.
func (f *File) Transact(write func() error) error {
	if err := f.Exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := write()
	if err == nil {
		err = f.Exec("COMMIT")
	}
	if err != nil {
		return errors.Join(err, f.Exec("ROLLBACK"))
	}
	return nil
}
