package views

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// carrierBytes bounds the carriers that are kept. What they say never changes: both
// revisions and what was recorded between them are immutable.
const carrierBytes = 32 << 20

// carrierWeight estimates the bytes that a carrier takes beside its texts, which have a
// cache of their own.
func carrierWeight(c *clauses.Carrier) int {
	return 4096 + 320*(len(c.Then().Clauses)+len(c.Now().Clauses))
}

// Carrier returns what carries the clauses of a revision to a later one of the same
// document; policies.ErrNotFound where the text of one was erased. It asks no rights.
func (db *DB) Carrier(ctx context.Context, then, now policies.Revision) (*clauses.Carrier, error) {
	return db.carrier(db.file.Read(ctx), then.DocumentID, then.ID, then.Number, now)
}

// carrier returns what carries a revision's clauses to a later one of the same
// document; policies.ErrNotFound where the text of one was erased.
func (db *DB) carrier(r table.Run, documentID, then string, number int, now policies.Revision) (*clauses.Carrier, error) {
	key := then + " " + now.ID
	if c, ok := db.carriers.Get(key); ok {
		return c, nil
	}
	before, err := db.textBy(r, then)
	if err != nil {
		return nil, err
	}
	after, err := db.textBy(r, now.ID)
	if err != nil {
		return nil, err
	}
	all, err := lineage(r, []string{documentID})
	if err != nil {
		return nil, err
	}
	var steps [][]clauses.Succession
	for _, s := range all[documentID] {
		if s.Revision > number && s.Revision <= now.Number {
			steps = append(steps, s.Successions)
		}
	}
	c := clauses.NewCarrier(before, after, steps...)
	db.carriers.Put(key, c)
	return c, nil
}

// A Standing says where the comments made on a document stand in one revision: what
// was said on it and on earlier ones, carried forward. It is safe for concurrent use.
type Standing struct {
	In      policies.Revision
	Text    *clauses.Text
	AsOf    time.Time      // anchors as recorded by then; zero for now
	origins []origin       // revisions that were open for comment, up to In
	anchors []anchored     // in the order of the comments
	byHand  map[string]int // by comment: which of anchors
}

// An origin is a revision whose clauses are carried. carrier is nil where its text
// was erased: then nothing is known of its clauses but what they were called.
type origin struct {
	id      string
	number  int
	carrier *clauses.Carrier
}

// An anchored comment stands where a sponsor put it.
type anchored struct {
	seq      int64
	revision string // it was made on
	clause   string
	anchor   *policies.Anchor
	from     origin // the revision it was anchored in
}

// Standing looks at a document's comments from one of its revisions. It asks no
// rights: the caller has loaded the revision.
func (db *DB) Standing(ctx context.Context, in policies.Revision, asOf time.Time) (*Standing, error) {
	s := &Standing{In: in, AsOf: asOf, byHand: map[string]int{}}
	r := db.file.Read(ctx)
	var err error
	if s.Text, err = db.textBy(r, in.ID); err != nil {
		return nil, err
	}
	if s.origins, err = db.originsOf(r, in); err != nil {
		return nil, fmt.Errorf("couldn't carry comments forward: %w", err)
	}
	if err := s.loadAnchors(db, r); err != nil {
		return nil, fmt.Errorf("couldn't load where comments were put: %w", err)
	}
	return s, nil
}

// originsOf lists the revisions up to one that were open for comment.
func (db *DB) originsOf(r table.Run, in policies.Revision) (list []origin, err error) {
	var o origin
	err = table.Each(r, `SELECT DISTINCT data ->> '$.RevisionID', data ->> '$.Revision' FROM consultations
		WHERE document = `+numberOf+` AND data ->> '$.Revision' <= ? ORDER BY 2, 1`,
		[]any{in.DocumentID, in.Number}, []any{&o.id, &o.number}, func() error {
			list = append(list, o)
			return nil
		})
	for i := range list {
		if err == nil {
			err = db.loadCarrier(r, &list[i], in)
		}
	}
	return list, err
}

// loadCarrier finds what carries an origin to a revision, unless its text was erased.
func (db *DB) loadCarrier(r table.Run, o *origin, in policies.Revision) (err error) {
	o.carrier, err = db.carrier(r, in.DocumentID, o.id, o.number, in)
	if errors.Is(err, policies.ErrNotFound) {
		err = nil
	}
	return err
}

// loadAnchors loads the anchors that hold in the revision.
func (s *Standing) loadAnchors(db *DB, r table.Run) (err error) {
	if s.anchors, err = s.readAnchors(r); err != nil {
		return err
	}
	from := map[string]origin{}
	for i := range s.anchors {
		a := s.anchors[i].anchor
		o, ok := from[a.RevisionID]
		if !ok {
			o = origin{id: a.RevisionID, number: a.Revision}
			if err := db.loadCarrier(r, &o, s.In); err != nil {
				return err
			}
			from[o.id] = o
		}
		s.anchors[i].from = o
		s.byHand[a.CommentID] = i
	}
	return nil
}

