package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
)

// The moves about comments, and the answers to them.

// consultation is one that takes comments, if there is one.
func (w *world) consultation() policies.Consultation {
	for range 4 {
		k, err := w.model.Consultation(w.any("csn"))
		if err == nil && (k.Late == policies.LateMarked || w.now().Before(k.ClosesAt)) {
			return k
		}
	}
	k, _ := w.model.Consultation(w.any("csn"))
	return k
}

// saying is a comment, of any kind there is.
func (w *world) saying() policies.SubmitComment {
	k := w.consultation()
	c := policies.SubmitComment{ConsultationID: k.ID, CommentWords: policies.CommentWords{Stance: oneOf(w, policies.Support, policies.Oppose, policies.Question),
		Type: oneOf(w, policies.CommentTypes...), Text: "It is " + w.word() + ".", Supporters: w.rnd.Int64N(3)}}
	if w.rnd.IntN(4) == 0 { // one of many of a campaign
		c.Text = "We carry parcels day and night, in snow and rain, and none of us can see why this should be." + oneOf(w, "", " "+w.word())
	}
	if w.rnd.IntN(3) > 0 {
		c.ClauseID = w.clause(k.RevisionID)
		w.onClause(&c, k)
	}
	switch w.rnd.IntN(6) {
	case 0:
		c.QuestionID = "q1"
	case 1:
		c.QuestionID, c.Choice, c.Stance, c.Replacement, c.Proposes = "q2", "this", policies.Neutral, "", ""
	}
	if w.rnd.IntN(3) == 0 {
		c.Confidential, c.Summary = true, w.word()
	}
	if w.rnd.IntN(4) == 0 {
		c.Cost = &policies.CostEstimate{Amount: "12.50", Currency: "EUR", Per: w.word(), PerYear: w.rnd.IntN(2) == 0}
	}
	if w.rnd.IntN(3) == 0 {
		c.Attachments = []policies.Attachment{{Digest: w.digest(), Name: w.word()}}
	}
	if w.rnd.IntN(20) == 0 {
		c.Provenance = &policies.Provenance{System: "csv", Reference: w.word(), At: w.now().Add(-oneDay)}
	}
	return c
}

// onClause proposes other words for a clause, or quotes some of its own.
func (w *world) onClause(c *policies.SubmitComment, k policies.Consultation) {
	t, err := w.model.Text(k.RevisionID)
	if err != nil {
		return
	}
	words := t.Words(max(t.Clauses.Index(c.ClauseID), 0))
	switch w.rnd.IntN(4) {
	case 3:
		c.Stance, c.Proposes = policies.Amend, oneOf(w, policies.StrikeOut, policies.AddAfter, policies.AddAfter)
		if c.Proposes == policies.AddAfter {
			c.Replacement = oneOf(w, "", "- ", "## ") + "The carrier " + w.word() + " besides."
			c.ClauseID = oneOf(w, c.ClauseID, c.ClauseID, "")
		}
	case 0:
		c.Stance, c.Replacement = policies.Amend, "The carrier "+w.word()+" at once."
		if strings.HasPrefix(words, "#") {
			c.Replacement = "## " + w.word()
		}
	case 1:
		plain := strings.Fields(clauses.Plain(words))
		if len(plain) > 0 {
			c.Quote = &policies.Quote{Exact: oneOf(w, plain...)}
		}
	}
}

func (w *world) submit() policies.Command { return w.saying() }

func (w *world) digest() string {
	sum := sha256.Sum256([]byte{byte(w.rnd.IntN(3))})
	return hex.EncodeToString(sum[:])
}

func (w *world) attach() policies.Command {
	return policies.AttachFile{Digest: w.digest(), Size: 1000, Type: oneOf(w, "text/csv", "application/pdf"), Name: w.word() + ".csv"}
}

