package views

import (
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Document implements policies.Facts.
func (tx *Tx) Document(id string) (policies.Document, error) {
	return tx.db.cache.documents.Load(id, tx.facts.Document)
}

// PutDocument implements policies.Record.
func (tx *Tx) PutDocument(d policies.Document) error {
	data, err := table.Encode(d)
	if err != nil {
		return err
	}
	about, err := table.Encode(subjects{d.Topics, d.Parties})
	if err != nil {
		return err
	}
	name, err := tx.name(d.ID)
	if err != nil {
		return err
	}
	tx.db.cache.documents.Put(d.ID, d)
	err = tx.upsert("documents", "id", table.Row{{"id", d.ID}, {"name", name}, {"number", d.Number}, {"kind", string(d.Kind)},
		{"year", d.ProposedAt.Year()}, {"title", strings.ToLower(d.Title)}, {"updated", tx.stamp.Seq}, {"public", d.Public()},
		{"open_drafts", d.OpenDrafts}, {"public_from", d.PublicFrom}, {"public_to", d.PublicTo}, {"revisions", d.Revisions},
		{"insiders", table.JSONList(insiders(d))}, {"consulted", d.Consultation != ""}, {"rounds", d.Rounds},
		{"opens_at", table.Millis(d.OpensAt)}, {"closes_at", table.Millis(d.ClosesAt)},
		{"ballot_opens_at", table.MillisOrNull(d.BallotOpensAt)}, {"ballot_closes_at", table.MillisOrNull(d.BallotClosesAt)},
		{"withdrawn_at", table.MillisOrNull(d.WithdrawnAt)}, {"adopted_at", table.MillisOrNull(d.AdoptedAt)},
		{"force_from", table.Millis(d.Force.From)}, {"force_until", table.MillisOrNull(d.Force.Until)},
		{"superseded_from", table.MillisOrNull(d.Force.SupersededFrom)},
		{"repealed_from", table.MillisOrNull(d.Force.RepealedFrom)}, {"about", about}, {"data", data}})
	if err != nil {
		return err
	}
	if err := tx.sponsor(name, d.Sponsors); err != nil {
		return err
	}
	return tx.remember(d.ID, data)
}

// subjects are the column about of a document.
type subjects struct{ Topics, Parties []string }

// insiders are the organisations that read a document's drafts.
func insiders(d policies.Document) []string {
	return append(append(make([]string, 0, len(d.Sponsors)+len(d.Readers)), d.Sponsors...), d.Readers...)
}

// remember keeps how something stood after the entry being folded.
func (tx *Tx) remember(id, data string) error {
	return tx.upsert("history", "id, entry", table.Row{{"id", id}, {"entry", tx.stamp.Seq}, {"at", table.Millis(tx.stamp.At)}, {"data", data}})
}

// Consultation implements policies.Facts.
func (tx *Tx) Consultation(id string) (policies.Consultation, error) {
	return tx.db.cache.consultations.Load(id, tx.facts.Consultation)
}

// PutConsultation implements policies.Record.
func (tx *Tx) PutConsultation(c policies.Consultation) error {
	data, err := table.Encode(c)
	if err != nil {
		return err
	}
	document, err := tx.name(c.DocumentID)
	if err != nil {
		return err
	}
	tx.db.cache.consultations.Put(c.ID, c)
	audience, err := table.EncodeOrNull(c.Audience)
	if err != nil {
		return err
	}
	return tx.upsert("consultations", "id", table.Row{{"id", c.ID}, {"document", document}, {"opens_at", table.Millis(c.OpensAt)},
		{"closes_at", table.Millis(c.ClosesAt)}, {"audience", audience}, {"data", data}})
}

// PutEditorialMark implements policies.Record.
func (tx *Tx) PutEditorialMark(k policies.EditorialMark) error {
	data, err := table.Encode(k)
	if err != nil {
		return err
	}
	return tx.upsert("marks", "document, revision, clause", table.Row{{"document", k.DocumentID}, {"revision", k.RevisionID},
		{"clause", k.ClauseID}, {"data", data}})
}
