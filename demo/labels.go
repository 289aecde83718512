package demo

import (
	"fmt"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// LabelSet is the slug of the rule set in which one edition of a standard follows another.
const LabelSet = "return-labels"

// labels plays a standard on labels, and its second edition, which supersedes the first, and a
// rule set that had the one and then the other. A regulation that another rule set has too
// stands in it at first.
func (s *stage) labels(regulation string) {
	var set string
	s.cue(138, 400, func() {
		set = s.do(office, "label-set", policies.CreateRuleSet{Slug: LabelSet, Title: "Return labels",
			Description: "What a label carries that brings a parcel back, for hubs and drop-off points."})
	})
	first := s.edition(edition{key: "labels", title: "Label codes for parcels that come back", from: 182, remarks: labelRemarks, propose: 138,
		note: "First edition.", change: change{"at least 20 millimetres wide", "at least 25 millimetres wide"}})
	second := s.edition(edition{key: "labels-2", title: "Label codes for parcels that come back, second edition", from: 231, remarks: secondLabelRemarks, propose: 183,
		note: "Made of the first edition.", before: []change{{"at least 20 millimetres wide", "at least 25 millimetres wide"}}, replaces: first,
		change: change{"tells the sender of the label within 24 hours", "tells the sender of the label within two hours"}})
	s.cue(182, 300, func() {
		s.publish("label-release-1", set, "The first edition, with the regulation that it serves.", *first, regulation)
	})
	s.cue(228, 0, func() {
		s.publish("label-release-2", set, "The second edition comes in, and follows the first on its date.", *first, *second, regulation)
	})
	s.cue(233, 0, func() {
		s.do(office, "label-release-3", policies.PublishRelease{RuleSetID: set, Instruments: []string{*second}, Dropping: []string{regulation}, ValidUntil: s.validUntil(),
			Note: "The first edition has ended, and the regulation goes: hubs find it in the rule set of low-value parcels."})
	})
}

// An edition is a standard that is written, commented on, changed, balloted and adopted
// within 45 days.
type edition struct {
	key, title, note string
	propose          int      // the day
	from             int      // the day from which it binds
	before           []change // of the text that it starts from
	change           change   // what the round brings
	replaces         *string  // the instrument it supersedes; nil for none
	remarks          []remark
}

// edition notes its steps and returns where its instrument's ID is going to be.
func (s *stage) edition(e edition) (instrument *string) {
	var doc, text, first, second, round string
	instrument = new(string)
	key := func(step string) string { return e.key + "/" + step }
	s.cue(e.propose, 120, func() {
		doc = s.do(returns, e.key, policies.ProposeDocument{Kind: standards.Standard, Language: "en", Title: e.title, OpenDrafts: true, Topics: []string{"labels", "returns"}})
		text = s.edit(s.text("labels"), e.before...)
		first = s.do(returns, key("revision-1"), policies.CommitRevision{DocumentID: doc, Source: text, Note: e.note})
		terms := policies.Terms{From: standards.LawDates{s.date(e.from, "", tallinn)}}
		if e.replaces != nil {
			terms.Supersedes = []string{*e.replaces}
		}
		s.do(returns, key("terms"), policies.ProposeTerms{DocumentID: doc, Terms: terms})
	})
	s.cue(e.propose+1, 0, func() {
		round = s.do(returns, key("consultation"), policies.OpenConsultation{DocumentID: doc, Closes: s.local(e.propose+32, tallinn), Zone: tallinn, Late: policies.LateRefused})
	})
	ids := s.discuss(e.key, &round, &first, e.remarks)
	s.cue(e.propose+33, 0, func() {
		second = s.do(returns, key("revision-2"), policies.CommitRevision{DocumentID: doc, Base: first, Source: s.edit(text, e.change), Note: "As the round asked for."})
		s.answerAll(e.key, returns, doc, second, first, ids, e.remarks)
	})
	var ballot string
	s.cue(e.propose+34, 0, func() {
		ballot = s.do(returns, key("ballot"), policies.OpenBallot{DocumentID: doc, Closes: s.local(e.propose+42, tallinn), Zone: tallinn, Secrecy: policies.SecretUntilClose})
	})
	s.takePositions(e.key, &ballot, e.propose+35, kauri, saar, solene, returns, market, parcels, post, carrier, buyers, broker)
	s.cue(e.propose+43, 0, func() { *instrument = s.do(returns, key("adopted"), policies.AdoptDocument{DocumentID: doc}) })
	return instrument
}

// takePositions has some say yes in a ballot, one after the other from a day on.
func (s *stage) takePositions(key string, ballot *string, from int, who ...string) {
	for i, w := range who {
		s.cue(from+i/2, 240+i, func() {
			s.do(w, fmt.Sprintf("%s/position-%d", key, i+1), policies.CastPosition{BallotID: *ballot, Position: policies.Yes})
		})
	}
}

var labelRemarks = []remark{
	{day: 145, who: carrier, clause: "at least 20 millimetres wide", stance: policies.Amend, about: policies.Technical,
		text:        "Our readers at the belt stand a metre away. Below 25 millimetres they miss one code in thirty.",
		replacement: "The label carries one code of ISO/IEC 18004, at least 25 millimetres wide.",
		outcome:     policies.AcceptedWhole, reason: "Tried at two depots.", changed: "at least 25 millimetres",
		voices: []voice{{who: post, position: policies.Endorses, text: "The same at our counters."}}},
	{day: 152, who: buyers, clause: "nothing about the buyer", stance: policies.Support, about: policies.General,
		text:    "A label lies in the street for an hour. Thank you for keeping the name off it.",
		outcome: policies.Noted, reason: "Kept."},
	{day: 160, who: atelier, clause: "4 millimetres high", stance: policies.Question, about: policies.Technical,
		text:    "Peut-on écrire le numéro à la main ?",
		outcome: policies.Noted, reason: "Oui, si les chiffres ont cette hauteur."},
}

var secondLabelRemarks = []remark{
	{day: 190, who: market, clause: "within 24 hours", stance: policies.Amend, about: policies.Substantive,
		text:        "A buyer who has given a parcel back looks at the telephone in the tram, and not the next day.",
		replacement: "A reader tells the sender of the label within two hours that the parcel is on its way.",
		outcome:     policies.AcceptedWhole, reason: "Readers are on the network all day.", changed: "within two hours"},
	{day: 199, who: post, clause: "after a fall from one metre", stance: policies.Question, about: policies.Technical,
		text:    "In the rain of Auckland or in that of Tallinn? We ask in earnest: ink differs.",
		outcome: policies.Noted, reason: "The test of ISO 15419 says how wet."},
}
