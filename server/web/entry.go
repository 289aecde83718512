package web

import (
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/catalogue"
	"github.com/ewtp/entente/server/web/frame"
	"github.com/ewtp/entente/views"
)

// entryWords say what happened, by the kind of an entry, without its version.
var entryWords = map[string]string{
	"answers.seen": "Answers were read", "attachment.uploaded": "A file was uploaded", "ballot.cancelled": "A ballot was cancelled",
	"ballot.closeAsked": "A ballot's early close was asked for", "ballot.closed": "A ballot was closed early", "ballot.opened": "A ballot was announced",
	"cancellation.asked": "A cancellation was asked for", "change.markWithdrawn": "An editorial mark was taken back", "change.markedEditorial": "A change was marked editorial",
	"clearing.finished": "Cleared files were deleted", "comment.disclosed": "A confidential comment was shown to one more", "comment.disowned": "A comment was disowned",
	"comment.disposed": "A comment was answered", "comment.endorsed": "A comment was endorsed", "comment.reanchorUndone": "A comment's new place was taken back",
	"comment.reanchored": "A comment was put in its place", "comment.redacted": "A comment was taken out of view", "comment.replied": "A comment was replied to",
	"comment.submitted": "A comment was made", "comment.withdrawn": "A comment was withdrawn", "comments.answered": "Comments were answered",
	"comments.disposed": "Comments were answered together", "consultation.cancelled": "A consultation was cancelled", "consultation.extended": "A consultation was extended",
	"consultation.opened": "A consultation was announced", "document.adopted": "A document was adopted", "document.corrected": "A document's title or parties were corrected",
	"document.proposed": "A document was proposed", "document.putForward": "A text was put forward for consultation", "document.shared": "Drafts were shared",
	"document.unshared": "Drafts were shared no more", "document.withdrawn": "A document was withdrawn", "draft.discarded": "A prepared comment was discarded",
	"draft.edited": "A prepared comment was edited", "draft.written": "A comment was prepared", "entry.erased": "An entry was erased", "filter.deleted": "A saved filter was deleted",
	"filter.saved": "A filter was saved", "instrument.repealed": "A rule was repealed", "invitation.accepted": "An invitation was accepted",
	"invitation.confirmed": "An invitation was confirmed", "invitation.revoked": "An invitation was revoked", "member.invited": "A member was invited",
	"member.left": "A member left", "member.removed": "A member was removed", "member.roleChanged": "A member got another role", "organisation.closed": "An organisation was closed",
	"organisation.corrected": "An organisation was corrected", "organisation.mergeAgreed": "A merger was agreed to", "organisation.mergeProposed": "A merger was proposed",
	"organisation.merged": "Organisations were merged", "organisation.registered": "An organisation was registered", "organisation.sized": "An organisation said how large it is",
	"position.cast": "A position was taken in a ballot", "position.cleared": "A blocking position was cleared", "release.published": "A release was published",
	"replacement.accepted": "Proposed words were taken over", "reply.redacted": "A reply was taken out of view", "revision.committed": "A revision was committed",
	"ruleset.corrected": "A rule set was corrected", "ruleset.created": "A rule set was created", "session.ended": "A session was ended",
	"sponsorship.accepted": "A sponsorship was accepted", "sponsorship.declined": "A sponsorship was declined", "sponsorship.offered": "A sponsorship was offered",
	"sponsorship.resigned": "A sponsorship was given up", "succession.agreed": "A succession was agreed to", "succession.consentWithdrawn": "Consent to a succession was withdrawn",
	"terms.proposed": "Dates and effects were proposed", "uploads.cleared": "Forgotten uploads were cleared",
}

// entryWord says what happened, by the kind of an entry.
func entryWord(l *catalogue.Language, kind string) string {
	name, _, _ := strings.Cut(kind, "/")
	if words, ok := entryWords[name]; ok {
		return l.Say(words)
	}
	return kind
}

// A recordPage lists the entries of the record.
type recordPage struct {
	frame.Frame
	Entries        []views.Entry // newest first
	Kinds          []choice
	Subject        string
	Size           int64 // how many entries there are
	Earlier, Later string
}

