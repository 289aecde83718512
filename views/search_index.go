package views

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
	"github.com/ewtp/entente/views/words"
)

// The full-text index lags behind the fold, since a text costs more to index than
// to store, and a burst of comments should be acknowledged first. It is filled in
// batches, each a turn of the writer of its own: in the background as soon as the
// writer has rested, and before a search.

// indexBatch is how many rows are indexed in one turn of the writer.
const indexBatch = 256

// indexBytes is how long texts may be together of which more are indexed in the same turn.
const indexBytes = 128 << 10

// rest is how long nobody must have written before the background indexes.
const rest = 25 * time.Millisecond

// An indexer groups comments and indexes texts in the background.
type indexer struct {
	poke     chan struct{}
	done     chan struct{}
	finished chan struct{}
	stopped  sync.Once
}

func (x *indexer) start(db *DB) {
	x.poke, x.done, x.finished = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	go x.loop(db)
	x.wake() // what a former process left undone
}

func (x *indexer) stop() {
	x.stopped.Do(func() { close(x.done) })
	<-x.finished
}

func (x *indexer) wake() {
	select {
	case x.poke <- struct{}{}:
	default:
	}
}

func (x *indexer) loop(db *DB) {
	defer close(x.finished)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	timer := time.NewTimer(0)
	defer timer.Stop()
	more := false
	for {
		select {
		case <-x.done:
			return
		case <-x.poke:
			if !more {
				more = true
				timer.Reset(rest)
			}
			continue
		case <-timer.C:
		}
		if !more {
			continue
		}
		if db.file.Taken() || time.Since(time.Unix(0, db.busy.Load())) < rest {
			timer.Reset(rest) // somebody writes, or did a moment ago
			continue
		}
		n, err := db.answerNext(ctx)
		if n == 0 && err == nil {
			n, err = db.groupSome(ctx)
		}
		if n == 0 && err == nil {
			n, err = db.spreadSome(ctx)
		}
		if n == 0 && err == nil {
			n, err = db.indexSome(ctx)
		}
		switch {
		case errors.Is(err, table.ErrClosed):
			return
		case err != nil:
			db.log.Error("couldn't group comments or index texts", "error", err)
			more = false // until the next commit, or a search, which says what is wrong
		case n == 0:
			more = false
		default:
			timer.Reset(0)
		}
	}
}

// An indexSource is a table whose texts are indexed.
type indexSource struct {
	kind  int64 // added to 4n to make the rowid
	mark  string
	query string // rows after a number: number and two texts
	text  func(a, b string) string
}

// Kinds of rowid in the index.
const (
	rowDocument = iota
	rowClause
	rowComment
)

// searchRow is the rowid in the index of a row of a kind.
func searchRow(n int64, kind int64) int64 { return n<<2 | kind }

var indexSources = []indexSource{
	{rowDocument, "indexed_documents",
		`SELECT n, json_extract(data, '$.Title'), number FROM documents WHERE n > ? ORDER BY n LIMIT ?`, indexedBoth},
	{rowClause, "indexed_clauses",
		`SELECT n, words, '' FROM clause_texts WHERE n > ? ORDER BY n LIMIT ?`,
		func(a, _ string) string { return words.Indexed(clauses.PlainAlone(a)) }},
	{rowComment, "indexed_comments",
		`SELECT c.seq, ` + commentSearched + ` FROM comments c WHERE c.seq > ? ORDER BY c.seq LIMIT ?`, indexedBoth},
}

// The words of c that a search finds: of a confidential comment its summary, for everybody.
const (
	commentText        = `coalesce(c.words ->> iif(c.confidential, '$.summary', '$.text'), '')`
	commentReplacement = `iif(c.confidential, '', coalesce(c.words ->> '$.replacement', ''))`
	commentSearched    = commentText + `, ` + commentReplacement
)

