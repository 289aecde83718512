package policies_test

import . "github.com/ewtp/entente/policies"

// roundStory is one of rounds with questions and audiences, and of members who keep
// an eye on them.
func roundStory(w *town) {
	doc, _ := w.proposed()
	csn := w.do(w.estonia, OpenConsultation{DocumentID: doc, Title: "Second thoughts", Closes: w.in(90 * day), Zone: zone, Late: LateMarked,
		Questions: []ConsultationQuestion{{Text: "How many parcels do you carry a year?"}, {Text: "Is a year enough?", Choices: []string{"Yes", "No, longer", "太长"}}},
		Audience:  &Audience{Chambers: []OrganisationKind{Business}, Sectors: []string{"logistics"}, Jurisdictions: []string{"EE", "CN-ZJ"}}}).Subject()
	w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Neutral, Type: General, QuestionID: "q2", Choice: "No, longer"}})
	w.do(w.loom, SaveFilter{Name: "Anything", Wants: Interests{Keyword: "anything"}})
	id := w.do(w.loom, SaveFilter{Name: "Parcels 包裹", Wants: Interests{Topics: []string{"parcels"}, Jurisdictions: []string{"EE"}, Sectors: []string{"logistics"}, Keyword: "low value"}}).Subject()
	w.do(w.loom, DeleteFilter{FilterID: id})
	w.do(w.loom, SaveFilter{Name: "Parcels 包裹", Wants: Interests{Topics: []string{"parcels"}, Jurisdictions: []string{"EE"}, Sectors: []string{"logistics"}, Keyword: "low value"}})
	w.do(w.loom, MarkDispositionsSeen{Until: w.now})
}