// holdClearing: nothing goes that is younger than a day, and no bytes of which something
// else has need.
func (w *world) holdClearing(e *policies.UploadsCleared) {
	cleared := map[string]bool{}
	for _, u := range w.model.All.Uploads {
		switch gone := slices.Contains(e.Uploads, u.ID); {
		case gone && w.last.Sub(u.At) < policies.UploadLife:
			w.fail("%+v cleared %+v too early", e, u)
		case gone:
			cleared[u.Digest] = true
		case u.ClearedAt.IsZero() && slices.Contains(e.Files, u.Digest):
			w.fail("%+v lets go of %+v", e, u)
		}
	}
	for _, digest := range e.Files {
		if w.model.Named(digest) || !cleared[digest] {
			w.fail("%+v lets go of %s, which something names or none of them had", e, digest)
		}
		w.going[digest] = e.ID
	}
}

func (w *world) dispose() policies.Command {
	c := policies.DisposeComment{CommentID: w.any("cmt"), Outcome: oneOf(w, policies.Outcomes...), Reason: w.word()}
	if _, g := w.gap("commentUnanswered"); g.CommentID != "" && w.rnd.IntN(2) == 0 {
		c.CommentID = g.CommentID
	}
	k, _ := w.model.Comment(c.CommentID)
	d, _ := w.model.Document(k.DocumentID)
	switch {
	case c.Outcome == policies.Duplicate:
		c.DuplicateOf = w.alike(d.ID)
	case c.Outcome.Accepts() && w.rnd.IntN(4) > 0:
		c.Change = &policies.ChangeReference{RevisionID: oneOf(w, d.Head, w.any("rev")), ClauseID: oneOf(w, k.ClauseID, w.clause(d.Head))}
	}
	return c
}

// alike is a comment on a document, if one is found.
func (w *world) alike(document string) string {
	for range 6 {
		if k, err := w.model.Comment(w.any("cmt")); err == nil && k.DocumentID == document {
			return k.ID
		}
	}
	return w.any("cmt")
}

// withdrawComment takes a comment back, most often one that others were said to repeat.
func (w *world) withdrawComment() policies.Command {
	c := policies.WithdrawComment{CommentID: w.any("cmt"), Reason: w.word()}
	if k, err := w.model.Comment(c.CommentID); err == nil && k.Disposition != nil && k.Disposition.DuplicateOf != "" {
		c.CommentID = k.Disposition.DuplicateOf
	}
	return c
}

func (w *world) endorse() policies.Command {
	return policies.EndorseComment{CommentID: w.any("cmt"), Position: oneOf(w, policies.EndorsementPositions...), Reason: oneOf(w, "", w.word())}
}

// disposeMany answers what a selection finds, as it was counted now or a while ago.
func (w *world) disposeMany() policies.Command {
	k, _ := w.model.Comment(w.any("cmt"))
	c := policies.DisposeComments{DocumentID: k.DocumentID, AsOf: w.size, Outcome: oneOf(w, policies.Outcomes...), Reason: w.word(),
		Selection: policies.Selection{Disposed: w.rnd.IntN(3) == 0}}
	switch w.rnd.IntN(6) {
	case 0:
		c.Selection.ConsultationID = k.ConsultationID
	case 1:
		c.Selection.ClauseID = &k.ClauseID
	case 2:
		c.Selection.CampaignID = policies.CampaignID(k.ID)
	case 3:
		c.Selection.Chambers = []policies.OrganisationKind{policies.Business}
	case 4:
		adding := w.rnd.IntN(2) == 0
		c.Selection.CampaignID, c.Selection.Adding = policies.CampaignID(k.ID), &adding
	}
	if c.Outcome == policies.Duplicate {
		c.DuplicateOf, c.Selection.Except = k.ID, []string{k.ID}
	}
	if w.rnd.IntN(5) == 0 {
		c.AsOf -= w.rnd.Int64N(20)
	}
	_, n, err := w.model.Selected(c.DocumentID, c.Selection, policies.Operator, c.AsOf, policies.MaxBulk)
	w.ok(err)
	c.Count = n
	return c
}

