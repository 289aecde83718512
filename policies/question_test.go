package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

func TestQuestions(t *testing.T) {
	w := newTown(t)
	doc, _ := w.proposed()
	ask := func(q ...ConsultationQuestion) OpenConsultation {
		return OpenConsultation{DocumentID: doc, Closes: w.in(90 * day), Zone: zone, Late: LateRefused, Questions: q}
	}
	for name, x := range map[string]struct {
		c     OpenConsultation
		field string
		words string
	}{
		"no words":       {ask(ConsultationQuestion{Text: " "}), "questions.0.text", "missing"},
		"one choice":     {ask(ConsultationQuestion{Text: "a"}, ConsultationQuestion{Text: "b", Choices: []string{"Yes"}}), "questions.1.choices", "nothing to choose"},
		"choices twice":  {ask(ConsultationQuestion{Text: "b", Choices: []string{"Yes", "Yes"}}), "questions.0.choices.1", "twice"},
		"a blank choice": {ask(ConsultationQuestion{Text: "b", Choices: []string{"Yes", ""}}), "questions.0.choices.1", "missing"},
		"too many":       {ask(make([]ConsultationQuestion, MaxQuestions+1)...), "questions", "at most 50"},
	} {
		t.Run(name, func(t *testing.T) { w.refuse(w.estonia, x.c, Invalid, x.field, x.words) })
	}
	csn := w.do(w.estonia, ask(ConsultationQuestion{ID: "mine", Text: "How many?"}, ConsultationQuestion{Text: "Enough?", Choices: []string{"Yes", "No"}})).Subject()
	k, _ := w.m.Consultation(csn)
	if diff := cmp.Diff([]ConsultationQuestion{{ID: "q1", Text: "How many?"}, {ID: "q2", Text: "Enough?", Choices: []string{"Yes", "No"}}}, k.Questions); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	say := func(stance Stance, question, choice, text string) SubmitComment {
		return SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: stance, Type: General, Text: text, QuestionID: question, Choice: choice}}
	}
	w.refuse(w.loom, say(Neutral, "q3", "", "x"), NotFound, "questionId", "q3")
	w.refuse(w.loom, say(Neutral, "q1", "Yes", "x"), Invalid, "choice", "wants words")
	w.refuse(w.loom, say(Neutral, "q1", "", ""), Invalid, "text", "missing")
	w.refuse(w.loom, say(Neutral, "q2", "", "Perhaps."), Invalid, "choice", "none of")
	w.refuse(w.loom, say(Neutral, "q2", "Maybe", ""), Invalid, "choice", "none of")
	w.refuse(w.loom, say(Support, "", "Yes", "x"), Invalid, "choice", "question only")
	w.refuse(w.loom, say(Neutral, "", "", "x"), Invalid, "stance", "question only")
	id := w.do(w.loom, say(Oppose, "q2", "No", "")).Subject()
	if got, err := w.m.Comment(id); err != nil || got.QuestionID != "q2" || got.Choice != "No" || got.Text != "" {
		t.Errorf("answered %+v, %v", got, err)
	}
	w.do(w.loom, say(Neutral, "q1", "", "A hundred."))
}
