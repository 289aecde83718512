package graph

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/standards"
)

// maxKey is the longest idempotency key in bytes.
const maxKey = 128

// A change is what a mutation did: the thing it was done to, as its maker may see
// it, and where that stands in the ledger.
type change[T any] struct {
	entity   T
	position int64 // number of entries with this one
	repeated bool
}

// do carries a command out and loads what it was about. kind is the kind of entry
// that it leads to, without the version.
func do[T any](ctx context.Context, r mutationResolver, idempotencyKey *string, c policies.Command, kind string, of func(*loaders) *loader[string, T]) (d change[T], err error) {
	out, err := carryOut(ctx, r, idempotencyKey, c, kind)
	if err != nil {
		return d, err
	}
	l := loadersFrom(ctx)
	l.forget()
	d.entity, err = of(l).load(ctx, out.Subject)
	if errors.Is(err, policies.ErrNotFound) {
		return d, hidden("idempotencyKey", "outcome")
	}
	d.position, d.repeated = out.Seq+1, out.Repeated
	return d, err
}

// carryOut does what do does, for what nothing is shown of.
func carryOut(ctx context.Context, r mutationResolver, idempotencyKey *string, c policies.Command, kind string) (registry.Outcome, error) {
	if err := checkKey(idempotencyKey); err != nil {
		return registry.Outcome{}, err
	}
	out, err := r.registry.Do(ctx, registry.ActorFrom(ctx), or(idempotencyKey), c)
	if err == nil && !strings.HasPrefix(out.Kind, kind+"/") {
		err = &policies.Error{Code: policies.Conflict, Field: "idempotencyKey", Message: "was used for another change"}
	}
	return out, err
}

func checkKey(key *string) error {
	switch {
	case key == nil:
		return nil
	case *key == "":
		return invalid("idempotencyKey", "is empty; leave it out")
	case len(*key) > maxKey:
		return invalid("idempotencyKey", "is %d bytes long, at most %d are taken", len(*key), maxKey)
	case strings.ContainsFunc(*key, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }):
		return invalid("idempotencyKey", "has a character that can't be shown")
	}
	return nil
}

func organisations(l *loaders) *loader[string, policies.Organisation] { return &l.organisations }
func members(l *loaders) *loader[string, policies.Member]             { return &l.members }
func invitations(l *loaders) *loader[string, policies.Invitation]     { return &l.invitations }
func documents(l *loaders) *loader[string, policies.Document]         { return &l.documents }
func revisions(l *loaders) *loader[string, policies.Revision]         { return &l.revisions }
func consultations(l *loaders) *loader[string, policies.Consultation] { return &l.consultations }
func comments(l *loaders) *loader[string, policies.Comment]           { return &l.comments }
func instruments(l *loaders) *loader[string, standards.Instrument]    { return &l.instruments }
func ruleSets(l *loaders) *loader[string, standards.RuleSet]          { return &l.ruleSets }
func releases(l *loaders) *loader[string, standards.Release]          { return &l.releases }

