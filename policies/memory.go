package policies

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/standards"
)

// Memory is a [Record] on maps: the plain meaning of every lookup, which the
// views are held against. The zero value is an empty record. Not safe for
// concurrent use.
type Memory struct {
	organisations map[string]Organisation
	members       []Member
	invitations   []Invitation
	ended         map[string]ending
	filters       []SavedFilter
	seen          map[string]time.Time // by member ID
	documents     map[string]Document
	revisions     map[string]Revision
	texts         map[string]*clauses.Text
	consultations map[string]Consultation
	comments      []Comment
	marks         []EditorialMark
	replies       []Reply
	drafts        map[string]CommentDraft
	uploads       []Upload
	ballots       map[string]Ballot
	positions     []Position
	order         []string // organisation IDs as they were registered
	anchors       []Anchor
	endorsements  []Endorsement
	groups        map[string]*grouping // by document
	instruments   map[string]standards.Instrument
	ruleSets      map[string]standards.RuleSet
	releases      []standards.Release
}

var _ Record = (*Memory)(nil)

func get[T any](m map[string]T, id string) (T, error) {
	v, ok := m[id]
	if !ok {
		return v, ErrNotFound
	}
	return v, nil
}

func put[T any](m *map[string]T, id string, v T) error {
	if *m == nil {
		*m = map[string]T{}
	}
	(*m)[id] = v
	return nil
}

// find returns the first of list that is wanted.
func find[T any](list []T, wanted func(*T) bool) (v T, err error) {
	for i := range list {
		if wanted(&list[i]) {
			return list[i], nil
		}
	}
	return v, ErrNotFound
}

