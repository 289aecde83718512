package policies_test

import (
	"slices"

	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
)

// inquire draws a move about a round with questions of its own and an audience.
func (p *player) inquire() Command {
	if rapid.IntRange(0, 2).Draw(p.t, "inquire") == 0 {
		return OpenConsultation{DocumentID: pick(p, "doc", p.m.All.Documents), Closes: p.in(90 * day), Zone: zone, Late: LateMarked,
			Questions: []ConsultationQuestion{{Text: p.words()}, {Text: "Which?", Choices: []string{"this", "that"}}},
			Audience:  &Audience{Jurisdictions: []string{rapid.SampledFrom([]string{"EE", "NZ"}).Draw(p.t, "asked")}, Only: rapid.Bool().Draw(p.t, "only")}}
	}
	c := p.submit(pick(p, "csn", p.m.All.Consultations)).(SubmitComment)
	c.Stance = rapid.SampledFrom(Stances).Draw(p.t, "stance")
	c.QuestionID = rapid.SampledFrom([]string{"q1", "q2", "q3", ""}).Draw(p.t, "question")
	c.Choice = rapid.SampledFrom([]string{"this", "that", "neither", ""}).Draw(p.t, "choice")
	return c
}

// checkAsked: what a comment answers had been asked, of somebody who was asked.
func (p *player) checkAsked() {
	for _, c := range p.m.All.Comments {
		k := p.m.All.Consultations[c.ConsultationID]
		q, asked := k.Question(c.QuestionID)
		o := p.m.All.Organisations[c.OrganisationID]
		if c.QuestionID != "" && (!asked || slices.Contains(q.Choices, c.Choice) != (len(q.Choices) > 0)) || c.QuestionID == "" && c.Stance == Neutral ||
			k.Audience != nil && k.Audience.Only && !k.Audience.Includes(o.Kind, o.Sector, o.Jurisdiction) {
			p.t.Fatalf("%+v of %+v in %+v", c, o, k)
		}
	}
}
