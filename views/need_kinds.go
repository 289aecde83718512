package views

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/words"
)

// invitations are those that the person can accept now.
func (w *watch) invitations(p Page) (List[Need], error) {
	s := selection{columns: "i.data", from: "invitations i"}
	s.and(`i.address = ? AND i.pending`, policies.EmailKey(w.viewer.Email))
	return matching(w.run, s, order{tag: string(NeedInvitation), keys: []key{{"i.n", number}}}, p, fromJSON[policies.Invitation],
		func(i policies.Invitation) (Need, bool) {
			return Need{Kind: NeedInvitation, InvitationID: i.ID, Since: i.InvitedAt, Due: i.ExpiresAt},
				i.State(w.filter.Now) == policies.StateOpen && policies.May(w.viewer, policies.Accepting, policies.OnInvitation(&i)) == nil
		})
}

// attends says whether the viewer is a member, who has a list.
func (w *watch) attends() bool {
	return policies.May(w.viewer, policies.ReadingFilter, policies.OnFilter(&policies.SavedFilter{MemberID: w.viewer.MemberID})) == nil
}

// ballots are those that the viewer may take a position in, for an organisation that
// has none yet.
func (w *watch) ballots(p Page) (List[Need], error) {
	if !w.attends() {
		return List[Need]{}, nil
	}
	now := w.filter.Now.UnixMilli()
	s := selection{columns: "b.data, d.data", from: "ballots b CROSS JOIN documents d ON d.name = b.document"}
	s.and(`b.closes_at > ? AND b.opens_at <= ? AND d.withdrawn_at IS NULL AND d.adopted_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM positions p WHERE p.ballot = b.id AND p.organisation = ?)`, now, now, w.viewer.OrganisationID)
	type open struct {
		ballot   policies.Ballot
		document policies.Document
	}
	shape := func() ([]any, func() (open, error)) {
		var b, d []byte
		return []any{&b, &d}, func() (o open, err error) {
			return o, errors.Join(json.Unmarshal(b, &o.ballot), json.Unmarshal(d, &o.document))
		}
	}
	a := w.viewer
	a.ReadOnly = false // the need is there, though the token by which it asks lends reading alone
	o := order{tag: string(NeedBallot), keys: []key{{"b.closes_at", number}, {"b.n", number}}}
	return matching(w.run, s, o, p, shape, func(x open) (Need, bool) {
		return Need{Kind: NeedBallot, DocumentID: x.document.ID, BallotID: x.ballot.ID, Since: x.ballot.OpensAt, Due: x.ballot.ClosesAt},
			policies.May(a, policies.Casting, policies.OnBallot(&x.document, &x.ballot)) == nil
	})
}

// asked is what of a consultation, on a document that is row n, says whom it concerns.
type asked struct {
	id, documentID    string
	opensAt, closesAt time.Time
	audience, about   []byte // JSON, nil and subjects
	n                 int64
}

func askedShape() ([]any, func() (asked, error)) {
	var a asked
	var opens, closes int64
	return []any{&a.id, &a.documentID, &opens, &closes, &a.audience, &a.about, &a.n}, func() (asked, error) {
		a.opensAt, a.closesAt = time.UnixMilli(opens).UTC(), time.UnixMilli(closes).UTC()
		return a, nil
	}
}

// read reads the JSON. What a fold wrote can be read.
func (a *asked) read() (d policies.Document, k policies.Consultation) {
	var about subjects
	_ = json.Unmarshal(a.about, &about)
	d.Topics, d.Parties = about.Topics, about.Parties
	if a.audience != nil {
		_ = json.Unmarshal(a.audience, &k.Audience)
	}
	return d, k
}