// filter returns those of list that are wanted.
func filter[T any](list []T, wanted func(*T) bool) (out []T) {
	for i := range list {
		if wanted(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

// replace puts v in place of the first that is the same, or at the end.
func replace[T any](list *[]T, v T, same func(*T) bool) error {
	for i := range *list {
		if same(&(*list)[i]) {
			(*list)[i] = v
			return nil
		}
	}
	*list = append(*list, v)
	return nil
}

func (m *Memory) Organisation(id string) (Organisation, error) { return get(m.organisations, id) }
func (m *Memory) OrganisationByName(name string) (Organisation, error) {
	for _, o := range m.organisations {
		if o.Name == name {
			return o, nil
		}
	}
	return Organisation{}, ErrNotFound
}
func (m *Memory) PutOrganisation(o Organisation) error {
	if !slices.Contains(m.order, o.ID) {
		m.order = append(m.order, o.ID)
	}
	return put(&m.organisations, o.ID, o)
}

func (m *Memory) OrganisationsIn(kind OrganisationKind, jurisdictions []string) (list []Organisation, err error) {
	for _, id := range m.order {
		o := m.organisations[id]
		in := func(j string) bool { return o.Jurisdiction == j || strings.HasPrefix(o.Jurisdiction, j+"-") }
		if o.Kind == kind && (len(jurisdictions) == 0 || slices.ContainsFunc(jurisdictions, in)) {
			list = append(list, o)
		}
	}
	return list, nil
}

func (m *Memory) Member(id string) (Member, error) {
	return find(m.members, func(v *Member) bool { return v.ID == id })
}
func (m *Memory) Memberships(issuer, subject string) ([]Member, error) {
	return filter(m.members, func(v *Member) bool {
		return v.Issuer == issuer && v.Subject == subject && v.Present()
	}), nil
}
func (m *Memory) PutMember(v Member) error {
	return replace(&m.members, v, func(o *Member) bool { return o.ID == v.ID })
}

func (m *Memory) Headcount(organisationID string) (admins, members int, err error) {
	for _, v := range m.members {
		if v.OrganisationID == organisationID && v.Present() {
			members++
			if v.Role == Admin {
				admins++
			}
		}
	}
	return admins, members, nil
}

func (m *Memory) Invitation(id string) (Invitation, error) {
	return find(m.invitations, func(v *Invitation) bool { return v.ID == id })
}
func (m *Memory) InvitationsTo(emailKey string) ([]Invitation, error) {
	return filter(m.invitations, func(v *Invitation) bool { return v.Pending() && EmailKey(v.Email) == emailKey }), nil
}
func (m *Memory) PutInvitation(v Invitation) error {
	return replace(&m.invitations, v, func(o *Invitation) bool { return o.ID == v.ID })
}

// An ending is until when sessions have ended, and when that may be forgotten.
type ending struct{ before, forgotten time.Time }

func (m *Memory) SessionsEnded(key string) (time.Time, error) { return m.ended[key].before, nil }
func (m *Memory) EndSessions(key string, before, at time.Time) error {
	for k, e := range m.ended {
		if !at.Before(e.forgotten) {
			delete(m.ended, k)
		}
	}
	e := ending{before, SessionsForgottenAt(before, at)}
	if old := m.ended[key]; old.before.After(before) {
		e.before = old.before
		if old.forgotten.After(e.forgotten) {
			e.forgotten = old.forgotten
		}
	}
	return put(&m.ended, key, e)
}

func (m *Memory) SavedFilter(id string) (SavedFilter, error) {
	return find(m.filters, func(v *SavedFilter) bool { return v.ID == id })
}
func (m *Memory) SavedFilters(memberID string) ([]SavedFilter, error) {
	return filter(m.filters, func(v *SavedFilter) bool { return v.MemberID == memberID && v.DeletedAt.IsZero() }), nil
}
func (m *Memory) PutSavedFilter(v SavedFilter) error {
	return replace(&m.filters, v, func(o *SavedFilter) bool { return o.ID == v.ID })
}
func (m *Memory) AnswersSeen(memberID string) (time.Time, error) { return m.seen[memberID], nil }
func (m *Memory) PutAnswersSeen(memberID string, until time.Time) error {
	return put(&m.seen, memberID, until)
}

func (m *Memory) Document(id string) (Document, error) { return get(m.documents, id) }
func (m *Memory) LastDocumentNumber(kind standards.Kind, year int) (last int, err error) {
	for _, d := range m.documents {
		if d.Kind == kind && d.ProposedAt.Year() == year {
			n, _ := strconv.Atoi(d.Number[strings.LastIndexByte(d.Number, '-')+1:])
			last = max(last, n)
		}
	}
	return last, nil
}
func (m *Memory) PutDocument(d Document) error { return put(&m.documents, d.ID, d) }

func (m *Memory) Revision(id string) (Revision, error)  { return get(m.revisions, id) }
func (m *Memory) Text(id string) (*clauses.Text, error) { return get(m.texts, id) }
func (m *Memory) Clause(revisionID, clauseID string) (clauses.Clause, error) {
	t, err := m.Text(revisionID)
	if err != nil {
		return clauses.Clause{}, err
	}
	i := t.Clauses.Index(clauseID)
	if i < 0 {
		return clauses.Clause{}, ErrNotFound
	}
	return t.Clauses[i], nil
}
func (m *Memory) AddRevision(r Revision, t *clauses.Text) error {
	return errors.Join(put(&m.revisions, r.ID, r), put(&m.texts, r.ID, t))
}

func (m *Memory) Consultation(id string) (Consultation, error) { return get(m.consultations, id) }
func (m *Memory) PutConsultation(c Consultation) error         { return put(&m.consultations, c.ID, c) }

func (m *Memory) Comment(id string) (Comment, error) {
	return find(m.comments, func(c *Comment) bool { return c.ID == id })
}
func (m *Memory) LastCommentNumber(documentID string) (last int, err error) {
	for _, c := range m.comments {
		if c.DocumentID == documentID {
			last = max(last, c.Number)
		}
	}
	return last, nil
}
func (m *Memory) Unanswered(documentID string, limit int) ([]Comment, int, error) {
	all := filter(m.comments, func(c *Comment) bool {
		return c.DocumentID == documentID && c.Stands() && !m.answered(c)
	})
	return all[:min(limit, len(all))], len(all), nil
}

// answered: a duplicate has the answer of the comment it repeats, as long as that one stands.
func (m *Memory) answered(c *Comment) bool {
	if c.Disposition == nil || c.Disposition.Outcome != Duplicate {
		return c.Disposition != nil
	}
	of, err := m.Comment(c.Disposition.DuplicateOf)
	return err != nil || of.Stands()
}
func (m *Memory) Accepted(documentID string) ([]Comment, error) {
	return filter(m.comments, func(c *Comment) bool {
		return c.DocumentID == documentID && c.Stands() && c.Disposition != nil && c.Disposition.Outcome.Accepts()
	}), nil
}
func (m *Memory) AddComment(c Comment) error { m.comments = append(m.comments, c); return m.group(&c) }
func (m *Memory) PutComment(c Comment) error {
	return replace(&m.comments, c, func(o *Comment) bool { return o.ID == c.ID })
}

func (m *Memory) Reply(id string) (Reply, error) {
	return find(m.replies, func(r *Reply) bool { return r.ID == id })
}
func (m *Memory) AddReply(r Reply) error { m.replies = append(m.replies, r); return nil }

func (m *Memory) CommentDraft(id string) (CommentDraft, error) { return get(m.drafts, id) }
func (m *Memory) PutCommentDraft(d CommentDraft) error         { return put(&m.drafts, d.ID, d) }

func (m *Memory) Upload(organisationID, digest string) (Upload, error) {
	mine := filter(m.uploads, func(u *Upload) bool { return u.OrganisationID == organisationID && u.Digest == digest })
	if len(mine) == 0 {
		return Upload{}, ErrNotFound
	}
	return mine[len(mine)-1], nil
}
func (m *Memory) AddUpload(u Upload) error { m.uploads = append(m.uploads, u); return nil }
func (m *Memory) Anchors(commentID string) ([]Anchor, error) {
	return filter(m.anchors, func(a *Anchor) bool { return a.CommentID == commentID }), nil
}
func (m *Memory) AddAnchor(a Anchor) error { m.anchors = append(m.anchors, a); return nil }

func (m *Memory) Editorial(documentID string) ([]EditorialMark, error) {
	return filter(m.marks, func(k *EditorialMark) bool { return k.DocumentID == documentID }), nil
}
func (m *Memory) PutEditorialMark(k EditorialMark) error {
	return replace(&m.marks, k, func(o *EditorialMark) bool {
		return o.DocumentID == k.DocumentID && o.RevisionID == k.RevisionID && o.ClauseID == k.ClauseID
	})
}

func (m *Memory) Ballot(id string) (Ballot, error) { return get(m.ballots, id) }
func (m *Memory) PutBallot(b Ballot) error         { return put(&m.ballots, b.ID, b) }
func (m *Memory) PositionOf(ballotID, organisationID string) (Position, error) {
	return find(m.positions, func(p *Position) bool { return p.BallotID == ballotID && p.OrganisationID == organisationID })
}
func (m *Memory) Positions(ballotID string) ([]Position, error) {
	list := filter(m.positions, func(p *Position) bool { return p.BallotID == ballotID })
	slices.SortFunc(list, func(a, b Position) int { return strings.Compare(a.OrganisationID, b.OrganisationID) })
	return list, nil
}
func (m *Memory) PutPosition(p Position) error {
	return replace(&m.positions, p, func(o *Position) bool { return o.BallotID == p.BallotID && o.OrganisationID == p.OrganisationID })
}

func (m *Memory) Instrument(id string) (standards.Instrument, error) { return get(m.instruments, id) }
func (m *Memory) PutInstrument(in standards.Instrument) error        { return put(&m.instruments, in.ID, in) }

func (m *Memory) RuleSet(id string) (standards.RuleSet, error) { return get(m.ruleSets, id) }
func (m *Memory) RuleSetBySlug(slug string) (standards.RuleSet, error) {
	for _, s := range m.ruleSets {
		if s.Slug == slug {
			return s, nil
		}
	}
	return standards.RuleSet{}, ErrNotFound
}
func (m *Memory) PutRuleSet(s standards.RuleSet) error { return put(&m.ruleSets, s.ID, s) }

func (m *Memory) Release(ruleSetID string, number int) (standards.Release, error) {
	return find(m.releases, func(r *standards.Release) bool { return r.RuleSetID == ruleSetID && r.Number == number })
}
func (m *Memory) AddRelease(r standards.Release) error {
	m.releases = append(m.releases, r)
	return nil
}
