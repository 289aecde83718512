package views

import (
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// This file says in SQL what policies.May says of reading documents, revisions and comments,
// and what policies.Document.Phase says of phases. In the conditions, d is a row of
// documents and r one of revisions.

// readsDraftsOf returns the condition that a reads d's drafts. Which of the three it is,
// May itself says, asked about a draft that is nobody's and one of the actor's organisation.
func readsDraftsOf(a policies.Actor) (condition string, args []any) {
	reads := func(d policies.Document) bool {
		return policies.Allowed(a, policies.ReadingDocument, policies.OnDocument(&d))
	}
	switch {
	case reads(policies.Document{}):
		return "1", nil
	case reads(policies.Document{Sponsors: []string{a.OrganisationID}}):
		return "EXISTS (SELECT 1 FROM json_each(d.insiders) WHERE value = ?)", []any{a.OrganisationID}
	}
	return "0", nil
}

// readable is May(a, ReadingDocument) of d.
func readable(a policies.Actor) (condition string, args []any) {
	inside, args := readsDraftsOf(a)
	return "(d.public OR " + inside + ")", args
}

// revisionReadable is May(a, ReadingRevision) of r, a revision of d.
func revisionReadable(a policies.Actor) (condition string, args []any) {
	inside, args := readsDraftsOf(a)
	return "(d.open_drafts OR d.public_from > 0 AND r.number BETWEEN d.public_from AND d.public_to OR " + inside + ")", args
}

// latestReadable is the number of the latest revision of d that a may read.
func latestReadable(a policies.Actor) (expression string, args []any) {
	inside, args := readsDraftsOf(a)
	return "CASE WHEN d.open_drafts OR " + inside + " THEN d.revisions ELSE d.public_to END", args
}

// disclosed is May(a, ReadingComment) of c, whose document a may read. Who is told of
// a confidential comment May itself says, asked about one that is nobody's, one of the
// actor's organisation, and one that was told to that as a sponsor.
func disclosed(a policies.Actor) (condition string, args []any) {
	reads := func(author string, confidants ...string) bool {
		return policies.Allowed(a, policies.ReadingComment, policies.OnComment(&policies.Document{OpenDrafts: true, Sponsors: confidants},
			&policies.Comment{OrganisationID: author, Confidants: confidants, CommentWords: policies.CommentWords{Confidential: true}}))
	}
	switch {
	case reads(""):
		return "1", nil
	case reads(a.OrganisationID) && reads("", a.OrganisationID):
		return `(NOT c.confidential OR coalesce(c.organisation = ` + numberOf + `, 0) OR
			EXISTS (SELECT 1 FROM json_each(c.confidants) WHERE value = ?) AND
			EXISTS (SELECT 1 FROM documents d, json_each(d.data, '$.Sponsors') WHERE d.name = c.document AND value = ?))`,
			[]any{a.OrganisationID, a.OrganisationID, a.OrganisationID}
	}
	return "NOT c.confidential", nil
}

// positionReadable is May(a, ReadingPosition) of p, a row of positions in b, one of
// ballots on d, at a time: after the close, and before it in an open ballot, and
// that of one's own organisation. Whether the actor may see that last one May itself says.
func positionReadable(a policies.Actor, now time.Time) (condition string, args []any) {
	own := policies.Allowed(a, policies.ReadingPosition, policies.OnPosition(&policies.Document{OpenDrafts: true}, &policies.Ballot{ClosesAt: now.Add(time.Hour),
		Secrecy: policies.SecretUntilClose, Electorate: []policies.Elector{{OrganisationID: a.OrganisationID}}}, a.OrganisationID, now))
	may, args := readable(a)
	return "(b.open OR b.closes_at <= ? AND b.cancelled_at IS NULL OR ? AND p.organisation = ?) AND " + may,
		append([]any{table.Millis(now), own, a.OrganisationID}, args...)
}

// documentPhase is the phase of d at a time, which it takes documentPhaseTimes times.
const documentPhase = `CASE
	WHEN d.withdrawn_at <= ? THEN 'withdrawn'
	WHEN d.adopted_at <= ? THEN CASE
		WHEN EXISTS (` + spansNow + ` AND x.begins <= ? AND x.ends > ?) THEN 'inForce'
		WHEN EXISTS (` + spansNow + ` AND x.ends > ?) THEN 'adopted'
		ELSE (SELECT x.ended FROM (` + spansNow + ` ORDER BY x.ends DESC, x.n LIMIT 1) x) END
	WHEN NOT d.consulted OR d.rounds = 1 AND d.opens_at > ? THEN 'draft'
	WHEN d.opens_at <= ? AND d.closes_at > ? THEN 'consultation'
	WHEN d.ballot_opens_at <= ? AND d.ballot_closes_at > ? THEN 'ballot'
	ELSE 'review' END`

const documentPhaseTimes = 10

// spansNow are while what d became binds its parties, as it is known now.
const spansNow = `SELECT * FROM spans x WHERE x.document = d.name AND x.known_until = 9223372036854775807`

// asOfDocument checks rights on a document as it stood: insiders are those of
// today, since what they were invited to read has a past; everybody else reads
// what was public then. then is how it stood, now how it stands.
func asOfDocument(a policies.Actor, then, now policies.Document) (rights policies.Document, ok bool) {
	rights = then
	rights.Sponsors, rights.Offered, rights.Readers = now.Sponsors, now.Offered, now.Readers
	return rights, policies.Allowed(a, policies.ReadingDocument, policies.OnDocument(&rights))
}

// firstEntryAfter is the seq of the first entry after a time, by bisection: entries' times
// never go back. It takes the time twice.
const firstEntryAfter = `(WITH RECURSIVE half (low, high) AS (
		SELECT 0, (SELECT position FROM state)
		UNION ALL
		SELECT iif(e.at <= ?, (low + high) / 2 + 1, low), iif(e.at <= ?, high, (low + high) / 2)
		FROM half JOIN entries e ON e.seq = (low + high) / 2 WHERE low < high)
	SELECT max(low) FROM half WHERE low >= high)`

func firstEntryArgs(asOf time.Time) []any {
	return []any{table.Millis(asOf), table.Millis(asOf)}
}
