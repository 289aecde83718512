package policies

import (
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/standards"
)

// A Command is a wish to change the record. Decide is pure: the same Env and
// the same facts give the same event or the same refusal (an *Error). Any other
// error is a failure to load facts and decides nothing.
type Command interface {
	Decide(env Env, f Facts) (Event, error)
}

// An Env is all that a decision takes from the world besides facts: who asks, when, by
// which rules, fresh IDs and a signer.
type Env struct {
	Now   time.Time                             // UTC, whole milliseconds; becomes the entry's time
	Actor Actor                                 // who asks
	Rules Rules                                 // what this registry was configured to demand
	Fresh func(prefix string) string            // a new TypeID with the prefix
	Sign  func(manifest []byte) (string, error) // signs a release's manifest: compact JWS, detached payload
}

// Rules are the registry's settings of the dialogue.
type Rules struct {
	MinimumWindow map[standards.Kind]time.Duration // shortest consultation by kind
	MinimumBallot map[standards.Kind]time.Duration // shortest ballot by kind
	Quorum        map[standards.Kind]Fraction      // of a chamber's electorate; the default where there is none
	Majority      map[standards.Kind]Fraction      // of yes, no objection and discuss; the default where there is none
	WithoutBallot map[standards.Kind]bool          // adopted without one; where one was opened, it counts all the same
	Limits        clauses.Limits                   // what a revision may weigh
}

// What a ballot asks for where nothing is configured.
var (
	DefaultQuorum   = Fraction{1, 2}
	DefaultMajority = Fraction{2, 3}
)

func (r Rules) quorum(k standards.Kind) Fraction   { return configured(r.Quorum, k, DefaultQuorum) }
func (r Rules) majority(k standards.Kind) Fraction { return configured(r.Majority, k, DefaultMajority) }

func configured(by map[standards.Kind]Fraction, k standards.Kind, otherwise Fraction) Fraction {
	if q, ok := by[k]; ok && q.Den > 0 {
		return q
	}
	return otherwise
}

// DefaultRules: regulations are open for comment for 60 days (the norm for TBT
// notifications), standards 30, best practices 14; ballots for 7. A quorum is half of
// a chamber, and two thirds carry.
func DefaultRules() Rules {
	const day = 24 * time.Hour
	return Rules{
		MinimumWindow: map[standards.Kind]time.Duration{
			standards.Regulation: 60 * day, standards.Standard: 30 * day, standards.BestPractice: 14 * day,
		},
		MinimumBallot: map[standards.Kind]time.Duration{
			standards.Regulation: 7 * day, standards.Standard: 7 * day, standards.BestPractice: 7 * day,
		},
		Quorum:   map[standards.Kind]Fraction{},
		Majority: map[standards.Kind]Fraction{},
		Limits:   clauses.DefaultLimits,
	}
}

// An Event is something that happened. Its JSON is the payload of a ledger entry.
type Event interface {
	Kind() string    // kind and payload version: "comment.submitted/1"
	Subject() string // ID of what it happened to
	// Fold brings the event into r. It never refuses: what refers to something
	// that was erased since is left out. Errors are r's own failures.
	Fold(s Stamp, r Record) error
}

// A Stamp is where and when an event rests in the ledger.
type Stamp struct {
	Seq int64
	At  time.Time
}

