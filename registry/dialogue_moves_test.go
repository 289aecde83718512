package registry

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/standards"
)

// A move draws a command of one type. It needn't be in order: draw sees to that.
type move struct {
	name string
	draw func(w *world) policies.Command
}

// moves has each command of policies, some more often than others.
var moves = []move{
	{"RegisterOrganisation", (*world).register},
	{"RemoveMember", func(w *world) policies.Command {
		return policies.RemoveMember{MemberID: w.any("mem"), Reason: w.word()}
	}},
	{"LeaveOrganisation", func(w *world) policies.Command { return policies.LeaveOrganisation{OrganisationID: w.any("org")} }},
	{"ChangeRole", func(w *world) policies.Command {
		return policies.ChangeRole{MemberID: w.any("mem"), Role: oneOf(w, policies.Roles...)}
	}},
	{"InviteMember", (*world).invite},
	{"ConfirmInvitation", func(w *world) policies.Command { return policies.ConfirmInvitation{InvitationID: w.any("inv")} }},
	{"AcceptInvitation", func(w *world) policies.Command { return policies.AcceptInvitation{InvitationID: w.any("inv")} }},
	{"RevokeInvitation", func(w *world) policies.Command { return policies.RevokeInvitation{InvitationID: w.any("inv")} }},
	{"EndSessions", (*world).endSessions},
	{"SaveFilter", (*world).saveFilter},
	{"DeleteFilter", func(w *world) policies.Command { return policies.DeleteFilter{FilterID: w.any("flt")} }},
	{"MarkDispositionsSeen", func(w *world) policies.Command {
		return policies.MarkDispositionsSeen{Until: w.now().Add(-time.Duration(w.rnd.IntN(100)) * time.Hour)}
	}},
	{"ProposeDocument", (*world).propose},
	{"ShareDocument", func(w *world) policies.Command {
		return policies.ShareDocument{DocumentID: w.any("doc"), OrganisationID: w.any("org"), As: oneOf(w, policies.AsReader, policies.AsSponsor)}
	}},
	{"PutForward", (*world).putForward},
	{"AcceptSponsorship", func(w *world) policies.Command { return policies.AcceptSponsorship{DocumentID: w.offered()} }},
	{"AcceptSponsorship", func(w *world) policies.Command { return policies.AcceptSponsorship{DocumentID: w.offered()} }},
	{"DeclineSponsorship", func(w *world) policies.Command { return policies.DeclineSponsorship{DocumentID: w.offered()} }},
	{"ResignSponsorship", func(w *world) policies.Command { return policies.ResignSponsorship{DocumentID: w.any("doc")} }},
	{"UnshareDocument", func(w *world) policies.Command {
		d := w.document()
		return policies.UnshareDocument{DocumentID: d.ID, OrganisationID: oneOf(w, append(slices.Concat(d.Offered, d.Readers), w.any("org"))...), Reason: w.word()}
	}},
	{"CorrectDocument", (*world).correct},
	{"CorrectOrganisation", func(w *world) policies.Command {
		return policies.CorrectOrganisation{OrganisationID: w.any("org"), Name: new(w.word()), Jurisdiction: oneOf(w, nil, nil, new("NZ")), Reason: w.word()}
	}},
	{"DeclareSize", func(w *world) policies.Command {
		return policies.DeclareSize{OrganisationID: w.any("org"), Class: oneOf(w, policies.SizeClasses...), Year: w.now().Year() - w.rnd.IntN(4)}
	}},
	{"CloseOrganisation", (*world).closeDown},
	{"MergeOrganisations", (*world).merge},
	{"MergeOrganisations", (*world).merge},
	{"WithdrawDocument", (*world).withdraw},
	{"CommitRevision", (*world).commit},
	{"CommitRevision", (*world).commit},
	{"MarkEditorial", (*world).mark},
	{"MarkEditorial", (*world).mark},
	{"WithdrawEditorialMark", (*world).unmark},
	{"OpenConsultation", (*world).consult},
	{"OpenConsultation", (*world).consult},
	{"ExtendConsultation", func(w *world) policies.Command {
		return policies.ExtendConsultation{ConsultationID: w.any("csn"), Closes: w.local(w.rnd.IntN(100)), Reason: w.word()}
	}},
	{"SubmitComment", (*world).submit},
	{"SubmitComment", (*world).submit},
	{"SubmitComment", (*world).submit},
	{"WithdrawComment", (*world).withdrawComment},
	{"DisposeComment", (*world).dispose},
	{"DisposeComment", (*world).dispose},
	{"DisposeComment", (*world).dispose},
	{"AcceptReplacement", (*world).accept},
	{"RedactComment", func(w *world) policies.Command {
		return policies.RedactComment{CommentID: w.any("cmt"), Reason: w.word()}
	}},
	{"DisownComment", func(w *world) policies.Command {
		return policies.DisownComment{CommentID: w.any("cmt"), Reason: w.word()}
	}},
	{"DiscloseComment", (*world).disclose},
	{"ReplyToComment", (*world).reply},
	{"RedactReply", func(w *world) policies.Command { return policies.RedactReply{ReplyID: w.any("rpl"), Reason: w.word()} }},
	{"ReanchorComment", (*world).reanchor},
	{"UndoReanchor", (*world).undoReanchor},
	{"UndoReanchor", (*world).undoReanchor},
	{"EndorseComment", (*world).endorse},
	{"EndorseComment", (*world).endorse},
	{"DisposeComments", (*world).disposeMany},
	{"DisposeComments", (*world).disposeMany},
	{"DisposeEach", (*world).answerMany},
	{"DraftComment", func(w *world) policies.Command {
		c := w.saying()
		return policies.DraftComment{ConsultationID: c.ConsultationID, Words: c.CommentWords}
	}},
	{"EditDraft", func(w *world) policies.Command {
		return policies.EditDraft{DraftID: w.any("dft"), Edition: 1 + w.rnd.IntN(2), Words: w.saying().CommentWords,
			Given: oneOf(w, nil, []string{"text"}, []string{"clauseId", "stance"})}
	}},
	{"SubmitDraft", func(w *world) policies.Command {
		return policies.SubmitDraft{DraftID: w.any("dft"), Edition: 1 + w.rnd.IntN(2)}
	}},
	{"DiscardDraft", func(w *world) policies.Command { return policies.DiscardDraft{DraftID: w.any("dft")} }},
	{"AttachFile", (*world).attach},
	{"ClearUploads", func(*world) policies.Command { return policies.ClearUploads{} }},
	{"FinishClearing", func(w *world) policies.Command {
		for _, c := range w.model.All.Clearings { // one under way, rather than a finished one
			if w.rnd.IntN(4) > 0 {
				return policies.FinishClearing{ClearingID: c.ID}
			}
		}
		return policies.FinishClearing{ClearingID: w.any("clr")}
	}},
	{"OpenBallot", (*world).openBallot},
	{"OpenBallot", (*world).openBallot},
	{"CastPosition", (*world).cast},
	{"CastPosition", (*world).cast},
	{"CastPosition", (*world).cast},
	{"ClearBlock", (*world).clearBlock},
	{"CancelConsultation", func(w *world) policies.Command {
		return policies.CancelConsultation{ConsultationID: w.any("csn"), Reason: w.word()}
	}},
	{"CancelBallot", func(w *world) policies.Command {
		return policies.CancelBallot{BallotID: w.any("bal"), Reason: w.word()}
	}},
	{"CloseBallotEarly", func(w *world) policies.Command {
		return policies.CloseBallotEarly{BallotID: w.any("bal"), Reason: w.word()}
	}},
	{"AdoptDocument", (*world).adopt},
	{"AdoptDocument", (*world).adopt},
	{"ProposeTerms", func(w *world) policies.Command { return w.proposeTerms(w.document()) }},
	{"ProposeTerms", func(w *world) policies.Command { return w.proposeTerms(w.document()) }},
	{"AgreeToSuccession", func(w *world) policies.Command { return w.succession() }},
	{"AgreeToSuccession", func(w *world) policies.Command { return w.succession() }},
	{"WithdrawSuccessionConsent", func(w *world) policies.Command { return policies.WithdrawSuccessionConsent(w.succession()) }},
	{"RepealInstrument", func(w *world) policies.Command {
		return policies.RepealInstrument{InstrumentID: w.any("ins"), From: w.date(w.rnd.IntN(50)), Reason: w.word()}
	}},
	{"CreateRuleSet", func(w *world) policies.Command {
		return policies.CreateRuleSet{Slug: fmt.Sprintf("set-%d", w.rnd.IntN(8)), Title: w.word()}
	}},
	{"CorrectRuleSet", func(w *world) policies.Command {
		return policies.CorrectRuleSet{RuleSetID: w.any("rst"), Title: oneOf(w, nil, new(w.word())), Description: oneOf(w, nil, new(w.word())), Reason: w.word()}
	}},
	{"PublishRelease", (*world).release},
	{"EraseEntry", func(w *world) policies.Command {
		// On record only, as another node's that went down before it erased anything.
		return policies.EraseEntry{Seq: w.size + w.rnd.Int64N(10_000) + 10_000, Reason: w.word()}
	}},
}