// answerMany gives comments on one document an answer each, as it stood now or a while
// ago.
func (w *world) answerMany() policies.Command {
	k, _ := w.model.Comment(w.any("cmt"))
	c := policies.DisposeEach{DocumentID: k.DocumentID}
	for range w.rnd.IntN(4) {
		one := w.dispose().(policies.DisposeComment)
		one.CommentID = w.alike(k.DocumentID)
		k, _ := w.model.Comment(one.CommentID)
		c.Dispositions = append(c.Dispositions, policies.EachDisposition{DisposeComment: one, Seen: oneOf(w, k.Disposition.Mark(), k.Disposition.Mark(), "", policies.NoDisposition)})
	}
	return c
}

func (w *world) accept() policies.Command {
	var k policies.Comment
	for range 6 { // few propose other words
		if k, _ = w.model.Comment(w.any("cmt")); k.Proposed() != "" {
			break
		}
	}
	d, _ := w.model.Document(k.DocumentID)
	c := policies.AcceptReplacement{CommentID: k.ID, Outcome: oneOf(w, policies.AcceptedWhole, policies.AcceptedInPart), Reason: w.word(),
		Base: oneOf(w, "", d.Head, w.any("rev"))}
	if c.Outcome == policies.AcceptedInPart {
		c.Split = w.rnd.IntN(2) == 0
		if k.Proposed() != policies.StrikeOut {
			c.Words = "The carrier " + w.word() + " in part."
		}
	}
	return c
}

func (w *world) reanchor() policies.Command {
	k, _ := w.model.Comment(w.any("cmt"))
	d, _ := w.model.Document(k.DocumentID)
	rev := oneOf(w, d.Head, d.Head, w.any("rev"))
	return policies.ReanchorComment{CommentID: k.ID, RevisionID: rev, ClauseID: oneOf(w, "", w.clause(rev)), Reason: w.word()}
}

// undoReanchor takes back where a comment was put, rather than that of one that wasn't.
func (w *world) undoReanchor() policies.Command {
	c := policies.UndoReanchor{CommentID: w.any("cmt"), RevisionID: w.any("rev"), Reason: w.word()}
	if anchors := w.model.All.Anchors; len(anchors) > 0 && w.rnd.IntN(8) > 0 {
		a := oneOf(w, anchors...)
		c.CommentID, c.RevisionID, c.ClauseID = a.CommentID, a.RevisionID, a.ClauseID
	}
	return c
}

func (w *world) reply() policies.Command {
	c := policies.ReplyToComment{CommentID: w.any("cmt"), Text: w.word()}
	if w.rnd.IntN(3) == 0 {
		c.InReplyTo = w.any("rpl")
		if r, err := w.model.Reply(c.InReplyTo); err == nil && w.rnd.IntN(4) > 0 {
			c.CommentID = r.CommentID
		}
	}
	return c
}

// disclose tells a comment, rather a confidential one, to a sponsor of its document.
func (w *world) disclose() policies.Command {
	c := policies.DiscloseComment{CommentID: w.any("cmt"), OrganisationID: w.any("org")}
	for range 6 {
		if k, _ := w.model.Comment(c.CommentID); k.Confidential {
			if d, err := w.model.Document(k.DocumentID); err == nil && w.rnd.IntN(4) > 0 {
				c.OrganisationID = oneOf(w, d.Sponsors...)
			}
			break
		}
		c.CommentID = w.any("cmt")
	}
	return c
}

// confided keeps to which sponsors a comment was told, by the events alone.
func (w *world) confide(ev policies.Event) {
	switch e := ev.(type) {
	case *policies.CommentSubmitted:
		if e.Confidential {
			w.confided[e.ID] = slices.Clone(read[policies.Document](w.was, e.DocumentID).Sponsors)
		}
	case *policies.CommentDisclosed:
		w.confided[e.CommentID] = append(w.confided[e.CommentID], e.OrganisationID)
	}
}

