package views

import (
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// AddRevision implements policies.Record.
func (tx *Tx) AddRevision(r policies.Revision, t *clauses.Text) error {
	data, err := table.Encode(r)
	if err != nil {
		return err
	}
	document, err := tx.name(r.DocumentID)
	if err != nil {
		return err
	}
	ids := make([]string, len(t.Clauses))
	for i := range t.Clauses {
		ids[i] = t.Clauses[i].ID
	}
	err = tx.db.file.InsertNew("texts", table.Row{{"digest", r.TextDigest[:]}, {"packed", table.Pack(t.Source)}})
	if err != nil {
		return err
	}
	err = tx.upsert("revisions", "id", table.Row{{"id", r.ID}, {"document", document}, {"number", r.Number},
		{"committed_at", table.Millis(r.CommittedAt)}, {"digest", r.TextDigest[:]},
		{"clauses", table.Pack(strings.Join(ids, "\n"))}, {"data", data}})
	if err != nil {
		return err
	}
	tx.texts.Put(r.ID, t)
	return tx.replaceWords(document, r.Number, t)
}

// A liveClause is a clause of a document's head in clause_texts.
type liveClause struct {
	n    int64
	hash clauses.Hash
}

// replaceWords ends the words of clauses that a revision left out or changed, and
// begins those of new and changed ones. Clauses that stayed cost nothing.
func (tx *Tx) replaceWords(document int64, number int, t *clauses.Text) error {
	old, err := tx.live(document)
	if err != nil {
		return err
	}
	next := make(map[string]liveClause, len(t.Clauses))
	for i := range t.Clauses {
		c := &t.Clauses[i]
		was, ok := old[c.ID]
		if ok && was.hash == c.Hash {
			next[c.ID] = was
			continue
		}
		n, err := tx.db.file.Insert("clause_texts", table.Row{{"document", document}, {"clause", c.ID}, {"hash", c.Hash[:]},
			{"since", number}, {"words", t.Words(i)}})
		if err != nil {
			return err
		}
		next[c.ID] = liveClause{n, c.Hash}
	}
	for id, was := range old {
		if next[id] == was {
			continue
		}
		if err := tx.db.file.Update("clause_texts", "n", table.Row{{"until", number}, {"n", was.n}}); err != nil {
			return err
		}
	}
	tx.db.cache.live.Put(document, next)
	return nil
}

// live returns the clauses of a document's head. The map isn't changed any more.
func (tx *Tx) live(document int64) (map[string]liveClause, error) {
	if m, ok := tx.db.cache.live.Get(document); ok {
		return m, nil
	}
	m := map[string]liveClause{}
	var id string
	var c liveClause
	var hash []byte
	err := table.Each(tx.run, `SELECT clause, n, hash FROM clause_texts WHERE document = ? AND until IS NULL`,
		[]any{document}, []any{&id, &c.n, &hash}, func() error {
			copy(c.hash[:], hash)
			m[id] = c
			return nil
		})
	return m, err
}

// Text implements policies.Facts.
func (tx *Tx) Text(id string) (*clauses.Text, error) {
	for _, c := range []*table.LRU[*clauses.Text]{tx.texts, tx.db.texts} {
		if t, ok := c.Get(id); ok {
			return t, nil
		}
	}
	t, err := loadText(tx.run, id)
	if err == nil {
		tx.texts.Put(id, t)
	}
	return t, err
}

// loadText restores the text of a revision.
func loadText(r table.Run, id string) (*clauses.Text, error) {
	var packed, ids []byte
	err := one(r, `SELECT t.packed, r.clauses FROM revisions r JOIN texts t ON t.digest = r.digest WHERE r.id = ?`,
		[]any{id}, &packed, &ids)
	if err != nil {
		return nil, err
	}
	source, err := table.Unpack(packed)
	if err != nil {
		return nil, err
	}
	joined, err := table.Unpack(ids)
	if err != nil {
		return nil, err
	}
	var list []string
	if joined != "" {
		list = strings.Split(joined, "\n")
	}
	return policies.RestoreText(source, list)
}
