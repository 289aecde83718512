package policiestest

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// Memory is a [policies.Record] on maps: the plain meaning of every lookup, which the
// views are held against. The zero value is an empty record. Not safe for concurrent use.
type Memory struct {
	All     Tables // what it holds, for tests that go through it
	ended   map[string]ending
	seen    map[string]time.Time // by member ID
	order   []string             // organisation IDs as they were registered
	ballots []string             // their IDs as they were opened
	groups  map[string]*grouping // by document
}

// Tables are what a Memory holds: what is told by ID in maps, the rest as it came.
type Tables struct {
	Organisations map[string]policies.Organisation
	Members       []policies.Member
	Invitations   []policies.Invitation
	Filters       []policies.SavedFilter
	Documents     map[string]policies.Document
	Revisions     map[string]policies.Revision
	Texts         map[string]*clauses.Text
	Consultations map[string]policies.Consultation
	Comments      []policies.Comment
	Marks         []policies.EditorialMark
	Replies       []policies.Reply
	Drafts        map[string]policies.CommentDraft
	Uploads       []policies.Upload
	Clearings     []policies.Clearing
	Named         []Naming
	Ballots       map[string]policies.Ballot
	Positions     []policies.Position
	Anchors       []policies.Anchor
	Endorsements  []policies.Endorsement
	Instruments   map[string]standards.Instrument
	RuleSets      map[string]standards.RuleSet
	Releases      []standards.Release
	Spent         map[string]policies.SpentNumber
}

var _ policies.Record = (*Memory)(nil)

