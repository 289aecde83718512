package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/frame"
)

// A draftsPage lists the comments that the visitor's organisation hasn't submitted yet.
type draftsPage struct {
	frame.Frame
	Drafts []draftShown
	Later  string
	Faults []fault
}

// A draftShown is a comment that is being prepared.
type draftShown struct {
	Draft    policies.CommentDraft
	Document *policies.Document
	EditPath string
	Open     bool // it can still be submitted
	Kept     bool // it was kept just now
}

const draftsShown = 50

// drafts lists unsent comments.
func (s *site) drafts(v *visit) error {
	p, err := s.draftsPage(v)
	if err != nil {
		return err
	}
	return s.show(v, "drafts", p)
}

func (s *site) draftsPage(v *visit) (*draftsPage, error) {
	if v.viewer.MemberID == "" {
		return nil, &policies.Error{Code: policies.Unauthenticated, Message: "sign in first"}
	}
	p := &draftsPage{Frame: s.frame(v, v.say("Your unsent comments"))}
	p.Unlisted, p.Modules = true, []string{"comment.js"}
	list, err := s.views.CommentDraftList(v.ctx, v.viewer, "", pageOf(v.r.URL.Query(), draftsShown))
	if err != nil {
		return nil, err
	}
	documents, err := s.views.Documents(v.ctx, v.viewer, idsOf(list.Items, func(d policies.CommentDraft) string { return d.DocumentID }))
	if err != nil {
		return nil, err
	}
	for _, d := range list.Items {
		if !d.Open() {
			continue
		}
		shown := draftShown{Draft: d, Document: orNil(documents, d.DocumentID), Kept: v.r.URL.Query().Get("kept") == d.ID}
		if document := shown.Document; document != nil {
			shown.EditPath = documentPath(document) + "/comment?" + url.Values{"draft": {d.ID}}.Encode()
			shown.Open = document.Consultation == d.ConsultationID && document.Phase(v.now) == policies.InConsultation
		}
		p.Drafts = append(p.Drafts, shown)
	}
	_, p.Later = turns(v.r.URL, list)
	return p, nil
}

// A reviewPage shows chosen drafts as they would stand, to be submitted together.
type reviewPage struct {
	frame.Frame
	Drafts []reviewShown
	Ready  int // how many of them can be submitted
}

// A reviewShown is a draft as it would stand, and what the rules say against it.
type reviewShown struct {
	draftShown
	Said   *said
	Faults []string
}

// sendDrafts shows the drafts that were chosen as they would stand, submits them, or discards them;
// each by itself, so that one that is refused holds up no other.
func (s *site) sendDrafts(v *visit) error {
	if err := v.r.ParseForm(); err != nil {
		return &policies.Error{Code: policies.Invalid, Message: "the form can't be read"}
	}
	p, err := s.draftsPage(v)
	if err != nil {
		return err
	}
	var chosen []draftShown
	for _, d := range p.Drafts {
		if slices.Contains(v.r.PostForm["draft"], d.Draft.ID) {
			chosen = append(chosen, d) // others were submitted or discarded meanwhile
		}
	}
	action := v.r.PostFormValue("action")
	if action == "review" {
		return s.review(v, chosen)
	}
	var faults []fault
	sent := 0
	for _, d := range chosen {
		words, err := s.sendDraft(v, d, action)
		if err != nil {
			return err
		}
		if words == "" {
			sent++
			continue
		}
		faults = append(faults, fault{d.Draft.ID, words})
	}
	if len(faults) == 0 {
		if action == "submit" && sent > 0 {
			return v.goTo("/comments/mine?submitted=" + strconv.Itoa(sent))
		}
		return v.goTo("/drafts")
	}
	if p, err = s.draftsPage(v); err != nil {
		return err
	}
	p.Faults, p.Failed = faults, true
	s.pages.Show(v.w, v.r, http.StatusConflict, "drafts", p)
	return nil
}

// sendDraft submits or discards one draft in the edition that was seen, and says why not where it
// is refused.
func (s *site) sendDraft(v *visit, d draftShown, action string) (refusal string, err error) {
	edition := d.Draft.Edition
	if seen, err := strconv.Atoi(v.r.PostFormValue("edition/" + d.Draft.ID)); err == nil {
		edition = seen
	}
	var command policies.Command = policies.SubmitDraft{DraftID: d.Draft.ID, Edition: edition}
	if action == "discard" {
		command = policies.DiscardDraft{DraftID: d.Draft.ID}
	}
	var refused *policies.Error
	_, err = s.Registry.Do(v.ctx, v.viewer, fmt.Sprintf("draft %s %d %s", d.Draft.ID, edition, action), command)
	if errors.As(err, &refused) {
		return v.draftFault(refused), nil
	}
	return "", err
}

// draftFault says why a draft is refused.
func (v *visit) draftFault(refused *policies.Error) string {
	if refused.Code == policies.Forbidden {
		return v.forbiddenWord(refused)
	}
	if refused.Code == policies.Conflict && strings.HasSuffix(refused.Field, "edition") {
		return v.say("A colleague has changed this one since you saw it. Look at it again.")
	}
	return v.faultWord(fieldOf(refused.Field), refused.Message)
}

// review shows drafts as they would stand.
func (s *site) review(v *visit, chosen []draftShown) error {
	p := &reviewPage{Frame: s.frame(v, v.say("Review before you submit"))}
	p.Unlisted, p.Modules, p.Here = true, []string{"comment.js"}, "/drafts"
	for _, d := range chosen {
		if d.Document == nil {
			continue
		}
		shown, err := s.reviewOf(v, d)
		if err != nil {
			return err
		}
		if len(shown.Faults) == 0 {
			p.Ready++
		}
		p.Drafts = append(p.Drafts, shown)
	}
	v.w.Header().Set("Cache-Control", "no-store")
	return s.show(v, "review", p)
}

// reviewOf lets the rules judge a draft, and shows it.
func (s *site) reviewOf(v *visit, d draftShown) (r reviewShown, err error) {
	r.draftShown = d
	err = s.tryComment(v, policies.SubmitDraft{DraftID: d.Draft.ID, Edition: d.Draft.Edition})
	var refused *policies.Error
	if errors.As(err, &refused) {
		for _, f := range refused.Faults() {
			r.Faults = append(r.Faults, v.draftFault(f))
		}
	} else if err != nil {
		return r, err
	}
	consultations, err := s.views.Consultations(v.ctx, []string{d.Draft.ConsultationID})
	k, err := foundOr404(consultations, d.Draft.ConsultationID, err)
	if err != nil {
		return r, orNone(err)
	}
	revisions, err := s.views.Revisions(v.ctx, v.viewer, []string{k.RevisionID})
	revision, err := foundOr404(revisions, k.RevisionID, err)
	if err != nil {
		return r, orNone(err)
	}
	r.Said, err = s.wouldStand(v, d.Document, &revision, d.Draft.Words)
	return r, err
}
