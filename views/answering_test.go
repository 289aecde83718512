package views

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// So that an answer to a few takes several turns.
func init() { answerBatch = 1 }

// An answer to many that was made ready is in the views at once, whatever they are asked, and stays so while it is put in its
// place; at the end the rows are those of views that did it all in one fold.
func TestAnswerBehindTheFold(t *testing.T) {
	waitsForAnswers = false
	defer func() { waitsForAnswers = true }()
	dir := t.TempDir()
	runs, behind, turns := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		for range 20 {
			d.disposeAll()
		}
		whole, step := reopen(t, filepath.Join(dir, fmt.Sprint("whole", runs))), reopen(t, filepath.Join(dir, fmt.Sprint("step", runs)))
		defer whole.Close()
		defer step.Close()
		whole.indexing.stop()
		step.indexing.stop() // it would spread, too
		for i := range d.entries {
			e := &d.entries[i]
			foldAll(t, whole, d.entries[i:i+1])
			prepareFor(t, step, e)
			foldAll(t, step, d.entries[i:i+1])
			if !step.file.IsRewriting() {
				continue
			}
			behind++
			for rapid.SampledFrom([]bool{true, true, true, false}).Draw(t, "another turn") { // else what comes next is folded on it
				sameAnswers(t, d, whole, step)
				n, err := step.answerNext(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if turns++; n == 0 {
					break
				}
			}
			if rapid.IntRange(0, 2).Draw(t, "wait") == 0 {
				sameDispositions(t, d, whole, step)
			}
		}
		if err := whole.Compare(ctx, step, func(int64) error { return nil }); err != nil {
			t.Fatal(err)
		}
	})
	if behind == 0 || turns == 0 {
		t.Errorf("%d answers came behind the fold, in %d turns", behind, turns)
	}
}