func get[T any](m map[string]T, id string) (T, error) {
	v, ok := m[id]
	if !ok {
		return v, policies.ErrNotFound
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
	return v, policies.ErrNotFound
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

func (m *Memory) Organisation(id string) (policies.Organisation, error) {
	return get(m.All.Organisations, id)
}
func (m *Memory) OrganisationByName(name string) (policies.Organisation, error) {
	for _, o := range m.All.Organisations {
		if policies.NameKey(o.Name) == policies.NameKey(name) {
			return o, nil
		}
	}
	return policies.Organisation{}, policies.ErrNotFound
}
func (m *Memory) PutOrganisation(o policies.Organisation) error {
	if !slices.Contains(m.order, o.ID) {
		m.order = append(m.order, o.ID)
	}
	return put(&m.All.Organisations, o.ID, o)
}

func (m *Memory) VoicesIn(kind policies.OrganisationKind, jurisdictions []string) (list []policies.Organisation, err error) {
	for _, id := range m.order {
		o := m.All.Organisations[id]
		in := func(j string) bool { return o.Jurisdiction == j || strings.HasPrefix(o.Jurisdiction, j+"-") }
		spoken := slices.ContainsFunc(m.All.Members, func(v policies.Member) bool {
			return v.OrganisationID == id && v.Present() && (v.Role == policies.Admin || v.Role == policies.Delegate)
		})
		if o.Kind == kind && spoken && (len(jurisdictions) == 0 || slices.ContainsFunc(jurisdictions, in)) {
			list = append(list, o)
		}
	}
	return list, nil
}

func (m *Memory) Member(id string) (policies.Member, error) {
	return find(m.All.Members, func(v *policies.Member) bool { return v.ID == id })
}
func (m *Memory) Memberships(issuer, subject string) ([]policies.Member, error) {
	return filter(m.All.Members, func(v *policies.Member) bool {
		return v.Issuer == issuer && v.Subject == subject && v.Present()
	}), nil
}
func (m *Memory) PutMember(v policies.Member) error {
	return replace(&m.All.Members, v, func(o *policies.Member) bool { return o.ID == v.ID })
}

func (m *Memory) MembersOf(organisationID string) ([]policies.Member, error) {
	return filter(m.All.Members, func(v *policies.Member) bool { return v.OrganisationID == organisationID && v.Present() }), nil
}

func (m *Memory) MembershipEnded(organisationID, issuer, subject string) (last time.Time, err error) {
	for _, v := range m.All.Members {
		if v.OrganisationID == organisationID && v.Issuer == issuer && v.Subject == subject && v.RemovedAt.After(last) {
			last = v.RemovedAt
		}
	}
	return last, nil
}
func (m *Memory) LastSpoken(organisationID string) (last time.Time, err error) {
	for _, v := range m.All.Members {
		if v.OrganisationID == organisationID && v.Spoke() && v.RemovedAt.After(last) {
			last = v.RemovedAt
		}
	}
	return last, nil
}
func (m *Memory) Headcount(organisationID string) (admins, members int, err error) {
	for _, v := range m.All.Members {
		if v.OrganisationID == organisationID && v.Present() {
			members++
			if v.Role == policies.Admin {
				admins++
			}
		}
	}
	return admins, members, nil
}

func (m *Memory) Invitation(id string) (policies.Invitation, error) {
	return find(m.All.Invitations, func(v *policies.Invitation) bool { return v.ID == id })
}
func (m *Memory) InvitationsTo(key string) ([]policies.Invitation, error) {
	return filter(m.All.Invitations, func(v *policies.Invitation) bool { return v.Pending() && v.Key() == key }), nil
}
func (m *Memory) InvitationsInto(organisationID string) ([]policies.Invitation, error) {
	return filter(m.All.Invitations, func(v *policies.Invitation) bool { return v.Pending() && v.OrganisationID == organisationID }), nil
}
func (m *Memory) InvitationsBy(memberID string) ([]policies.Invitation, error) {
	return filter(m.All.Invitations, func(v *policies.Invitation) bool {
		return v.Pending() && memberID != "" && (v.InvitedBy == memberID || v.ConfirmedBy == memberID)
	}), nil
}
func (m *Memory) PutInvitation(v policies.Invitation) error {
	return replace(&m.All.Invitations, v, func(o *policies.Invitation) bool { return o.ID == v.ID })
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
	e := ending{before, policies.SessionsForgottenAt(before, at)}
	if old := m.ended[key]; old.before.After(before) {
		e.before = old.before
		if old.forgotten.After(e.forgotten) {
			e.forgotten = old.forgotten
		}
	}
	return put(&m.ended, key, e)
}

func (m *Memory) SavedFilter(id string) (policies.SavedFilter, error) {
	return find(m.All.Filters, func(v *policies.SavedFilter) bool { return v.ID == id })
}
func (m *Memory) SavedFilters(memberID string) ([]policies.SavedFilter, error) {
	return filter(m.All.Filters, func(v *policies.SavedFilter) bool { return v.MemberID == memberID && v.DeletedAt.IsZero() }), nil
}
func (m *Memory) PutSavedFilter(v policies.SavedFilter) error {
	return replace(&m.All.Filters, v, func(o *policies.SavedFilter) bool { return o.ID == v.ID })
}
func (m *Memory) DispositionsSeen(memberID string) (time.Time, error) { return m.seen[memberID], nil }
func (m *Memory) PutDispositionsSeen(memberID string, until time.Time) error {
	return put(&m.seen, memberID, until)
}

func (m *Memory) SpentNumber(series string) (policies.SpentNumber, error) {
	return m.All.Spent[series], nil
}
func (m *Memory) SpendNumber(n policies.SpentNumber) error {
	if n.Number <= m.All.Spent[n.Series].Number {
		return nil
	}
	return put(&m.All.Spent, n.Series, n)
}

func (m *Memory) Document(id string) (policies.Document, error) { return get(m.All.Documents, id) }
func (m *Memory) DocumentsOf(organisationID string) (list []policies.Document, err error) {
	for _, id := range slices.Sorted(maps.Keys(m.All.Documents)) {
		d := m.All.Documents[id]
		agreed := func(c policies.SuccessionConsent) bool { return c.OrganisationID == organisationID }
		if slices.Contains(slices.Concat(d.Sponsors, d.FormerSponsors, d.Offered, d.Readers), organisationID) || slices.ContainsFunc(d.Consents, agreed) {
			list = append(list, d)
		}
	}
	return list, nil
}
func (m *Memory) LastDocumentNumber(kind standards.Kind, year int) (last int, err error) {
	for _, d := range m.All.Documents {
		if d.Kind == kind && d.ProposedAt.Year() == year {
			n, _ := strconv.Atoi(d.Number[strings.LastIndexByte(d.Number, '-')+1:])
			last = max(last, n)
		}
	}
	return last, nil
}
func (m *Memory) PutDocument(d policies.Document) error { return put(&m.All.Documents, d.ID, d) }

func (m *Memory) Revision(id string) (policies.Revision, error) { return get(m.All.Revisions, id) }
func (m *Memory) Text(id string) (*clauses.Text, error)         { return get(m.All.Texts, id) }
func (m *Memory) Clause(revisionID, clauseID string) (clauses.Clause, error) {
	t, err := m.Text(revisionID)
	if err != nil {
		return clauses.Clause{}, err
	}
	i := t.Clauses.Index(clauseID)
	if i < 0 {
		return clauses.Clause{}, policies.ErrNotFound
	}
	return t.Clauses[i], nil
}
func (m *Memory) AddRevision(r policies.Revision, t *clauses.Text) error {
	return errors.Join(put(&m.All.Revisions, r.ID, r), put(&m.All.Texts, r.ID, t))
}

func (m *Memory) Consultation(id string) (policies.Consultation, error) {
	return get(m.All.Consultations, id)
}
func (m *Memory) Commented(id string) (bool, error) {
	return slices.ContainsFunc(m.All.Comments, func(c policies.Comment) bool { return c.ConsultationID == id }), nil
}
func (m *Memory) PutConsultation(c policies.Consultation) error {
	return put(&m.All.Consultations, c.ID, c)
}

func (m *Memory) Comment(id string) (policies.Comment, error) {
	return find(m.All.Comments, func(c *policies.Comment) bool { return c.ID == id })
}
func (m *Memory) LastCommentNumber(documentID string) (last int, err error) {
	for _, c := range m.All.Comments {
		if c.DocumentID == documentID {
			last = max(last, c.Number)
		}
	}
	return last, nil
}
func (m *Memory) Undisposed(documentID string, limit int) ([]policies.Comment, int, error) {
	all := filter(m.All.Comments, func(c *policies.Comment) bool {
		return c.DocumentID == documentID && c.Stands() && !policies.Answered(c, m.original)
	})
	return all[:min(limit, len(all))], len(all), nil
}

// original finds the comment that another repeats, nil for none.
func (m *Memory) original(id string) *policies.Comment {
	if of, err := m.Comment(id); err == nil {
		return &of
	}
	return nil
}

func (m *Memory) Accepted(documentID string) ([]policies.Comment, error) {
	return filter(m.All.Comments, func(c *policies.Comment) bool {
		return c.DocumentID == documentID && c.Stands() && c.Disposition != nil && c.Disposition.Outcome.Accepts()
	}), nil
}
func (m *Memory) AddComment(c policies.Comment) error {
	m.All.Comments = append(m.All.Comments, c)
	m.name(c.ID, c.OrganisationID, c.Attachments)
	return m.group(&c)
}
func (m *Memory) PutComment(c policies.Comment) error {
	return replace(&m.All.Comments, c, func(o *policies.Comment) bool { return o.ID == c.ID })
}

func (m *Memory) Reply(id string) (policies.Reply, error) {
	return find(m.All.Replies, func(r *policies.Reply) bool { return r.ID == id })
}
func (m *Memory) AddReply(r policies.Reply) error {
	m.All.Replies = append(m.All.Replies, r)
	return nil
}

func (m *Memory) PutReply(r policies.Reply) error {
	return replace(&m.All.Replies, r, func(o *policies.Reply) bool { return o.ID == r.ID })
}

func (m *Memory) CommentDraft(id string) (policies.CommentDraft, error) { return get(m.All.Drafts, id) }
func (m *Memory) PutCommentDraft(d policies.CommentDraft) error {
	m.name(d.ID, d.OrganisationID, d.Words.Attachments)
	return put(&m.All.Drafts, d.ID, d)
}

func (m *Memory) Upload(organisationID, digest string) (policies.Upload, error) {
	mine := filter(m.All.Uploads, func(u *policies.Upload) bool { return u.OrganisationID == organisationID && u.Digest == digest })
	if len(mine) == 0 {
		return policies.Upload{}, policies.ErrNotFound
	}
	return mine[len(mine)-1], nil
}
func (m *Memory) AddUpload(u policies.Upload) error {
	m.All.Uploads = append(m.All.Uploads, u)
	return nil
}
func (m *Memory) Anchors(commentID string) ([]policies.Anchor, error) {
	return filter(m.All.Anchors, func(a *policies.Anchor) bool { return a.CommentID == commentID }), nil
}
func (m *Memory) PutAnchor(a policies.Anchor) error {
	return replace(&m.All.Anchors, a, func(o *policies.Anchor) bool { return o.Seq == a.Seq })
}
func (m *Memory) AddAnchor(a policies.Anchor) error {
	m.All.Anchors = append(m.All.Anchors, a)
	return nil
}

func (m *Memory) Editorial(documentID string) ([]policies.EditorialMark, error) {
	return filter(m.All.Marks, func(k *policies.EditorialMark) bool { return k.DocumentID == documentID }), nil
}
func (m *Memory) PutEditorialMark(k policies.EditorialMark) error {
	return replace(&m.All.Marks, k, func(o *policies.EditorialMark) bool {
		return o.DocumentID == k.DocumentID && o.RevisionID == k.RevisionID && o.ClauseID == k.ClauseID
	})
}

func (m *Memory) Ballot(id string) (policies.Ballot, error) { return get(m.All.Ballots, id) }
func (m *Memory) BallotsOn(documentID string) (list []policies.Ballot, err error) {
	for _, b := range m.All.Ballots {
		if b.DocumentID == documentID {
			list = append(list, b)
		}
	}
	slices.SortFunc(list, func(a, b policies.Ballot) int { return a.Number - b.Number })
	return list, nil
}
func (m *Memory) BallotsWith(organisationID string) (list []policies.Ballot, err error) {
	for _, id := range m.ballots {
		b := m.All.Ballots[id]
		into := func(d policies.Departure) bool { return d.Into == organisationID && organisationID != "" }
		if _, in := b.Elector(organisationID); in || slices.ContainsFunc(b.Departures, into) {
			list = append(list, b)
		}
	}
	return list, nil
}
func (m *Memory) PutBallot(b policies.Ballot) error {
	if !slices.Contains(m.ballots, b.ID) {
		m.ballots = append(m.ballots, b.ID)
	}
	return put(&m.All.Ballots, b.ID, b)
}
func (m *Memory) PositionOf(ballotID, organisationID string) (policies.Position, error) {
	return find(m.All.Positions, func(p *policies.Position) bool { return p.BallotID == ballotID && p.OrganisationID == organisationID })
}
func (m *Memory) Positions(ballotID string) ([]policies.Position, error) {
	list := filter(m.All.Positions, func(p *policies.Position) bool { return p.BallotID == ballotID })
	slices.SortFunc(list, func(a, b policies.Position) int { return strings.Compare(a.OrganisationID, b.OrganisationID) })
	return list, nil
}
func (m *Memory) PutPosition(p policies.Position) error {
	return replace(&m.All.Positions, p, func(o *policies.Position) bool {
		return o.BallotID == p.BallotID && o.OrganisationID == p.OrganisationID
	})
}

func (m *Memory) Instrument(id string) (standards.Instrument, error) {
	return get(m.All.Instruments, id)
}
func (m *Memory) PutInstrument(in standards.Instrument) error {
	return put(&m.All.Instruments, in.ID, in)
}

func (m *Memory) RuleSet(id string) (standards.RuleSet, error) { return get(m.All.RuleSets, id) }
func (m *Memory) RuleSetByTitle(title string) (standards.RuleSet, error) {
	for _, s := range m.All.RuleSets {
		if policies.NameKey(s.Title) == policies.NameKey(title) {
			return s, nil
		}
	}
	return standards.RuleSet{}, policies.ErrNotFound
}
func (m *Memory) RuleSetBySlug(slug string) (standards.RuleSet, error) {
	for _, s := range m.All.RuleSets {
		if s.Slug == slug {
			return s, nil
		}
	}
	return standards.RuleSet{}, policies.ErrNotFound
}
func (m *Memory) PutRuleSet(s standards.RuleSet) error { return put(&m.All.RuleSets, s.ID, s) }

func (m *Memory) Release(ruleSetID string, number int) (standards.Release, error) {
	return find(m.All.Releases, func(r *standards.Release) bool { return r.RuleSetID == ruleSetID && r.Number == number })
}
func (m *Memory) AddRelease(r standards.Release) error {
	m.All.Releases = append(m.All.Releases, r)
	return nil
}

// among says whether v is on a list; on an empty one everything is.
func among[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

func (m *Memory) Endorsement(commentID, organisationID string) (policies.Endorsement, error) {
	return find(m.All.Endorsements, func(e *policies.Endorsement) bool {
		return e.CommentID == commentID && e.OrganisationID == organisationID
	})
}

func (m *Memory) EndorsementsBy(organisationID string) (list []policies.Endorsement, err error) {
	for _, k := range m.All.Comments {
		e, err := m.Endorsement(k.ID, organisationID)
		if err == nil && e.Position != policies.NoLongerSays {
			list = append(list, e)
		}
	}
	return list, nil
}

func (m *Memory) PutEndorsement(e policies.Endorsement) error {
	return replace(&m.All.Endorsements, e, func(o *policies.Endorsement) bool {
		return o.CommentID == e.CommentID && o.OrganisationID == e.OrganisationID
	})
}

// Once implements policies.Facts.
func (m *Memory) Once(_ any, work func() (any, error)) (any, error) { return work() }
