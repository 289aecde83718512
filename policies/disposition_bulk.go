package policies

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// MaxBulk is how many comments are disposed of at once: a whole campaign of the size that
// has been seen, in one entry of some hundred kilobytes at the worst.
const MaxBulk = 100_000

// A Selection says which comments on a document a disposition is for. What is empty
// doesn't narrow. Only comments that stand are taken.
type Selection struct {
	ConsultationID string             `json:"consultation,omitempty"`
	ClauseID       *string            `json:"clause,omitempty"` // "": those on the whole
	Stances        []Stance           `json:"stances,omitempty"`
	Types          []CommentType      `json:"types,omitempty"`
	Chambers       []OrganisationKind `json:"chambers,omitempty"` // kinds of the organisations that made them
	CampaignID     string             `json:"campaign,omitempty"`
	Adding         *bool              `json:"adding,omitempty"`   // comments that add words to their campaign's sample, or all others
	Disposed       bool               `json:"answered,omitempty"` // those that are decided too, see [Decided]: their disposition is replaced
	Except         []string           `json:"except,omitempty"`   // comment IDs, to be disposed of apart
}

// A Selected is a comment that a selection found.
type Selected struct {
	Seq        int64  // its entry in the ledger
	RevisionID string // that it is on
}

// DisposeComments gives all comments that a selection finds one disposition, in one entry.
// What it finds is frozen: comments that came later than the caller looked aren't
// disposed of unread, nor those that it isn't told, and where the selection finds other than what was counted then,
// none is.
type DisposeComments struct {
	DocumentID  string
	Selection   Selection
	AsOf        int64 // ledger position: comments from that entry on aren't taken
	Count       int   // how many it found when the caller looked
	Outcome     Outcome
	Reason      string
	Change      *ChangeReference
	DuplicateOf string // none of those selected: name it in Except
}

// CommentsDisposed is what [DisposeComments] yields. Comments are told by their
// entries, so that what was disposed of is in the record whatever is erased later; the selection
// says how they were found.
type CommentsDisposed struct {
	Cover       string           `json:"cover"`
	DocumentID  string           `json:"document"`
	Comments    Entries          `json:"comments"`
	Selection   Selection        `json:"selection"`
	AsOf        int64            `json:"asOf"`
	Outcome     Outcome          `json:"outcome"`
	Reason      string           `json:"reason"`
	Change      *ChangeReference `json:"change,omitempty"`
	DuplicateOf string           `json:"duplicateOf,omitempty"`
	By          string           `json:"by,omitempty"`
}

// Decide implements [Command].
func (c DisposeComments) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Disposing)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("documentId"), checkOneOf("outcome", c.Outcome, Outcomes),
		checkText("reason", c.Reason, MaxReason, true), c.Selection.check(), c.Selection.checkCampaign(f, d)); err != nil {
		return nil, err
	}
	found, total, err := f.Selected(d.ID, c.Selection, env.Actor, c.AsOf, MaxBulk)
	if err != nil {
		return nil, fmt.Errorf("couldn't select the comments: %w", err)
	}
	switch {
	case total > MaxBulk:
		return nil, errInvalid("selection", "finds %d comments; at most %d are answered at once, so narrow it", total, MaxBulk)
	case total != c.Count:
		return nil, errConflict("count", "the selection finds %d comments now, not %d; look again", total, c.Count)
	case total == 0:
		return nil, errInvalid("selection", "finds no comment")
	}
	e := &CommentsDisposed{Cover: env.Fresh(PrefixCover), DocumentID: d.ID, Selection: c.Selection, AsOf: c.AsOf, Outcome: c.Outcome, Reason: c.Reason,
		Change: c.Change, DuplicateOf: c.DuplicateOf, By: env.Actor.MemberID}
	revisions := map[string]bool{}
	for _, k := range found {
		e.Comments = append(e.Comments, k.Seq)
		revisions[k.RevisionID] = true
	}
	slices.Sort(e.Comments)
	if err := c.checkDisposition(f, d, e.Comments, revisions); err != nil {
		return nil, err
	}
	return e, nil
}

// checkDisposition holds the disposition to what the disposition of any one of the
// comments is held to. Of the comments only the revisions that they are on matter.
func (c DisposeComments) checkDisposition(f Facts, d *Document, entries Entries, revisions map[string]bool) error {
	one := DisposeComment{Outcome: c.Outcome, Change: c.Change, DuplicateOf: c.DuplicateOf}
	on := make([]string, 0, len(revisions))
	for id := range revisions {
		on = append(on, id)
	}
	slices.Sort(on)
	for _, id := range on {
		if err := errMovedFrom(one.checkChange(f, d, &Comment{RevisionID: id}), "commentId", "selection"); err != nil {
			return err
		}
	}
	if err := one.checkDuplicate(f, &Comment{DocumentID: d.ID}); err != nil || c.Outcome != Duplicate {
		return err
	}
	of, err := f.Comment(c.DuplicateOf)
	if err != nil {
		return errUnknown(err, "duplicateOfId", "comment on this document", c.DuplicateOf)
	}
	if _, itself := slices.BinarySearch(entries, of.Seq); itself {
		return errInvalid("selection.exceptIds", "name the comment that the others repeat; it doesn't repeat itself")
	}
	return nil
}

