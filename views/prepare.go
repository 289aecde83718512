package views

import (
	"context"
	"crypto/sha256"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/internal/lru"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store/pack"
)

// This file has what is done before the writer's turn, so that the turn is short: facts of
// which a Tx says whether they still hold, and what a fold would have to compute.

// Now returns the facts as they are, each for itself: whoever asks twice may be told of two
// moments. What was looked up since Position said some number holds as long as
// [Tx.ChangedSince] that number says nothing else.
func (db *DB) Now(ctx context.Context) policies.Facts {
	run := db.file.Read(ctx)
	return facts{run: run, text: func(id string) (*clauses.Text, error) { return db.textBy(run, id) }}
}

// GroupAll groups every comment committed so far, in turns of the writer.
func (db *DB) GroupAll(ctx context.Context) error { return db.groupFor(ctx, 1<<30) }

// packedBytes bounds what is packed ahead of its fold.
const packedBytes = 32 << 20

func newPackedCache() *lru.Cache[clauses.Hash, []byte] {
	return lru.New[clauses.Hash](packedBytes, func(b []byte) int { return len(b) })
}

// PrepareFold does ahead what the fold of an event would take long for.
func (db *DB) PrepareFold(ctx context.Context, ev policies.Event) error {
	if e, ok := ev.(*policies.CommentsDisposed); ok {
		return db.prepareAnswer(ctx, e)
	}
	rev := policies.RevisionOf(ev)
	if rev == nil {
		return nil
	}
	db.packed.Put(rev.TextDigest(), pack.Encode([]byte(rev.Source)))
	ids := strings.Join(rev.Clauses, "\n")
	db.packed.Put(sha256.Sum256([]byte(ids)), pack.Encode([]byte(ids)))
	return nil
}

// packedText is a text as it is kept.
func (db *DB) packedText(digest clauses.Hash, source string) []byte {
	if b, ok := db.packed.Get(digest); ok {
		return b
	}
	return pack.Encode([]byte(source))
}

// KeptText returns a revision's text if it is at hand.
func (tx *Tx) KeptText(id string) (*clauses.Text, bool) {
	if t, ok := tx.texts.Get(id); ok {
		return t, true
	}
	return tx.db.texts.Get(id)
}

// changes remembers which entry changed last what selections of comments go by. It belongs
// to whoever has the writer's turn. What is rolled back stays in it: it says too much then, never too little.
type changes struct {
	documents map[string]int64
	all       int64 // of everything
}

// maxChanges is how many documents are told apart.
const maxChanges = 10_000

func (c *changes) note(documentID string, entry int64) {
	if c.documents == nil || len(c.documents) >= maxChanges {
		c.documents, c.all = map[string]int64{}, entry
	}
	c.documents[documentID] = entry
}

// ChangedSince says whether an entry from that one on may have changed which of the comments on a
// document that were there before it a selection finds, or how they are answered.
func (tx *Tx) ChangedSince(documentID string, entry int64) bool {
	c := &tx.db.changes
	last, ok := c.documents[documentID]
	return c.all >= entry && c.all > 0 || ok && last >= entry
}

// noteChange says that the entry being folded changes comments on a document, their answers, or who is told of them.
func (tx *Tx) noteChange(documentID string) { tx.db.changes.note(documentID, tx.stamp.Seq) }

// noteChangeOfAll says so of all documents.
func (tx *Tx) noteChangeOfAll() { tx.db.changes.all = tx.stamp.Seq }

// UndisposedFrom is Undisposed of the comments from an entry on.
func (tx *Tx) UndisposedFrom(documentID string, entry int64, limit int) ([]policies.Comment, int, error) {
	return tx.undisposed(`c.seq >= ? AND `+undisposed, limit, entry, documentID)
}
