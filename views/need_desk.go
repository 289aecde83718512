package views

import (
	"errors"
	"slices"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// needsWhere is pageWhere for what takes more reading to tell, which may fail.
func needsWhere[R any](w *watch, s table.Selection, o table.Order, p Page, sh table.Shape[R], wanted func(R) (Need, bool, error)) (List[Need], error) {
	var failed error
	l, err := pageWhere(w.run, s, o, p, sh, func(row R) (Need, bool) {
		n, ok, err := wanted(row)
		failed = errors.Join(failed, err)
		return n, ok && err == nil
	})
	if err = errors.Join(err, failed); err != nil {
		return List[Need]{}, err
	}
	return l, nil
}

// may asks the judge about what the viewer may do; the need is there, though the token by
// which it asks lends reading alone.
func (w *watch) may(action policies.Action, s policies.Subject) bool {
	a := w.viewer
	a.ReadOnly = false
	return w.hasNeeds() && policies.Allowed(a, action, s)
}

// unsettled is the condition of documents d on their way.
const unsettled = `d.withdrawn_at IS NULL AND d.adopted_at IS NULL`

// confirmations lists the invitations that wait for a second member of the secretariat.
func (w *watch) confirmations(p Page) (l List[Need], err error) {
	if w.viewer.Chamber != policies.Secretariat {
		return l, nil
	}
	s := table.Selection{From: "invitations i"}
	s.And(`i.unconfirmed AND i.inviter <> ?`, w.viewer.MemberID)
	o := table.Ascending(string(NeedConfirmation), table.Number("i.n"))
	return needsWhere(w, s, o, p, table.FromJSON[policies.Invitation]("i.data"), func(i policies.Invitation) (Need, bool, error) {
		if i.State(w.filter.Now) != policies.StateUnconfirmed {
			return Need{}, false, nil
		}
		org, err := facts{run: w.run}.Organisation(i.OrganisationID)
		return Need{Kind: NeedConfirmation, InvitationID: i.ID, Since: i.InvitedAt, Due: i.ExpiresAt},
			w.may(policies.Confirming, policies.OnInvitationOf(&i, org.Kind)), err
	})
}

// offers lists the documents that the viewer's organisation was offered to sponsor.
func (w *watch) offers(p Page) (l List[Need], err error) {
	if !w.hasNeeds() {
		return l, nil
	}
	s := table.Selection{From: "documents d"}
	s.And(unsettled+` AND instr(d.insiders, ?) AND NOT EXISTS (SELECT 1 FROM sponsors s WHERE s.document = d.name AND s.organisation = `+numberOf+`)`,
		w.viewer.OrganisationID, w.viewer.OrganisationID)
	o := table.Ascending(string(NeedOffer), table.Number("d.n"))
	return pageWhere(w.run, s, o, p, table.FromJSON[policies.Document]("d.data"), func(d policies.Document) (Need, bool) {
		return Need{Kind: NeedOffer, DocumentID: d.ID}, w.may(policies.AnsweringOffer, policies.OnDocument(&d))
	})
}

// consents lists the documents that are to supersede or amend an instrument which the
// viewer's organisation sponsored, and that no sponsor of it has agreed to.
func (w *watch) consents(p Page) (l List[Need], err error) {
	if !w.hasNeeds() {
		return l, nil
	}
	s := table.Selection{From: "documents d CROSS JOIN json_each(d.succeeds) j"}
	s.And(unsettled + ` AND d.succeeds <> '[]'`)
	may, args := readable(w.viewer)
	s.And(may, args...)
	type succession struct {
		document   policies.Document
		instrument string
	}
	shape := func() (table.Fields, func() (succession, error)) {
		var x succession
		return table.Fields{{"d.data", table.JSON(&x.document)}, {"j.value", &x.instrument}}, func() (succession, error) { return x, nil }
	}
	o := table.Ascending(string(NeedConsent), table.Number("d.n"), table.Number("j.key"))
	f := facts{run: w.run}
	return needsWhere(w, s, o, p, shape, func(x succession) (n Need, ok bool, err error) {
		in, err := f.Instrument(x.instrument)
		if err != nil {
			return n, false, unlessNotFound(err)
		}
		old, err := f.Document(in.DocumentID)
		if err != nil || !w.may(policies.AgreeingToSuccession, policies.OnDocument(&old)) {
			return n, false, unlessNotFound(err)
		}
		agreed := slices.ContainsFunc(x.document.Consents, func(c policies.SuccessionConsent) bool {
			return c.InstrumentID == in.ID && slices.Contains(old.Sponsors, c.OrganisationID)
		})
		return Need{Kind: NeedConsent, DocumentID: x.document.ID, InstrumentID: in.ID, Since: x.document.TermsAt}, !agreed, nil
	})
}

// unlessNotFound passes over what was erased.
func unlessNotFound(err error) error {
	if errors.Is(err, policies.ErrNotFound) {
		return nil
	}
	return err
}

// agreements lists the consultations and ballots of which the other side asks to have them
// cancelled, or closed early, and waits for the viewer's.
func (w *watch) agreements(p Page) (l List[Need], err error) {
	if !w.hasNeeds() {
		return l, nil
	}
	s := table.Selection{From: `(SELECT 0 part, n, document, closes_at, data FROM consultations WHERE asked AND cancelled_at IS NULL UNION ALL
		SELECT 1, n, document, closes_at, data FROM ballots WHERE asked AND cancelled_at IS NULL) q CROSS JOIN documents d ON d.name = q.document`}
	s.And(unsettled+` AND q.closes_at > ?`, table.Millis(w.filter.Now))
	type joint struct {
		part     int64
		window   policies.Ballot // or what a consultation has in common with it
		document policies.Document
	}
	shape := func() (table.Fields, func() (joint, error)) {
		var x joint
		return table.Fields{{"q.part", &x.part}, {"q.data", table.JSON(&x.window)}, {"d.data", table.JSON(&x.document)}}, func() (joint, error) { return x, nil }
	}
	o := table.Ascending(string(NeedAgreement), table.Number("q.closes_at"), table.Number("q.part"), table.Number("q.n"))
	return pageWhere(w.run, s, o, p, shape, func(x joint) (Need, bool) {
		n := Need{Kind: NeedAgreement, DocumentID: x.document.ID, Due: x.window.ClosesAt}
		action := policies.Consulting
		if n.ConsultationID = x.window.ID; x.part == 1 {
			n.ConsultationID, n.BallotID, action = "", x.window.ID, policies.OpeningBallot
		}
		waits := false
		for _, q := range []policies.JointRequest{x.window.CloseAsked, x.window.CancelAsked} {
			if q.WaitsFor(w.viewer, &x.document) {
				waits, n.Since = true, q.At
			}
		}
		return n, waits && w.may(action, policies.OnDocument(&x.document))
	})
}

// steps lists the documents that the viewer's organisation can bring on their way: as a
// sponsor, and as the secretariat those of which a revision was put forward.
func (w *watch) steps(p Page) (l List[Need], err error) {
	if !w.hasNeeds() {
		return l, nil
	}
	s := table.Selection{From: `sponsors s CROSS JOIN documents d ON d.name = s.document`}
	if w.viewer.Chamber == policies.Secretariat {
		s.From = "documents d"
		s.And(unsettled + ` AND d.put_forward`)
	} else {
		w.sponsoredDocuments(&s)
	}
	now := table.Millis(w.filter.Now)
	s.And(`d.revisions > 0 AND d.closes_at <= ? AND coalesce(d.ballot_closes_at <= ?, 1)
		AND NOT EXISTS (SELECT 1 FROM comments c INDEXED BY comments_unanswered WHERE c.document = d.name AND `+unanswered+`)`, now, now)
	o := table.Ascending(string(NeedStep), table.Number("d.n"))
	return needsWhere(w, s, o, p, table.FromJSON[policies.Document]("d.data"), func(d policies.Document) (Need, bool, error) {
		if !w.may(policies.OpeningBallot, policies.OnDocument(&d)) {
			return Need{}, false, nil
		}
		step, err := w.step(d)
		opens := slices.Contains([]policies.Step{policies.ConsultStep, policies.RoundStep, policies.BallotStep}, step)
		return Need{Kind: NeedStep, DocumentID: d.ID, Step: step, Since: latest(w.filter.Now, d.HeadAt, d.TermsAt, d.ClosesAt, d.BallotClosesAt)},
			opens || step != "" && w.viewer.Chamber != policies.Secretariat, err
	})
}

// step returns a document's next step.
func (w *watch) step(d policies.Document) (policies.Step, error) {
	if d.Phase(w.filter.Now) != policies.InReview {
		return policies.NextStep(d, nil, w.filter.Now), nil
	}
	f := facts{run: w.run, text: func(id string) (*clauses.Text, error) { return w.db.textBy(w.run, id) }}
	head, err := f.Revision(d.Head)
	if err != nil {
		return "", unlessNotFound(err)
	}
	gaps, err := policies.Gate(d, head, w.filter.Now, w.filter.Rules, f)
	return policies.NextStep(d, gaps, w.filter.Now), err
}

// latest returns the latest of some times that has come.
func latest(now time.Time, times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) && !t.After(now) {
			last = t
		}
	}
	return last
}