func (s Selection) check() error {
	var errs []error
	for i, x := range s.Stances {
		errs = append(errs, checkOneOf("selection.stances."+strconv.Itoa(i), x, Stances))
	}
	for i, x := range s.Types {
		errs = append(errs, checkOneOf("selection.types."+strconv.Itoa(i), x, CommentTypes))
	}
	for i, x := range s.Chambers {
		errs = append(errs, checkOneOf("selection.chambers."+strconv.Itoa(i), x, OrganisationKinds))
	}
	return joinFaults(append(errs, s.checkBounds())...)
}

// checkBounds keeps a selection from being longer than what it selects from.
func (s Selection) checkBounds() error {
	for _, x := range []struct {
		field string
		n     int
	}{{"stances", len(s.Stances)}, {"types", len(s.Types)}, {"chambers", len(s.Chambers)}} {
		if x.n > MaxList {
			return errInvalid("selection."+x.field, "has %d entries, at most %d are taken", x.n, MaxList)
		}
	}
	if s.ClauseID != nil {
		if err := checkLine("selection.clauseId", *s.ClauseID, MaxName, false); err != nil {
			return err
		}
	}
	return joinFaults(checkLine("selection.consultationId", s.ConsultationID, MaxName, false),
		checkLine("selection.campaignId", s.CampaignID, MaxName, false),
		checkEach("selection.exceptIds", s.Except, func(field, id string) error {
			return checkLine(field, id, MaxName, true)
		}))
}

func (s Selection) checkCampaign(f Facts, d *Document) error {
	if s.CampaignID == "" {
		return nil
	}
	c, err := f.Campaign(s.CampaignID)
	if err == nil && c.DocumentID != d.ID {
		err = ErrNotFound
	}
	if err != nil {
		return errUnknown(err, "selection.campaignId", "campaign on this document", s.CampaignID)
	}
	return nil
}

var _ = registerEvent[CommentsDisposed](nil)

func (*CommentsDisposed) Kind() string      { return "comments.disposed/1" }
func (e *CommentsDisposed) Subject() string { return e.Cover }

// Covers implements [CoveredEvent].
func (e *CommentsDisposed) Covers() Covered { return Covered{ID: e.DocumentID, Entries: e.Comments} }

// Prepare implements [LongEvent]: it is long, but there is nothing to be made of it.
func (e *CommentsDisposed) Prepare() error { return nil }

// Fold implements [Event].
func (e *CommentsDisposed) Fold(s Stamp, r Record) error {
	return r.DisposeAll(e.DocumentID, e.Comments, Disposition{Outcome: e.Outcome, Reason: e.Reason, Change: e.Change,
		DuplicateOf: e.DuplicateOf, MemberID: e.By, At: s.At, Together: len(e.Comments)})
}

// Entries are entries of the ledger in ascending order, written as "1-5,8,10-12".
type Entries []int64

// MarshalText implements encoding.TextMarshaler.
func (n Entries) MarshalText() ([]byte, error) {
	var b []byte
	for i := 0; i < len(n); {
		j := i
		for j+1 < len(n) && n[j+1] == n[j]+1 {
			j++
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n[i], 10)
		if j > i {
			b = strconv.AppendInt(append(b, '-'), n[j], 10)
		}
		i = j + 1
	}
	return b, nil
}

// UnmarshalText implements encoding.TextUnmarshaler. It refuses what isn't in order,
// and more entries than are ever disposed of at once.
func (n *Entries) UnmarshalText(text []byte) error {
	*n = nil
	if len(text) == 0 {
		return nil
	}
	last := int64(-1)
	for part := range strings.SplitSeq(string(text), ",") {
		low, high, ranged := strings.Cut(part, "-")
		from, err := strconv.ParseInt(low, 10, 64)
		to := from
		if err == nil && ranged {
			to, err = strconv.ParseInt(high, 10, 64)
		}
		if err != nil || from <= last || to < from || to-from >= int64(MaxBulk-len(*n)) || to == math.MaxInt64 {
			return fmt.Errorf("couldn't read the entries at %q", clipEcho(part))
		}
		for i := from; i <= to; i++ {
			*n = append(*n, i)
		}
		last = to
	}
	return nil
}

// SelectionFacts are what decisions may ask of selected comments.
type SelectionFacts interface {
	// Selected lists the comments on a document that a selection takes, that an actor is
	// told, and that came before an entry, oldest first, at most limit of them, and how
	// many there are in all.
	Selected(documentID string, s Selection, a Actor, before int64, limit int) ([]Selected, int, error)
}

// SelectionRecord is how events change selected comments.
type SelectionRecord interface {
	// DisposeAll gives the comments of a document at these entries one disposition.
	DisposeAll(documentID string, entries Entries, d Disposition) error
}