// holdConfidence: of what was said in confidence a sponsor reads what it was told, and
// one that came later nothing but what everybody does, by no list and not by answering.
func (w *world) holdConfidence() {
	ctx := context.Background()
	for _, id := range w.ids["cmt"] {
		k := read[policies.Comment](w.was, id)
		d := read[policies.Document](w.was, k.DocumentID)
		if !k.Confidential || d.ID == "" {
			continue
		}
		shell := k.Shell()
		for _, sponsor := range d.Sponsors {
			o := read[policies.Organisation](w.was, sponsor)
			a := policies.Actor{MemberID: "mem_any", OrganisationID: o.ID, Chamber: o.Kind, Jurisdiction: o.Jurisdiction, Role: policies.Delegate}
			found, err := w.views.Comments(ctx, a, []string{id})
			w.ok(err)
			told := sponsor == k.OrganisationID || slices.Contains(w.confided[id], sponsor)
			if found[id].Masked == told || !told && !cmp.Equal(found[id], shell) {
				w.fail("%s, a sponsor of %s, which was told to %v, is shown %+v", sponsor, id, w.confided[id], found[id])
			}
			if _, n, err := w.model.Selected(d.ID, policies.Selection{Disposed: true, Except: w.besides(id)}, a, w.size, 1); err != nil || (n > 0) != (told && k.Stands()) {
				w.fail("%s answers %d comments like %s, told %v, %v", sponsor, n, id, told, err)
			}
		}
	}
}

// besides are all comments but one.
func (w *world) besides(id string) []string {
	return slices.DeleteFunc(slices.Clone(w.ids["cmt"]), func(other string) bool { return other == id })
}

// holdExplained: whatever was adopted otherwise than it was consulted on last, others asked for
// in time, or it is called editorial, for everybody to see.
func (w *world) holdExplained(e *policies.DocumentAdopted, is shot) {
	d := read[policies.Document](is, e.DocumentID)
	k := read[policies.Consultation](is, d.Consultation)
	then, errT := w.model.Text(k.RevisionID)
	now, errN := w.model.Text(e.RevisionID)
	w.ok(errors.Join(errT, errN))
	explained := map[string]bool{}
	for _, m := range read[[]policies.EditorialMark](is, d.ID+" marks") {
		explained[m.ClauseID] = explained[m.ClauseID] || m.Stands() && m.Revision > k.Revision && strings.TrimSpace(m.Reason) != ""
	}
	for _, id := range w.ids["cmt"] {
		c := read[policies.Comment](is, id)
		if c.DocumentID == d.ID && c.Stands() && !c.Late && c.Disposition.Outcome.Accepts() && !slices.Contains(d.Sponsors, c.OrganisationID) {
			explained[c.Disposition.Change.ClauseID] = true
		}
	}
	for _, c := range clauses.Compare(then.Clauses, now.Clauses) {
		id := ""
		switch c.Op {
		case clauses.Removed:
			id = then.Clauses[c.Old].ID
		case clauses.Added, clauses.Changed:
			id = now.Clauses[c.New].ID
		}
		if id != "" && !explained[id] {
			w.fail("%s was adopted with %s changed, which nothing explains", d.Number, id)
		}
	}
}

// holdStatement: a statement names a comment only where it was made, withdrawn, disowned or
// redacted, which its shell tells too.
func (w *world) holdStatement(q question, e *ledger.Entry, statement []byte) {
	kind, _, _ := strings.Cut(e.Kind, "/")
	if strings.Contains(string(statement), `"cmt_`) && !slices.Contains([]string{"comment.submitted", "comment.withdrawn", "comment.disowned", "comment.redacted"}, kind) {
		w.fail("%s: the statement names a comment: %s", q, statement)
	}
}
