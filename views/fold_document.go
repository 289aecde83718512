package views

import (
	"strings"

	"github.com/ewtp/entente/policies"
)

// Document implements policies.Facts.
func (tx *Tx) Document(id string) (policies.Document, error) {
	return cached(&tx.db.cache.documents, id, tx.facts.Document)
}

// PutDocument implements policies.Record.
func (tx *Tx) PutDocument(d policies.Document) error {
	data, err := encode(d)
	if err != nil {
		return err
	}
	about, err := encode(subjects{d.Topics, d.Parties})
	if err != nil {
		return err
	}
	name, err := tx.name(d.ID)
	if err != nil {
		return err
	}
	tx.db.cache.documents.put(d.ID, d)
	err = tx.exec(`INSERT INTO documents (id, name, number, kind, year, title, updated, public, open_drafts,
			public_from, public_to, revisions, insiders, consulted, rounds, opens_at, closes_at, ballot_opens_at,
			ballot_closes_at, withdrawn_at, adopted_at, force_from, force_until, superseded_from, repealed_from, about, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET number = excluded.number, kind = excluded.kind, year = excluded.year,
			title = excluded.title, updated = excluded.updated, public = excluded.public,
			open_drafts = excluded.open_drafts, public_from = excluded.public_from, public_to = excluded.public_to,
			revisions = excluded.revisions, insiders = excluded.insiders, consulted = excluded.consulted,
			rounds = excluded.rounds, opens_at = excluded.opens_at, closes_at = excluded.closes_at,
			ballot_opens_at = excluded.ballot_opens_at, ballot_closes_at = excluded.ballot_closes_at,
			withdrawn_at = excluded.withdrawn_at, adopted_at = excluded.adopted_at, force_from = excluded.force_from,
			force_until = excluded.force_until, superseded_from = excluded.superseded_from,
			repealed_from = excluded.repealed_from, about = excluded.about, data = excluded.data`,
		d.ID, name, d.Number, string(d.Kind), d.ProposedAt.Year(), strings.ToLower(d.Title), tx.stamp.Seq, d.Public(),
		d.OpenDrafts, d.PublicFrom, d.PublicTo, d.Revisions, jsonList(insiders(d)), d.Consultation != "", d.Rounds,
		when(d.OpensAt), when(d.ClosesAt), maybe(d.BallotOpensAt), maybe(d.BallotClosesAt), maybe(d.WithdrawnAt),
		maybe(d.AdoptedAt), when(d.Force.From), maybe(d.Force.Until), maybe(d.Force.SupersededFrom),
		maybe(d.Force.RepealedFrom), about, data)
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
	return tx.exec(`INSERT INTO history (id, entry, at, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (id, entry) DO UPDATE SET data = excluded.data`, id, tx.stamp.Seq, when(tx.stamp.At), data)
}

// Consultation implements policies.Facts.
func (tx *Tx) Consultation(id string) (policies.Consultation, error) {
	return cached(&tx.db.cache.consultations, id, tx.facts.Consultation)
}

// PutConsultation implements policies.Record.
func (tx *Tx) PutConsultation(c policies.Consultation) error {
	data, err := encode(c)
	if err != nil {
		return err
	}
	document, err := tx.name(c.DocumentID)
	if err != nil {
		return err
	}
	tx.db.cache.consultations.put(c.ID, c)
	audience, err := optional(c.Audience)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO consultations (id, document, opens_at, closes_at, audience, data) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET document = excluded.document, opens_at = excluded.opens_at,
		closes_at = excluded.closes_at, audience = excluded.audience, data = excluded.data`,
		c.ID, document, when(c.OpensAt), when(c.ClosesAt), audience, data)
}

// PutEditorialMark implements policies.Record.
func (tx *Tx) PutEditorialMark(k policies.EditorialMark) error {
	data, err := encode(k)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO marks (document, revision, clause, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (document, revision, clause) DO UPDATE SET data = excluded.data`,
		k.DocumentID, k.RevisionID, k.ClauseID, data)
}