// unindex takes the words of a comment out of the index, if they are in there.
func (tx *Tx) unindex(seq int64) error {
	var a, b string
	err := one(tx.run, `SELECT `+commentSearched+` FROM comments c WHERE c.seq = ? AND c.seq <= (SELECT indexed_comments FROM state)`,
		[]any{seq}, &a, &b)
	switch {
	case errors.Is(err, policies.ErrNotFound):
		return nil // it will be indexed as it is then
	case err != nil || a+b == "":
		return err
	}
	return tx.exec(`INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)`, searchRow(seq, rowComment), indexedBoth(a, b))
}

// indexTitle puts a document's new title in the place of the former one in the index, if
// that is in there.
func (tx *Tx) indexTitle(id, was, is, number string) error {
	var n int64
	err := one(tx.run, `SELECT n FROM documents WHERE id = ? AND n <= (SELECT indexed_documents FROM state)`, []any{id}, &n)
	if errors.Is(err, policies.ErrNotFound) {
		return nil // it will be indexed as it is then
	}
	if err != nil {
		return err
	}
	row := searchRow(n, rowDocument)
	if err := tx.exec(`INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)`, row, indexedBoth(was, number)); err != nil {
		return err
	}
	return tx.exec(`INSERT INTO search (rowid, words) VALUES (?, ?)`, row, indexedBoth(is, number))
}

func indexedBoth(a, b string) string { return words.Indexed(a, b) }

// indexSome takes a turn of the writer to index the next rows, and says how many
// there were.
func (db *DB) indexSome(ctx context.Context) (n int, err error) {
	if err := db.file.Take(ctx); err != nil {
		return 0, err
	}
	defer db.file.Give()
	err = db.file.Transact(func() error {
		for _, s := range indexSources {
			k, err := db.indexFrom(s, indexBatch-n)
			if n += k; err != nil || n >= indexBatch {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("couldn't index texts: %w", err)
	}
	return n, nil
}

func (db *DB) indexFrom(s indexSource, limit int) (int, error) {
	var at int64
	if err := one(db.file.Write, `SELECT `+s.mark+` FROM state`, nil, &at); err != nil {
		return 0, err
	}
	type row struct {
		n    int64
		a, b string
	}
	var r row
	var rows []row
	err := table.Each(db.file.Write, s.query, []any{at, limit}, []any{&r.n, &r.a, &r.b}, func() error {
		rows = append(rows, r)
		return nil
	})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	bytes := 0
	for i, r := range rows {
		if bytes += len(r.a) + len(r.b); i > 0 && bytes > indexBytes {
			rows = rows[:i]
			break
		}
		if err := db.file.Exec(`INSERT INTO search (rowid, words) VALUES (?, ?)`, searchRow(r.n, s.kind), s.text(r.a, r.b)); err != nil {
			return 0, err
		}
	}
	return len(rows), db.file.Exec(`UPDATE state SET `+s.mark+` = ?`, rows[len(rows)-1].n)
}

// catchUp returns when everything committed so far is spread and in the index.
func (db *DB) catchUp(ctx context.Context) error {
	want, have, unspread, err := db.reached(ctx)
	if err == nil && unspread {
		if err = db.SpreadAll(ctx); err == nil {
			want, have, _, err = db.reached(ctx)
		}
	}
	for err == nil && (have[0] < want[0] || have[1] < want[1] || have[2] < want[2]) {
		if _, err = db.indexSome(ctx); err == nil {
			_, have, _, err = db.reached(ctx)
		}
	}
	if err != nil {
		return fmt.Errorf("couldn't bring the index up to date: %w", err)
	}
	return nil
}

// reached returns the last rows of what is indexed, up to which of them that is done, and whether more rows are to come
// of what is committed.
func (db *DB) reached(ctx context.Context) (last, indexed [3]int64, unspread bool, err error) {
	err = one(db.file.Read(ctx), `SELECT coalesce((SELECT max(n) FROM documents), 0), coalesce((SELECT max(n) FROM clause_texts), 0),
		coalesce((SELECT max(seq) FROM comments), -1), indexed_documents, indexed_clauses, indexed_comments, EXISTS (SELECT 1 FROM unspread) FROM state`,
		nil, &last[0], &last[1], &last[2], &indexed[0], &indexed[1], &indexed[2], &unspread)
	return last, indexed, unspread, err
}
