package registry

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// What must hold after every entry, in other words than those of policies.

// dump is every row of every table of the views, but for what is no state of the
// record: how the file was closed, and the search index and the groups of comments,
// which lag behind.
func (w *world) dump(file *sql.DB) string {
	return w.dumpTables(file, `name NOT LIKE 'search%' AND name NOT LIKE 'campaign%' AND name NOT IN ('state', 'file')`)
}

func (w *world) dumpTables(file *sql.DB, which string) string {
	tables, err := file.Query(`SELECT name FROM sqlite_schema WHERE type = 'table' AND ` + which + ` ORDER BY name`)
	w.ok(err)
	var names []string
	for tables.Next() {
		var name string
		w.ok(tables.Scan(&name))
		names = append(names, name)
	}
	w.ok(tables.Err())
	if len(names) == 0 {
		w.fail("the views have no tables")
	}
	var b strings.Builder
	for _, name := range names {
		w.dumpTable(&b, file, name)
	}
	return b.String()
}

func (w *world) dumpTable(b *strings.Builder, file *sql.DB, name string) {
	rows, err := file.Query("SELECT * FROM " + name + " ORDER BY 1, 2")
	w.ok(err)
	columns, err := rows.Columns()
	w.ok(err)
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range dest {
		dest[i] = &values[i]
	}
	for rows.Next() {
		w.ok(rows.Scan(dest...))
		fmt.Fprintf(b, "%s %q\n", name, values)
	}
	w.ok(rows.Err())
}

// holdRows: what was refused has changed no row; and what was taken has given the
// views what it gave the plain record.
func (w *world) holdRows(changed bool) {
	rows := w.dump(w.file)
	if !changed && rows != w.rows {
		w.fail("a refusal left a trace in the views (-before +after):\n%s", cmp.Diff(w.rows, rows))
	}
	w.rows = rows
	head, err := w.store.Head(context.Background())
	w.ok(err)
	if head != w.size || w.views.Position() != w.size {
		w.fail("the ledger has %d entries, the views %d, and %d are known of", head, w.views.Position(), w.size)
	}
	if changed {
		if diff := cmp.Diff(w.was, w.ofViews()); diff != "" {
			w.fail("the plain record and the views (-+):\n%s", diff)
		}
		if !w.erasing { // what the public may know of what hangs on something erased, nobody can say
			w.holdPublic()
			w.holdConfidence()
		}
	}
}

// A shot is what is known of each thing that has an ID, as JSON.
type shot map[string]string

func (s shot) add(id string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(broken{err.Error()})
	}
	s[id] = string(b)
}

// addAll adds what a lookup finds, by ID.
func addAll[T any](s shot, ids []string, find func(string) (T, error)) {
	for _, id := range ids {
		v, err := find(id)
		if err == nil {
			s.add(id, v)
		} else if !errors.Is(err, policies.ErrNotFound) {
			panic(broken{err.Error()})
		}
	}
}

func (w *world) ofModel() shot { return w.ofFacts(w.model) }

func (w *world) ofFacts(f policies.Facts) shot {
	s := shot{}
	addAll(s, w.ids["doc"], f.Document)
	addAll(s, w.ids["rev"], f.Revision)
	addAll(s, w.ids["csn"], f.Consultation)
	addAll(s, w.ids["cmt"], f.Comment)
	addAll(s, w.ids["rpl"], f.Reply)
	addAll(s, w.ids["bal"], f.Ballot)
	addAll(s, w.ids["ins"], f.Instrument)
	addAll(s, w.ids["rst"], f.RuleSet)
	addAll(s, w.ids["org"], f.Organisation)
	addAll(s, w.ids["mem"], f.Member)
	addAll(s, w.ids["inv"], f.Invitation)
	for _, id := range w.ids["doc"] {
		marks, err := f.Editorial(id)
		w.ok(err)
		s.add(id+" marks", append([]policies.EditorialMark{}, marks...))
	}
	for _, id := range w.ids["cmt"] {
		anchors, err := f.Anchors(id)
		w.ok(err)
		s.add(id+" anchors", append([]policies.Anchor{}, anchors...))
	}
	for _, k := range w.endorsed {
		if e, err := f.Endorsement(k.CommentID, k.OrganisationID); err == nil {
			s.add(k.CommentID+" endorsement of "+k.OrganisationID, e)
		}
	}
	for _, id := range w.ids["doc"] {
		w.addAnswers(s, id, f)
	}
	for _, id := range w.ids["bal"] {
		positions, err := f.Positions(id)
		w.ok(err)
		s.add(id+" positions", append([]policies.Position{}, positions...))
	}
	return s
}

