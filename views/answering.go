package views

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// An answer to many comments is too much for one turn of the writer. Before it is decided, its comments are listed in
// answering_comments, in turns, and what it changes of the counts is counted. Its fold then adds one row to answering, by which
// queries find the answer, and a few to the counts; behind the fold the answer goes into the comments' own rows, again in
// turns. There is one such answer at a time: whatever else changes comments, or has an answer of
// its own that wasn't made ready, first puts the one before in its place.

// answerBatch is how many comments are answered in one turn of the writer.
var answerBatch = 1000 // a variable for tests

// answersReady are answers that were made ready, by the ID of their cover.
type answersReady struct {
	mu   sync.Mutex // guards the rest
	by   map[string]*readyAnswer
	made int
}

// A readyAnswer is what was done for an answer before its fold. It holds as long as nothing changes comments on the
// document.
type readyAnswer struct {
	key      int64
	position int64 // how many entries were folded before anything was looked at
	entries  policies.Entries
	answer   int // the column of that name
	about    string
	told     int64 // what tx.covered returns
	counts   counters
}

func (r *answersReady) put(cover string, a *readyAnswer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = map[string]*readyAnswer{}
	}
	r.by[cover] = a
}

func (r *answersReady) get(cover string) *readyAnswer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.by[cover]
}

func (r *answersReady) drop(cover string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.by, cover)
}

func (r *answersReady) has(key int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.by {
		if a.key == key {
			return true
		}
	}
	return false
}

// key returns a number for an answer that is made ready, another one each time.
func (r *answersReady) key(cover string) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made++
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, cover, r.made) // never fails
	return int64(h.Sum64() >> 1)        // #nosec G115 -- 63 bits
}

// prepareAnswer makes an answer to many ready for its fold.
func (db *DB) prepareAnswer(ctx context.Context, ev *policies.CommentsDisposed) error {
	db.answers.drop(ev.Cover)
	if len(ev.Comments) <= answerBatch {
		return nil
	}
	if err := db.SettleAnswers(ctx); err != nil {
		return err
	}
	if err := db.groupFor(ctx, 1<<30); err != nil {
		return err
	}
	a := &readyAnswer{key: db.answers.key(ev.Cover), entries: ev.Comments, about: ev.DocumentID}
	ready := false
	err := db.file.Snapshot(ctx, func(r table.Run) (err error) {
		ready, err = a.look(r, ev)
		return err
	})
	if err != nil || !ready {
		return err
	}
	db.answers.put(ev.Cover, a) // before its rows are there: those of no answer are deleted
	return db.listAnswered(ctx, a)
}

// look looks up what an answer changes, and says whether it can be made ready: not, where comments repeat one of
// those answered, nor where one isn't in its campaign yet.
func (a *readyAnswer) look(r table.Run, ev *policies.CommentsDisposed) (ready bool, err error) {
	var grouped int64
	if err := one(r, `SELECT position, grouped FROM state`, nil, &a.position, &grouped); err != nil {
		return false, err
	}
	x := Tx{facts: facts{run: r}} // its questions, on what is committed
	var document int64
	if err := one(r, `SELECT id FROM names WHERE name = ?`, []any{ev.DocumentID}, &document); err != nil {
		return false, err
	}
	list, err := json.Marshal([]int64(ev.Comments))
	if err != nil {
		return false, err
	}
	repeated, err := x.repeatedAmong(document, string(list))
	if err != nil || len(repeated) > 0 || grouped < ev.Comments[len(ev.Comments)-1] {
		return false, err
	}
	if a.answer, _, err = x.dispositionColumns(&policies.Comment{Disposition: &policies.Disposition{Outcome: ev.Outcome, DuplicateOf: ev.DuplicateOf}}); err != nil {
		return false, err
	}
	about, told, err := x.covered(ev)
	if err != nil {
		return false, err
	}
	a.about, _ = about.(string)
	a.told, _ = told.(int64)
	err = x.countAnswers(document, string(list), a.answer > 0)
	a.counts = x.counts
	return true, err
}

