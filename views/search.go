package views

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
	"github.com/ewtp/entente/views/words"
)

// SearchKind is what a search finds.
type SearchKind string

const (
	InDocuments SearchKind = "document" // titles and numbers
	InClauses   SearchKind = "clause"   // of the latest revision that the viewer may read
	InComments  SearchKind = "comment"  // text and replacement; of confidential ones the summary
)

// SearchKinds are all kinds, in the order of their rows in the index.
var SearchKinds = []SearchKind{rowDocument: InDocuments, rowClause: InClauses, rowComment: InComments}

// A SearchFilter says what is looked for. Query is words as people type them: all
// of them must be there, those joined without a space in a row, each of three
// letters or more perhaps with another ending. It has no operators.
type SearchFilter struct {
	Query      string
	Kinds      []SearchKind   // empty: all
	DocumentID string         // "" for everywhere
	Documents  DocumentFilter // in which documents; its words and order don't count
}

// maxQuery is the longest query in bytes.
const maxQuery = 1000

// A Hit is something found.
type Hit struct {
	Kind       SearchKind
	DocumentID string
	RevisionID string // clauses: the revision they were found in; comments: that they are on
	ClauseID   string // clauses, and comments on one that aren't confidential
	CommentID  string
	// Snippet is plain text around the first match, with matches between U+0002 and
	// U+0003.
	Snippet string
	Rank    float64 // by BM25: the lower the better
}

// Search looks for words in what the viewer may read, best first. It finds what
// was committed before the call. A query without any word finds nothing.
func (db *DB) Search(ctx context.Context, viewer policies.Actor, f SearchFilter, p Page) (l List[Hit], err error) {
	if len(f.Query) > maxQuery {
		return l, invalid("query", "is %d bytes long, at most %d are taken", len(f.Query), maxQuery)
	}
	if err := p.Check(); err != nil {
		return l, inPoliciesWords(err)
	}
	q := words.Parse(f.Query)
	if len(q) == 0 {
		return l, nil
	}
	s, err := searchSelection(q, viewer, f)
	if err != nil {
		return l, err
	}
	if err := db.catchUp(ctx); err != nil {
		return l, err
	}
	o := table.Ascending("search", table.Float("m.rank"), table.Number("m.id"))
	latest, _ := latestReadable(viewer)
	return pageOf(db.file.Read(ctx), s, o, p, hitShape(q, latest))
}

// searchSelection returns the selection of a search.
func searchSelection(q words.Query, viewer policies.Actor, f SearchFilter) (s table.Selection, err error) {
	kinds := make([]int, 0, len(SearchKinds))
	for i, k := range SearchKinds {
		if len(f.Kinds) == 0 || slices.Contains(f.Kinds, k) {
			kinds = append(kinds, i)
		}
	}
	for _, k := range f.Kinds {
		if !slices.Contains(SearchKinds, k) {
			return s, invalid("kinds", "%q is none of %v", string(k), SearchKinds)
		}
	}
	list, err := json.Marshal(kinds)
	if err != nil {
		return s, err
	}
	latest, latestArgs := latestReadable(viewer)
	may, mayArgs := readable(viewer)
	s = table.Selection{
		First: latestArgs,
		From: `(SELECT rowid AS id, bm25(search) AS rank FROM search
				WHERE search MATCH ? AND rowid & 3 IN (SELECT value FROM json_each(?))) m
			LEFT JOIN clause_texts t ON m.id & 3 = 1 AND t.n = m.id >> 2
			LEFT JOIN comments c ON m.id & 3 = 2 AND c.seq = m.id >> 2
			CROSS JOIN documents d ON d.name = CASE m.id & 3
				WHEN 0 THEN (SELECT x.name FROM documents x WHERE x.n = m.id >> 2)
				WHEN 1 THEN t.document ELSE c.document END`,
		Args: []any{q.Match(), string(list)},
	}
	s.And(may, mayArgs...)
	s.And(`(t.n IS NULL OR t.since <= `+latest+` AND coalesce(t.until > `+latest+`, 1))`, slices.Concat(latestArgs, latestArgs)...)
	if f.DocumentID != "" {
		s.And(`d.id = ?`, f.DocumentID)
	}
	err = f.Documents.conditions(&s)
	return s, err
}

// hitShape returns the shape of a hit, whose one question mark is that of latest, the number of
// the latest revision that the viewer may read.
func hitShape(q words.Query, latest string) table.Shape[Hit] {
	return func() (table.Fields, func() (Hit, error)) {
		var h Hit
		var kind int
		var a, b string
		fields := table.Fields{{"m.id & 3", &kind}, {"m.rank", &h.Rank}, {"d.id", &h.DocumentID},
			{"coalesce(t.clause, (SELECT name FROM names WHERE id = c.clause AND NOT c.confidential), '')", &h.ClauseID},
			{"coalesce(c.id, '')", &h.CommentID},
			{`coalesce(` + nameOf("c.revision") + `, iif(t.n IS NULL, NULL,
				(SELECT v.id FROM revisions v WHERE v.document = d.name AND v.number = ` + latest + ` LIMIT 1)), '')`, &h.RevisionID},
			{`CASE m.id & 3 WHEN 0 THEN json_extract(d.data, '$.Title') WHEN 1 THEN t.words ELSE ` + commentText + ` END`, &a},
			{`CASE m.id & 3 WHEN 0 THEN d.number WHEN 1 THEN '' ELSE ` + commentReplacement + ` END`, &b}}
		return fields, func() (Hit, error) {
			v := h
			v.Kind = SearchKinds[kind]
			text := a
			if kind == rowClause {
				text = clauses.PlainAlone(a)
			} else if b != "" {
				text = a + "\n" + b
			}
			v.Snippet = q.Snippet(strings.TrimSpace(text))
			return v, nil
		}
	}
}
