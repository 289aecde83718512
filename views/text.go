package views

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/internal/lru"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store/pack"
	"github.com/ewtp/entente/views/table"
)

// newTextCache returns a cache of parsed texts by the ID of their revision. A text is
// taken for eight times its source: what it was taken apart into, and its HTML, twice.
func newTextCache(limit int) *lru.Cache[string, *clauses.Text] {
	return lru.New[string](limit, func(t *clauses.Text) int { return 8*len(t.Source) + 1024 })
}

// Text implements policies.Facts.
func (tx *Tx) Text(id string) (*clauses.Text, error) {
	if t, ok := tx.texts.Get(id); ok {
		return t, nil
	}
	if t, ok := tx.db.texts.Get(id); ok {
		return t, nil
	}
	t, err := loadText(tx.run, id)
	if err == nil {
		tx.texts.Put(id, t)
	}
	return t, err
}

func (f facts) Text(revisionID string) (*clauses.Text, error) { return f.text(revisionID) }

func (f facts) Clause(revisionID, clauseID string) (clauses.Clause, error) {
	t, err := f.text(revisionID)
	if err != nil {
		return clauses.Clause{}, err
	}
	i := t.Clauses.Index(clauseID)
	if i < 0 {
		return clauses.Clause{}, policies.ErrNotFound
	}
	return t.Clauses[i], nil
}

// ClauseSpans implements policies.Facts.
func (f facts) ClauseSpans(documentID string, contents []clauses.Hash) (spans []policies.ClauseSpan, err error) {
	if len(contents) == 0 {
		return nil, nil
	}
	asked, err := table.Encode(contents)
	if err != nil {
		return nil, err
	}
	var s policies.ClauseSpan
	err = table.Each(f.run, `SELECT DISTINCT last >> 32, last & 0xffffffff FROM (
		SELECT max(c.until << 32 | c.since) AS last FROM json_each(?) j
		CROSS JOIN clause_texts c ON c.document = `+numberOf+` AND c.hash = unhex(j.value) AND c.until IS NOT NULL
		GROUP BY c.hash) ORDER BY 1, 2`, []any{asked, documentID}, []any{&s.Until, &s.Since}, func() error {
		spans = append(spans, s)
		return nil
	})
	return spans, err
}

// Text returns the text of a revision with the identities recorded for its
// clauses. It asks no rights: the caller has loaded the revision. Callers don't
// change it; it is shared.
func (db *DB) Text(ctx context.Context, revisionID string) (*clauses.Text, error) {
	return db.textBy(db.file.Read(ctx), revisionID)
}

// textBy loads a text unless it is kept, once for all who want it at the moment.
func (db *DB) textBy(r table.Run, id string) (*clauses.Text, error) {
	if t, ok := db.texts.Get(id); ok {
		return t, nil
	}
	for {
		var mine bool
		v, err, _ := db.loading.Do(id, func() (any, error) {
			mine = true
			t, err := loadText(r, id)
			if err == nil {
				db.texts.Put(id, t)
			}
			return t, err
		})
		if err == nil {
			return v.(*clauses.Text), nil
		}
		// Somebody else's load ended with their request, not with ours.
		if mine || !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
	}
}

// errDamagedText says that a text isn't the one that was put there. It is no bytes of ours
// that anybody should be served.
var errDamagedText = errors.New("a text in the views doesn't have its digest")

// unpackText unpacks a text and holds it against its digest.
func unpackText(packed, digest []byte) ([]byte, error) {
	source, err := pack.Decode(packed)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(source); !bytes.Equal(sum[:], digest) {
		return nil, errDamagedText
	}
	return source, nil
}

// loadText restores the text of a revision.
func loadText(r table.Run, id string) (*clauses.Text, error) {
	var packed, ids, digest []byte
	err := one(r, `SELECT t.packed, r.clauses, t.digest FROM revisions r JOIN texts t ON t.digest = r.digest WHERE r.id = ?`,
		[]any{id}, &packed, &ids, &digest)
	if err != nil {
		return nil, err
	}
	source, err := unpackText(packed, digest)
	if err != nil {
		return nil, err
	}
	joined, err := pack.Decode(ids)
	if err != nil {
		return nil, err
	}
	var list []string
	if len(joined) > 0 {
		list = strings.Split(string(joined), "\n")
	}
	return policies.RestoreText(string(source), list)
}

// TextByDigest returns the source of an adopted or public revision by the digest
// of its bytes, "sha256:" and 64 hexadecimal digits; policies.ErrNotFound where
// there is none.
func (db *DB) TextByDigest(ctx context.Context, digest string) (source string, err error) {
	var h clauses.Hash
	digits, ok := strings.CutPrefix(digest, "sha256:")
	if !ok || h.UnmarshalText([]byte(digits)) != nil {
		return "", policies.ErrNotFound
	}
	may, args := revisionReadable(policies.Actor{})
	var packed []byte
	err = one(db.file.Read(ctx), `SELECT packed FROM texts t WHERE t.digest = ? AND (
		EXISTS (SELECT 1 FROM instruments i WHERE i.digest = t.digest) OR
		EXISTS (SELECT 1 FROM revisions r JOIN documents d ON d.name = r.document WHERE r.digest = t.digest AND `+may+`))`,
		append([]any{h[:]}, args...), &packed)
	if err != nil {
		return "", err
	}
	unpacked, err := unpackText(packed, h[:])
	return string(unpacked), err
}

// A headClause is a clause of a document's head in clause_texts.
type headClause struct {
	n    int64
	hash clauses.Hash
}

// headClauses returns the clauses of a document's head. The map isn't changed any more.
func (tx *Tx) headClauses(document int64) (map[string]headClause, error) {
	if m, ok := tx.db.cache.live.Get(document); ok {
		return m, nil
	}
	m := map[string]headClause{}
	var id string
	var c headClause
	var hash []byte
	err := table.Each(tx.run, `SELECT clause, n, hash FROM clause_texts WHERE document = ? AND until IS NULL`,
		[]any{document}, []any{&id, &c.n, &hash}, func() error {
			copy(c.hash[:], hash)
			m[id] = c
			return nil
		})
	return m, err
}