// Facts are what decisions may ask. A lookup that finds nothing answers ErrNotFound.
type Facts interface {
	Organisation(id string) (Organisation, error)
	OrganisationByName(name string) (Organisation, error)
	// OrganisationsIn lists the organisations of a kind in any of some jurisdictions or
	// in a subdivision of one, in all where none is given, as they were registered.
	OrganisationsIn(kind OrganisationKind, jurisdictions []string) ([]Organisation, error)
	Member(id string) (Member, error)
	// Memberships lists the present memberships of a person, oldest first.
	Memberships(issuer, subject string) ([]Member, error)
	// Headcount counts an organisation's present members and the admins among them.
	Headcount(organisationID string) (admins, members int, err error)
	Invitation(id string) (Invitation, error)
	// InvitationsTo lists the pending invitations to an address by its EmailKey,
	// those that expired too, oldest first.
	InvitationsTo(emailKey string) ([]Invitation, error)
	// SessionsEnded is until when the sessions of a SessionKey have ended; zero where
	// nothing is known of an end, or where it was forgotten, see SessionsForgottenAt.
	SessionsEnded(key string) (before time.Time, err error)
	// SavedFilter returns a filter, one that was deleted too.
	SavedFilter(id string) (SavedFilter, error)
	// SavedFilters lists the filters of a member that stand, oldest first.
	SavedFilters(memberID string) ([]SavedFilter, error)
	// AnswersSeen is up to when a member has seen the answers to its organisation's
	// comments; zero before it said so, which is no error.
	AnswersSeen(memberID string) (time.Time, error)

	Document(id string) (Document, error)
	// LastDocumentNumber is the highest running number of a kind's documents of a year,
	// 0 before the first.
	LastDocumentNumber(kind standards.Kind, year int) (int, error)
	Revision(id string) (Revision, error)
	// Text returns a revision's text with its clauses as recorded. Callers don't change it.
	Text(revisionID string) (*clauses.Text, error)
	// Clause returns one clause of a revision.
	Clause(revisionID, clauseID string) (clauses.Clause, error)

	Consultation(id string) (Consultation, error)
	Comment(id string) (Comment, error)
	// LastCommentNumber is the number of a document's latest comment, 0 before the first.
	LastCommentNumber(documentID string) (int, error)
	// Unanswered lists a document's standing comments without a disposition, and
	// those whose disposition is duplicate of a comment that was withdrawn or disowned since;
	// oldest first, at most limit of them, and how many there are in all.
	Unanswered(documentID string, limit int) ([]Comment, int, error)
	// Reply returns a reply to a comment.
	Reply(id string) (Reply, error)
	// CommentDraft returns a comment in preparation, whatever has become of it.
	CommentDraft(id string) (CommentDraft, error)
	// Upload returns an organisation's latest upload of a file.
	Upload(organisationID, digest string) (Upload, error)
	// Anchors lists where sponsors put a comment by hand, oldest first.
	Anchors(commentID string) ([]Anchor, error)
	// Endorsement returns what an organisation last said of a comment.
	Endorsement(commentID, organisationID string) (Endorsement, error)
	// Campaign returns a group of two comments or more.
	Campaign(id string) (Campaign, error)
	// Selected lists the comments on a document that a selection takes and that came
	// before an entry, oldest first, at most limit of them, and how many there are in all.
	Selected(documentID string, s Selection, before int64, limit int) ([]Selected, int, error)
	// Accepted lists a document's comments accepted in whole or in part, oldest first.
	Accepted(documentID string) ([]Comment, error)
	// Editorial lists the changes of a document marked editorial.
	Editorial(documentID string) ([]EditorialMark, error)

	Ballot(id string) (Ballot, error)
	// PositionOf says where an organisation stands in a ballot.
	PositionOf(ballotID, organisationID string) (Position, error)
	// Positions lists those of a ballot, in the order of the organisations' IDs.
	Positions(ballotID string) ([]Position, error)

	Instrument(id string) (standards.Instrument, error)
	RuleSet(id string) (standards.RuleSet, error)
	RuleSetBySlug(slug string) (standards.RuleSet, error)
	Release(ruleSetID string, number int) (standards.Release, error)
}

// A Record is what events fold into. Put creates or replaces by ID.
type Record interface {
	Facts
	PutOrganisation(Organisation) error
	PutMember(Member) error
	PutInvitation(Invitation) error
	// EndSessions notes at a moment that sessions ended, and forgets what may be
	// forgotten by then. An earlier end is no news.
	EndSessions(key string, before, at time.Time) error
	PutSavedFilter(SavedFilter) error
	PutAnswersSeen(memberID string, until time.Time) error
	PutDocument(Document) error
	AddRevision(Revision, *clauses.Text) error
	PutConsultation(Consultation) error
	AddComment(Comment) error
	PutComment(Comment) error // replaces one that was added
	AddReply(Reply) error
	PutCommentDraft(CommentDraft) error
	AddUpload(Upload) error
	AddAnchor(Anchor) error
	// DisposeAll gives the comments of a document at these entries one answer.
	DisposeAll(documentID string, entries Entries, d Disposition) error
	PutEndorsement(Endorsement) error // replaces what the organisation said before
	PutEditorialMark(EditorialMark) error
	PutBallot(Ballot) error
	PutPosition(Position) error // replaces the organisation's in that ballot
	PutInstrument(standards.Instrument) error
	PutRuleSet(standards.RuleSet) error
	AddRelease(standards.Release) error
}