// addAnswers adds which comments want an answer, which were accepted, and the number
// that the next one follows.
func (w *world) addAnswers(s shot, document string, f policies.Facts) {
	open, n, errU := f.Undisposed(document, 1000)
	accepted, errA := f.Accepted(document)
	last, errL := f.LastCommentNumber(document)
	w.ok(errors.Join(errU, errA, errL))
	answers := struct {
		Unanswered, Accepted []string
		Total, Last          int
	}{Total: n, Last: last}
	for _, k := range open {
		answers.Unanswered = append(answers.Unanswered, k.ID)
	}
	for _, k := range accepted {
		answers.Accepted = append(answers.Accepted, k.ID)
	}
	s.add(document+" answers", answers)
}

// ofViews is the same as the views tell it to those who may read all.
func (w *world) ofViews() shot {
	s, f, ctx := shot{}, w.views, context.Background()
	tx, err := f.Begin(ctx)
	w.ok(err)
	defer func() { w.ok(tx.Rollback()) }()
	if w.erasing { // nobody reads what hangs on a document that was erased
		return w.ofFacts(tx)
	}
	addFound(s, w.ids["doc"], func(ids []string) (map[string]policies.Document, error) {
		return f.Documents(ctx, policies.Operator, ids)
	})
	addFound(s, w.ids["rev"], func(ids []string) (map[string]policies.Revision, error) {
		return f.Revisions(ctx, policies.Operator, ids)
	})
	addFound(s, w.ids["csn"], func(ids []string) (map[string]policies.Consultation, error) { return f.Consultations(ctx, ids) })
	addFound(s, w.ids["cmt"], func(ids []string) (map[string]policies.Comment, error) {
		return f.Comments(ctx, policies.Operator, ids)
	})
	addFound(s, w.ids["rpl"], func(ids []string) (map[string]policies.Reply, error) { return f.Replies(ctx, policies.Operator, ids) })
	addFound(s, w.ids["bal"], func(ids []string) (map[string]policies.Ballot, error) { return f.Ballots(ctx, policies.Operator, ids) })
	addFound(s, w.ids["ins"], func(ids []string) (map[string]standards.Instrument, error) { return f.Instruments(ctx, ids) })
	addFound(s, w.ids["rst"], func(ids []string) (map[string]standards.RuleSet, error) { return f.RuleSets(ctx, ids) })
	addFound(s, w.ids["org"], func(ids []string) (map[string]policies.Organisation, error) { return f.Organisations(ctx, ids) })
	addFound(s, w.ids["mem"], func(ids []string) (map[string]policies.Member, error) { return f.Members(ctx, ids) })
	addFound(s, w.ids["inv"], func(ids []string) (map[string]policies.Invitation, error) {
		return f.Invitations(ctx, policies.Operator, ids)
	})
	for _, id := range w.ids["doc"] {
		d, err := f.Document(ctx, policies.Operator, id, time.Time{})
		if errors.Is(err, policies.ErrNotFound) {
			continue
		}
		w.ok(err)
		marks, err := f.EditorialMarks(ctx, policies.Operator, d, time.Time{})
		w.ok(err)
		s.add(id+" marks", append([]policies.EditorialMark{}, marks...))
	}
	anchors, err := f.Anchors(ctx, w.ids["cmt"])
	w.ok(err)
	for _, id := range w.ids["cmt"] {
		s.add(id+" anchors", append([]policies.Anchor{}, anchors[id]...))
	}
	for _, k := range w.endorsed {
		if e, err := tx.Endorsement(k.CommentID, k.OrganisationID); err == nil {
			s.add(k.CommentID+" endorsement of "+k.OrganisationID, e)
		}
	}
	for _, id := range w.ids["doc"] {
		w.addAnswers(s, id, tx)
	}
	for _, id := range w.ids["bal"] { // no reader sees them all before the close
		positions, err := tx.Positions(id)
		w.ok(err)
		s.add(id+" positions", append([]policies.Position{}, positions...))
	}
	return s
}

