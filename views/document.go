package views

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
	"github.com/ewtp/entente/views/words"
)

// Document implements policies.Facts.
func (tx *Tx) Document(id string) (policies.Document, error) {
	return tx.db.cache.documents.Load(id, tx.facts.Document)
}

// PutDocument implements policies.Record.
func (tx *Tx) PutDocument(d policies.Document) error {
	tx.noteChange(d.ID)
	data, err := table.Encode(d)
	if err != nil {
		return err
	}
	about, err := table.Encode(documentAbout{nameKeys(d.Topics), d.Parties})
	if err != nil {
		return err
	}
	name, err := tx.name(d.ID)
	if err != nil {
		return err
	}
	was, err := tx.Document(d.ID)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return err
	}
	if was.ID != "" && was.Title != d.Title {
		if err := tx.indexTitle(d.ID, was.Title, d.Title, d.Number); err != nil {
			return err
		}
	}
	tx.db.cache.documents.Put(d.ID, d)
	err = tx.upsert("documents", "id", table.Row{{"id", d.ID}, {"name", name}, {"number", d.Number}, {"kind", string(d.Kind)},
		{"year", d.ProposedAt.Year()}, {"title", strings.ToLower(d.Title)}, {"updated", tx.stamp.Seq}, {"public", d.Public()},
		{"open_drafts", d.OpenDrafts}, {"public_from", d.PublicFrom}, {"public_to", d.PublicTo}, {"revisions", d.Revisions},
		{"insiders", table.JSONList(documentInsiders(d))}, {"consulted", d.Consultation != ""}, {"rounds", d.Held},
		{"opens_at", table.Millis(d.OpensAt)}, {"closes_at", table.Millis(d.ClosesAt)},
		{"ballot_opens_at", table.MillisOrNull(d.BallotOpensAt)}, {"ballot_closes_at", table.MillisOrNull(d.BallotClosesAt)},
		{"withdrawn_at", table.MillisOrNull(d.WithdrawnAt)}, {"adopted_at", table.MillisOrNull(d.AdoptedAt)},
		{"about", about}, {"succeeds", table.JSONList(append(append([]string{}, d.Terms.Supersedes...), d.Terms.Amends...))},
		{"put_forward", d.PutForward != ""}, {"data", data}})
	if err != nil {
		return err
	}
	if err := tx.putSponsors(name, was.Sponsors, d.Sponsors); err != nil {
		return err
	}
	return tx.addHistory(d.ID, data)
}

// documentAbout is the column about of a document, in JSON: its topics by policies.NameKey.
type documentAbout struct{ Topics, Parties []string }

func nameKeys(names []string) []string {
	list := make([]string, len(names))
	for i, s := range names {
		list[i] = policies.NameKey(s)
	}
	return list
}

// documentInsiders lists the organisations that read a document's drafts.
func documentInsiders(d policies.Document) []string {
	return slices.Concat([]string{}, d.Sponsors, d.Offered, d.Readers)
}

// putSponsors keeps who sponsors a document.
func (tx *Tx) putSponsors(document int64, was, is []string) error {
	for _, id := range was {
		if !slices.Contains(is, id) {
			if err := tx.exec(`DELETE FROM sponsors WHERE organisation = `+numberOf+` AND document = ?`, id, document); err != nil {
				return err
			}
		}
	}
	for _, id := range is {
		organisation, err := tx.name(id)
		if err != nil {
			return err
		}
		if err := tx.db.file.InsertNew("sponsors", table.Row{{"organisation", organisation}, {"document", document}}); err != nil {
			return err
		}
	}
	return nil
}

func (f facts) Document(id string) (policies.Document, error) {
	return decodeOne[policies.Document](f.run, `SELECT data FROM documents WHERE id = ?`, id)
}

func (f facts) DocumentsOf(organisationID string) ([]policies.Document, error) {
	return table.DecodeAll[policies.Document](f.run, `SELECT d.data FROM documents d WHERE ?1 IN (SELECT value FROM json_each(d.insiders))
		OR ?1 IN (SELECT value FROM json_each(d.data, '$.FormerSponsors'))
		OR ?1 IN (SELECT json_extract(value, '$.OrganisationID') FROM json_each(d.data, '$.Consents')) ORDER BY d.id`, organisationID)
}

func (f facts) LastDocumentNumber(kind standards.Kind, year int) (last int, err error) {
	return last, one(f.run, `SELECT coalesce(max(CAST(substr(number, length(rtrim(number, '0123456789')) + 1) AS INTEGER)), 0)
		FROM documents WHERE kind = ? AND year = ?`, []any{string(kind), year}, &last)
}