// RegisterOrganisation implements gen.MutationResolver.
func (r mutationResolver) RegisterOrganisation(ctx context.Context, in gen.RegisterOrganisationInput) (*gen.RegisterOrganisationPayload, error) {
	c := policies.RegisterOrganisation{Kind: in.Kind, Name: in.Name, Jurisdiction: in.Jurisdiction, Sector: or(in.Sector)}
	d, err := do(ctx, r, in.IdempotencyKey, c, "organisation.registered", organisations)
	return &gen.RegisterOrganisationPayload{Organisation: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// AdmitMember implements gen.MutationResolver.
func (r mutationResolver) AdmitMember(ctx context.Context, in gen.AdmitMemberInput) (*gen.AdmitMemberPayload, error) {
	c := policies.AdmitMember{OrganisationID: in.OrganisationID, Issuer: in.Issuer, Subject: in.Subject, Name: or(in.Name), Role: in.Role}
	d, err := do(ctx, r, in.IdempotencyKey, c, "member.admitted", members)
	return &gen.AdmitMemberPayload{Member: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// RemoveMember implements gen.MutationResolver.
func (r mutationResolver) RemoveMember(ctx context.Context, in gen.RemoveMemberInput) (*gen.RemoveMemberPayload, error) {
	c := policies.RemoveMember{MemberID: in.MemberID, Reason: or(in.Reason)}
	d, err := do(ctx, r, in.IdempotencyKey, c, "member.removed", members)
	return &gen.RemoveMemberPayload{Member: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// ProposeDocument implements gen.MutationResolver.
func (r mutationResolver) ProposeDocument(ctx context.Context, in gen.ProposeDocumentInput) (*gen.ProposeDocumentPayload, error) {
	c := policies.ProposeDocument{Kind: in.Kind, Title: in.Title, Language: in.Language, Topics: in.Topics,
		Parties: in.Parties, OpenDrafts: or(in.OpenDrafts)}
	d, err := do(ctx, r, in.IdempotencyKey, c, "document.proposed", documents)
	return &gen.ProposeDocumentPayload{Document: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// ShareDocument implements gen.MutationResolver.
func (r mutationResolver) ShareDocument(ctx context.Context, in gen.ShareDocumentInput) (*gen.ShareDocumentPayload, error) {
	c := policies.ShareDocument{DocumentID: in.DocumentID, OrganisationID: in.OrganisationID, As: in.As}
	d, err := do(ctx, r, in.IdempotencyKey, c, "document.shared", documents)
	return &gen.ShareDocumentPayload{Document: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// WithdrawDocument implements gen.MutationResolver.
func (r mutationResolver) WithdrawDocument(ctx context.Context, in gen.WithdrawDocumentInput) (*gen.WithdrawDocumentPayload, error) {
	c := policies.WithdrawDocument{DocumentID: in.DocumentID, Reason: in.Reason}
	d, err := do(ctx, r, in.IdempotencyKey, c, "document.withdrawn", documents)
	return &gen.WithdrawDocumentPayload{Document: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// CommitRevision implements gen.MutationResolver.
func (r mutationResolver) CommitRevision(ctx context.Context, in gen.CommitRevisionInput) (*gen.CommitRevisionPayload, error) {
	c := policies.CommitRevision{DocumentID: in.DocumentID, Base: or(in.Base), Source: in.Source, Note: or(in.Note)}
	d, err := do(ctx, r, in.IdempotencyKey, c, "revision.committed", revisions)
	return &gen.CommitRevisionPayload{Revision: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// OpenConsultation implements gen.MutationResolver.
func (r mutationResolver) OpenConsultation(ctx context.Context, in gen.OpenConsultationInput) (*gen.OpenConsultationPayload, error) {
	c := policies.OpenConsultation{DocumentID: in.DocumentID, RevisionID: or(in.RevisionID), Title: or(in.Title),
		Opens: or(in.Opens), Closes: in.Closes, Zone: in.Zone, Late: in.Late,
		Questions: questions(in.Questions), Audience: audience(in.Audience)}
	d, err := do(ctx, r, in.IdempotencyKey, c, "consultation.opened", consultations)
	return &gen.OpenConsultationPayload{Consultation: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// ExtendConsultation implements gen.MutationResolver.
func (r mutationResolver) ExtendConsultation(ctx context.Context, in gen.ExtendConsultationInput) (*gen.ExtendConsultationPayload, error) {
	c := policies.ExtendConsultation{ConsultationID: in.ConsultationID, Closes: in.Closes, Reason: in.Reason}
	d, err := do(ctx, r, in.IdempotencyKey, c, "consultation.extended", consultations)
	return &gen.ExtendConsultationPayload{Consultation: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// WithdrawComment implements gen.MutationResolver.
func (r mutationResolver) WithdrawComment(ctx context.Context, in gen.WithdrawCommentInput) (*gen.WithdrawCommentPayload, error) {
	c := policies.WithdrawComment{CommentID: in.CommentID, Reason: in.Reason}
	d, err := do(ctx, r, in.IdempotencyKey, c, "comment.withdrawn", comments)
	return &gen.WithdrawCommentPayload{Comment: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// DisposeComment implements gen.MutationResolver.
func (r mutationResolver) DisposeComment(ctx context.Context, in gen.DisposeCommentInput) (*gen.DisposeCommentPayload, error) {
	c := policies.DisposeComment{CommentID: in.CommentID, Outcome: in.Outcome, Reason: in.Reason, DuplicateOf: or(in.DuplicateOf)}
	if in.Change != nil {
		c.Change = &policies.ChangeReference{RevisionID: in.Change.RevisionID, ClauseID: in.Change.ClauseID}
	}
	d, err := do(ctx, r, in.IdempotencyKey, c, "comment.disposed", comments)
	return &gen.DisposeCommentPayload{Comment: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// MarkEditorial implements gen.MutationResolver.
func (r mutationResolver) MarkEditorial(ctx context.Context, in gen.MarkEditorialInput) (*gen.MarkEditorialPayload, error) {
	c := policies.MarkEditorial{RevisionID: in.RevisionID, ClauseID: in.ClauseID, Reason: in.Reason}
	d, err := do(ctx, r, in.IdempotencyKey, c, "change.markedEditorial", documents)
	return &gen.MarkEditorialPayload{Document: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// AdoptDocument implements gen.MutationResolver.
func (r mutationResolver) AdoptDocument(ctx context.Context, in gen.AdoptDocumentInput) (*gen.AdoptDocumentPayload, error) {
	c := policies.AdoptDocument{DocumentID: in.DocumentID, RevisionID: or(in.RevisionID), EffectiveFrom: in.EffectiveFrom,
		EffectiveUntil: or(in.EffectiveUntil), Supersedes: in.Supersedes, Amends: in.Amends}
	d, err := do(ctx, r, in.IdempotencyKey, c, "document.adopted", instruments)
	return &gen.AdoptDocumentPayload{Instrument: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// CreateRuleSet implements gen.MutationResolver.
func (r mutationResolver) CreateRuleSet(ctx context.Context, in gen.CreateRuleSetInput) (*gen.CreateRuleSetPayload, error) {
	c := policies.CreateRuleSet{Slug: in.Slug, Title: in.Title, Description: or(in.Description)}
	d, err := do(ctx, r, in.IdempotencyKey, c, "ruleset.created", ruleSets)
	return &gen.CreateRuleSetPayload{RuleSet: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// PublishRelease implements gen.MutationResolver.
func (r mutationResolver) PublishRelease(ctx context.Context, in gen.PublishReleaseInput) (*gen.PublishReleasePayload, error) {
	c := policies.PublishRelease{RuleSetID: in.RuleSetID, Instruments: in.InstrumentIds, ValidUntil: in.ValidUntil, Note: or(in.Note)}
	d, err := do(ctx, r, in.IdempotencyKey, c, "release.published", releases)
	return &gen.PublishReleasePayload{Release: d.entity, Position: d.position, Repeated: d.repeated}, err
}
