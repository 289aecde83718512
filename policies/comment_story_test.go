package policies_test

import (
	"strings"

	. "github.com/ewtp/entente/policies"
)

// digestOf is a digest for stories: its first letter, 64 times.
func digestOf(letter string) string { return strings.Repeat(letter, 64) }

// upload puts a file of an organisation on record.
func (w *town) upload(a Actor, letter string) Attachment {
	w.t.Helper()
	w.do(a, AttachFile{Digest: digestOf(letter), Size: 9, Type: "text/plain", Name: "costs-" + letter + ".txt"})
	return Attachment{Digest: digestOf(letter)}
}

// drafted is a comment in preparation that could be submitted.
func (w *town) drafted(a Actor, csn string, words CommentWords) string {
	w.t.Helper()
	return w.do(a, DraftComment{ConsultationID: csn, Words: words}).Subject()
}

// commentsInFull is a story in which all that a comment can have, and all that can
// befall it, is there.
func commentsInFull(w *town) {
	w.t.Helper()
	doc, rev, csn := w.consulted()
	full := CommentWords{ClauseID: w.clauseUnder(rev, "duties"), Stance: Amend, Type: Substantive, Text: "Parcels, not carriers. 包裹",
		Replacement: "A record of each parcel is kept.", Quote: &Quote{Exact: "a record", Prefix: "keeps ", Suffix: " of"},
		Cost:        &CostEstimate{Amount: "0.25", Currency: "EUR", Per: "parcel", PerYear: true},
		Attachments: []Attachment{w.upload(w.loom, "a"), w.upload(w.loom, "b")}, Supporters: 1200}
	colleague := w.admit(w.office, w.loom.OrganisationID, "Colleague", Delegate)
	draft := w.drafted(w.loom, csn, CommentWords{Stance: Amend, Text: "To be written."})
	w.do(colleague, EditDraft{DraftID: draft, Edition: 1, Words: full})
	open := w.do(colleague, SubmitDraft{DraftID: draft, Edition: 2}).Subject()
	full.Confidential, full.Summary = true, "On what records cost."
	secret := w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: full}).Subject()
	w.do(w.loom, DiscardDraft{DraftID: w.drafted(w.loom, csn, CommentWords{Text: "Not worth it."})})

	first := w.do(w.estonia, ReplyToComment{CommentID: open, Text: "What does it cost now?"}).Subject()
	w.do(w.loom, ReplyToComment{CommentID: open, InReplyTo: first, Text: "Nothing: no record is kept."})
	w.do(w.office, RedactComment{CommentID: open, Reason: "Names a person."})
	w.do(as(w.loom, Admin), DisownComment{CommentID: secret, Reason: "Not ours."})
	again := w.do(colleague, SubmitDraft{DraftID: w.drafted(w.loom, csn, full), Edition: 1}).Subject()
	w.do(w.sponsor(doc), DisposeComment{CommentID: again, Outcome: Noted, Reason: "To be weighed."})
	w.sponsorLater(doc, w.zealand)
	w.do(w.office, RedactReply{ReplyID: first, Reason: "Names a person."})
	w.do(w.loom, DiscloseComment{CommentID: again, OrganisationID: w.zealand.OrganisationID})
}
