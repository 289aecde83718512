package policies

import "github.com/ewtp/entente/clauses"

// CommentWords are what a comment says, and on what. A field that a comment gets is
// written here and nowhere else: the draft, the command, the event and the comment
// share them. A submitted comment has them in full, a draft so far as they are written.
type CommentWords struct {
	ClauseID    string        `json:"clause,omitempty"` // "" for the whole
	Stance      Stance        `json:"stance,omitempty"`
	Type        CommentType   `json:"type,omitempty"`
	Text        string        `json:"text,omitempty"`        // may be blank with a Choice
	Replacement string        `json:"replacement,omitempty"` // the words proposed, with stance amend
	Proposes    Proposal      `json:"proposes,omitempty"`    // what is proposed with stance amend, "" for replacing the clause's words; see Proposed
	Quote       *Quote        `json:"quote,omitempty"`       // the words of the clause that it is on; nil for all of it
	Cost        *CostEstimate `json:"cost,omitempty"`        // what the clause is thought to cost; nil without one
	Attachments []Attachment  `json:"attachments,omitempty"`
	// A confidential comment is read by its organisation, its [Comment.Confidants] and
	// the secretariat; everybody else knows that it exists, and its Summary.
	Confidential bool   `json:"confidential,omitempty"`
	Summary      string `json:"summary,omitempty"`    // written for the public; "" unless Confidential
	Supporters   int64  `json:"supporters,omitempty"` // how many others the organisation says it speaks for, 0 for none
	QuestionID   string `json:"question,omitempty"`   // the consultation's question that it answers, "" for none
	Choice       string `json:"choice,omitempty"`     // which of the question's choices, "" where it has none
}

// Stance is which side a comment takes.
type Stance string

const (
	Support  Stance = "support"
	Oppose   Stance = "oppose"
	Amend    Stance = "amend" // proposes other words
	Question Stance = "question"
	Neutral  Stance = "neutral" // takes no side: answers a question of the consultation
)

// Stances are all stances in the order they are shown.
var Stances = []Stance{Support, Oppose, Amend, Question, Neutral}

// CommentType is what a comment is about, after Codex and ISO practice.
type CommentType string

const (
	General     CommentType = "general"
	Substantive CommentType = "substantive"
	Technical   CommentType = "technical"
	Editorial   CommentType = "editorial"
	Translation CommentType = "translation"
)

// CommentTypes are all types in the order they are shown.
var CommentTypes = []CommentType{General, Substantive, Technical, Editorial, Translation}

// redacted returns what everybody may still read of words that were taken from view.
// What isn't named here is gone, and so is what comments come to say later.
func (w CommentWords) redacted() CommentWords {
	return CommentWords{ClauseID: w.ClauseID, Stance: w.Stance, Type: w.Type, Confidential: w.Confidential,
		Supporters: w.Supporters, QuestionID: w.QuestionID, Choice: w.Choice}
}

// check refuses words that can't be a comment's. Those of a draft may be incomplete,
// and nobody has looked up yet what they name.
func (w *CommentWords) check(complete bool) error {
	named := func(field, id string) error {
		if complete {
			return nil
		}
		return checkLine(field, id, MaxName, false)
	}
	err := joinFaults(
		checkChosen("stance", w.Stance, Stances, complete),
		checkChosen("type", w.Type, CommentTypes, complete),
		checkText("text", w.Text, MaxWords, complete && w.Choice == ""),
		checkChosen("proposes", w.Proposes, clauses.ProposalKinds, false),
		checkText("replacement", w.Replacement, MaxWords, complete && w.Stance == Amend && w.Proposes != StrikeOut),
		checkText("summary", w.Summary, MaxReason, complete && w.Confidential),
		named("clauseId", w.ClauseID),
		w.Quote.check(), w.Cost.check(), checkSupporters(w.Supporters),
		named("questionId", w.QuestionID), named("choice", w.Choice),
	)
	if !complete {
		return err
	}
	return joinFaults(err,
		checkThat(w.Stance != Amend || w.ClauseID != "" || w.Proposes == AddAfter, "clauseId", "name the clause that the replacement is for"),
		checkThat(w.Stance == Amend || w.Replacement == "", "replacement", "goes with stance amend only"),
		checkThat(w.Stance == Amend || w.Proposes == "", "proposes", "goes with stance amend only"),
		checkThat(w.Proposes != StrikeOut || w.Replacement == "", "replacement", "goes with no clause that is struck out; propose other words, or say why in the text"),
		checkThat(w.Stance == Amend || w.Quote == nil || w.ClauseID != "", "clauseId", "name the clause that the words are quoted from"),
		checkThat(w.Summary == "" || w.Confidential, "summary", "goes with a confidential comment only; the public reads any other as it is"))
}

// maxSupporters is more people than there are.
const maxSupporters = 10_000_000_000

func checkSupporters(n int64) error {
	if n < 0 || n > maxSupporters {
		return errInvalid("supporters", "%d is no number of people", n)
	}
	return nil
}
