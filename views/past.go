package views

import (
	"context"
	"slices"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// This file reads things by their IDs as they stood at a moment. What wasn't there yet is absent. Rights are those of
// asOfDocument: whoever has a part in a document by now reads its past, and everybody else what was public then.

// entryThen is the entry of history that holds how the thing stood at a time whose ID is j.value; the time is ?2.
const entryThen = `(SELECT x.entry FROM history x WHERE x.id = j.value AND x.at <= ?2 ORDER BY x.entry DESC LIMIT 1)`

// stood reads things of a table that the history keeps, as they stood at a time.
func stood[T any](r table.Run, of string, ids []string, asOf time.Time) (map[string]T, error) {
	return table.ByID[T](r, `SELECT h.id, h.data FROM json_each(?1) j CROSS JOIN `+of+` o ON o.id = j.value
		CROSS JOIN history h ON h.id = j.value AND h.entry = `+entryThen, ids, table.Millis(asOf))
}

// OrganisationsAt returns those of the IDs that were registered at a time, as they were then.
func (db *DB) OrganisationsAt(ctx context.Context, ids []string, asOf time.Time) (map[string]policies.Organisation, error) {
	return stood[policies.Organisation](db.file.Read(ctx), "organisations", ids, asOf)
}

// MembersAt returns those of the IDs that had been admitted at a time, as they were then.
func (db *DB) MembersAt(ctx context.Context, ids []string, asOf time.Time) (map[string]policies.Member, error) {
	return stood[policies.Member](db.file.Read(ctx), "members", ids, asOf)
}

// ConsultationsAt returns those of the IDs that had been opened at a time, as they were then.
func (db *DB) ConsultationsAt(ctx context.Context, ids []string, asOf time.Time) (map[string]policies.Consultation, error) {
	return stood[policies.Consultation](db.file.Read(ctx), "consultations", ids, asOf)
}

// RuleSetsAt returns those of the IDs that had been created at a time, as they were then.
func (db *DB) RuleSetsAt(ctx context.Context, ids []string, asOf time.Time) (map[string]standards.RuleSet, error) {
	return stood[standards.RuleSet](db.file.Read(ctx), "rule_sets", ids, asOf)
}

// ReleasesAt returns those of the IDs that had been published at a time. Nothing of a release changes.
func (db *DB) ReleasesAt(ctx context.Context, ids []string, asOf time.Time) (map[string]standards.Release, error) {
	return table.ByID[standards.Release](db.file.Read(ctx),
		`SELECT r.id, r.data FROM json_each(?) j CROSS JOIN releases r ON r.id = j.value WHERE r.at <= ?`, ids, table.Millis(asOf))
}

// DocumentsAt returns those of the IDs that had been proposed at a time and that the viewer may read, as
// they were then.
func (db *DB) DocumentsAt(ctx context.Context, viewer policies.Actor, ids []string, asOf time.Time) (map[string]policies.Document, error) {
	then, _, err := documentsThen(db.file.Read(ctx), viewer, ids, asOf)
	return then, err
}

// documentsThen reads documents as they were at a time, and with each the one that says who may read it.
func documentsThen(r table.Run, viewer policies.Actor, ids []string, asOf time.Time) (then, rights map[string]policies.Document, err error) {
	may, args := readable(viewer)
	now, err := table.ByID[policies.Document](r, `SELECT d.id, d.data FROM json_each(?) j CROSS JOIN documents d ON d.id = j.value WHERE `+may, ids, args...)
	if err != nil {
		return nil, nil, err
	}
	if then, err = stood[policies.Document](r, "documents", ids, asOf); err != nil {
		return nil, nil, err
	}
	rights = make(map[string]policies.Document, len(then))
	for id, was := range then {
		is, ok := now[id]
		if ok {
			rights[id], ok = asOfDocument(viewer, was, is)
		}
		if !ok {
			delete(then, id)
			delete(rights, id)
		}
	}
	return then, rights, nil
}

// RevisionsAt returns those of the IDs that had been committed at a time and that the viewer could have read then. Nothing
// of a revision changes.
func (db *DB) RevisionsAt(ctx context.Context, viewer policies.Actor, ids []string, asOf time.Time) (map[string]policies.Revision, error) {
	r := db.file.Read(ctx)
	found, err := table.ByID[policies.Revision](r, `SELECT r.id, r.data FROM json_each(?) j CROSS JOIN revisions r ON r.id = j.value
		WHERE r.committed_at <= ?`, ids, table.Millis(asOf))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var documents []string
	for _, v := range found {
		documents = append(documents, v.DocumentID)
	}
	slices.Sort(documents)
	_, rights, err := documentsThen(r, viewer, slices.Compact(documents), asOf)
	for id, v := range found {
		d, ok := rights[v.DocumentID]
		if !ok || !policies.Allowed(viewer, policies.ReadingRevision, policies.OnRevision(&d, v.Number)) {
			delete(found, id)
		}
	}
	return found, err
}

// BallotsAt returns those of the IDs that had been opened at a time, on documents that the viewer may read, as they were
// then.
func (db *DB) BallotsAt(ctx context.Context, viewer policies.Actor, ids []string, asOf time.Time) (map[string]policies.Ballot, error) {
	may, args := readable(viewer)
	return table.ByID[policies.Ballot](db.file.Read(ctx), `SELECT h.id, h.data FROM json_each(?1) j CROSS JOIN history h ON h.id = j.value AND h.entry = `+entryThen+`
		CROSS JOIN ballots b ON b.id = j.value CROSS JOIN documents d ON d.name = b.document WHERE `+may, ids, append([]any{table.Millis(asOf)}, args...)...)
}

// CommentsAt returns those of the IDs that had been submitted at a time and that the viewer may read, with what had become of
// them then; confidential ones that it may not, as shells.
func (db *DB) CommentsAt(ctx context.Context, viewer policies.Actor, ids []string, asOf time.Time) (map[string]policies.Comment, error) {
	return db.commentsByID(ctx, viewer, ids, asOf)
}

// RepliesAt returns those of the IDs that had been made at a time and that the viewer may read.
func (db *DB) RepliesAt(ctx context.Context, viewer policies.Actor, ids []string, asOf time.Time) (map[string]policies.Reply, error) {
	found, err := db.Replies(ctx, viewer, ids)
	for id, v := range found {
		if v.At.After(asOf) {
			delete(found, id)
		}
	}
	return found, err
}

// AnchorsAt lists the anchors of comments that stood at a time or had been taken back by then, oldest first.
func (db *DB) AnchorsAt(ctx context.Context, commentIDs []string, asOf time.Time) (map[string][]policies.Anchor, error) {
	found, err := db.Anchors(ctx, commentIDs)
	for id, all := range found {
		then := all[:0]
		for _, a := range all {
			if !a.At.After(asOf) {
				then = append(then, anchorThen(a, asOf))
			}
		}
		if found[id] = then; len(then) == 0 {
			delete(found, id)
		}
	}
	return found, err
}
