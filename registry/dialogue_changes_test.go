package registry

import (
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// What may change once it is there, and by what; anything else may not.

// holdChange holds what an event did to a thing that was there before it.
func (w *world) holdChange(ev policies.Event, id string, was, is shot) {
	if is[id] == "" {
		w.fail("%s took %s away: %s", ev.Kind(), id, was[id])
	}
	prefix, _, _ := strings.Cut(id, "_")
	_, part, _ := strings.Cut(id, " ")
	switch {
	case part == "positions":
		w.holdPositions(ev, id, was, is)
	case part == "answers":
		if _, ok := ev.(*policies.CommentDisowned); !ok { // which may come at any time
			w.unsettled(ev, strings.TrimSuffix(id, " answers"), was)
		}
	case strings.HasPrefix(part, "endorsement"):
		comment, _, _ := strings.Cut(id, " ")
		w.unsettled(ev, read[policies.Comment](was, comment).DocumentID, was)
		if _, _, closes := heirOf(ev); closes { // see holdEndorsedOnce
			break
		}
		if e, ok := ev.(*policies.CommentEndorsed); !ok || id != e.CommentID+" endorsement of "+e.OrganisationID {
			w.fail("%s changed %s", ev.Kind(), id)
		}
	case part == "anchors":
		before, after := read[[]policies.Anchor](was, id), read[[]policies.Anchor](is, id)
		k := read[policies.Comment](is, strings.TrimSuffix(id, " anchors"))
		w.unsettled(ev, k.DocumentID, was)
		more := 0
		switch e := ev.(type) {
		case *policies.CommentReanchored:
			more = 1
		case *policies.ReanchorUndone:
			i := slices.IndexFunc(before, func(a policies.Anchor) bool { return a.Seq == e.Anchor })
			if i < 0 || !before[i].Stands() || after[i].Stands() {
				w.fail("%+v undid one of %+v", e, before)
			}
			before[i].UndoneAt, before[i].Undoing = after[i].UndoneAt, after[i].Undoing
		default:
			w.fail("%s changed the anchors %+v", ev.Kind(), before)
		}
		if len(after) != len(before)+more || !k.Stands() {
			w.fail("%s anchored %+v: %+v, then %+v", ev.Kind(), k, before, after)
		}
		w.same(ev, before, after[:len(before)])
	case part == "marks":
		w.unsettled(ev, strings.TrimSuffix(id, " marks"), was)
		w.holdMarks(ev, read[[]policies.EditorialMark](was, id), read[[]policies.EditorialMark](is, id))
	case prefix == "doc":
		w.holdDocument(ev, read[policies.Document](was, id), read[policies.Document](is, id), is)
	case prefix == "csn":
		w.holdConsultation(ev, read[policies.Consultation](was, id), read[policies.Consultation](is, id), was)
	case prefix == "bal":
		w.holdBallot(ev, read[policies.Ballot](was, id), read[policies.Ballot](is, id), was)
	case prefix == "cmt":
		w.holdComment(ev, read[policies.Comment](was, id), read[policies.Comment](is, id), was)
	case prefix == "ins":
		w.holdInstrument(ev, read[standards.Instrument](was, id), read[standards.Instrument](is, id))
	case prefix == "rst":
		before, after := read[standards.RuleSet](was, id), read[standards.RuleSet](is, id)
		if _, ok := ev.(*policies.RuleSetCorrected); ok {
			before.Title, before.Description, before.CorrectedAt, before.Correction = after.Title, after.Description, after.CorrectedAt, after.Correction
		} else {
			before.LatestDigest = after.LatestDigest
			before.Releases++
		}
		w.same(ev, before, after)
	case prefix == "org":
		before, after := read[policies.Organisation](was, id), read[policies.Organisation](is, id)
		switch ev.(type) {
		case *policies.OrganisationCorrected:
			before.Name, before.Jurisdiction, before.Sector = after.Name, after.Jurisdiction, after.Sector
			before.CorrectedAt, before.Correction = after.CorrectedAt, after.Correction
		case *policies.OrganisationSized:
			w.holdSize(ev, before, after)
			before.Size = after.Size
		}
		if e, ok := ev.(*policies.OrganisationClosed); ok {
			before = w.holdClosing(e, before, after)
		}
		before = w.holdMerger(ev, before, after, was)
		w.same(ev, before, after)
	case prefix == "mem":
		before, after := read[policies.Member](was, id), read[policies.Member](is, id)
		if !before.Present() {
			w.fail("%s changed %+v, who has gone", ev.Kind(), before)
		}
		before.Role, before.RemovedAt = after.Role, after.RemovedAt
		w.same(ev, before, after)
	case prefix == "inv":
		before, after := read[policies.Invitation](was, id), read[policies.Invitation](is, id)
		if !before.Pending() {
			w.fail("%s changed %+v, which is closed", ev.Kind(), before)
		}
		before.MemberID, before.AcceptedAt, before.RevokedAt = after.MemberID, after.AcceptedAt, after.RevokedAt
		before.ConfirmedBy, before.ConfirmedAt = after.ConfirmedBy, after.ConfirmedAt
		w.same(ev, before, after)
	case prefix == "rpl":
		before, after := read[policies.Reply](was, id), read[policies.Reply](is, id)
		if _, ok := ev.(*policies.ReplyRedacted); !ok || !before.RedactedAt.IsZero() || after.Text != "" {
			w.fail("%s changed %+v to %+v", ev.Kind(), before, after)
		}
		before.Text, before.RedactedAt, before.Redaction = "", after.RedactedAt, after.Redaction
		w.same(ev, before, after)
	default: // revisions
		w.fail("%s changed what never changes:\n%s", ev.Kind(), cmp.Diff(was[id], is[id]))
	}
}

// holdSize: of an enterprise, one of the classes, of a year that has begun.
func (w *world) holdSize(ev policies.Event, before, after policies.Organisation) {
	s := after.Size
	said := s.Class == before.Size.Class && s.Year == before.Size.Year
	if !after.Kind.HasSize() || !slices.Contains(policies.SizeClasses, s.Class) || s.Year > w.last.Year()+1 || !s.DeclaredAt.Equal(w.last) || said {
		w.fail("%s made %+v of %+v", ev.Kind(), after, before)
	}
}

// holdMarks: a mark is made, again by whoever made it or once it was taken back, or taken
// back once; the others stay.
func (w *world) holdMarks(ev policies.Event, before, after []policies.EditorialMark) {
	key := func(m policies.EditorialMark) string { return m.RevisionID + "/" + m.ClauseID }
	whose := ""
	switch e := ev.(type) {
	case *policies.ChangeMarkedEditorial:
		whose = e.RevisionID + "/" + e.ClauseID
	case *policies.EditorialMarkWithdrawn:
		whose = e.RevisionID + "/" + e.ClauseID
	default:
		w.fail("%s changed the marks %+v", ev.Kind(), before)
	}
	for i, m := range before {
		if key(m) != whose {
			w.same(ev, m, after[i])
			continue
		}
		if e, ok := ev.(*policies.EditorialMarkWithdrawn); ok {
			if !m.Stands() || after[i].Stands() {
				w.fail("%+v took %+v back, which is %+v", e, m, after[i])
			}
			m.WithdrawnAt, m.Withdrawal = after[i].WithdrawnAt, after[i].Withdrawal
			w.same(ev, m, after[i])
		}
	}
}

// same: but for what may, nothing has changed.
func (w *world) same(ev policies.Event, before, after any) {
	if diff := cmp.Diff(before, after); diff != "" {
		w.fail("%s changed what it may not (-before +after):\n%s", ev.Kind(), diff)
	}
}

// unsettled: nothing happens to a document any more that was adopted or withdrawn.
func (w *world) unsettled(ev policies.Event, document string, was shot) {
	d := read[policies.Document](was, document)
	if !d.AdoptedAt.IsZero() || !d.WithdrawnAt.IsZero() {
		w.fail("%s happened to %s, which was adopted %s, withdrawn %s", ev.Kind(), d.Number, d.AdoptedAt, d.WithdrawnAt)
	}
}

func (w *world) holdDocument(ev policies.Event, before, after policies.Document, is shot) {
	if !before.AdoptedAt.IsZero() || !before.WithdrawnAt.IsZero() {
		w.holdSettled(ev, before, after, is)
		return
	}
	wider := before.PublicFrom == 0 || after.PublicFrom <= before.PublicFrom && after.PublicTo >= before.PublicTo && after.PublicFrom > 0
	if !wider || after.Revisions < before.Revisions || after.Rounds < before.Rounds || after.Ballots < before.Ballots ||
		after.Consultation == before.Consultation && after.ClosesAt.Before(before.ClosesAt) {
		w.fail("%s took from %+v, now %+v", ev.Kind(), before, after)
	}
	if _, ok := ev.(*policies.DocumentCorrected); ok {
		w.holdCorrection(before, after)
		before.Title, before.Language, before.Terms = after.Title, after.Language, after.Terms
	}
	w.holdSponsors(ev, before, after)
	kept := policies.Document{ID: before.ID, Number: before.Number, Kind: before.Kind, Title: before.Title, Language: before.Language,
		OpenDrafts: before.OpenDrafts, ProposedBy: before.ProposedBy, ProposedAt: before.ProposedAt}
	w.same(ev, kept, policies.Document{ID: after.ID, Number: after.Number, Kind: after.Kind, Title: after.Title, Language: after.Language,
		OpenDrafts: after.OpenDrafts, ProposedBy: after.ProposedBy, ProposedAt: after.ProposedAt})
}

// holdSettled: of a document that was adopted or withdrawn only what it became changes, held
// apart, and who sponsors it; as long as it hasn't ended, unless somebody is closed.
func (w *world) holdSettled(ev policies.Event, before, after policies.Document, is shot) {
	if !before.AdoptedAt.IsZero() {
		before.Force = read[standards.Instrument](is, before.InstrumentID).Force
	}
	switch ev.(type) {
	case *policies.DocumentShared, *policies.DocumentUnshared, *policies.SponsorshipAccepted, *policies.SponsorshipDeclined, *policies.SponsorshipResigned:
		if before.AdoptedAt.IsZero() || slices.Contains([]policies.Phase{policies.PhaseSuperseded, policies.PhaseExpired, policies.PhaseRepealed}, before.Phase(w.last)) {
			w.fail("%s changed %+v, which has ended", ev.Kind(), before)
		}
	case *policies.OrganisationClosed, *policies.OrganisationMerged:
	default:
		w.same(ev, before, after)
		return
	}
	w.holdSponsors(ev, before, after)
	before.Sponsors, before.FormerSponsors, before.Offered, before.Readers = after.Sponsors, after.FormerSponsors, after.Offered, after.Readers
	w.same(ev, before, after)
}

// holdConsultation: it is extended and never shortened, before it has closed, and
// stays on the text that was frozen.
func (w *world) holdConsultation(ev policies.Event, before, after policies.Consultation, was shot) {
	w.unsettled(ev, before.DocumentID, was)
	if !before.Cancelled.IsZero() || !w.last.Before(before.ClosesAt) {
		w.fail("%s changed %+v, which was over", ev.Kind(), before)
	}
	switch ev.(type) {
	case *policies.CancellationAsked:
		before.CancelAsked = after.CancelAsked
		w.same(ev, before, after)
		return
	case *policies.ConsultationCancelled:
		before.Cancelled = after.Cancelled
		w.same(ev, before, after)
		return
	}
	if !after.ClosesAt.After(before.ClosesAt) || !w.last.Before(before.ClosesAt) {
		w.fail("%s moved the close of %s from %s to %s at %s", ev.Kind(), before.ID, before.ClosesAt, after.ClosesAt, w.last)
	}
	before.ClosesAt, before.ExtendedAt, before.Extension = after.ClosesAt, after.ExtendedAt, after.Extension
	w.same(ev, before, after)
}

// holdBallot: it is cancelled, or closed early, while it is open; else it stays as it was
// opened.
func (w *world) holdBallot(ev policies.Event, before, after policies.Ballot, was shot) {
	w.unsettled(ev, before.DocumentID, was)
	if _, _, closes := heirOf(ev); closes {
		w.holdDeparture(ev, before, after)
		return
	}
	if !before.IsOpen(w.last) {
		w.fail("%s changed %+v, which was over", ev.Kind(), before)
	}
	switch ev.(type) {
	case *policies.CancellationAsked:
		before.CancelAsked = after.CancelAsked
	case *policies.BallotCancelled:
		before.Cancelled = after.Cancelled
	case *policies.BallotCloseAsked:
		before.CloseAsked = after.CloseAsked
	case *policies.BallotClosedEarly:
		before.FirstClosesAt, before.ClosesAt, before.ClosedEarly = before.ClosesAt, w.last, after.ClosedEarly
	}
	w.same(ev, before, after)
}

// holdComment: what it says stays as it is, unless it is redacted. After the adoption
// it is only redacted or disowned.
func (w *world) holdComment(ev policies.Event, before, after policies.Comment, was shot) {
	switch e := ev.(type) {
	case *policies.CommentDisclosed:
		if !before.Confidential || slices.Contains(before.Confidants, e.OrganisationID) {
			w.fail("%+v disclosed %+v", e, before)
		}
		before.Confidants = append(before.Confidants, e.OrganisationID)
	case *policies.CommentRedacted:
		if after.Text+after.Replacement+after.Summary+string(after.Proposes) != "" || after.Quote != nil || after.Cost != nil || after.Attachments != nil ||
			!before.RedactedAt.IsZero() {
			w.fail("redacted, it says %+v", after)
		}
		before.Text, before.Replacement, before.Proposes, before.Summary, before.Quote, before.Cost, before.Attachments = "", "", "", "", nil, nil, nil
		before.RedactedAt, before.Redaction = after.RedactedAt, after.Redaction
	case *policies.CommentDisowned:
		before.DisownedAt, before.Disowning = after.DisownedAt, after.Disowning
	default:
		w.unsettled(ev, before.DocumentID, was)
		if !before.Stands() {
			w.fail("%s happened to %+v, which stands no more", ev.Kind(), before)
		}
		before.WithdrawnAt, before.Withdrawal, before.Disposition = after.WithdrawnAt, after.Withdrawal, after.Disposition
	}
	w.same(ev, before, after)
}

// holdCorrection: nothing is corrected while anybody is asked, and the parties of what was
// consulted on stay.
func (w *world) holdCorrection(before, after policies.Document) {
	if w.last.Before(before.ClosesAt) || w.last.Before(before.BallotClosesAt) {
		w.fail("%s was corrected while it is open", before.Number)
	}
	if before.Rounds > 0 && !slices.Equal(before.Parties, after.Parties) || after.Corrections != before.Corrections+1 {
		w.fail("%+v was corrected to %+v", before, after)
	}
}

// holdSponsors: an organisation becomes a sponsor by accepting and ceases by resigning,
// and one remains; terms change by a proposal, while nobody is asked.
func (w *world) holdSponsors(ev policies.Event, before, after policies.Document) {
	switch e := ev.(type) {
	case *policies.SponsorshipAccepted:
		if !slices.Contains(before.Offered, e.OrganisationID) {
			w.fail("%+v of what wasn't offered: %+v", e, before)
		}
		before.Sponsors = append(before.Sponsors, e.OrganisationID)
	case *policies.SponsorshipResigned:
		before.Sponsors = slices.DeleteFunc(before.Sponsors, func(id string) bool { return id == e.OrganisationID })
	case *policies.OrganisationClosed, *policies.OrganisationMerged:
		id, heir, _ := heirOf(e)
		if len(before.Sponsors) > 1 || heir != "" { // else the last one of what has ended
			before.Sponsors = handedOn(before.Sponsors, id, heir)
		}
	case *policies.TermsProposed:
		if w.last.Before(before.ClosesAt) || w.last.Before(before.BallotClosesAt) {
			w.fail("%+v while it is open: %+v", e, before)
		}
		before.Terms, before.TermsAt = after.Terms, after.TermsAt
	}
	if len(after.Sponsors) == 0 {
		w.fail("%s left %+v without a sponsor", ev.Kind(), after)
	}
	w.same(ev, before.Sponsors, after.Sponsors)
	w.same(ev, before.Terms, after.Terms)
}

// holdInstrument: it gets one end, loses it where its successor comes to bind nobody, and
// is amended; else it stays as it was adopted.
func (w *world) holdInstrument(ev policies.Event, before, after standards.Instrument) {
	switch e := ev.(type) {
	case *policies.DocumentAdopted:
		if slices.Contains(e.Supersedes, before.ID) {
			if before.SupersededBy != "" || after.SupersededBy != e.InstrumentID || after.SupersededFrom.First().At.Before(w.last) {
				w.fail("%+v superseded %+v", e, before)
			}
			before.SupersededBy, before.SupersededFrom = after.SupersededBy, after.SupersededFrom
		}
		if slices.Contains(e.Amends, before.ID) {
			before.AmendedBy = append(before.AmendedBy, e.InstrumentID)
		}
	case *policies.InstrumentRepealed:
		if before.ID != e.InstrumentID {
			gone, err := w.model.Instrument(e.InstrumentID)
			w.ok(err)
			if before.SupersededBy != gone.ID || !gone.BindsNever() || after.SupersededBy != gone.SupersededBy {
				w.fail("%+v made of %+v %+v", e, before, after)
			}
			before.SupersededBy, before.SupersededFrom = after.SupersededBy, after.SupersededFrom
			break
		}
		if len(before.RepealedFrom) > 0 || after.RepealedFrom.First().At.Before(w.last) {
			w.fail("%+v repealed %+v", e, before)
		}
		before.RepealedFrom, before.Repeal = after.RepealedFrom, after.Repeal
	}
	w.same(ev, before, after)
}

// holdPositions: one has a position at most, which is its own, of those with a voice;
// after the close a blocking one becomes what its holder fixed with it, and nothing else.
func (w *world) holdPositions(ev policies.Event, id string, was, is shot) {
	b := read[policies.Ballot](is, strings.TrimSuffix(id, " positions"))
	w.unsettled(ev, b.DocumentID, was)
	before, after := read[[]policies.Position](was, id), read[[]policies.Position](is, id)
	if _, _, closes := heirOf(ev); closes {
		w.holdInheritance(ev, b, before, after)
		return
	}
	whose := ""
	switch e := ev.(type) {
	case *policies.PositionCast:
		whose = e.OrganisationID
	case *policies.BlockCleared:
		whose = e.OrganisationID
	default:
		w.fail("%s changed the positions of %s", ev.Kind(), b.ID)
	}
	held := map[string]policies.Position{}
	for _, p := range before {
		held[p.OrganisationID] = p
	}
	seen := map[string]bool{}
	for _, p := range after {
		_, voice := b.Elector(p.OrganisationID)
		if !voice || seen[p.OrganisationID] || p.Position == policies.Discuss && strings.TrimSpace(p.Text) == "" {
			w.fail("%+v in %+v", p, b)
		}
		seen[p.OrganisationID] = true
		if p.OrganisationID != whose {
			w.same(ev, held[p.OrganisationID], p)
			continue
		}
		if was := held[p.OrganisationID]; !b.IsOpen(w.last) && (was.Position != policies.Discuss || p.Position != was.Otherwise || p.Objection != was.Text) {
			w.fail("at %s, %+v became %+v in %+v", w.last, was, p, b)
		}
	}
	if len(after) < len(before) {
		w.fail("%s took a position away from %s", ev.Kind(), b.ID)
	}
}