// unreleased lists the instruments that bind, or are to, and that no release has. They are
// due when they begin to.
func (w *watch) unreleased(p Page) (l List[Need], err error) {
	if !w.may(policies.Releasing, policies.Nothing) {
		return l, nil
	}
	s := table.Selection{From: "instruments i"}
	s.And(`NOT EXISTS (SELECT 1 FROM release_instruments x WHERE x.instrument = i.id)`)
	o := table.Ascending(string(NeedRelease), table.Number("i.n"))
	return pageWhere(w.run, s, o, p, table.FromJSON[standards.Instrument]("i.data"), func(in standards.Instrument) (Need, bool) {
		n := Need{Kind: NeedRelease, DocumentID: in.DocumentID, InstrumentID: in.ID, Since: in.AdoptedAt}
		for _, span := range in.Spans() {
			if from := span.From.At; from.After(w.filter.Now) && (n.Due.IsZero() || from.Before(n.Due)) {
				n.Due = from
			}
		}
		status := in.At(w.filter.Now)
		return n, !in.BindsNever() && (status == standards.Pending || status == standards.InForce)
	})
}

// renewals lists the rule sets of which the latest release is valid for no longer than the
// list looks ahead, or isn't any more.
func (w *watch) renewals(p Page) (l List[Need], err error) {
	if !w.may(policies.Releasing, policies.Nothing) {
		return l, nil
	}
	s := table.Selection{From: `rule_sets t CROSS JOIN releases r ON r.n = (SELECT x.n FROM releases x WHERE x.rule_set = t.id ORDER BY x.number DESC, x.n LIMIT 1)`}
	s.And("1")
	o := table.Ascending(string(NeedRenewal), table.Number("t.n"))
	return pageWhere(w.run, s, o, p, table.FromJSON[standards.Release]("r.data"), func(r standards.Release) (Need, bool) {
		return Need{Kind: NeedRenewal, RuleSetID: r.RuleSetID, Since: r.PublishedAt, Due: r.ValidUntil}, !r.ValidUntil.After(w.filter.Now.Add(w.filter.Within))
	})
}
