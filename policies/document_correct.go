package policies

import (
	"slices"

	"github.com/ewtp/entente/standards"
)

// CorrectDocument puts right what was said of a document when it was proposed. What is
// nil stays as it is.
type CorrectDocument struct {
	DocumentID string
	Title      *string
	Language   *string
	Topics     []string
	Parties    []string // until it is consulted on
	Reason     string
}

// DocumentCorrected is what [CorrectDocument] yields: all of it as it is to be.
type DocumentCorrected struct {
	DocumentID string   `json:"document"`
	Title      string   `json:"title"`
	Language   string   `json:"language"`
	Topics     []string `json:"topics,omitempty"`
	Parties    []string `json:"parties,omitempty"`
	Reason     string   `json:"reason"`
	By         string   `json:"by,omitempty"`
}

// Decide implements [Command].
func (c CorrectDocument) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Editing)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("documentId"), d.checkNoOpenBallot("documentId", env.Now), d.checkNoConsultation("documentId", env.Now)); err != nil {
		return nil, err
	}
	e := c.corrected(d)
	if err := joinFaults(checkAbout(d.Kind, e.Title, e.Language, e.Topics, e.Parties), checkText("reason", c.Reason, MaxReason, true)); err != nil {
		return nil, err
	}
	sameParties := slices.Equal(e.Parties, d.Parties)
	switch {
	case !sameParties && d.Rounds > 0:
		return nil, errConflict("parties", "it was consulted on for those parties; propose another document for others")
	case sameParties && e.Title == d.Title && e.Language == d.Language && slices.Equal(e.Topics, d.Topics):
		return nil, errConflict("documentId", "nothing of %s would change", d.Number)
	}
	e.By = env.Actor.MemberID
	return e, nil
}

// corrected is what the command makes of a document.
func (c CorrectDocument) corrected(d *Document) *DocumentCorrected {
	e := &DocumentCorrected{DocumentID: d.ID, Title: d.Title, Language: d.Language, Topics: d.Topics, Parties: d.Parties, Reason: c.Reason}
	if c.Title != nil {
		e.Title = *c.Title
	}
	if c.Language != nil {
		e.Language = *c.Language
	}
	if c.Topics != nil {
		e.Topics = append([]string(nil), c.Topics...) // none is nil, as in JSON
	}
	if c.Parties != nil {
		e.Parties = append([]string(nil), c.Parties...)
	}
	return e
}

// checkAbout refuses what can't be said of a document of a kind.
func checkAbout(kind standards.Kind, title, language string, topics, parties []string) error {
	return joinFaults(
		checkTitle("title", title),
		checkNames("topics", topics),
		checkEach("parties", parties, checkJurisdiction),
		checkThat(languageForm.MatchString(language), "language", "%q is no BCP 47 language tag such as en or zh-Hans", clipEcho(language)),
		checkThat(kind != standards.Regulation || len(parties) > 0, "parties", "a regulation names the jurisdictions it is to bind"),
	)
}

var _ = registerEvent[DocumentCorrected](nil)

func (*DocumentCorrected) Kind() string      { return "document.corrected/1" }
func (e *DocumentCorrected) Subject() string { return e.DocumentID }

// Fold implements [Event]. Terms that state a date for each party are those of the former
// parties: other parties want other dates.
func (e *DocumentCorrected) Fold(s Stamp, r Record) error {
	return changeDocument(r, e.DocumentID, func(d *Document) {
		if !slices.Equal(d.Parties, e.Parties) && d.Terms.isDatedByParty() {
			d.Terms.From, d.Terms.Until = nil, nil
		}
		if d.Title != e.Title {
			d.TitledAt = s.At
		}
		d.Title, d.Language, d.Topics, d.Parties = e.Title, e.Language, e.Topics, e.Parties
		d.Corrections, d.CorrectedAt, d.Correction = d.Corrections+1, s.At, e.Reason
	})
}
