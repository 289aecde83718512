package views

import (
	"errors"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// facts answer policies.Facts by queries alone: under a Tx what its caches don't
// know, on a snapshot everything.
type facts struct {
	run  table.Run
	text func(revisionID string) (*clauses.Text, error)
}

var _ policies.Facts = facts{}

func (f facts) Organisation(id string) (policies.Organisation, error) {
	return decodeOne[policies.Organisation](f.run, `SELECT data FROM organisations WHERE id = ?`, id)
}

func (f facts) OrganisationByName(name string) (policies.Organisation, error) {
	return decodeOne[policies.Organisation](f.run, `SELECT data FROM organisations WHERE name = ? ORDER BY n LIMIT 1`, name)
}

func (f facts) OrganisationsIn(kind policies.OrganisationKind, jurisdictions []string) ([]policies.Organisation, error) {
	return table.DecodeAll[policies.Organisation](f.run, `SELECT o.data FROM organisations o WHERE o.kind = ? AND (? = 0
		OR EXISTS (SELECT 1 FROM json_each(?) j WHERE json_extract(o.data, '$.Jurisdiction') = j.value
			OR json_extract(o.data, '$.Jurisdiction') GLOB j.value || '-*')) ORDER BY o.n`,
		string(kind), len(jurisdictions), table.JSONList(jurisdictions))
}

func (f facts) Member(id string) (policies.Member, error) {
	return decodeOne[policies.Member](f.run, `SELECT data FROM members WHERE id = ?`, id)
}

func (f facts) Memberships(issuer, subject string) ([]policies.Member, error) {
	return table.DecodeAll[policies.Member](f.run,
		`SELECT data FROM members WHERE issuer = ? AND subject = ? AND present ORDER BY n`, issuer, subject)
}

func (f facts) Headcount(organisationID string) (admins, members int, err error) {
	return admins, members, one(f.run, `SELECT coalesce(sum(admin), 0), count(*) FROM members WHERE organisation = ? AND present`,
		[]any{organisationID}, &admins, &members)
}

func (f facts) Invitation(id string) (policies.Invitation, error) {
	return decodeOne[policies.Invitation](f.run, `SELECT data FROM invitations WHERE id = ?`, id)
}

func (f facts) InvitationsTo(emailKey string) ([]policies.Invitation, error) {
	return table.DecodeAll[policies.Invitation](f.run, `SELECT data FROM invitations WHERE address = ? AND pending ORDER BY n`, emailKey)
}

func (f facts) SessionsEnded(key string) (time.Time, error) {
	ended, err := f.sessionsEnded([]string{key})
	return ended[key], err
}

// sessionsEnded is until when the sessions of each of the keys have ended.
func (f facts) sessionsEnded(keys []string) (map[string]time.Time, error) {
	var key string
	var before time.Time
	ended := map[string]time.Time{}
	err := table.Each(f.run, `SELECT s.key, s.before FROM json_each(?) j CROSS JOIN sessions_ended s ON s.key = j.value`,
		[]any{table.JSONList(keys)}, []any{&key, table.Time(&before)}, func() error {
			ended[key] = before
			return nil
		})
	return ended, err
}

func (f facts) SavedFilter(id string) (policies.SavedFilter, error) {
	return decodeOne[policies.SavedFilter](f.run, `SELECT data FROM filters WHERE id = ?`, id)
}

func (f facts) SavedFilters(memberID string) ([]policies.SavedFilter, error) {
	return table.DecodeAll[policies.SavedFilter](f.run, `SELECT data FROM filters WHERE member = ? AND standing ORDER BY n`, memberID)
}

func (f facts) AnswersSeen(memberID string) (time.Time, error) {
	var until time.Time
	err := one(f.run, `SELECT until FROM answers_seen WHERE member = ?`, []any{memberID}, table.Time(&until))
	if errors.Is(err, policies.ErrNotFound) {
		err = nil
	}
	return until, err
}

func (f facts) Document(id string) (policies.Document, error) {
	return decodeOne[policies.Document](f.run, `SELECT data FROM documents WHERE id = ?`, id)
}

func (f facts) LastDocumentNumber(kind standards.Kind, year int) (last int, err error) {
	return last, one(f.run, `SELECT coalesce(max(CAST(substr(number, length(rtrim(number, '0123456789')) + 1) AS INTEGER)), 0)
		FROM documents WHERE kind = ? AND year = ?`, []any{string(kind), year}, &last)
}

func (f facts) Revision(id string) (policies.Revision, error) {
	return decodeOne[policies.Revision](f.run, `SELECT data FROM revisions WHERE id = ?`, id)
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

func (f facts) Consultation(id string) (policies.Consultation, error) {
	return decodeOne[policies.Consultation](f.run, `SELECT data FROM consultations WHERE id = ?`, id)
}

func (f facts) Comment(id string) (policies.Comment, error) {
	list, err := f.comments(`c.id = ? ORDER BY c.seq LIMIT 1`, id)
	if err == nil && len(list) == 0 {
		err = policies.ErrNotFound
	}
	if err != nil {
		return policies.Comment{}, err
	}
	return list[0], nil
}

// comments loads comments by a condition and the rest of the query after it.
func (f facts) comments(rest string, args ...any) (list []policies.Comment, err error) {
	fields, value := commentWhole()
	err = table.Each(f.run, `SELECT `+fields.Columns()+` FROM comments c WHERE `+rest, args, fields.Dest(), func() error {
		c, err := value()
		list = append(list, c)
		return err
	})
	return list, err
}

func (f facts) LastCommentNumber(documentID string) (last int, err error) {
	err = one(f.run, `SELECT last FROM comment_numbers WHERE document = (SELECT id FROM names WHERE name = ?)`,
		[]any{documentID}, &last)
	if errors.Is(err, policies.ErrNotFound) {
		return 0, nil
	}
	return last, err
}

// unanswered is the condition of the index of that name.
const unanswered = `c.document = (SELECT id FROM names WHERE name = ?) AND c.answer = 0
	AND c.withdrawn_at IS NULL AND c.disowned_at IS NULL`

func (f facts) Unanswered(documentID string, limit int) ([]policies.Comment, int, error) {
	var total int
	err := one(f.run, `SELECT count(*) FROM comments c WHERE `+unanswered, []any{documentID}, &total)
	if err != nil {
		return nil, 0, err
	}
	list, err := f.comments(unanswered+` ORDER BY c.seq LIMIT ?`, documentID, max(limit, 0))
	return list, total, err
}

func (f facts) Accepted(documentID string) ([]policies.Comment, error) {
	return f.comments(`c.document = (SELECT id FROM names WHERE name = ?) AND c.answer = 2
		AND c.withdrawn_at IS NULL AND c.disowned_at IS NULL ORDER BY c.seq`, documentID)
}

func (f facts) Reply(id string) (policies.Reply, error) {
	return decodeOne[policies.Reply](f.run, `SELECT data FROM replies WHERE id = ? ORDER BY n LIMIT 1`, id)
}

func (f facts) CommentDraft(id string) (policies.CommentDraft, error) {
	return decodeOne[policies.CommentDraft](f.run, `SELECT data FROM comment_drafts WHERE id = ?`, id)
}

func (f facts) Upload(organisationID, digest string) (policies.Upload, error) {
	return decodeOne[policies.Upload](f.run,
		`SELECT data FROM uploads WHERE digest = ? AND organisation = ? ORDER BY n DESC LIMIT 1`, digest, organisationID)
}

func (f facts) Editorial(documentID string) ([]policies.EditorialMark, error) {
	return table.DecodeAll[policies.EditorialMark](f.run, `SELECT data FROM marks WHERE document = ? ORDER BY n`, documentID)
}

func (f facts) Ballot(id string) (policies.Ballot, error) {
	return decodeOne[policies.Ballot](f.run, `SELECT data FROM ballots WHERE id = ?`, id)
}

func (f facts) PositionOf(ballotID, organisationID string) (policies.Position, error) {
	return decodeOne[policies.Position](f.run, `SELECT data FROM positions WHERE ballot = ? AND organisation = ?`,
		ballotID, organisationID)
}

func (f facts) Positions(ballotID string) ([]policies.Position, error) {
	return table.DecodeAll[policies.Position](f.run, `SELECT data FROM positions WHERE ballot = ? ORDER BY organisation`, ballotID)
}

func (f facts) Instrument(id string) (standards.Instrument, error) {
	return decodeOne[standards.Instrument](f.run, `SELECT data FROM instruments WHERE id = ?`, id)
}

func (f facts) RuleSet(id string) (standards.RuleSet, error) {
	return decodeOne[standards.RuleSet](f.run, `SELECT data FROM rule_sets WHERE id = ?`, id)
}

func (f facts) RuleSetBySlug(slug string) (standards.RuleSet, error) {
	return decodeOne[standards.RuleSet](f.run, `SELECT data FROM rule_sets WHERE slug = ? ORDER BY n LIMIT 1`, slug)
}

func (f facts) Release(ruleSetID string, number int) (standards.Release, error) {
	return decodeOne[standards.Release](f.run,
		`SELECT data FROM releases WHERE rule_set = ? AND number = ? ORDER BY n LIMIT 1`, ruleSetID, number)
}
