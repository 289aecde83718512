package web

import (
	"net/url"

	"github.com/ewtp/entente/policies"
)

// A Demo is what a demonstration shows on its front page, and nobody else does: a path
// through it, and the people whom a visitor may be without a password.
type Demo struct {
	Document string // number of the document that the path leads to
	Clause   string // ID of the clause of it
	Heard    string // number of the document whose report the path leads to
	RuleSet  string // slug
	Comment  string // ID of a comment whose receipt may be checked
	Business string // ID of the persona who comments
	Sponsor  string // ID of the one whose comments those are
	Personas []Persona
}

// A Persona is somebody whom a visitor of a demonstration may be.
type Persona struct {
	ID           string // what the provider takes for a hint
	Name         string
	Organisation string
	Kind         policies.OrganisationKind
}

// A tour is the demonstration's part of the front page.
type tour struct {
	Steps  []stop
	Groups []troupe
}

// A stop is one of the path through the demonstration.
type stop struct {
	Title, Text string
	To, Word    string // the link
	More        string // another link; "" for none
	MoreWord    string
}

// A troupe are the people who come for the same.
type troupe struct {
	Title  string
	People []Persona
}

// As is the link by which a visitor becomes the persona.
func (p Persona) As() string { return signInAs(p.ID, "/") }

// signInAs is the link that signs a visitor in as somebody, and leads on from there.
func signInAs(id, to string) string {
	return "/signin?" + url.Values{"login_hint": {id}, "return": {to}}.Encode()
}

// tour is the path through the demonstration; nil in earnest.
func (s *site) tour(v *visit) *tour {
	d := s.Demo
	if d == nil {
		return nil
	}
	document := "/documents/" + d.Document
	t := &tour{Steps: []stop{
		{Title: v.say("Read a clause and what was said on it"), To: document + "/clauses/" + d.Clause, Word: v.say("The clause"),
			Text: v.say("A regulation of two countries is open for comment. Each clause has its own link, and shows who is for it, who is against it, and in which words."),
			More: document, MoreWord: v.say("The whole text")},
		{Title: v.say("Comment as a small business"), To: signInAs(d.Business, document+"/comment?clause="+url.QueryEscape(d.Clause)), Word: v.say("Write a comment"),
			Text: v.say("You become the owner of a shop of three people. Say what the clause would cost you, propose other words, and keep the receipt.")},
		{Title: v.say("See what a government has heard"), To: signInAs(d.Sponsor, "/documents/"+d.Heard+"/heard"), Word: v.say("What we heard"),
			Text: v.say("You become the official who drafts. The report says for each change whose words led to it, and for each answer the reason.")},
		{Title: v.say("Look at a rule set and its releases"), To: "/rulesets/" + d.RuleSet, Word: v.say("The rule set"),
			Text: v.say("Hubs of electronic trade fetch what was adopted as signed releases. See what came in and what went out.")},
		{Title: v.say("Check a receipt"), To: "/record/verify", Word: v.say("Check it here"),
			Text: v.say("A receipt shows that a comment is in the public record. Take the one of your own comment, or another's, and have it checked."),
			More: "/receipts/" + d.Comment, MoreWord: v.say("A receipt to try")},
	}}
	for _, g := range []struct {
		kind  policies.OrganisationKind
		title string
	}{
		{policies.Business, v.say("Businesses and consumers")}, {policies.Government, v.say("Governments")},
		{policies.Secretariat, v.say("The secretariat")}, {policies.HubOperator, v.say("Hubs")},
	} {
		t.Groups = append(t.Groups, troupe{g.title, d.of(g.kind)})
	}
	return t
}

// of lists the personas in organisations of a kind.
func (d *Demo) of(kind policies.OrganisationKind) (people []Persona) {
	for _, p := range d.Personas {
		if p.Kind == kind {
			people = append(people, p)
		}
	}
	return people
}