// prepareFor does what is done for an entry before its fold.
func prepareFor(t tester, db *DB, e *ledger.Entry) {
	t.Helper()
	if e.Erased() {
		return
	}
	ev, err := policies.Decode(e.Kind, e.Payload)
	if err == nil {
		err = db.PrepareFold(ctx, ev)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// sameAnswers asks two views every question that there is about comments as they are now.
func sameAnswers(t *rapid.T, d *dialogue, a, b *DB) {
	t.Helper()
	for _, db := range []*DB{a, b} {
		groupAll(t, db)
	}
	was, is := factsOfComments(t, d, a), factsOfComments(t, d, b)
	for question, want := range was {
		if !reflect.DeepEqual(want, is[question]) {
			t.Fatalf("%s: folded at once it is %+v, behind %+v", question, want, is[question])
		}
	}
}

// sameDispositions asks two views what is read from every answer that a comment had, which waits.
func sameDispositions(t *rapid.T, d *dialogue, a, b *DB) {
	t.Helper()
	waitsForAnswers = true
	defer func() { waitsForAnswers = false }()
	ask := func(db *DB) (all []any) {
		for _, viewer := range []policies.Actor{policies.Operator, d.actors[1]} {
			needs, err := db.Needs(ctx, viewer, NeedFilter{Now: d.now, Kinds: []NeedKind{NeedAnswer}}, Page{First: 100})
			then, thenErr := db.CommentsAt(ctx, viewer, d.comments, d.now)
			list, listErr := db.CommentList(ctx, viewer, CommentFilter{AsOf: d.now, Answered: new(true)}, Page{First: 100})
			all = append(all, needs, err, then, thenErr, list, listErr)
		}
		return all
	}
	if was, is := ask(a), ask(b); !reflect.DeepEqual(was, is) {
		t.Fatalf("folded at once it is %+v, behind %+v", was, is)
	}
}

func factsOfComments(t *rapid.T, d *dialogue, db *DB) map[string]any {
	all := map[string]any{}
	keep := func(name string, v any, err error) {
		if err != nil {
			all[name] = err.Error()
			return
		}
		all[name] = v
	}
	for _, viewer := range []policies.Actor{policies.Operator, d.actors[1], {}} {
		for _, answered := range []*bool{nil, new(true), new(false)} {
			name := fmt.Sprint(viewer.MemberID, viewer.Operator, answered != nil && *answered, answered == nil)
			l, err := db.CommentList(ctx, viewer, CommentFilter{Answered: answered}, Page{First: 100})
			keep("list"+name, l.Items, err)
			n, err := db.CommentTotal(ctx, viewer, CommentFilter{Answered: answered})
			keep("total"+name, n, err)
		}
		byID, err := db.Comments(ctx, viewer, d.comments)
		keep(fmt.Sprint("comments", viewer.MemberID, viewer.Operator), byID, err)
		answered, err := db.Answered(ctx, viewer, d.comments)
		keep(fmt.Sprint("answered", viewer.MemberID, viewer.Operator), answered, err)
		needs, err := db.Needs(ctx, viewer, NeedFilter{Now: d.now, Kinds: slices.DeleteFunc(slices.Clone(NeedKinds), func(k NeedKind) bool { return k == NeedAnswer })}, Page{First: 100})
		keep(fmt.Sprint("needs", viewer.MemberID, viewer.Operator), needs.Items, err)
	}
	counts, err := db.CommentCounts(ctx, d.documents)
	keep("counts", counts, err)
	clauseCounts, err := db.ClauseCounts(ctx, d.documents)
	keep("clauses", clauseCounts, err)
	campaigns, err := db.CampaignList(ctx, policies.Operator, CampaignFilter{}, Page{First: 100})
	keep("campaigns", campaigns.Items, err)
	tx := begin(t, db)
	defer tx.Rollback()
	for _, document := range d.documents {
		list, total, err := tx.Undisposed(document, 100)
		keep("undisposed"+document, []any{list, total}, err)
		accepted, err := tx.Accepted(document)
		keep("accepted"+document, accepted, err)
		for i, s := range d.selections() {
			found, total, err := tx.Selected(document, s, policies.Operator, 1<<40, 100)
			keep(fmt.Sprint("selected", document, i), []any{found, total}, err)
		}
	}
	for _, id := range d.comments {
		c, err := tx.Comment(id)
		keep("comment"+id, c, err)
	}
	return all
}

// A query is rewritten where it reads comments, and nowhere else that something has that name.
func TestQueriesOfCommentsAreRewritten(t *testing.T) {
	for query, want := range map[string]string{
		`SELECT seq FROM comments`:                                                    `SELECT seq FROM comments_now`,
		`SELECT 1 WHERE EXISTS (SELECT 1 FROM comments)`:                              `SELECT 1 WHERE EXISTS (SELECT 1 FROM comments_now)`,
		"SELECT c.seq FROM names n CROSS JOIN\n\tcomments c ON c.document = n.id":     "SELECT c.seq FROM names n CROSS JOIN\n\tcomments_now c ON c.document = n.id",
		`SELECT 1 FROM comments c INDEXED BY comments_unanswered WHERE c.answer <= 0`: `SELECT 1 FROM comments_now c WHERE c.answer <= 0`,
		`SELECT k.comments, comments FROM comment_days k ORDER BY comments`:           `SELECT k.comments, comments FROM comment_days k ORDER BY comments`,
	} {
		if got := nowRewritten(query); got != want {
			t.Errorf("%s\nbecame %s\nwant   %s", query, got, want)
		}
	}
}

// What queries read instead of comments has its columns.
func TestCommentsNowHasTheirColumns(t *testing.T) {
	db := openTest(t)
	columns := func(of string) []string {
		list, err := table.DecodeAll[string](db.file.Read(ctx), `SELECT json_quote(name) FROM pragma_table_info(?) ORDER BY name`, of)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if want, got := columns("comments"), columns("comments_now"); !slices.Equal(want, got) || len(got) == 0 {
		t.Errorf("comments has %v, comments_now %v", want, got)
	}
}