// Documents returns those of the IDs that exist and that the viewer may read.
func (db *DB) Documents(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.Document, error) {
	may, args := readable(viewer)
	return table.ByID[policies.Document](db.file.Read(ctx),
		`SELECT d.id, d.data FROM json_each(?) j CROSS JOIN documents d ON d.id = j.value WHERE `+may, ids, args...)
}

// Document returns a document as it stands, or as it stood at asOf unless that is
// zero; policies.ErrNotFound where there is, or was, none that the viewer may read.
func (db *DB) Document(ctx context.Context, viewer policies.Actor, id string, asOf time.Time) (policies.Document, error) {
	d, _, err := loadDocument(db.file.Read(ctx), viewer, "d.id = ?", id, asOf)
	return d, err
}

// DocumentByNumber is Document by its number, "EWTP-R-2026-014".
func (db *DB) DocumentByNumber(ctx context.Context, viewer policies.Actor, number string, asOf time.Time) (policies.Document, error) {
	d, _, err := loadDocument(db.file.Read(ctx), viewer, "d.number = ?", number, asOf)
	return d, err
}

// loadDocument loads a document as it was at asOf, zero for now, and the one that says who
// may read it.
func loadDocument(r table.Run, viewer policies.Actor, condition, arg string, asOf time.Time) (then, rights policies.Document, err error) {
	may, args := readable(viewer)
	args = append([]any{arg}, args...)
	if asOf.IsZero() {
		d, err := decodeOne[policies.Document](r, `SELECT d.data FROM documents d WHERE `+condition+` AND `+may+` ORDER BY d.n LIMIT 1`, args...)
		return d, d, err
	}
	var was *policies.Document
	var now policies.Document
	args = append([]any{table.Millis(asOf)}, args...)
	err = one(r, `SELECT (SELECT data FROM history h WHERE h.id = d.id AND h.at <= ? ORDER BY h.entry DESC LIMIT 1), d.data
		FROM documents d WHERE `+condition+` AND `+may+` ORDER BY d.n LIMIT 1`, args, table.JSON(&was), table.JSON(&now))
	if err == nil && was == nil {
		err = policies.ErrNotFound
	}
	if err != nil {
		return then, rights, err
	}
	rights, ok := asOfDocument(viewer, *was, now)
	if !ok {
		return policies.Document{}, policies.Document{}, policies.ErrNotFound
	}
	return *was, rights, nil
}

// A DocumentFilter narrows and orders a list of documents; what is empty doesn't.
type DocumentFilter struct {
	Kinds    []standards.Kind
	Phases   []policies.Phase
	Topics   []string                    // any of these, compared by policies.NameKey
	Parties  []string                    // any of these
	Sponsors []string                    // organisation IDs, any of these
	Chambers []policies.OrganisationKind // a sponsor is one of these
	IDs      []string                    // any of these
	Title    string                      // words of title or number, as people type them
	Words    string                      // words anywhere that the viewer may read: title, number, clauses, comments
	At       time.Time                   // the moment of Phases; required with them
	Order    DocumentOrder
	Reverse  bool // the other way round than Order says
}

// A DocumentOrder is what a list of documents is sorted by.
type DocumentOrder string

const (
	ByUpdated  DocumentOrder = "updated"  // changed last first; the default
	ByNumber   DocumentOrder = "number"   // A to Z
	ByTitle    DocumentOrder = "title"    // A to Z
	ByClosesAt DocumentOrder = "closesAt" // of the latest consultation, soonest first, those without last
)

// documentOrders are the keys of each order; n makes them unique.
var documentOrders = map[DocumentOrder]table.Order{
	ByUpdated:  table.Descending("updated", table.Number("d.updated"), table.Number("d.n")),
	ByNumber:   table.Ascending("number", table.Text("d.number"), table.Number("d.n")),
	ByTitle:    table.Ascending("title", table.Text("d.title"), table.Number("d.n")),
	ByClosesAt: table.Ascending("closesAt", table.Number("iif(d.consulted, d.closes_at, 9223372036854775807)"), table.Number("d.n")),
}

// documentOrdersReversed are the same the other way round; documents that no consultation closes for come last there too.
var documentOrdersReversed = map[DocumentOrder]table.Order{
	ByUpdated:  table.Ascending("-updated", table.Number("d.updated"), table.Number("d.n")),
	ByNumber:   table.Descending("-number", table.Text("d.number"), table.Number("d.n")),
	ByTitle:    table.Descending("-title", table.Text("d.title"), table.Number("d.n")),
	ByClosesAt: table.Descending("-closesAt", table.Number("iif(d.consulted, d.closes_at, -9223372036854775807)"), table.Number("d.n")),
}