func oneOf[T any](w *world, of ...T) T { return of[w.rnd.IntN(len(of))] }

// any is one of the IDs of a prefix, a late one more likely; now and then none.
func (w *world) any(prefix string) string {
	ids := w.ids[prefix]
	if len(ids) == 0 || w.rnd.IntN(40) == 0 {
		return oneOf(w, "", prefix+"_none", w.strayID())
	}
	if w.rnd.IntN(2) == 0 {
		ids = ids[max(0, len(ids)-5):]
	}
	return oneOf(w, ids...)
}

// word is one that nobody has written before.
func (w *world) word() string {
	w.words++
	return fmt.Sprintf("w%dq%d", w.words, w.rnd.IntN(100))
}

func (w *world) document() policies.Document {
	d, _ := w.model.Document(w.any("doc"))
	return d
}

// local is a local time some days from now.
func (w *world) local(days int) string {
	return w.now().Add(time.Duration(days)*oneDay + time.Hour).Format("2006-01-02T15:04:05")
}

func (w *world) register() policies.Command {
	return policies.RegisterOrganisation{Kind: oneOf(w, policies.OrganisationKinds...), Name: oneOf(w, w.word(), "Ministry"),
		Jurisdiction: oneOf(w, "NZ", "NZ", "NZ", "FI-18", "FI"), Sector: oneOf(w, "", "logistics")}
}