// openConsultations are the consultations open at a moment on what a viewer may read,
// soonest close first; zero until for all of them.
func openConsultations(viewer policies.Actor, now, until time.Time, tag string) (selection, order) {
	s := selection{columns: "c.id, d.id, c.opens_at, c.closes_at, c.audience, d.about, d.n", from: "consultations c CROSS JOIN documents d ON d.name = c.document"}
	s.and(`c.closes_at > ? AND c.opens_at <= ? AND d.withdrawn_at IS NULL`, now.UnixMilli(), now.UnixMilli())
	if !until.IsZero() {
		s.and(`c.closes_at <= ?`, until.UnixMilli())
	}
	may, args := readable(viewer)
	s.and(may, args...)
	return s, order{tag: tag, keys: []key{{"c.closes_at", number}, {"c.n", number}}}
}

// consultations are those that close soon and that the viewer's organisation is asked
// in particular, or that one of the viewer's filters looks for.
func (w *watch) consultations(p Page) (l List[Need], err error) {
	if !w.attends() {
		return l, nil
	}
	if err := w.interests(); err != nil {
		return l, err
	}
	s, o := openConsultations(w.viewer, w.filter.Now, w.filter.Now.Add(w.filter.Within), string(NeedConsultation))
	if w.watches == 0 {
		s.and(`c.audience IS NOT NULL`)
	}
	return matching(w.run, s, o, p, askedShape, func(a asked) (Need, bool) {
		d, k := a.read()
		return Need{Kind: NeedConsultation, DocumentID: a.documentID, ConsultationID: a.id, Since: a.opensAt, Due: a.closesAt},
			w.wanted(&d, &k, a.n)
	})
}

// interests loads, once, what the viewer watches.
func (w *watch) interests() error {
	if w.wanted != nil {
		return nil
	}
	filters, err := facts{run: w.run}.SavedFilters(w.viewer.MemberID)
	if err != nil {
		return err
	}
	w.watches = len(filters)
	looks := make([]func(*policies.Document, *policies.Consultation, int64) bool, len(filters))
	for i, f := range filters {
		if looks[i], err = w.looking(f.Interests); err != nil {
			return err
		}
	}
	v := w.viewer
	w.wanted = func(d *policies.Document, k *policies.Consultation, n int64) bool {
		if k.Audience != nil && k.Audience.Includes(v.Chamber, v.Sector, v.Jurisdiction) && v.Chamber != policies.Secretariat {
			return true
		}
		return slices.ContainsFunc(looks, func(look func(*policies.Document, *policies.Consultation, int64) bool) bool { return look(d, k, n) })
	}
	return nil
}

// looking returns what tells whether a consultation, on the document of row n, has
// what is wanted.
func (w *watch) looking(wants policies.Interests) (func(*policies.Document, *policies.Consultation, int64) bool, error) {
	var has map[int64]bool
	if wants.Keyword != "" {
		var err error
		if has, err = w.mentioning(wants.Keyword); err != nil {
			return nil, err
		}
	}
	return func(d *policies.Document, k *policies.Consultation, n int64) bool {
		return wants.Match(d, k, func(string) bool { return has[n] })
	}, nil
}

// mentioning returns the rows of the documents that have the words of a keyword in
// title or number, or in a clause of the latest revision that the viewer may read.
func (w *watch) mentioning(keyword string) (map[int64]bool, error) {
	has := map[int64]bool{}
	q := words.Parse(keyword)
	if len(q) == 0 {
		return has, nil
	}
	if err := w.db.catchUp(w.ctx); err != nil {
		return nil, err
	}
	latest, args := latestReadable(w.viewer)
	var n int64
	return has, each(w.run, `SELECT DISTINCT d.n FROM (SELECT rowid AS id FROM search WHERE search MATCH ? AND rowid & 3 < 2) m
		LEFT JOIN clause_texts t ON m.id & 3 = 1 AND t.n = m.id >> 2
		CROSS JOIN documents d ON d.name = CASE m.id & 3 WHEN 0 THEN (SELECT x.name FROM documents x WHERE x.n = m.id >> 2) ELSE t.document END
		WHERE t.n IS NULL OR t.since <= `+latest+` AND coalesce(t.until > `+latest+`, 1)`,
		slices.Concat([]any{q.Match()}, args, args), []any{&n}, func() error {
			has[n] = true
			return nil
		})
}