func addFound[T any](s shot, ids []string, find func([]string) (map[string]T, error)) {
	found, err := find(ids)
	if err != nil {
		panic(broken{err.Error()})
	}
	for id, v := range found {
		s.add(id, v)
	}
}

// read returns what a shot has of an ID; the zero value where it has nothing.
func read[T any](s shot, id string) (v T) {
	if text, ok := s[id]; ok {
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			panic(broken{err.Error()})
		}
	}
	return v
}

// holdEvent holds an entry against what may happen, and folds it.
func (w *world) holdEvent(q question, e *ledger.Entry) {
	statement, err := e.Statement()
	w.ok(err)
	switch {
	case e.At.Before(w.last):
		w.fail("%s: entry %d is of %s, the one before of %s", q, e.Seq, e.At, w.last)
	case ownWord.Match(statement) || strings.Contains(string(statement), "@"):
		w.fail("%s: its statement tells what was written: %s", q, statement)
	}
	w.holdStatement(q, e, statement)
	w.holdAsker(q)
	gaps := w.gaps(q)
	ev := w.take(e)
	w.note(ev)
	w.confide(ev)
	if _, ok := ev.(*policies.DocumentAdopted); ok && len(gaps) > 0 {
		w.fail("%s: was adopted while the gate wanted %+v", q, gaps)
	}
	if w.erasing {
		w.was = w.ofModel() // what was erased may be missing anywhere
		return
	}
	was, is := w.was, w.ofModel()
	for _, id := range slices.Sorted(maps.Keys(was)) {
		if was[id] != is[id] {
			w.holdChange(ev, id, was, is)
		}
	}
	w.holdPeople(q)
	w.holdClosed(is)
	w.holdForward(ev, was, is)
	switch ev := ev.(type) {
	case *policies.CommentSubmitted:
		w.holdLate(ev, is)
	case *policies.DocumentAdopted:
		w.holdAdoption(ev, is)
	case *policies.CommentDisposed:
		w.holdAnswer(ev.ID, is)
	case *policies.CommentsDisposed:
		w.holdAnswers(ev, is)
	case *policies.EachDisposed:
		for _, a := range ev.Dispositions {
			w.holdAnswer(a.ID, is)
		}
	case *policies.ReplacementAccepted:
		w.holdAnswer(ev.ID, is)
	case *policies.ConsultationOpened:
		w.holdWindow(ev, is)
	case *policies.UploadsCleared:
		w.holdClearing(ev)
	case *policies.AttachmentUploaded:
		if w.going[ev.Digest] != "" {
			w.fail("%+v was uploaded while %s has it deleted", ev, w.going[ev.Digest])
		}
	case *policies.ClearingFinished:
		maps.DeleteFunc(w.going, func(_, by string) bool { return by == ev.ID })
	}
	w.was = is
}

// holdAsker: who asks for what is taken is present when it is taken, and more than an
// observer, unless it is about itself alone.
func (w *world) holdAsker(q question) {
	if q.who.ReadOnly {
		w.fail("%s: was taken of a caller that may only read", q)
	}
	switch q.c.(type) {
	case policies.AcceptInvitation, policies.EndSessions, policies.LeaveOrganisation, policies.SaveFilter,
		policies.DeleteFilter, policies.MarkDispositionsSeen:
		return
	}
	if o := read[policies.Organisation](w.was, q.who.OrganisationID); !o.ClosedAt.IsZero() {
		w.fail("%s: was taken of somebody of %+v", q, o)
	}
	if q.who.Operator {
		return
	}
	m := read[policies.Member](w.was, q.who.MemberID)
	if m.ID == "" || !m.Present() || m.Role == policies.Observer || q.who.Unchosen {
		w.fail("%s: was taken of %+v", q, m)
	}
}

// holdPeople: nobody is a member without having accepted, and every invitation that
// stands was made, and confirmed, by somebody who is there and may make it.
func (w *world) holdPeople(q question) {
	accepted := map[string]bool{}
	for _, i := range w.model.All.Invitations {
		accepted[i.MemberID] = true
		for _, by := range []string{i.InvitedBy, i.ConfirmedBy} {
			m, err := w.model.Member(by)
			if i.Pending() && by != "" && (err != nil || !m.Present() || m.Role == policies.Observer || m.OrganisationID == i.OrganisationID && m.Role != policies.Admin) {
				w.fail("%s: the invitation %+v stands, by %+v", q, i, m)
			}
		}
	}
	for _, m := range w.model.All.Members {
		if !accepted[m.ID] {
			w.fail("%s: %+v never accepted", q, m)
		}
	}
}