func (w *world) subject() string {
	return oneOf(w, "guest", "visitor", "ministry-delegate", "carrier-admin", "carrier-observer")
}

func (w *world) invite() policies.Command {
	if w.rnd.IntN(2) == 0 {
		return policies.InviteMember{OrganisationID: w.any("org"), Issuer: idp, Subject: oneOf(w, w.subject(), w.people[w.rnd.IntN(len(w.people))].subject), Name: w.word(), Role: oneOf(w, policies.Roles...)}
	}
	return policies.InviteMember{OrganisationID: w.any("org"), Role: oneOf(w, policies.Roles...),
		Email: oneOf(w, address(w.subject()), strings.ToUpper(address(w.subject())), "nobody")}
}

func (w *world) endSessions() policies.Command {
	switch w.rnd.IntN(3) {
	case 0:
		return policies.EndSessions{MemberID: w.any("mem")}
	case 1:
		return policies.EndSessions{Issuer: idp, Subject: w.subject()}
	}
	return policies.EndSessions{Issuer: idp, Subject: w.subject(), SID: w.word(), Before: w.now().Add(-time.Duration(w.rnd.IntN(900)) * time.Minute)}
}

func (w *world) saveFilter() policies.Command {
	c := policies.SaveFilter{Name: w.word(), Wants: policies.Interests{Topics: []string{"parcels"}, Keyword: w.word()}}
	if w.rnd.IntN(3) == 0 {
		c.FilterID, c.Given = w.any("flt"), oneOf(w, nil, []string{"name"}, []string{"keyword"})
	}
	return c
}

func (w *world) putForward() policies.Command {
	d := w.document()
	return policies.PutForward{DocumentID: d.ID, RevisionID: oneOf(w, d.Head, d.Head, "", w.any("rev"))}
}

func (w *world) propose() policies.Command {
	return policies.ProposeDocument{Kind: oneOf(w, standards.Kinds...), Title: w.word(), Language: "en", Topics: []string{"parcels"},
		Parties: oneOf(w, nil, []string{"EE"}, []string{"EE", "FI"}, []string{"EE", "FI"}), OpenDrafts: w.rnd.IntN(4) == 0}
}

// correct puts right what was said of a document, of its parties too.
func (w *world) correct() policies.Command {
	c := policies.CorrectDocument{DocumentID: w.any("doc"), Reason: w.word(), Topics: oneOf(w, nil, []string{}, []string{"post"}),
		Parties: oneOf(w, nil, nil, []string{"EE"}, []string{"FI", "EE"})}
	if w.rnd.IntN(2) == 0 {
		c.Title, c.Language = new(w.word()), new("et")
	}
	return c
}

