package policies

import (
	"time"
	_ "time/tzdata" // zones are part of the rules, wherever the node runs
)

// A Consultation is a window in which one frozen revision is open for comment.
// It closes at a stated local time in a named zone; it may be extended, never
// shortened.
type Consultation struct {
	ID             string // TypeID "csn_…"
	DocumentID     string
	RevisionID     string
	Revision       int // the revision's number
	Round          int // from 1
	Title          string
	OpensAt        time.Time
	ClosesAt       time.Time
	Zone           string // IANA name of the zone in which its times were stated
	Late           Late
	OrganisationID string    // who opened it
	OpenedAt       time.Time // when it was announced; OpensAt may lie later
	ExtendedAt     time.Time
	Extension      string    // reason of the latest extension
	FirstClosesAt  time.Time // as announced
	Questions      []ConsultationQuestion
	Audience       *Audience // nil: everybody is asked
	Terms          Terms     // of the document, as they were shown
	Earlier        Earlier   // the one before it that wasn't cancelled

	// CancelAsked is the half of a cancellation, and Cancelled who completed it; zero
	// where there is none.
	CancelAsked, Cancelled JointRequest
}

// IsOpen says whether comments are taken in time at t.
func (k *Consultation) IsOpen(t time.Time) bool {
	return !t.Before(k.OpensAt) && t.Before(k.ClosesAt) && (k.Cancelled.IsZero() || t.Before(k.Cancelled.At))
}

// Late is what happens to a comment that comes after the close.
type Late string

const (
	LateRefused Late = "refused"
	LateMarked  Late = "marked" // taken, and marked late
)

// OpenConsultation freezes a revision and opens it for comment.
type OpenConsultation struct {
	DocumentID string
	RevisionID string // "" for the head
	Title      string
	Opens      string // local time "2026-03-01T09:00" in Zone; "" for now
	Closes     string // local time in Zone
	Zone       string // IANA name, "Europe/Tallinn"
	Late       Late
	Questions  []ConsultationQuestion // their IDs aren't looked at
	Audience   *Audience              // nil to ask everybody
}

// ConsultationOpened is what [OpenConsultation] yields.
type ConsultationOpened struct {
	ID             string    `json:"id"`
	DocumentID     string    `json:"document"`
	RevisionID     string    `json:"revision"`
	Revision       int       `json:"revisionNumber"`
	Round          int       `json:"round"`
	Title          string    `json:"title,omitempty"`
	OpensAt        time.Time `json:"opensAt"`
	ClosesAt       time.Time `json:"closesAt"`
	Zone           string    `json:"zone"`
	Late           Late      `json:"late"`
	OrganisationID string    `json:"organisation,omitempty"`
	By             string    `json:"by,omitempty"`

	Questions []ConsultationQuestion `json:"questions,omitempty"`
	Audience  *Audience              `json:"audience,omitempty"`
	Terms     Terms                  `json:"terms,omitzero"` // of the document when it was opened
}

// Decide implements [Command].
func (c OpenConsultation) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Consulting)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("documentId"), d.checkNoOpenBallot("documentId", env.Now), d.checkNoConsultation("documentId", env.Now)); err != nil {
		return nil, err
	}
	rev, err := loadRevisionToOpen(env, f, d, c.RevisionID)
	if err != nil {
		return nil, err
	}
	opens, closes, inWindow := c.readWindow(env, d)
	questions, inQuestions := c.checkedQuestions()
	if err := joinFaults(checkLine("title", c.Title, MaxTitle, false), checkOneOf("late", c.Late, []Late{LateRefused, LateMarked}),
		c.Audience.check(), inWindow, inQuestions); err != nil {
		return nil, err
	}
	round, err := nextNumber(f, series("consultation", d.ID), d.Rounds)
	if err != nil {
		return nil, err
	}
	return &ConsultationOpened{ID: env.Fresh(PrefixConsultation), DocumentID: d.ID, RevisionID: rev.ID, Revision: rev.Number,
		Round: round, Title: c.Title, OpensAt: opens, ClosesAt: closes, Zone: c.Zone, Late: c.Late,
		OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID, Questions: questions, Audience: c.Audience.recorded(),
		Terms: d.Terms}, nil
}

// loadRevisionOrHead loads the revision of a document that a command names, its head for "".
func loadRevisionOrHead(f Facts, d *Document, id string) (Revision, error) {
	if id == "" {
		id = d.Head
	}
	if id == "" {
		return Revision{}, errConflict("documentId", "%s has no text yet", d.Number)
	}
	return loadRevisionOf(f, d, "revisionId", id)
}

// loadRevisionOf loads a revision that must belong to the document.
func loadRevisionOf(f Facts, d *Document, field, id string) (Revision, error) {
	rev, err := f.Revision(id)
	if err == nil && rev.DocumentID != d.ID {
		err = ErrNotFound
	}
	if err != nil {
		return Revision{}, errUnknown(err, field, "revision of this document", id)
	}
	return rev, nil
}