// answers are those to comments of the viewer's organisation that stand, given since
// the viewer has said that it has seen them. Of several to one comment the latest counts.
func (w *watch) answers(p Page) (l List[Need], err error) {
	if !w.attends() {
		return l, nil
	}
	s := selection{columns: "(SELECT name FROM names WHERE id = c.document), c.id, h.at", from: "dispositions h CROSS JOIN comments c ON c.seq = h.comment"}
	if err := w.unseen(&s); err != nil {
		return l, err
	}
	o := order{tag: string(NeedAnswer), desc: true, keys: []key{{"h.entry", number}, {"h.comment", number}}}
	return pageOf(w.run, s, o, p, needShape(NeedAnswer))
}

// unseen are the conditions on h, a row of dispositions, and c, its comment.
func (w *watch) unseen(s *selection) error {
	seen, err := facts{run: w.run}.AnswersSeen(w.viewer.MemberID)
	if err != nil {
		return err
	}
	s.and(`h.organisation = (SELECT id FROM names WHERE name = ?)`, w.viewer.OrganisationID)
	if !seen.IsZero() {
		s.and(`h.at > ? AND h.entry >= `+boundAt, append([]any{seen.UnixMilli()}, boundArgs(seen)...)...)
	}
	s.and(`h.entry = (SELECT max(x.entry) FROM dispositions x WHERE x.comment = h.comment)
		AND c.withdrawn_at IS NULL AND c.disowned_at IS NULL`)
	return nil
}

// needShape is the shape of rows of a document, a comment and when it began.
func needShape(k NeedKind) shape[Need] {
	return func() ([]any, func() (Need, error)) {
		var document, comment string
		var at int64
		return []any{&document, &comment, &at}, func() (Need, error) {
			return Need{Kind: k, DocumentID: document, CommentID: comment, Since: time.UnixMilli(at).UTC()}, nil
		}
	}
}

// answerable says whether the viewer answers comments on what its organisation
// sponsors, though it may be that the token by which it asks lends reading alone.
func (w *watch) answerable() bool {
	d, a := policies.Document{Sponsors: []string{w.viewer.OrganisationID}}, w.viewer
	a.ReadOnly = false
	return w.attends() && policies.May(a, policies.Disposing, policies.OnDocument(&d)) == nil
}

// sponsored are the documents d of the viewer's organisation that aren't settled.
func (w *watch) sponsored(s *selection) {
	s.and(`s.organisation = (SELECT id FROM names WHERE name = ?) AND d.withdrawn_at IS NULL AND d.adopted_at IS NULL`, w.viewer.OrganisationID)
}

// unansweredOn is the condition of the index comments_unanswered.
const unansweredOn = `c.document = s.document AND c.answer = 0 AND c.withdrawn_at IS NULL AND c.disowned_at IS NULL`

// comments are those that wait for an answer of the viewer's organisation.
func (w *watch) comments(p Page) (l List[Need], err error) {
	if !w.answerable() {
		return l, nil
	}
	s := selection{columns: "d.id, c.id, c.at", from: `sponsors s CROSS JOIN documents d ON d.name = s.document
		CROSS JOIN comments c INDEXED BY comments_unanswered ON ` + unansweredOn}
	w.sponsored(&s)
	o := order{tag: string(NeedComment), keys: []key{{"s.document", number}, {"c.seq", number}}}
	for _, c := range []struct{ field, cursor, op, otherwise string }{
		{"after", p.After, ">", "-1"}, {"before", p.Before, "<", "9223372036854775807"}} {
		if c.cursor == "" {
			continue
		}
		values, err := o.parse(c.field, c.cursor)
		if err != nil {
			return l, err
		}
		// What o.bound says of both, said of each so that both indexes begin there.
		s.and(strings.NewReplacer("OP", c.op, "ELSE", c.otherwise).Replace(`s.document OP= ? AND c.seq OP iif(s.document = ?, ?, ELSE)`),
			values[0], values[0], values[1])
	}
	return pageOf(w.run, s, o, p, needShape(NeedComment))
}
