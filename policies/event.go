package policies

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
)

// decoders knows every payload version ever written. An entry is never migrated:
// a changed payload gets a new number and a new line here, and the old line stays.
var decoders = map[string]func() Event{
	"organisation.registered/1": func() Event { return new(OrganisationRegistered) },
	"member.admitted/1":         func() Event { return new(MemberAdmitted) },
	"member.removed/1":          func() Event { return new(MemberRemoved) },
	"member.left/1":             func() Event { return new(MemberLeft) },
	"member.roleChanged/1":      func() Event { return new(RoleChanged) },
	"member.invited/1":          func() Event { return new(MemberInvited) },
	"invitation.accepted/1":     func() Event { return new(InvitationAccepted) },
	"invitation.revoked/1":      func() Event { return new(InvitationRevoked) },
	"session.ended/1":           func() Event { return new(SessionsEnded) },
	"filter.saved/1":            func() Event { return new(FilterSaved) },
	"filter.deleted/1":          func() Event { return new(FilterDeleted) },
	"answers.seen/1":            func() Event { return new(AnswersSeen) },
	"document.proposed/1":       func() Event { return new(DocumentProposed) },
	"document.shared/1":         func() Event { return new(DocumentShared) },
	"document.withdrawn/1":      func() Event { return new(DocumentWithdrawn) },
	"document.adopted/1":        func() Event { return new(DocumentAdopted) },
	"revision.committed/1":      func() Event { return new(RevisionCommitted) },
	"consultation.opened/1":     func() Event { return new(ConsultationOpened) },
	"consultation.extended/1":   func() Event { return new(ConsultationExtended) },
	"comment.submitted/1":       func() Event { return new(CommentSubmitted) },
	"comment.withdrawn/1":       func() Event { return new(CommentWithdrawn) },
	"comment.reanchored/1":      func() Event { return new(CommentReanchored) },
	"comment.disposed/1":        func() Event { return new(CommentDisposed) },
	"comments.answered/1":       func() Event { return new(CommentsAnswered) },
	"replacement.accepted/1":    func() Event { return new(ReplacementAccepted) },
	"comment.redacted/1":        func() Event { return new(CommentRedacted) },
	"comment.disowned/1":        func() Event { return new(CommentDisowned) },
	"comment.replied/1":         func() Event { return new(CommentReplied) },
	"draft.written/1":           func() Event { return new(DraftWritten) },
	"draft.edited/1":            func() Event { return new(DraftEdited) },
	"draft.discarded/1":         func() Event { return new(DraftDiscarded) },
	"attachment.uploaded/1":     func() Event { return new(AttachmentUploaded) },
	"ballot.opened/1":           func() Event { return new(BallotOpened) },
	"position.cast/1":           func() Event { return new(PositionCast) },
	"instrument.repealed/1":     func() Event { return new(InstrumentRepealed) },
	"comment.endorsed/1":        func() Event { return new(CommentEndorsed) },
	"comments.disposed/1":       func() Event { return new(CommentsDisposed) },
	"change.markedEditorial/1":  func() Event { return new(ChangeMarkedEditorial) },
	"entry.erased/1":            func() Event { return new(EntryErased) },
	"ruleset.created/1":         func() Event { return new(RuleSetCreated) },
	"release.published/1":       func() Event { return new(ReleasePublished) },
}

// EventKinds lists every kind that can be decoded, sorted.
func EventKinds() []string {
	kinds := make([]string, 0, len(decoders))
	for k := range decoders {
		kinds = append(kinds, k)
	}
	sort.Strings(kinds)
	return kinds
}

// ErrUnknownKind says that an entry was written by a later version of Entente.
var ErrUnknownKind = errors.New("unknown kind of entry")

// Encode returns the event's payload.
func Encode(e Event) ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("couldn't encode %s: %w", e.Kind(), err)
	}
	return b, nil
}

// Decode returns the event of a payload.
func Decode(kind string, payload []byte) (Event, error) {
	fresh, ok := decoders[kind]
	if !ok {
		return nil, fmt.Errorf("%w %q", ErrUnknownKind, kind)
	}
	e := fresh()
	if err := json.Unmarshal(payload, e); err != nil {
		return nil, fmt.Errorf("couldn't decode %s: %w", kind, err)
	}
	return e, nil
}

// Remains returns what still holds of an entry whose payload was erased: what its
// kind and subject say by themselves, as its statement does. Whoever was removed
// stays removed, and what was taken back stays so; of a role that was given nobody
// knows which, so it is the least; a ballot that lost a position is spoilt. Nil where
// nothing holds without the payload.
func Remains(kind, subject string) Event {
	switch kind {
	case "member.removed/1":
		return &MemberRemoved{ID: subject}
	case "member.left/1":
		return &MemberLeft{ID: subject}
	case "member.roleChanged/1":
		return &RoleChanged{ID: subject, Role: Observer}
	case "invitation.revoked/1":
		return &InvitationRevoked{ID: subject}
	case "filter.deleted/1":
		return &FilterDeleted{ID: subject}
	case "document.withdrawn/1":
		return &DocumentWithdrawn{DocumentID: subject}
	case "comment.withdrawn/1":
		return &CommentWithdrawn{ID: subject}
	case "comment.redacted/1":
		return &CommentRedacted{ID: subject}
	case "comment.disowned/1":
		return &CommentDisowned{ID: subject}
	case "draft.discarded/1":
		return &DraftDiscarded{ID: subject}
	case "position.cast/1":
		return &PositionCast{BallotID: subject}
	case "instrument.repealed/1":
		return &InstrumentRepealed{InstrumentID: subject}
	}
	return nil
}

// erased passes over what an event refers to and an erasure took away.
func erased(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