// withdraw is rare, or nothing would be left to talk about.
func (w *world) withdraw() policies.Command {
	if w.rnd.IntN(3) > 0 {
		return policies.WithdrawDocument{DocumentID: w.ids["doc"][0], Reason: w.word()}
	}
	return policies.WithdrawDocument{DocumentID: w.any("doc"), Reason: w.word()}
}

// source is a text made from another: a clause changed, added, removed or moved.
func (w *world) source(from string) string {
	if from == "" {
		from = fmt.Sprintf("# Parcels {#top}\n\n## Scope {#scope}\n\nThis is on %s.\n\n## Duties {#duties}\n\nThe carrier declares %s.\n\nIt pays %s.\n", w.word(), w.word(), w.word())
	}
	parts := strings.Split(strings.TrimSpace(from), "\n\n")
	i := w.rnd.IntN(len(parts))
	switch w.rnd.IntN(5) {
	case 0:
		parts = slices.Insert(parts, i+1, "Besides, "+w.word()+" is due.")
	case 1:
		if len(parts) > 4 && i > 0 {
			parts = slices.Delete(parts, i, i+1)
		}
	case 2:
		j := w.rnd.IntN(len(parts))
		parts[i], parts[j] = parts[j], parts[i]
	default:
		if !strings.HasPrefix(parts[i], "#") {
			parts[i] = "The carrier " + w.word() + " and nothing else."
		}
	}
	return strings.Join(parts, "\n\n") + "\n"
}

func (w *world) commit() policies.Command {
	d := w.document()
	c := policies.CommitRevision{DocumentID: d.ID, Base: d.Head, Note: w.word()}
	if w.rnd.IntN(4) == 0 {
		c.Base = w.any("rev") // stale, or another document's
	}
	if t, err := w.model.Text(c.Base); err == nil {
		c.Source = w.source(t.Source)
	} else {
		c.Source = w.source("")
	}
	if w.rnd.IntN(10) == 0 {
		c.Provenance = &policies.Provenance{System: "git", Reference: w.word(), At: w.now()}
	}
	return c
}

// clause is a clause of a revision.
func (w *world) clause(revision string) string {
	t, err := w.model.Text(revision)
	if err != nil || len(t.Clauses) == 0 {
		return "scope"
	}
	return oneOf(w, t.Clauses...).ID
}

// gap is something that the gate of some document wants, of a reason.
func (w *world) gap(reason string) (policies.Document, policies.Gap) {
	d := w.document()
	rev, err := w.model.Revision(d.Head)
	if err != nil {
		return d, policies.Gap{}
	}
	gaps, err := policies.Gate(d, rev, w.now(), w.rules, w.model)
	w.ok(err)
	gaps = slices.DeleteFunc(gaps, func(g policies.Gap) bool { return g.Reason != reason })
	if len(gaps) == 0 {
		return d, policies.Gap{}
	}
	return d, oneOf(w, gaps...)
}

// next is what some document wants next on its way to adoption. Where that is time,
// time passes.
func (w *world) next() policies.Command {
	var d policies.Document
	for try := range 8 { // one that is voted on, rather, or else one that isn't settled
		if d = w.document(); d.Phase(w.now()) == policies.InBallot || try > 3 && d.AdoptedAt.IsZero() && d.WithdrawnAt.IsZero() {
			break
		}
	}
	switch phase := d.Phase(w.now()); {
	case d.Head == "":
		return policies.CommitRevision{DocumentID: d.ID, Source: w.source("")}
	case phase == policies.Draft && d.TermsAt.IsZero():
		return w.proposeTerms(d)
	case phase == policies.Draft && d.Consultation == "":
		return policies.OpenConsultation{DocumentID: d.ID, Closes: w.local(61), Zone: "UTC", Late: policies.LateRefused}
	case phase == policies.InConsultation && w.rnd.IntN(4) > 0:
		c := w.saying()
		c.ConsultationID = d.Consultation
		return c
	case phase == policies.InBallot && w.rnd.IntN(8) > 0:
		return w.castIn(d.Ballot)
	case phase == policies.InConsultation:
		w.wait(d.ClosesAt.Sub(w.now()))
	case phase == policies.InBallot:
		w.wait(d.BallotClosesAt.Sub(w.now()))
	}
	return w.fill(d)
}