// listAnswered lists the comments of an answer, in turns of the writer.
func (db *DB) listAnswered(ctx context.Context, a *readyAnswer) error {
	for part := range slices.Chunk(a.entries, answerBatch) {
		list, err := json.Marshal([]int64(part))
		if err != nil {
			return err
		}
		err = db.inTurn(ctx, func() error {
			return db.file.Transact(func() error {
				return db.file.Exec(`INSERT INTO answering_comments (key, comment, organisation) SELECT ?, seq, organisation FROM comments
					WHERE seq IN (SELECT value FROM json_each(?)) ON CONFLICT DO NOTHING`, a.key, string(list))
			})
		})
		if err != nil {
			return fmt.Errorf("couldn't list the comments of an answer: %w", err)
		}
	}
	return nil
}

// Forget ends what PrepareFold did for an event, whether it was folded or not.
func (db *DB) Forget(ev policies.Event) {
	if e, ok := ev.(*policies.CommentsDisposed); ok {
		db.answers.drop(e.Cover)
		db.indexing.wake()
	}
}

// readyFor returns what was done for the answer being folded, if that still holds.
func (tx *Tx) readyFor(ev policies.Event) *readyAnswer {
	e, ok := ev.(*policies.CommentsDisposed)
	if !ok {
		return nil
	}
	a := tx.db.answers.get(e.Cover)
	if a == nil || tx.Answering() || tx.ChangedSince(e.DocumentID, a.position) || !slices.Equal(a.entries, e.Comments) {
		return nil
	}
	return a
}

// disposeBehind gives comments an answer that was made ready.
func (tx *Tx) disposeBehind(a *readyAnswer, duplicate any) error {
	tx.db.file.Rewriting(true)
	for k, t := range a.counts.tallies {
		tx.counts.tally(k, t, 1)
	}
	for sample, m := range a.counts.members {
		tx.counts.countMember(sample, m, 1)
	}
	return tx.insert("answering", table.Row{{"one", 1}, {"key", a.key}, {"entry", tx.stamp.Seq}, {"at", table.Millis(tx.stamp.At)},
		{"answer", a.answer}, {"duplicate_of", duplicate}})
}

// Answering says whether there is an answer to many that isn't in the rows of all its comments yet.
func (tx *Tx) Answering() bool { return tx.db.file.IsRewriting() }

// settleAnswer puts the answer to many in its place, as far as it isn't.
func (tx *Tx) settleAnswer() error {
	for tx.Answering() {
		n, err := tx.db.answerSome()
		if err != nil || n == 0 {
			return err
		}
	}
	return nil
}

// SettleAnswers puts the answer to many in its place, as far as it isn't, in turns of the writer.
func (db *DB) SettleAnswers(ctx context.Context) error {
	for db.file.IsRewriting() {
		if _, err := db.answerNext(ctx); err != nil {
			return err
		}
	}
	return nil
}

// answerNext takes a turn of the writer to put an answer in its place for some comments, or to delete what no answer is made
// of any more, and says of how many it did.
func (db *DB) answerNext(ctx context.Context) (n int, err error) {
	err = db.inTurn(ctx, func() error {
		err := db.file.Transact(func() (err error) {
			if n, err = db.answerSome(); n == 0 && err == nil {
				n, err = db.clearUnready()
			}
			return err
		})
		return errors.Join(err, db.noteAnswering())
	})
	if err != nil {
		return 0, fmt.Errorf("couldn't put an answer in its place: %w", err)
	}
	return n, nil
}

// noteAnswering has queries rewritten, or no longer, by what is committed, for whoever has the writer's turn.
func (db *DB) noteAnswering() error {
	var some bool
	err := one(db.file.Write, `SELECT EXISTS (SELECT 1 FROM answering)`, nil, &some)
	db.file.Rewriting(some || err != nil)
	return err
}

