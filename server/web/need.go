package web

import (
	"strconv"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// A need is one thing that the visitor is needed for.
type need struct {
	views.Need
	Document *policies.Document // nil where it is about none that the visitor may see
	Word     string             // what is to be done
	To       string             // where
}

const (
	needsShown  = 12
	needsWithin = 14 * 24 * time.Hour // how soon something ends that is named
)

// needs lists what the visitor is needed for, what others wait for first.
func (s *site) needs(v *visit) (list []need, err error) {
	if !v.viewer.SignedIn {
		return nil, nil
	}
	found, err := s.views.Needs(v.ctx, v.viewer, views.NeedFilter{Now: v.now, Within: needsWithin, Rules: s.Registry.Rules()}, views.Page{First: needsShown})
	if err != nil {
		return nil, err
	}
	documents, err := s.views.Documents(v.ctx, v.viewer, idsOf(found.Items, func(n views.Need) string { return n.DocumentID }))
	if err != nil {
		return nil, err
	}
	to, err := s.needPaths(v, found.Items, documents)
	if err != nil {
		return nil, err
	}
	for i, n := range found.Items {
		list = append(list, need{n, orNil(documents, n.DocumentID), v.needWord(n), to[i]})
	}
	return list, nil
}

// needPaths are where what is to be done can be seen, to each need: the very comment or rule set, else
// the document; what belongs to the person itself, on its own page.
func (s *site) needPaths(v *visit, needs []views.Need, documents map[string]policies.Document) ([]string, error) {
	said, err := s.views.Comments(v.ctx, v.viewer, idsOf(needs, func(n views.Need) string { return n.CommentID }))
	if err != nil {
		return nil, err
	}
	ruleSets, err := s.views.RuleSets(v.ctx, idsOf(needs, func(n views.Need) string { return n.RuleSetID }))
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(needs))
	for i, n := range needs {
		paths[i] = "/me"
		d, about := documents[n.DocumentID]
		c, commented := said[n.CommentID]
		set, ruled := ruleSets[n.RuleSetID]
		switch {
		case about && commented:
			paths[i] = documentPath(&d) + "/comments/" + strconv.Itoa(c.Number)
		case ruled:
			paths[i] = "/rulesets/" + set.Slug
		case about:
			paths[i] = documentPath(&d)
		}
	}
	return paths, nil
}

// needWord says what is to be done.
func (v *visit) needWord(n views.Need) string {
	switch n.Kind {
	case views.NeedInvitation:
		return v.say("Accept or decline an invitation")
	case views.NeedBallot:
		return v.say("Take a position in the ballot")
	case views.NeedConsultation:
		return v.say("Comment before it closes")
	case views.NeedAnswer:
		return v.say("Read the answer to your comment")
	case views.NeedComment:
		return v.say("Answer a comment")
	case views.NeedConfirmation:
		return v.say("Confirm an invitation")
	case views.NeedMerger:
		return v.say("Agree to a merger, or don't")
	case views.NeedOffer:
		return v.say("Accept or decline to sponsor")
	case views.NeedConsent:
		return v.say("Consent to what replaces or amends your text")
	case views.NeedAgreement:
		return v.say("Agree to a cancellation, or don't")
	case views.NeedStep:
		return v.say("Take the next step")
	case views.NeedRelease:
		return v.say("Publish a release")
	case views.NeedRenewal:
		return v.say("Renew a release before it expires")
	}
	return v.say("Look at it")
}

// documentPath is where a document is shown.
func documentPath(d *policies.Document) string { return "/documents/" + d.Number }
