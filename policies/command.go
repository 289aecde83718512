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
	Fresh func(Prefix) string                   // a new TypeID
	Sign  func(manifest []byte) (string, error) // signs a release's manifest: compact JWS, detached payload
}

// Rules are the registry's settings of the dialogue.
type Rules struct {
	MinimumWindow map[standards.Kind]time.Duration // shortest consultation by kind
	MinimumBallot map[standards.Kind]time.Duration // shortest ballot by kind
	MaximumWindow map[standards.Kind]time.Duration // longest consultation by kind, and how far ahead one may open; the default where there is none
	MaximumBallot map[standards.Kind]time.Duration // longest ballot by kind; the default where there is none
	Quorum        map[standards.Kind]Fraction      // of a chamber's electorate; the default where there is none
	Majority      map[standards.Kind]Fraction      // of yes, no objection and discuss; the default where there is none
	WithoutBallot map[standards.Kind]bool          // adopted without one; where one was opened, it counts all the same
	Limits        clauses.Limits                   // what a revision may weigh

	// How far ahead a date of law may lie, for how long an instrument may bind, and for
	// how long a release may be trusted; the default where one is zero.
	MaxAhead, MaxValidity, MaxReleaseValidity time.Duration

	// Bytes of files that a member and an organisation may have here; the default where one is zero.
	MemberBytes, OrganisationBytes int64
}

// What a ballot asks for where nothing is configured.
var (
	DefaultQuorum   = Fraction{1, 2}
	DefaultMajority = Fraction{2, 3}
)

func (r Rules) quorum(k standards.Kind) Fraction {
	return configuredFraction(r.Quorum, k, DefaultQuorum)
}
func (r Rules) majority(k standards.Kind) Fraction {
	return configuredFraction(r.Majority, k, DefaultMajority)
}

func configuredFraction(by map[standards.Kind]Fraction, k standards.Kind, otherwise Fraction) Fraction {
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
		MaximumWindow: map[standards.Kind]time.Duration{},
		MaximumBallot: map[standards.Kind]time.Duration{},

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

// A LongEvent is an event that takes long to fold. Most of that is done by Prepare, which needs
// nothing but the event, before the fold or, where nobody did it, in it.
type LongEvent interface {
	Event
	Prepare() error
}

// A Stamp is where and when an event rests in the ledger.
type Stamp struct {
	Seq int64
	At  time.Time
}

// Facts are what decisions may ask, subject by subject. A lookup that finds nothing
// answers ErrNotFound.
type Facts interface {
	OrganisationFacts
	MemberFacts
	InvitationFacts
	SessionFacts
	FilterFacts
	SeenFacts
	DocumentFacts
	RevisionFacts
	ConsultationFacts
	CommentFacts
	ReplyFacts
	CommentDraftFacts
	AttachmentFacts
	ClearingFacts
	AnchorFacts
	EndorsementFacts
	CampaignFacts
	DispositionFacts
	SelectionFacts
	EditorialFacts
	BallotFacts
	PositionFacts
	InstrumentFacts
	RuleSetFacts
	NumberFacts
	WorkFacts
}

// A Record is what events fold into. Put creates or replaces by ID. What it holds of each
// subject is said in the file of that subject.
type Record interface {
	Facts
	OrganisationRecord
	MemberRecord
	InvitationRecord
	SessionRecord
	FilterRecord
	SeenRecord
	DocumentRecord
	RevisionRecord
	ConsultationRecord
	CommentRecord
	ReplyRecord
	CommentDraftRecord
	AttachmentRecord
	ClearingRecord
	AnchorRecord
	EndorsementRecord
	SelectionRecord
	EditorialRecord
	BallotRecord
	PositionRecord
	InstrumentRecord
	RuleSetRecord
	NumberRecord
}