// readAnchors reads of each comment the anchor that policies.Anchored says holds.
func (s *Standing) readAnchors(r table.Run) (list []anchored, err error) {
	var anchor policies.Anchor
	var row anchored
	err = table.Each(r, `SELECT a.data, c.seq, `+nameOf("c.revision")+`, `+nameOf("c.clause")+`
		FROM anchors a CROSS JOIN comments c ON c.id = a.comment WHERE a.document = `+numberOf+`
		AND `+anchorHolds+` ORDER BY c.seq, a.revision, a.n`, append([]any{s.In.DocumentID}, heldBy(s.In.Number, s.AsOf)...),
		[]any{table.JSON(&anchor), &row.seq, &row.revision, &row.clause}, func() error {
			holds := anchor
			holds.UndoneAt, holds.Undoing = time.Time{}, "" // it wasn't by then
			row.anchor = &holds
			if n := len(list); n > 0 && list[n-1].seq == row.seq {
				list = list[:n-1] // the next one holds
			}
			list = append(list, row)
			return nil
		})
	return list, err
}

// A Carried says where a comment stands in a revision.
type Carried struct {
	Comment policies.Comment
	Place
	// Anchor is what puts it there, nil where that is computed; then Computed is where
	// it would stand without it.
	Anchor   *policies.Anchor
	Computed Place
}

// A Place is where a comment stands, and what became of what it was made on.
type Place struct {
	Fate    clauses.Fate // "" where the text that the comment was made on was erased
	Changed bool         // the words differ from those it was made on
	Moved   bool         // it stands elsewhere
	Whole   bool         // it stands on the whole text
	Clauses []int        // what it stands on, in the order of the text; none on the whole
}

// Carry says where a comment stands; false for one that was made on a later revision
// or on another document, and for one that its reader may not know so much of.
func (s *Standing) Carry(c policies.Comment) (Carried, bool) {
	i := s.originOf(c.RevisionID)
	if i < 0 || c.Masked || c.DocumentID != s.In.DocumentID {
		return Carried{}, false
	}
	k := Carried{Comment: c, Computed: s.computedPlace(s.origins[i], c.ClauseID)}
	k.Place = k.Computed
	if at, ok := s.byHand[c.ID]; ok {
		k.Anchor, k.Place = s.anchors[at].anchor, s.anchoredPlace(s.anchors[at])
	}
	return k, true
}

// computedPlace returns the place to which comments on a clause of an earlier revision are carried.
func (s *Standing) computedPlace(o origin, clauseID string) Place {
	if clauseID == "" {
		return s.wholePlace(o)
	}
	if o.carrier == nil {
		if i := s.Text.Clauses.Index(clauseID); i >= 0 {
			return Place{Clauses: []int{i}}
		}
		return Place{}
	}
	r, ok := o.carrier.Carry(clauseID)
	if !ok {
		return Place{}
	}
	return Place{Fate: r.Fate, Changed: r.Changed, Moved: r.Moved, Clauses: r.Clauses}
}

// wholePlace returns the place of comments on the whole of an earlier revision.
func (s *Standing) wholePlace(o origin) Place {
	switch {
	case o.carrier == nil:
		return Place{Whole: true}
	case o.carrier.Then().Source == s.Text.Source:
		return Place{Whole: true, Fate: clauses.StaysUnchanged}
	}
	return Place{Whole: true, Fate: clauses.HasChanged, Changed: true}
}

// anchoredPlace returns the place that a sponsor chose for a comment.
func (s *Standing) anchoredPlace(a anchored) Place {
	p := s.computedPlace(a.from, a.anchor.ClauseID)
	if p.Fate == "" || p.Fate == clauses.IsGone || p.Fate == clauses.WasSplit {
		p.Moved = true
		return p
	}
	p.Moved = p.Moved || a.anchor.ClauseID != a.clause
	p.Changed = s.wordsDiffer(a, p)
	switch {
	case p.Moved:
		p.Fate = clauses.HasMoved
	case p.Changed:
		p.Fate = clauses.HasChanged
	default:
		p.Fate = clauses.StaysUnchanged
	}
	return p
}

// wordsDiffer reports whether the words at a place aren't those that a comment was made on.
func (s *Standing) wordsDiffer(a anchored, p Place) bool {
	i := s.originOf(a.revision)
	if i < 0 || s.origins[i].carrier == nil {
		return true
	}
	then := s.origins[i].carrier.Then()
	if p.Whole || a.clause == "" {
		return !p.Whole || a.clause != "" || then.Source != s.Text.Source
	}
	k := then.Clauses.Index(a.clause)
	return k < 0 || then.Clauses[k].Hash != s.Text.Clauses[p.Clauses[0]].Hash
}

// MadeOn returns the text that a comment was made on, and which of its clauses; nil where that was erased, and for
// a comment on the whole.
func (s *Standing) MadeOn(c policies.Comment) (*clauses.Text, int) {
	i := s.originOf(c.RevisionID)
	if i < 0 || s.origins[i].carrier == nil {
		return nil, 0
	}
	then := s.origins[i].carrier.Then()
	if at := then.Clauses.Index(c.ClauseID); at >= 0 {
		return then, at
	}
	return nil, 0
}

func (s *Standing) originOf(revisionID string) int {
	return slices.IndexFunc(s.origins, func(o origin) bool { return o.id == revisionID })
}