// answerSome does so within the transaction under way; 0 says that nothing is left.
func (db *DB) answerSome() (n int, err error) {
	var key, entry, at, seq int64
	var answer int
	var duplicate *string
	err = one(db.file.Write, `SELECT key, entry, at, answer, duplicate_of FROM answering`, nil, &key, &entry, &at, &answer, &duplicate)
	if errors.Is(err, policies.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var seqs []int64
	err = table.Each(db.file.Write, `SELECT comment FROM answering_comments WHERE key = ? ORDER BY comment LIMIT ?`, []any{key, answerBatch}, []any{&seq}, func() error {
		seqs = append(seqs, seq)
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(seqs) == 0 {
		return 1, db.file.Exec(`DELETE FROM answering`)
	}
	var of any
	if duplicate != nil {
		of = *duplicate
	}
	list, err := json.Marshal(seqs)
	if err != nil {
		return 0, err
	}
	last := seqs[len(seqs)-1]
	return len(seqs), errors.Join(
		db.file.Exec(`UPDATE comments SET answer = ?, duplicate_of = ?, disposition = NULL, answered_by = ?
			WHERE seq IN (SELECT value FROM json_each(?))`, answer, of, entry, string(list)),
		db.file.Exec(`INSERT INTO dispositions (comment, organisation, entry, at) SELECT comment, organisation, ?, ? FROM answering_comments
			WHERE key = ? AND comment <= ? ON CONFLICT (comment, entry) DO UPDATE SET data = NULL`, entry, at, key, last),
		db.file.Exec(`DELETE FROM answering_comments WHERE key = ? AND comment <= ?`, key, last))
}

// clearUnready deletes some of the comments that are listed for an answer that never came.
func (db *DB) clearUnready() (n int, err error) {
	var key int64
	var keys []int64
	err = table.Each(db.file.Write, `WITH RECURSIVE k(key) AS (SELECT min(key) FROM answering_comments
			UNION ALL SELECT (SELECT min(key) FROM answering_comments WHERE key > k.key) FROM k WHERE k.key IS NOT NULL)
		SELECT key FROM k WHERE key IS NOT NULL AND key NOT IN (SELECT key FROM answering)`, nil, []any{&key}, func() error {
		keys = append(keys, key)
		return nil
	})
	for _, key := range keys {
		if err == nil && !db.answers.has(key) {
			return 1, db.file.Exec(`DELETE FROM answering_comments WHERE key = ? AND comment IN (SELECT comment FROM answering_comments
				WHERE key = ? ORDER BY comment LIMIT ?)`, key, key, answerBatch)
		}
	}
	return 0, err
}

// nowRewritten makes a query read the answer to many, too, that isn't in its place yet.
func nowRewritten(query string) string {
	query = strings.ReplaceAll(query, " INDEXED BY comments_unanswered", "")
	return commentsRead.ReplaceAllString(query, "${1}comments_now")
}

// commentsRead is where a query reads the table. Nothing else of that name is meant: a column, say.
var commentsRead = regexp.MustCompile(`\b((?:FROM|JOIN)\s+)comments\b`)

// waitsForAnswers says whether readers of dispositions wait until an answer to many is in its place.
var waitsForAnswers = true // a variable for tests

// awaitAnswers is for those who read dispositions.
func (db *DB) awaitAnswers(ctx context.Context) error {
	if !waitsForAnswers {
		return nil
	}
	return db.SettleAnswers(ctx)
}

// awaitAnswersTo is for those who read dispositions of an organisation's comments.
func (db *DB) awaitAnswersTo(ctx context.Context, organisationID string) error {
	if !db.file.IsRewriting() {
		return nil
	}
	var some bool
	err := one(db.file.Read(ctx), `SELECT EXISTS (SELECT 1 FROM answering a CROSS JOIN answering_comments w
		ON w.organisation = `+numberOf+` AND w.key = a.key)`, []any{organisationID}, &some)
	if err != nil || !some {
		return err
	}
	return db.awaitAnswers(ctx)
}