// fill does what the gate wants of a document in review, or adopts it.
func (w *world) fill(d policies.Document) policies.Command {
	rev, err := w.model.Revision(d.Head)
	if err != nil {
		return policies.AdoptDocument{DocumentID: d.ID}
	}
	gaps, err := policies.Gate(d, rev, w.now(), w.rules, w.model)
	w.ok(err)
	if len(gaps) == 0 {
		return policies.AdoptDocument{DocumentID: d.ID}
	}
	switch g := gaps[0]; g.Reason {
	case "commentUnanswered", "changeMissing":
		if k, _ := w.model.Comment(g.CommentID); k.Proposed() != "" && g.Reason == "commentUnanswered" {
			return policies.AcceptReplacement{CommentID: k.ID, Outcome: policies.AcceptedWhole, Reason: w.word(), Base: d.Head}
		}
		return policies.DisposeComment{CommentID: g.CommentID, Outcome: oneOf(w, policies.Noted, policies.Rejected), Reason: w.word()}
	case "changeUnexplained":
		for _, id := range w.ids["rev"] { // that changed it last
			r, _ := w.model.Revision(id)
			if c := (policies.MarkEditorial{RevisionID: id, ClauseID: g.ClauseID, Reason: w.word()}); r.DocumentID == d.ID && w.rnd.IntN(2) == 0 {
				return c
			}
		}
		return policies.MarkEditorial{RevisionID: d.Head, ClauseID: g.ClauseID, Reason: w.word()}
	case "blockingPosition":
		return policies.ClearBlock{BallotID: g.BallotID, Text: w.word()}
	case "termsMissing", "termsPast":
		return w.proposeTerms(d)
	case "consentMissing":
		return policies.AgreeToSuccession{InstrumentID: g.InstrumentID, DocumentID: d.ID}
	case "predecessorEnded":
		return policiestest.From(d.ID, w.now().Add(200*oneDay))
	case "roundAnnounced", "notInReview", "termsChanged", "textErased", "revisionBeforeConsultation":
		return policies.OpenConsultation{DocumentID: d.ID, Closes: w.local(61), Zone: "UTC", Late: policies.LateRefused}
	}
	return policies.OpenBallot{DocumentID: d.ID, Closes: w.local(15), Zone: "UTC", Secrecy: policies.SecretUntilClose}
}

// castIn takes a position that most likely helps it carry.
func (w *world) castIn(ballot string) policies.Command {
	return policies.CastPosition{BallotID: ballot, Text: w.word(),
		Position: oneOf(w, policies.Yes, policies.Yes, policies.Yes, policies.Yes, policies.NoObjection, policies.Abstain, policies.Discuss, policies.Recuse)}
}

func (w *world) mark() policies.Command {
	if d, g := w.gap("changeUnexplained"); g.Reason != "" {
		return policies.MarkEditorial{RevisionID: d.Head, ClauseID: g.ClauseID, Reason: w.word()}
	}
	rev := w.any("rev")
	return policies.MarkEditorial{RevisionID: rev, ClauseID: w.clause(rev), Reason: w.word()}
}

func (w *world) consult() policies.Command {
	c := policies.OpenConsultation{DocumentID: w.any("doc"), Closes: w.local(oneOf(w, 1, 15, 31, 61, 90)), Zone: oneOf(w, "UTC", "Europe/Tallinn"),
		Title: w.word(), Late: oneOf(w, policies.LateMarked, policies.LateRefused)}
	if w.rnd.IntN(4) == 0 {
		c.RevisionID = w.any("rev")
	}
	if w.rnd.IntN(5) == 0 {
		c.Opens, c.Closes = w.local(w.rnd.IntN(10)), w.local(100)
	}
	if w.rnd.IntN(2) == 0 {
		c.Questions = []policies.ConsultationQuestion{{Text: w.word()}, {Text: w.word(), Choices: []string{"this", "that"}}}
	}
	if w.rnd.IntN(3) == 0 {
		c.Audience = &policies.Audience{Chambers: []policies.OrganisationKind{policies.Business}, Jurisdictions: []string{"EE"}, Only: w.rnd.IntN(2) == 0}
	}
	return c
}

func (w *world) openBallot() policies.Command {
	c := policies.OpenBallot{DocumentID: w.any("doc"), Closes: w.local(oneOf(w, 1, 8, 20)), Zone: "UTC", Secrecy: oneOf(w, policies.Secrecies...)}
	if w.rnd.IntN(6) == 0 {
		c.RevisionID = w.any("rev")
	}
	return c
}