// record shows the newest entries, as far as they were asked for.
func (s *site) record(v *visit) error {
	p := recordPage{Frame: s.frame(v, v.say("The record")), Size: s.views.Position()}
	p.Section = "/record"
	p.Description = v.say("Everything that happened here, entry by entry, in a record that anybody can check.")
	query := v.r.URL.Query()
	p.Subject = strings.TrimSpace(query.Get("about"))
	f := views.EntryFilter{Subject: p.Subject}
	for _, kind := range policies.EventKinds() {
		name, _, _ := strings.Cut(kind, "/")
		chosen := slices.Contains(query["kind"], name)
		p.Kinds = append(p.Kinds, choice{name, entryWord(v.lang, kind), chosen})
		if chosen {
			f.Kinds = append(f.Kinds, kind)
		}
	}
	// The list's own order is that of the record: the newest come from its end.
	page := views.Page{Last: entriesShown, Before: query.Get("before")}
	if after := query.Get("after"); after != "" {
		page = views.Page{First: entriesShown, After: after}
	}
	list, err := s.views.Entries(v.ctx, v.viewer, f, page)
	if err != nil {
		return err
	}
	p.Later, p.Earlier = turns(v.r.URL, list)
	p.Entries = slices.Clone(list.Items)
	slices.Reverse(p.Entries)
	return s.show(v, "record", &p)
}

// An entryPage shows one entry.
type entryPage struct {
	frame.Frame
	Entry         views.Entry
	Statement     string // what stands in the Merkle tree, byte for byte
	Digest        string
	Released      string
	Document      *policies.Document // what it is about, where the visitor may see it
	Before, After int64              // the entries beside it; -1 for none
}

// entry shows an entry of the record, by its number.
func (s *site) entry(v *visit) error {
	seq, err := strconv.ParseInt(v.r.PathValue("seq"), 10, 64)
	if err != nil || seq < 0 {
		return policies.ErrNotFound
	}
	e, err := s.views.ShownEntry(v.ctx, v.viewer, seq)
	if err != nil {
		return err
	}
	p := entryPage{Frame: s.frame(v, v.say("Entry %d of the record", seq)), Entry: e, Before: seq - 1, After: seq + 1, Digest: hex.EncodeToString(e.Digest[:]), Released: hex.EncodeToString(e.Released)}
	p.Section = "/record"
	p.Crumbs = []frame.Link{{To: "/record", Word: v.say("The record")}}
	if p.After >= s.views.Position() {
		p.After = -1
	}
	statement, err := e.Statement()
	if err != nil {
		return err
	}
	p.Statement = string(statement)
	if policies.PrefixOf(e.About) == policies.PrefixDocument {
		d, err := s.views.Document(v.ctx, v.viewer, e.About, time.Time{})
		if orNone(err) != nil {
			return err
		}
		if err == nil {
			p.Document = &d
		}
	}
	return s.show(v, "entry", &p)
}

// A verifyPage checks a receipt.
type verifyPage struct {
	frame.Frame
	Receipt  string           // as it was given
	Recorded *ledger.Recorded // what it shows; nil unless it is good
	At       time.Time
	Fault    string // why it isn't
	Key      string // that verifies checkpoints here
}

// verify shows the form that takes a receipt.
func (s *site) verify(v *visit) error {
	return s.show(v, "verify", s.verifyPage(v))
}

func (s *site) verifyPage(v *visit) *verifyPage {
	p := &verifyPage{Frame: s.frame(v, v.say("Check a receipt")), Key: s.VerifierKey}
	p.Section = "/record"
	p.Crumbs = []frame.Link{{To: "/record", Word: v.say("The record")}}
	p.Description = v.say("Paste or upload a receipt: it is checked against the record, and you are told in words what it shows.")
	return p
}

// maxReceipt is more than any receipt has.
const maxReceipt = 1 << 20

// checkReceipt checks the receipt that was pasted or uploaded.
func (s *site) checkReceipt(v *visit) error {
	if err := v.r.ParseMultipartForm(maxReceipt); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return &policies.Error{Code: policies.Invalid, Message: "the form can't be read"}
	}
	p := s.verifyPage(v)
	p.Receipt = strings.TrimSpace(v.r.PostFormValue("receipt"))
	if file, _, err := v.r.FormFile("file"); err == nil && p.Receipt == "" {
		text, err := readAtMost(file, maxReceipt)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
		p.Receipt = text
	}
	status := http.StatusOK
	if err := p.check(); err != nil {
		p.Fault, p.Failed, status = err.Error(), true, http.StatusBadRequest
	}
	s.pages.Show(v.w, v.r, status, "verify", p)
	return nil
}

// check checks the receipt by this registry's key.
func (p *verifyPage) check() error {
	verifier, err := ledger.NewVerifier(p.Key)
	if err != nil {
		return err
	}
	receipt, err := ledger.ParseReceipt([]byte(p.Receipt))
	if err != nil {
		return err
	}
	recorded, err := verifier.CheckReceipt(receipt)
	if err != nil {
		return err
	}
	p.Recorded, p.At = &recorded, recorded.At
	return nil
}
