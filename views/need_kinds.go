package views

import (
	"slices"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
	"github.com/ewtp/entente/views/words"
)

// invitations lists those that the person can accept now.
func (w *watch) invitations(p Page) (List[Need], error) {
	s := table.Selection{From: "invitations i"}
	s.And(`i.key IN (SELECT value FROM json_each(?)) AND i.pending`, table.JSONList(w.viewer.Keys()))
	return pageWhere(w.run, s, table.Ascending(string(NeedInvitation), table.Number("i.n")), p, table.FromJSON[policies.Invitation]("i.data"),
		func(i policies.Invitation) (Need, bool) {
			return Need{Kind: NeedInvitation, InvitationID: i.ID, Since: i.InvitedAt, Due: i.ExpiresAt},
				policies.Allowed(w.viewer, policies.Accepting, policies.OnInvitation(&i)) && i.Acceptable(w.viewer, w.filter.Now, facts{run: w.run}) == nil
		})
}

// hasNeeds reports whether the viewer is a member: nobody else is needed for anything.
func (w *watch) hasNeeds() bool {
	return policies.Allowed(w.viewer, policies.ReadingFilter, policies.OnFilter(&policies.SavedFilter{MemberID: w.viewer.MemberID}))
}

// ballots lists those in which the viewer may take a position, and its organisation has none.
func (w *watch) ballots(p Page) (List[Need], error) {
	if !w.hasNeeds() {
		return List[Need]{}, nil
	}
	now := table.Millis(w.filter.Now)
	s := table.Selection{From: "ballots b CROSS JOIN documents d ON d.name = b.document"}
	s.And(`b.closes_at > ? AND b.opens_at <= ? AND b.cancelled_at IS NULL AND `+unsettled+`
		AND NOT EXISTS (SELECT 1 FROM positions p WHERE p.ballot = b.id AND p.organisation = ?)`, now, now, w.viewer.OrganisationID)
	type open struct {
		ballot   policies.Ballot
		document policies.Document
	}
	shape := func() (table.Fields, func() (open, error)) {
		var o open
		return table.Fields{{"b.data", table.JSON(&o.ballot)}, {"d.data", table.JSON(&o.document)}}, func() (open, error) { return o, nil }
	}
	o := table.Ascending(string(NeedBallot), table.Number("b.closes_at"), table.Number("b.n"))
	return pageWhere(w.run, s, o, p, shape, func(x open) (Need, bool) {
		return Need{Kind: NeedBallot, DocumentID: x.document.ID, BallotID: x.ballot.ID, Since: x.ballot.OpensAt, Due: x.ballot.ClosesAt},
			w.may(policies.Casting, policies.OnBallot(&x.document, &x.ballot))
	})
}

// openConsultation holds what tells whom a consultation concerns. Its document is row n.
type openConsultation struct {
	id, documentID    string
	opensAt, closesAt time.Time
	audience          *policies.Audience
	about             documentAbout
	n                 int64
}

func openConsultationShape() (table.Fields, func() (openConsultation, error)) {
	var a openConsultation
	return table.Fields{{"c.id", &a.id}, {"d.id", &a.documentID}, {"c.opens_at", table.Time(&a.opensAt)}, {"c.closes_at", table.Time(&a.closesAt)},
		{"c.audience", table.JSON(&a.audience)}, {"d.about", table.JSON(&a.about)}, {"d.n", &a.n}}, func() (openConsultation, error) { return a, nil }
}

// read returns a document and a consultation with what interests are matched with.
func (a *openConsultation) read() (policies.Document, policies.Consultation) {
	return policies.Document{Topics: a.about.Topics, Parties: a.about.Parties}, policies.Consultation{Audience: a.audience}
}

// openConsultations selects the consultations open at a moment on what a viewer may read,
// and that close by until, if that isn't zero; soonest close first.
func openConsultations(viewer policies.Actor, now, until time.Time, tag string) (table.Selection, table.Order) {
	s := table.Selection{From: "consultations c CROSS JOIN documents d ON d.name = c.document"}
	s.And(`c.closes_at > ? AND c.opens_at <= ? AND c.cancelled_at IS NULL AND d.withdrawn_at IS NULL`, table.Millis(now), table.Millis(now))
	if !until.IsZero() {
		s.And(`c.closes_at <= ?`, table.Millis(until))
	}
	may, args := readable(viewer)
	s.And(may, args...)
	return s, table.Ascending(tag, table.Number("c.closes_at"), table.Number("c.n"))
}