// readWindow reads the local times and holds them against the shortest and longest length.
func (c OpenConsultation) readWindow(env Env, d *Document) (opens, closes time.Time, err error) {
	opens = env.Now
	if c.Opens != "" {
		if opens, err = parseLocalTime("opensAtLocal", c.Opens, c.Zone); err != nil {
			return opens, closes, err
		}
	}
	if closes, err = parseLocalTime("closesAtLocal", c.Closes, c.Zone); err != nil {
		return opens, closes, err
	}
	switch least := env.Rules.MinimumWindow[d.Kind]; {
	case opens.Before(env.Now):
		return opens, closes, errInvalid("opensAtLocal", "lies in the past")
	case !closes.After(opens):
		return opens, closes, errInvalid("closesAtLocal", "the window ends before it begins")
	case localDuration(opens, closes, c.Zone) < least:
		return opens, closes, errInvalid("closesAtLocal", "the window is %s long; a %s is open for at least %s", formatDays(localDuration(opens, closes, c.Zone)), d.Kind, formatDays(least))
	}
	return opens, closes, env.Rules.checkConsultation(env.Now, opens, closes, c.Zone, d.Kind)
}

var _ = registerEvent[ConsultationOpened](nil)

func (*ConsultationOpened) Kind() string      { return "consultation.opened/1" }
func (e *ConsultationOpened) Subject() string { return e.ID }

// Fold implements [Event].
func (e *ConsultationOpened) Fold(s Stamp, r Record) error {
	var earlier Earlier
	switch d, err := r.Document(e.DocumentID); {
	case errUnlessErased(err) != nil:
		return err
	case err == nil:
		earlier = Earlier{ID: d.Consultation, OpensAt: d.OpensAt, ClosesAt: d.ClosesAt}
	}
	err := r.PutConsultation(Consultation{ID: e.ID, Earlier: earlier, DocumentID: e.DocumentID, RevisionID: e.RevisionID,
		Revision: e.Revision, Round: e.Round, Title: e.Title, OpensAt: e.OpensAt, ClosesAt: e.ClosesAt,
		FirstClosesAt: e.ClosesAt, Zone: e.Zone, Late: e.Late, OrganisationID: e.OrganisationID, OpenedAt: s.At,
		Questions: e.Questions, Audience: e.Audience, Terms: e.Terms})
	if err != nil {
		return err
	}
	return changeDocument(r, e.DocumentID, func(d *Document) {
		d.Consultation, d.Rounds, d.OpensAt, d.ClosesAt, d.PutForward = e.ID, e.Round, e.OpensAt, e.ClosesAt, ""
		d.Held++
		d.publishRevision(e.Revision)
	})
}

// ExtendConsultation moves the close of a consultation that has not closed yet.
type ExtendConsultation struct {
	ConsultationID string
	Closes         string // local time in the consultation's zone
	Reason         string
}

// ConsultationExtended is what [ExtendConsultation] yields.
type ConsultationExtended struct {
	ID       string    `json:"id"`
	ClosesAt time.Time `json:"closesAt"`
	Reason   string    `json:"reason"`
	By       string    `json:"by,omitempty"`
}

// Decide implements [Command].
func (c ExtendConsultation) Decide(env Env, f Facts) (Event, error) {
	k, err := f.Consultation(c.ConsultationID)
	if err != nil {
		return nil, errUnknown(err, "consultationId", "consultation", c.ConsultationID)
	}
	d, err := loadDocument(env, f, "consultationId", k.DocumentID, Consulting)
	if err != nil {
		return nil, err
	}
	closes, late := c.readCloses(env, &k, d)
	if err := joinFaults(d.checkNotSettled("consultationId"), k.checkUnclosed(env.Now), checkText("reason", c.Reason, MaxReason, true), late); err != nil {
		return nil, err
	}
	return &ConsultationExtended{ID: k.ID, ClosesAt: closes, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

// readCloses reads until when the consultation is to be open, which is later than it was.
func (c ExtendConsultation) readCloses(env Env, k *Consultation, d *Document) (time.Time, error) {
	closes, err := parseLocalTime("closesAtLocal", c.Closes, k.Zone)
	switch {
	case err != nil:
		return closes, err
	case !closes.After(k.ClosesAt):
		return closes, errInvalid("closesAtLocal", "a consultation is extended, never shortened: it closes at %s", k.ClosesAt.Format(time.RFC3339))
	}
	return closes, env.Rules.checkConsultation(k.OpensAt, k.OpensAt, closes, k.Zone, d.Kind)
}

var _ = registerEvent[ConsultationExtended](nil)

func (*ConsultationExtended) Kind() string      { return "consultation.extended/1" }
func (e *ConsultationExtended) Subject() string { return e.ID }

// Fold implements [Event].
func (e *ConsultationExtended) Fold(s Stamp, r Record) error {
	k, err := r.Consultation(e.ID)
	if err != nil {
		return errUnlessErased(err)
	}
	k.ClosesAt, k.ExtendedAt, k.Extension = e.ClosesAt, s.At, e.Reason
	if err := r.PutConsultation(k); err != nil {
		return err
	}
	return changeDocument(r, k.DocumentID, func(d *Document) {
		if d.Consultation == e.ID {
			d.ClosesAt = e.ClosesAt
		}
	})
}

// ConsultationFacts are what decisions may ask of consultations.
type ConsultationFacts interface {
	Consultation(id string) (Consultation, error)
	// Commented says whether a comment was made in a consultation, whatever became of it.
	Commented(consultationID string) (bool, error)
}

// ConsultationRecord is how events change consultations.
type ConsultationRecord interface {
	PutConsultation(Consultation) error
}
