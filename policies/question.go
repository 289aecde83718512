package policies

import (
	"slices"
	"strconv"
)

// MaxQuestions is how many questions a consultation may ask.
const MaxQuestions = 50

// A ConsultationQuestion is asked by a consultation besides its text. A comment may
// answer one.
type ConsultationQuestion struct {
	ID      string   `json:"id"` // "q1", "q2", … in the order in which they are asked
	Text    string   `json:"text"`
	Choices []string `json:"choices,omitempty"` // one of these is the answer; none for an answer in words
}

// Question returns the consultation's question of an ID.
func (k *Consultation) Question(id string) (ConsultationQuestion, bool) {
	i := slices.IndexFunc(k.Questions, func(q ConsultationQuestion) bool { return q.ID == id })
	if i < 0 {
		return ConsultationQuestion{}, false
	}
	return k.Questions[i], true
}

// checkedQuestions checks what is to be asked and gives each question its ID.
func (c OpenConsultation) checkedQuestions() ([]ConsultationQuestion, error) {
	if len(c.Questions) > MaxQuestions {
		return nil, errInvalid("questions", "has %d entries, at most %d are taken", len(c.Questions), MaxQuestions)
	}
	var list []ConsultationQuestion
	var faults []error
	for i, q := range c.Questions {
		field := "questions." + strconv.Itoa(i)
		faults = append(faults,
			checkText(field+".text", q.Text, MaxReason, true),
			checkEach(field+".choices", q.Choices, func(f, s string) error { return checkLine(f, s, MaxName, true) }),
			checkThat(len(q.Choices) != 1, field+".choices", "leaves nothing to choose: give two or more, or none for an answer in words"))
		list = append(list, ConsultationQuestion{ID: "q" + strconv.Itoa(i+1), Text: q.Text, Choices: cloneOrNil(q.Choices)})
	}
	return list, joinFaults(faults...)
}

// checkQuestion holds what a comment answers against what the consultation asks.
func (c SubmitComment) checkQuestion(k *Consultation) error {
	if c.QuestionID == "" {
		switch {
		case c.Choice != "":
			return errInvalid("choice", "goes with a question only")
		case c.Stance == Neutral:
			return errInvalid("stance", "%s goes with the answer to a question only", Neutral)
		}
		return nil
	}
	q, ok := k.Question(c.QuestionID)
	switch {
	case !ok:
		return &Error{Code: NotFound, Field: "questionId", Message: "the consultation asks no question " + strconv.Quote(clipEcho(c.QuestionID))}
	case len(q.Choices) == 0 && c.Choice != "":
		return errInvalid("choice", "isn't asked for: the question wants words")
	case len(q.Choices) > 0 && !slices.Contains(q.Choices, c.Choice):
		return errInvalid("choice", "%q is none of the question's choices", clipEcho(c.Choice))
	}
	return nil
}