// DocumentList lists documents that the viewer may read.
func (db *DB) DocumentList(ctx context.Context, viewer policies.Actor, f DocumentFilter, p Page) (l List[policies.Document], err error) {
	if f.Order == "" {
		f.Order = ByUpdated
	}
	orders := documentOrders
	if f.Reverse {
		orders = documentOrdersReversed
	}
	o, ok := orders[f.Order]
	if !ok {
		return l, invalid("order", "%q is no order of documents", string(f.Order))
	}
	s := table.Selection{From: "documents d"}
	may, args := readable(viewer)
	s.And(may, args...)
	if err := f.conditions(&s); err != nil {
		return l, err
	}
	if has, err := db.wordConditions(ctx, viewer, f, &s); err != nil || !has {
		return l, err
	}
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[policies.Document]("d.data"))
}

// wordConditions narrows a selection of documents d to those that have the words of a filter; false
// where it names some, and none is a word: no document has them.
func (db *DB) wordConditions(ctx context.Context, viewer policies.Actor, f DocumentFilter, s *table.Selection) (bool, error) {
	title, anywhere := words.Parse(f.Title), words.Parse(f.Words)
	if f.Title != "" && len(title) == 0 || f.Words != "" && len(anywhere) == 0 {
		return false, nil
	}
	if len(title)+len(anywhere) == 0 {
		return true, nil
	}
	if len(f.Words) > maxQuery {
		return false, invalid("query", "is %d bytes long, at most %d are taken", len(f.Words), maxQuery)
	}
	if len(title) > 0 {
		s.And(`d.n IN (SELECT rowid >> 2 FROM search WHERE search MATCH ? AND rowid & 3 = 0)`, title.Match())
	}
	if len(anywhere) > 0 {
		hits, err := searchSelection(anywhere, viewer, SearchFilter{})
		if err != nil {
			return false, err
		}
		s.And(`d.n IN (SELECT d.n FROM `+hits.From+` WHERE `+hits.Conditions()+`)`, hits.Args...)
	}
	return true, db.catchUp(ctx)
}

// phaseArgs are the arguments of documentPhase.
func phaseArgs(at time.Time) []any {
	args := make([]any, documentPhaseTimes)
	for i := range args {
		args[i] = table.Millis(at)
	}
	return args
}

func (f DocumentFilter) conditions(s *table.Selection) error {
	if len(f.Kinds) > 0 {
		s.And(`d.kind IN (SELECT value FROM json_each(?))`, table.JSONList(f.Kinds))
	}
	if len(f.Phases) > 0 {
		if f.At.IsZero() {
			return invalid("at", "is missing: phases are those at a moment")
		}
		s.And(`(`+documentPhase+`) IN (SELECT value FROM json_each(?))`, append(phaseArgs(f.At), table.JSONList(f.Phases))...)
	}
	if len(f.Topics) > 0 {
		s.And(sharesTopic, table.JSONList(nameKeys(f.Topics)))
	}
	if len(f.Parties) > 0 {
		s.And(`EXISTS (SELECT 1 FROM json_each(d.data, '$.Parties') x JOIN json_each(?) y ON x.value = y.value)`, table.JSONList(f.Parties))
	}
	if len(f.Sponsors) > 0 {
		s.And(`EXISTS (SELECT 1 FROM json_each(d.data, '$.Sponsors') x JOIN json_each(?) y ON x.value = y.value)`, table.JSONList(f.Sponsors))
	}
	if len(f.Chambers) > 0 {
		s.And(`EXISTS (SELECT 1 FROM json_each(d.data, '$.Sponsors') x CROSS JOIN organisations o ON o.id = x.value
			JOIN json_each(?) y ON o.kind = y.value)`, table.JSONList(f.Chambers))
	}
	if len(f.IDs) > 0 {
		s.And(amongIDs, table.JSONList(f.IDs))
	}
	return nil
}

// amongIDs is the condition that d is one of some documents.
const amongIDs = `d.id IN (SELECT value FROM json_each(?))`

// sharesTopic is the condition that d has one of some topics, given by their keys.
const sharesTopic = `EXISTS (SELECT 1 FROM json_each(d.about, '$.Topics') x JOIN json_each(?) y ON x.value = y.value)`