// holdForward: what is opened by another than its sponsors is what these have put
// forward, and that is then no longer so.
func (w *world) holdForward(ev policies.Event, was, is shot) {
	var document, revision, by string
	switch e := ev.(type) {
	case *policies.ConsultationOpened:
		document, revision, by = e.DocumentID, e.RevisionID, e.OrganisationID
	case *policies.BallotOpened:
		document, revision, by = e.DocumentID, e.RevisionID, e.OrganisationID
	default:
		return
	}
	before, after := read[policies.Document](was, document), read[policies.Document](is, document)
	if !slices.Contains(before.Sponsors, by) && before.PutForward != revision || after.PutForward != "" {
		w.fail("%+v of %+v", ev, before)
	}
}

// gaps is what the gate wants just before an adoption; the views must say the same.
func (w *world) gaps(q question) []policies.Gap {
	c, ok := q.c.(policies.AdoptDocument)
	if !ok {
		return nil
	}
	d, err := w.model.Document(c.DocumentID)
	w.ok(err)
	if c.RevisionID == "" {
		c.RevisionID = d.Head
	}
	rev, err := w.model.Revision(c.RevisionID)
	w.ok(err)
	gaps, err := policies.Gate(d, rev, w.now(), w.rules, w.model)
	w.ok(err)
	return gaps
}

// holdWindow: a consultation is open for as long as its kind demands, and its text is
// public from then on.
func (w *world) holdWindow(e *policies.ConsultationOpened, is shot) {
	d := read[policies.Document](is, e.DocumentID)
	least := w.rules.MinimumWindow[d.Kind] - 2*time.Hour // what summer time may take
	if e.ClosesAt.Sub(e.OpensAt) < least || e.OpensAt.Before(w.last) || !d.PublicRevision(e.Revision) || d.Consultation != e.ID {
		w.fail("%+v of %+v", e, d)
	}
}

// holdLate: a comment comes while its consultation is open, or is marked late where
// those are taken. An imported one counts from when its source had it.
func (w *world) holdLate(e *policies.CommentSubmitted, is shot) {
	k, when := read[policies.Consultation](is, e.ConsultationID), w.last
	if e.Provenance != nil && !e.Provenance.At.IsZero() {
		when = e.Provenance.At
	}
	late := !when.Before(k.ClosesAt)
	if w.last.Before(k.OpensAt) || late != e.Late || late && k.Late != policies.LateMarked || e.RevisionID != k.RevisionID {
		w.fail("%+v at %s in %+v", e, when, k)
	}
}

// holdAnswer: an acceptance points at a change of a clause that there is.
func (w *world) holdAnswer(comment string, is shot) {
	k := read[policies.Comment](is, comment)
	a := k.Disposition
	if a == nil || strings.TrimSpace(a.Reason) == "" {
		w.fail("%+v was answered without a reason", k)
	}
	if a.Change == nil {
		return
	}
	if !a.Outcome.Accepts() {
		w.fail("%+v points at a change and accepts nothing", k)
	}
	on, in := read[policies.Revision](is, k.RevisionID), read[policies.Revision](is, a.Change.RevisionID)
	before, errB := w.model.Clause(on.ID, a.Change.ClauseID)
	after, errA := w.model.Clause(in.ID, a.Change.ClauseID)
	if in.DocumentID != k.DocumentID || in.Number <= on.Number || errA != nil && errB != nil ||
		errA == nil && errB == nil && before.Hash == after.Hash && !w.moved(on.ID, in.ID) {
		w.fail("%+v points at no change: %+v, %+v", k, before, after)
	}
}

