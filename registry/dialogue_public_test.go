package registry

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Every text in a dialogue has a word of its own (world.word), so that it can be told
// wherever it turns up. This file keeps which of them the public may not know.

// A secret says whether the public may not know a word, at some moment. Who says the
// same in two places, as one does who uses another's key, has said it in the open if
// one of them is.
type secret func(w *world) bool

func forEver(*world) bool { return true }

func (w *world) hide(s secret, of ...any) {
	for _, word := range wordsOf(of...) {
		if was, ok := w.secrets[word]; ok {
			w.secrets[word] = func(w *world) bool { return was(w) && s(w) }
		} else if !w.spread[word] {
			w.secrets[word] = s
		}
	}
}

// spill: it is in the open, as long as it isn't redacted.
func (w *world) spill(of ...any) {
	for _, word := range wordsOf(of...) {
		w.spread[word] = true
		delete(w.secrets, word)
	}
}

// redact: what one comment or reply alone said, nobody may know any more.
func (w *world) redact(of ...any) {
	for _, word := range wordsOf(of...) {
		sayers := 0
		for id, text := range w.was {
			if (strings.HasPrefix(id, "cmt_") || strings.HasPrefix(id, "rpl_")) && strings.Contains(text, word) {
				sayers++
			}
		}
		if sayers == 1 {
			w.secrets[word] = forEver
		}
	}
}

// note keeps which words an event has made secret, and which no longer are.
func (w *world) note(ev policies.Event) {
	onComment := func(id string, of ...any) {
		if k, err := w.model.Comment(id); err == nil && k.Confidential {
			w.hide(forEver, of...)
		} else {
			w.spill(of...)
		}
	}
	switch e := ev.(type) {
	case *policies.DocumentProposed:
		w.hide(w.untilPublic(e.ID, 0), e.Title)
	case *policies.RevisionCommitted:
		w.hide(w.untilPublic(e.DocumentID, e.Number), e.Note)
		w.hideText(e.DocumentID, w.fresh(e.Source)...)
	case *policies.ReplacementAccepted:
		onComment(e.ID, e.Reason)
		w.hide(w.untilPublic(e.Revision.DocumentID, e.Revision.Number), e.Revision.Note)
		w.hideText(e.Revision.DocumentID, w.fresh(e.Revision.Source)...)
	case *policies.CommentSubmitted:
		onComment(e.ID, e.Text, e.Cost, e.Attachments, e.Choice)
		w.spill(e.Summary)
		if e.Confidential {
			w.hideText(e.DocumentID, wordsOf(e.Replacement)...)
		} else {
			w.spill(e.Replacement)
		}
	case *policies.CommentRedacted:
		if k := read[policies.Comment](w.was, e.ID); k.ID != "" {
			w.redact(k.Text, k.Cost, k.Attachments, k.Summary)
		}
	case *policies.ReplyRedacted:
		w.redact(read[policies.Reply](w.was, e.ID).Text)
		onComment(read[policies.Reply](w.was, e.ID).CommentID, e.Reason)
	case *policies.CommentReplied:
		onComment(e.CommentID, e.Text)
	case *policies.CommentDisposed:
		onComment(e.ID, e.Reason)
	case *policies.EachDisposed:
		for _, a := range e.Dispositions {
			onComment(a.ID, a.Reason)
		}
	case *policies.CommentReanchored:
		onComment(e.ID, e.Reason)
	case *policies.ReanchorUndone:
		onComment(e.ID, e.Reason)
	case *policies.CommentEndorsed:
		onComment(e.CommentID, e.Reason)
		w.endorsed = append(w.endorsed, policies.Endorsement{CommentID: e.CommentID, OrganisationID: e.OrganisationID})
	case *policies.OrganisationMerged:
		for _, k := range w.endorsed {
			if k.OrganisationID == e.OrganisationID {
				w.endorsed = append(w.endorsed, policies.Endorsement{CommentID: k.CommentID, OrganisationID: e.Into})
			}
		}
	case *policies.CommentsDisposed:
		for _, id := range w.ids["cmt"] {
			if k, err := w.model.Comment(id); err == nil && slices.Contains(e.Comments, k.Seq) {
				onComment(id, e.Reason)
			}
		}
	case *policies.DraftWritten:
		w.hide(forEver, e.Words.Text, e.Words.Replacement, e.Words.Summary, e.Words.Cost, e.Words.Attachments)
	case *policies.DraftEdited:
		w.hide(forEver, e.Words.Text, e.Words.Replacement, e.Words.Summary, e.Words.Cost, e.Words.Attachments)
	case *policies.PositionCast:
		w.hide(func(w *world) bool { b, _ := w.model.Ballot(e.BallotID); return !b.Shows(w.now()) }, e.Text)
	case *policies.BlockCleared:
		w.spill(e.Text)
	case *policies.FilterSaved:
		w.hide(forEver, e)
	case *policies.MemberInvited:
		w.hide(forEver, e.Email)
	case *policies.MemberRemoved:
		w.hide(forEver, e.Reason)
	case *policies.AttachmentUploaded:
		w.hide(forEver, e.Name)
	}
}

// wordsOf are the words of its own that anything says.
func wordsOf(of ...any) []string {
	b, err := json.Marshal(of)
	if err != nil {
		panic(broken{err.Error()})
	}
	return ownWord.FindAllString(string(b), -1)
}

