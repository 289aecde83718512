package views

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// round makes a move about rounds with questions and audiences, and about what
// members watch.
func (d *dialogue) round() {
	switch rapid.IntRange(0, 8).Draw(d.t, "round") {
	case 0, 1:
		d.keep(&d.consultations, policies.OpenConsultation{DocumentID: d.any(d.documents), Zone: "Europe/Tallinn", Late: policies.LateMarked,
			Closes:    d.now.Add(time.Duration(rapid.IntRange(1, 600).Draw(d.t, "minutes")) * time.Minute).In(tallinn).Format("2006-01-02T15:04:05"),
			Questions: []policies.ConsultationQuestion{{Text: "How many?"}, {Text: "Which?", Choices: []string{"this", "that"}}},
			Audience: &policies.Audience{Chambers: rapid.SampledFrom([][]policies.OrganisationKind{nil, {policies.Business}}).Draw(d.t, "chambers"),
				Jurisdictions: []string{rapid.SampledFrom([]string{"NZ", "EE"}).Draw(d.t, "asked")}, Only: rapid.Bool().Draw(d.t, "only")}})
	case 2, 3, 4:
		c := policies.SubmitComment{ConsultationID: d.any(d.consultations), CommentWords: policies.CommentWords{Text: "the words of a comment, in answer", Stance: policies.Neutral, Type: policies.General,
			QuestionID: rapid.SampledFrom([]string{"q1", "q2"}).Draw(d.t, "question")}}
		if c.QuestionID == "q2" {
			c.Choice = rapid.SampledFrom([]string{"this", "that"}).Draw(d.t, "choice")
		}
		if rapid.IntRange(0, 3).Draw(d.t, "in confidence") == 0 {
			c.Confidential, c.Summary = true, "the words of a comment, in short"
		}
		d.keep(&d.comments, c)
	case 5, 6:
		d.keep(&d.filters, policies.SaveFilter{Name: "watched", Wants: policies.Interests{
			Topics:        rapid.SampledFrom([][]string{nil, {"PARCELS"}, {"tax"}}).Draw(d.t, "topics"),
			Jurisdictions: rapid.SampledFrom([][]string{nil, {"EE-37"}, {"LV"}}).Draw(d.t, "jurisdictions"),
			Keyword:       rapid.SampledFrom([]string{"", "document 1", "number3"}).Draw(d.t, "keyword")}})
	case 7:
		d.keep(nil, policies.DeleteFilter{FilterID: d.any(d.filters)})
	case 8:
		d.keep(nil, policies.MarkAnswersSeen{Until: d.now.Add(-time.Duration(rapid.IntRange(0, 3600).Draw(d.t, "seconds")) * time.Second)})
	}
}

var tallinn = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Tallinn")
	if err != nil {
		panic(fmt.Sprintf("no zones: %v", err))
	}
	return loc
}()