// consultations lists those that close soon and that ask the viewer's organisation in
// particular, or that one of the viewer's filters looks for.
func (w *watch) consultations(p Page) (l List[Need], err error) {
	if !w.hasNeeds() {
		return l, nil
	}
	if err := w.interests(); err != nil {
		return l, err
	}
	s, o := openConsultations(w.viewer, w.filter.Now, w.filter.Now.Add(w.filter.Within), string(NeedConsultation))
	if w.watches == 0 {
		s.And(`c.audience IS NOT NULL`)
	}
	return pageWhere(w.run, s, o, p, openConsultationShape, func(a openConsultation) (Need, bool) {
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
		if looks[i], err = w.consultationMatcher(f.Interests); err != nil {
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

// consultationMatcher returns a function that tells whether a consultation, on the document
// of row n, has what is wanted.
func (w *watch) consultationMatcher(wants policies.Interests) (func(*policies.Document, *policies.Consultation, int64) bool, error) {
	var has map[int64]bool
	if wants.Keyword != "" {
		var err error
		if has, err = w.documentsMentioning(wants.Keyword); err != nil {
			return nil, err
		}
	}
	return func(d *policies.Document, k *policies.Consultation, n int64) bool {
		return wants.Match(d, k, func(string) bool { return has[n] })
	}, nil
}

// documentsMentioning returns the rows of the documents that have the words of a keyword in
// title or number, or in a clause of the latest revision that the viewer may read.
func (w *watch) documentsMentioning(keyword string) (map[int64]bool, error) {
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
	return has, table.Each(w.run, `SELECT DISTINCT d.n FROM (SELECT rowid AS id FROM search WHERE search MATCH ? AND rowid & 3 < 2) m
		LEFT JOIN clause_texts t ON m.id & 3 = 1 AND t.n = m.id >> 2
		CROSS JOIN documents d ON d.name = CASE m.id & 3 WHEN 0 THEN (SELECT x.name FROM documents x WHERE x.n = m.id >> 2) ELSE t.document END
		WHERE t.n IS NULL OR t.since <= `+latest+` AND coalesce(t.until > `+latest+`, 1)`,
		slices.Concat([]any{q.Match()}, args, args), []any{&n}, func() error {
			has[n] = true
			return nil
		})
}

// dispositions lists those of comments of the viewer's organisation that stand, given since
// the viewer said that it has seen them. Of several of one comment the latest counts.
func (w *watch) dispositions(p Page) (l List[Need], err error) {
	if !w.hasNeeds() {
		return l, nil
	}
	s := table.Selection{From: "dispositions h CROSS JOIN comments c ON c.seq = h.comment"}
	if err := w.unseenDispositions(&s); err != nil {
		return l, err
	}
	o := table.Descending(string(NeedAnswer), table.Number("h.entry"), table.Number("h.comment"))
	return pageOf(w.run, s, o, p, needShape(NeedAnswer, nameOf("c.document"), "h.at"))
}

// unseenDispositions adds the conditions on h, a row of dispositions, and c, its comment.
func (w *watch) unseenDispositions(s *table.Selection) error {
	if err := w.db.awaitAnswersTo(w.ctx, w.viewer.OrganisationID); err != nil {
		return err
	}
	seen, err := facts{run: w.run}.DispositionsSeen(w.viewer.MemberID)
	if err != nil {
		return err
	}
	s.And(`h.organisation = `+numberOf, w.viewer.OrganisationID)
	if !seen.IsZero() {
		s.And(`h.at > ? AND h.entry >= `+firstEntryAfter, append([]any{table.Millis(seen)}, firstEntryArgs(seen)...)...)
	}
	s.And(`h.entry = (SELECT max(x.entry) FROM dispositions x WHERE x.comment = h.comment)
		AND ` + commentStands)
	return nil
}

// needShape returns the shape of needs for comments c, given the columns of their document and
// of when they began.
func needShape(k NeedKind, document, since string) table.Shape[Need] {
	return func() (table.Fields, func() (Need, error)) {
		n := Need{Kind: k}
		return table.Fields{{document, &n.DocumentID}, {"c.id", &n.CommentID}, {since, table.Time(&n.Since)}}, func() (Need, error) { return n, nil }
	}
}

// disposes reports whether the viewer answers comments on what its organisation sponsors.
// It does so, too, where the token by which it asks may only read.
func (w *watch) disposes() bool {
	return w.may(policies.Disposing, policies.OnDocument(&policies.Document{Sponsors: []string{w.viewer.OrganisationID}}))
}

// sponsoredDocuments adds the conditions on d that the viewer's organisation sponsors it,
// and that it isn't settled.
func (w *watch) sponsoredDocuments(s *table.Selection) {
	s.And(`s.organisation = `+numberOf+` AND `+unsettled, w.viewer.OrganisationID)
}

// unanswered is the condition of the index comments_unanswered, and unansweredOn that of it for
// a document s that is sponsored.
const (
	unanswered   = `c.answer <= 0 AND c.withdrawn_at IS NULL AND c.disowned_at IS NULL`
	unansweredOn = `c.document = s.document AND ` + unanswered
)

// comments lists those that wait for an answer of the viewer's organisation.
func (w *watch) comments(p Page) (l List[Need], err error) {
	if !w.disposes() {
		return l, nil
	}
	s := table.Selection{From: `sponsors s CROSS JOIN documents d ON d.name = s.document
		CROSS JOIN comments c INDEXED BY comments_unanswered ON ` + unansweredOn}
	w.sponsoredDocuments(&s)
	open, args := disclosed(w.viewer)
	s.And(open, args...)
	o := table.Ascending(string(NeedComment), table.Number("s.document"), table.Number("c.seq"))
	for _, c := range []struct{ field, cursor, op, otherwise string }{
		{"after", p.After, ">", "-1"}, {"before", p.Before, "<", "9223372036854775807"}} {
		if c.cursor == "" {
			continue
		}
		values, err := o.Parse(c.field, c.cursor)
		if err != nil {
			return l, inPoliciesWords(err)
		}
		// What o.Bound says of both, said of each so that both indexes begin there.
		s.And(strings.NewReplacer("OP", c.op, "ELSE", c.otherwise).Replace(`s.document OP= ? AND c.seq OP iif(s.document = ?, ?, ELSE)`),
			values[0], values[0], values[1])
	}
	return pageOf(w.run, s, o, p, needShape(NeedComment, "d.id", "c.at"))
}