func (w *world) cast() policies.Command {
	c := policies.CastPosition{BallotID: w.any("bal"), Text: w.word(),
		Position: oneOf(w, append(slices.Clone(policies.Votes), policies.Yes, policies.Yes, policies.NoObjection)...)}
	if c.Position == policies.Discuss {
		c.Otherwise = oneOf(w, "", policies.Yes, policies.NoObjection, policies.Abstain)
	}
	return c
}

// unmark takes a mark back, if one is found.
func (w *world) unmark() policies.Command {
	c := policies.WithdrawEditorialMark{RevisionID: w.any("rev"), ClauseID: "none", Reason: w.word()}
	if marks := w.model.All.Marks; len(marks) > 0 && w.rnd.IntN(8) > 0 {
		m := oneOf(w, marks...)
		c.RevisionID, c.ClauseID = m.RevisionID, m.ClauseID
	}
	return c
}

// clearBlock clears a blocking position, that of the gate's list where there is one.
func (w *world) clearBlock() policies.Command {
	if _, g := w.gap("blockingPosition"); g.BallotID != "" {
		return policies.ClearBlock{BallotID: g.BallotID, Text: w.word()}
	}
	return policies.ClearBlock{BallotID: w.any("bal"), Text: w.word()}
}

func (w *world) adopt() policies.Command {
	c := policies.AdoptDocument{DocumentID: w.any("doc")}
	if w.rnd.IntN(5) == 0 {
		c.RevisionID = w.any("rev")
	}
	return c
}

// date is a date of law some days from now: for all, as a day, or for two parties.
func (w *world) date(days int) standards.LawDates {
	dates := policiestest.Date(w.now().AddDate(0, 0, days))
	switch w.rnd.IntN(6) {
	case 0:
		return standards.LawDates{{Local: dates[0].Local[:10], Zone: "Pacific/Auckland"}}
	case 1:
		return standards.LawDates{{Party: "EE", Local: dates[0].Local, Zone: "Europe/Tallinn"}, {Party: "FI", Local: dates[0].Local[:10], Zone: "Europe/Helsinki"}}
	}
	return dates
}

// proposeTerms mostly proposes terms that can be met.
func (w *world) proposeTerms(d policies.Document) policies.Command {
	c := policies.ProposeTerms{DocumentID: d.ID, Terms: policies.Terms{From: w.date(oneOf(w, 90, 120, 200))}}
	if w.rnd.IntN(3) == 0 {
		c.Terms.Until = w.date(201 + w.rnd.IntN(400))
	}
	switch w.rnd.IntN(4) {
	case 0:
		c.Terms.Supersedes = []string{w.any("ins")}
	case 1:
		c.Terms.Amends = []string{w.any("ins")}
	}
	return c
}

// succession is about what some document proposes.
func (w *world) succession() policies.AgreeToSuccession {
	for range 8 {
		if d := w.document(); len(d.Terms.Supersedes)+len(d.Terms.Amends) > 0 {
			return policies.AgreeToSuccession{DocumentID: d.ID, InstrumentID: oneOf(w, slices.Concat(d.Terms.Supersedes, d.Terms.Amends)...)}
		}
	}
	return policies.AgreeToSuccession{DocumentID: w.any("doc"), InstrumentID: w.any("ins")}
}

// offered is a document that somebody was offered to sponsor, where one is found.
func (w *world) offered() string {
	for range 8 {
		if d := w.document(); len(d.Offered) > 0 {
			return d.ID
		}
	}
	return w.any("doc")
}

func (w *world) release() policies.Command {
	c := policies.PublishRelease{RuleSetID: w.any("rst"), Instruments: []string{w.any("ins")}, ValidUntil: w.now().AddDate(0, 1, 0), Note: w.word()}
	set, _ := w.model.RuleSet(c.RuleSetID)
	if before, err := w.model.Release(set.ID, set.Releases); err == nil && w.rnd.IntN(4) > 0 {
		for _, id := range before.Instruments { // what binds is kept, or dropped by name
			in, err := w.model.Instrument(id)
			switch at := in.At(w.now()); {
			case err != nil || id == c.Instruments[0] || in.BindsNever() || at != standards.Pending && at != standards.InForce:
			case w.rnd.IntN(2) == 0:
				c.Dropping = append(c.Dropping, id)
			default:
				c.Instruments = append(c.Instruments, id)
			}
		}
	}
	return c
}
