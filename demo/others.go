package demo

import (
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

const (
	labelWords   = "The label is valid for 30 days"
	privateTitle = "Button cells sold with toys in parcels"
)

// standardise plays the standard from its proposal to its adoption and returns its instrument.
func (s *stage) standardise() string {
	s.at(90, 0)
	doc := s.do(seafood, "seafood", policies.ProposeDocument{Kind: standards.Standard, Language: "en", OpenDrafts: true,
		Title: "Cold-chain data for live seafood in small consignments", Topics: []string{"seafood", "cold chain", "data"}})
	text := s.text("seafood")
	first := s.do(seafood, "seafood/revision-1", policies.CommitRevision{DocumentID: doc, Source: text, Note: "First draft, written in the open."})
	s.do(seafood, "seafood/terms", policies.ProposeTerms{DocumentID: doc, Terms: policies.Terms{From: standards.LawDates{s.date(length+20, "", auckland)}}})
	s.at(91, 0)
	consultation := s.do(seafood, "seafood/consultation", policies.OpenConsultation{DocumentID: doc, Title: "Cold-chain data: first round",
		Closes: s.local(123, auckland), Zone: auckland, Late: policies.LateMarked})
	ids := s.comment("seafood", consultation, first, seafoodRemarks)
	s.at(124, 0)
	text = s.edit(text, change{"keeps its readings for 72 hours", "keeps its readings for 120 hours"},
		change{"told of an excursion within one hour after", "told of an excursion within 15 minutes after"})
	second := s.do(seafood, "seafood/revision-2", policies.CommitRevision{DocumentID: doc, Base: first, Source: text, Note: "Longer memory, faster warning."})
	s.dispose("seafood", seafood, 124, second, ids, seafoodRemarks)
	s.at(126, 0)
	ballot := s.do(seafood, "seafood/ballot", policies.OpenBallot{DocumentID: doc, Closes: s.local(134, auckland), Zone: auckland,
		Secrecy: policies.SecretUntilClose})
	s.vote("seafood", ballot, seafoodVotes)
	s.at(135, 0)
	s.do(market, "seafood/cleared", policies.ClearBlock{BallotID: ballot, Text: "The sponsor has told us: whoever sends the box. We can live with that."})
	s.at(135, 30)
	return s.do(seafood, "seafood/adopted", policies.AdoptDocument{DocumentID: doc})
}

// seafoodVotes: both chambers decide. One business blocks, and clears that once the
// ballot has closed and its question is answered.
var seafoodVotes = []vote{
	{day: 127, who: seafood, position: policies.Yes},
	{day: 127, who: kauri, position: policies.Yes},
	{day: 128, who: returns, position: policies.Yes, text: "Fifteen minutes is what we asked for."},
	{day: 129, who: saar, position: policies.NoObjection},
	{day: 130, who: market, position: policies.Discuss, otherwise: policies.Yes, text: "Who pays for the logger when a box doesn't come back? The text leaves it open."},
	{day: 131, who: parcels, position: policies.Recuse, text: "We sell nothing that lives."},
}

var seafoodRemarks = []remark{
	{day: 96, who: kauri, clause: "keeps its readings for 72 hours", stance: policies.Amend, about: policies.Technical,
		text:        "A box held over a long weekend outlasts 72 hours. Ask for five days.",
		replacement: "keeps its readings for 120 hours without power.",
		outcome:     policies.AcceptedWhole, reason: "Loggers on sale can do it.", changed: "for 120 hours"},
	{day: 103, who: returns, clause: "told of an excursion within one hour", stance: policies.Amend, about: policies.Substantive,
		text:        "After an hour there is nothing left to save. Fifteen minutes would let a carrier add coolant.",
		replacement: "The sender is told of an excursion within 15 minutes after the record shows it.",
		outcome:     policies.AcceptedWhole, reason: "Agreed.", changed: "within 15 minutes"},
	{day: 110, who: market, clause: "A missing reading is left out", stance: policies.Support, about: policies.Technical,
		text:    "Right. A guess that looks like a reading is worse than a gap.",
		outcome: policies.Noted, reason: "Kept."},
	{day: 118, who: saar, clause: "The record is kept for 90 days", stance: policies.Oppose, about: policies.Substantive,
		text:    "Disputes on live goods are raised within a week; 30 days would do.",
		outcome: policies.Rejected, reason: "Insurers ask for the record for up to 80 days."},
}

// practise plays the best practice, which is still open for comment at the end.
func (s *stage) practise() {
	var doc, text, first, second, round string
	s.cue(190, 0, func() {
		doc = s.do(returns, "returns", policies.ProposeDocument{Kind: standards.BestPractice, Language: "en",
			Title: returnsTitle, Topics: []string{"returns", "consumers", "logistics"}})
		text = s.text("returns")
		first = s.do(returns, "returns/revision-1", policies.CommitRevision{DocumentID: doc, Source: text, Note: "First draft."})
	})
	s.cue(222, 30, func() {
		text = s.edit(text, change{"gather returns for up to 10 days", "gather returns for up to 7 days"})
		second = s.do(returns, "returns/revision-2", policies.CommitRevision{DocumentID: doc, Base: first, Source: text, Note: "A week is enough to fill a pallet."})
	})
	s.cue(223, 0, func() {
		round = s.do(returns, "returns/consultation", policies.OpenConsultation{DocumentID: doc, Title: "Returns: first round",
			Closes: s.local(length+10, tallinn), Zone: tallinn, Late: policies.LateMarked})
	})
	s.discuss("returns", &round, &second, returnRemarks)
}

var returnRemarks = []remark{
	{day: 224, who: parcels, clause: "within 15 kilometres", stance: policies.Oppose, about: policies.Substantive,
		text: "In the South Island four buyers in five are not within 15 kilometres of anything. A mailbox should count."},
	{day: 227, who: market, clause: "A buyer without a printer", stance: policies.Support, about: policies.General,
		text: "Half of our buyers have no printer. This alone would halve the letters we get."},
	{day: 229, who: kauri, clause: "photograph", stance: policies.Question, about: policies.Technical,
		text: "Who keeps the photograph, and for how long?"},
	{day: 232, who: parcels, clause: labelWords, stance: policies.Amend, about: policies.Substantive,
		text: "Buyers who travel miss the thirty days.", replacement: "The label is valid for 45 days from the day it was asked for."},
	{day: 234, who: seafood, clause: "Where carriage costs more", stance: policies.Support, about: policies.General,
		text: "Nobody wants live goods back. Please keep this."},
}

// keepPrivate leaves a draft that only its own government and the secretariat may read:
// the last steps of the scenario.
func (s *stage) keepPrivate() {
	s.at(length-4, 0)
	doc := s.do(saar, "batteries", policies.ProposeDocument{Kind: standards.Regulation, Language: "en", Parties: []string{"EE"},
		Title: privateTitle, Topics: []string{"product safety"}})
	s.do(saar, "batteries/revision-1", policies.CommitRevision{DocumentID: doc, Source: s.text("batteries"), Note: "For talks within the house."})
}