// holdAnswers: one answer is the answer of each comment that it names, and of no other.
func (w *world) holdAnswers(e *policies.CommentsDisposed, is shot) {
	answered := 0
	for _, id := range w.ids["cmt"] {
		if w.was[id] == is[id] {
			continue
		}
		k := read[policies.Comment](is, id)
		if !slices.Contains(e.Comments, k.Seq) || k.DocumentID != e.DocumentID || k.Disposition.Reason != e.Reason || k.Seq >= e.AsOf {
			w.fail("%+v answered %+v", e, k)
		}
		w.holdAnswer(id, is)
		answered++
	}
	if answered != len(e.Comments) {
		w.fail("%+v answered %d comments", e, answered)
	}
}

// moved says whether what two texts share stands in another order, or under other headings.
func (w *world) moved(from, to string) bool {
	a, errA := w.model.Text(from)
	b, errB := w.model.Text(to)
	w.ok(errors.Join(errA, errB))
	under := func(o clauses.Outline, i int) string {
		if i < 0 {
			return ""
		}
		return o[i].ID
	}
	at := -1
	for _, c := range a.Clauses {
		i := b.Clauses.Index(c.ID)
		if i >= 0 && (i < at || under(a.Clauses, c.Parent) != under(b.Clauses, b.Clauses[i].Parent)) {
			return true
		}
		at = max(at, i)
	}
	return false
}

// holdAdoption: every comment that stands has an answer with a reason, acceptances
// are carried out, and the ballot was on this text, is over, has a yes in each chamber
// that decides and no objection that blocks.
func (w *world) holdAdoption(e *policies.DocumentAdopted, is shot) {
	for _, id := range w.ids["cmt"] {
		k := read[policies.Comment](is, id)
		if k.DocumentID != e.DocumentID || !k.Stands() {
			continue
		}
		if k.Disposition == nil {
			w.fail("%s was adopted with a comment that has no answer: %+v", e.Number, k)
		}
		if k.Disposition.Outcome.Accepts() && k.Disposition.Change == nil {
			w.fail("%s was adopted with an acceptance that nothing carries out: %+v", e.Number, k)
		}
		w.holdAnswer(id, is)
	}
	w.holdExplained(e, is)
	d, b := read[policies.Document](is, e.DocumentID), read[policies.Ballot](is, e.BallotID)
	if b.RevisionID != e.RevisionID || w.last.Before(b.ClosesAt) || b.OpensAt.Before(d.ClosesAt) || d.AdoptedRevision != e.RevisionID {
		w.fail("%s was adopted by a ballot that isn't on it: %+v", e.Number, b)
	}
	for _, id := range w.ids["bal"] {
		if on := read[policies.Ballot](is, id); on.DocumentID == d.ID {
			w.holdUnblocked(on, is)
		}
	}
	votes := map[string]policies.Vote{}
	for _, p := range read[[]policies.Position](is, b.ID+" positions") {
		votes[p.OrganisationID] = p.Position
	}
	for _, chamber := range []policies.OrganisationKind{policies.Government, policies.Business} {
		decides, yes := false, false
		for _, x := range b.Electorate {
			if x.Chamber != chamber || x.Heard {
				continue
			}
			decides, yes = true, yes || votes[x.OrganisationID] == policies.Yes
			if votes[x.OrganisationID] == policies.Discuss {
				w.fail("%s was adopted over a blocking position of %s", e.Number, x.OrganisationID)
			}
		}
		if decides && !yes || !decides && (chamber == policies.Government || d.Kind != standards.Regulation) {
			w.fail("%s was adopted without its chamber of %s", e.Number, chamber)
		}
	}
}

// holdUnblocked: whoever blocked in a ballot on what was adopted, and decides, has cleared
// that, or taken another position in a later one.
func (w *world) holdUnblocked(b policies.Ballot, is shot) {
	for _, p := range read[[]policies.Position](is, b.ID+" positions") {
		if e, _ := b.Elector(p.OrganisationID); e.Heard || p.Position != policies.Discuss {
			continue
		}
		turned := false
		for _, id := range w.ids["bal"] {
			later := read[policies.Ballot](is, id)
			for _, x := range read[[]policies.Position](is, id+" positions") {
				turned = turned || later.DocumentID == b.DocumentID && later.Number > b.Number && x.OrganisationID == p.OrganisationID && x.Position != policies.Discuss
			}
		}
		if !turned {
			w.fail("%s is adopted over the blocking position of %s in ballot %d", b.DocumentID, p.OrganisationID, b.Number)
		}
	}
}
