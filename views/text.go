package views

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// AddRevision implements policies.Record.
func (tx *Tx) AddRevision(r policies.Revision, t *clauses.Text) error {
	data, err := encode(r)
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
	err = tx.exec(`INSERT INTO texts (digest, packed) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING`,
		r.TextDigest[:], pack(t.Source))
	if err != nil {
		return err
	}
	err = tx.exec(`INSERT INTO revisions (id, document, number, committed_at, digest, clauses, data)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document,
		number = excluded.number, committed_at = excluded.committed_at, digest = excluded.digest,
		clauses = excluded.clauses, data = excluded.data`,
		r.ID, document, r.Number, when(r.CommittedAt), r.TextDigest[:], pack(strings.Join(ids, "\n")), data)
	if err != nil {
		return err
	}
	tx.texts.put(r.ID, t)
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
		var n int64
		err := one(tx.run, `INSERT INTO clause_texts (document, clause, hash, since, words) VALUES (?, ?, ?, ?, ?)
			RETURNING n`, []any{document, c.ID, c.Hash[:], number, t.Words(i)}, &n)
		if err != nil {
			return err
		}
		next[c.ID] = liveClause{n, c.Hash}
	}
	for id, was := range old {
		if next[id] == was {
			continue
		}
		if err := tx.exec(`UPDATE clause_texts SET until = ? WHERE n = ?`, number, was.n); err != nil {
			return err
		}
	}
	tx.db.cache.live.put(document, next)
	return nil
}

// live returns the clauses of a document's head. The map isn't changed any more.
func (tx *Tx) live(document int64) (map[string]liveClause, error) {
	if m, ok := tx.db.cache.live.get(document); ok {
		return m, nil
	}
	m := map[string]liveClause{}
	var id string
	var c liveClause
	var hash []byte
	err := each(tx.run, `SELECT clause, n, hash FROM clause_texts WHERE document = ? AND until IS NULL`,
		[]any{document}, []any{&id, &c.n, &hash}, func() error {
			copy(c.hash[:], hash)
			m[id] = c
			return nil
		})
	return m, err
}

// Text implements policies.Facts.
func (tx *Tx) Text(id string) (*clauses.Text, error) {
	for _, c := range []*textCache{tx.texts, tx.db.texts} {
		if t, ok := c.get(id); ok {
			return t, nil
		}
	}
	t, err := loadText(tx.run, id)
	if err == nil {
		tx.texts.put(id, t)
	}
	return t, err
}

// loadText restores the text of a revision.
func loadText(r run, id string) (*clauses.Text, error) {
	var packed, ids []byte
	err := one(r, `SELECT t.packed, r.clauses FROM revisions r JOIN texts t ON t.digest = r.digest WHERE r.id = ?`,
		[]any{id}, &packed, &ids)
	if err != nil {
		return nil, err
	}
	source, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	joined, err := unpack(ids)
	if err != nil {
		return nil, err
	}
	var list []string
	if joined != "" {
		list = strings.Split(joined, "\n")
	}
	return policies.RestoreText(source, list)
}

// packAbove is the length from which compression is worth its while.
const packAbove = 1024

var (
	encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(2))

	errPacked = errors.New("a packed text is damaged")
)

// pack gives a 0 and the text, or a 1 and the text as zstd has it.
func pack(s string) []byte {
	if len(s) > packAbove {
		return encoder.EncodeAll([]byte(s), []byte{1})
	}
	return append([]byte{0}, s...)
}

func unpack(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte{0}):
		return string(b[1:]), nil
	case bytes.HasPrefix(b, []byte{1}):
		out, err := decoder.DecodeAll(b[1:], nil)
		if err != nil {
			return "", fmt.Errorf("%w: %w", errPacked, err)
		}
		return string(out), nil
	}
	return "", errPacked
}