// untilPublic hides a word until a revision is public, or, with 0, the document.
func (w *world) untilPublic(document string, revision int) secret {
	return func(w *world) bool {
		d, err := w.model.Document(document)
		return err != nil || revision == 0 && !d.Public() || revision > 0 && !d.PublicRevision(revision)
	}
}

// fresh are the words of a text that nothing said before.
func (w *world) fresh(text string) []string {
	return slices.DeleteFunc(wordsOf(text), func(word string) bool { _, secret := w.secrets[word]; return secret || w.spread[word] })
}

// hideText hides words as long as no public revision has them.
func (w *world) hideText(document string, of ...string) {
	for _, word := range of {
		w.hide(func(w *world) bool { return !w.inPublicText(document, word) }, word)
	}
}

func (w *world) inPublicText(document, word string) bool {
	d, err := w.model.Document(document)
	if err != nil {
		return false
	}
	for _, id := range w.ids["rev"] {
		r, err := w.model.Revision(id)
		if err != nil || r.DocumentID != d.ID || !d.PublicRevision(r.Number) {
			continue
		}
		if t, err := w.model.Text(id); err == nil && slices.Contains(wordsOf(t.Source), word) {
			return true
		}
	}
	return false
}

// holdPublic: nothing that a stranger is told by any list, lookup or search has a
// word in it that the public may not know.
func (w *world) holdPublic() {
	if len(w.secrets) == 0 || len(w.spread) == 0 {
		return
	}
	for _, viewer := range []policies.Actor{{}, {SignedIn: true, Issuer: idp, Subject: "nobody"}} {
		said := w.toldTo(viewer)
		for _, word := range ownWord.FindAllString(said, -1) {
			if s, ok := w.secrets[word]; ok && s(w) {
				at := strings.Index(said, word)
				w.fail("the public is told %q: …%s…", word, said[max(0, at-300):min(len(said), at+300)])
			}
		}
	}
	some, spread := slices.Sorted(maps.Keys(w.secrets)), slices.Sorted(maps.Keys(w.spread))
	for range 3 {
		w.holdSearch(some[w.rnd.IntN(len(some))])
		w.holdSearch(spread[w.rnd.IntN(len(spread))])
	}
}

// holdSearch: the public finds no secret word, nor any beside one that it may know.
func (w *world) holdSearch(word string) {
	l, err := w.views.Search(context.Background(), policies.Actor{}, views.SearchFilter{Query: word}, views.Page{First: 10})
	w.ok(err)
	if s, ok := w.secrets[word]; ok && s(w) && len(l.Items) > 0 {
		w.fail("the public finds %q: %+v", word, l.Items)
	}
	for _, found := range wordsOf(l.Items) {
		if s, ok := w.secrets[found]; ok && s(w) {
			w.fail("the public finds %q, and with it %q: %+v", word, found, l.Items)
		}
	}
}

// toldTo is all that the views tell somebody, as JSON.
func (w *world) toldTo(viewer policies.Actor) string {
	ctx, f, page := context.Background(), w.views, views.Page{First: 100}
	var b strings.Builder
	add := func(v any, err error) {
		w.ok(err)
		text, err := json.Marshal(v)
		w.ok(err)
		b.Write(append(text, '\n'))
	}
	documents, err := f.Documents(ctx, viewer, w.ids["doc"])
	add(documents, err)
	add(f.Revisions(ctx, viewer, w.ids["rev"]))
	add(f.Comments(ctx, viewer, w.ids["cmt"]))
	add(f.Replies(ctx, viewer, w.ids["rpl"]))
	add(f.CommentDrafts(ctx, viewer, w.ids["dft"]))
	add(f.Ballots(ctx, viewer, w.ids["bal"]))
	add(f.Tallies(ctx, viewer, w.ids["bal"], w.now()))
	add(f.Filters(ctx, viewer, w.ids["flt"]))
	add(f.Invitations(ctx, viewer, w.ids["inv"]))
	add(f.DocumentList(ctx, viewer, views.DocumentFilter{At: w.now()}, page))
	add(f.ConsultationList(ctx, viewer, views.ConsultationFilter{}, page))
	add(f.Entries(ctx, viewer, views.EntryFilter{}, views.Page{Last: 30}))
	add(f.Instruments(ctx, w.ids["ins"]))
	add(f.EndorsementCounts(ctx, viewer, w.ids["cmt"], w.now()))
	add(f.CampaignsOf(ctx, viewer, w.ids["cmt"]))
	add(f.CampaignList(ctx, viewer, views.CampaignFilter{}, page))
	for _, k := range w.endorsed {
		add(f.EndorsementList(ctx, viewer, k.CommentID, w.now(), page))
	}
	for _, id := range w.ids["bal"] {
		add(f.PositionList(ctx, viewer, id, w.now(), page))
	}
	for _, id := range w.ids["doc"] {
		_, ok := documents[id]
		if public, err := w.model.Document(id); err == nil && public.Public() != ok {
			w.fail("%s is public: %v, and told of: %v", public.Number, public.Public(), ok)
		}
		if !ok {
			continue
		}
		add(f.CommentList(ctx, viewer, views.CommentFilter{DocumentID: id}, page))
		add(f.RevisionList(ctx, viewer, id, w.now(), page))
	}
	return b.String()
}
