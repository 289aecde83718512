package demo

import (
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// regulate plays the regulation from its first draft into force and returns its instrument.
func (s *stage) regulate() string {
	s.at(2, 0)
	doc := s.do(kauri, "parcels", policies.ProposeDocument{Kind: standards.Regulation, Language: "en", Parties: []string{"EE", "NZ"},
		Title: "Low-value parcels between New Zealand and Estonia", Topics: []string{"customs", "parcels", "e-commerce"}})
	ministry := s.organisation(saar)
	s.do(kauri, "parcels/share", policies.ShareDocument{DocumentID: doc, OrganisationID: ministry, As: policies.AsSponsor})
	s.do(saar, "parcels/sponsor", policies.AcceptSponsorship{DocumentID: doc})
	text := s.text("parcels")
	first := s.do(kauri, "parcels/revision-1", policies.CommitRevision{DocumentID: doc, Source: text, Note: "First draft."})
	s.at(5, 45)
	text = s.edit(text, change{"An authority answers within two hours whether", "An authority answers within one hour whether"})
	second := s.do(saar, "parcels/revision-2", policies.CommitRevision{DocumentID: doc, Base: first, Source: text, Note: "The answer comes within one hour, as both systems can do."})
	s.at(8, 20)
	text = s.edit(text, change{"Whoever opens a parcel records the reason", "Whoever opens a parcel closes it again with a mark, and records the reason"})
	third := s.do(kauri, "parcels/revision-3", policies.CommitRevision{DocumentID: doc, Base: second, Source: text, Note: "Opened parcels are marked."})
	s.do(kauri, "parcels/terms", policies.ProposeTerms{DocumentID: doc, Terms: policies.Terms{From: standards.LawDates{
		s.date(90, "EE", tallinn), s.date(90, "NZ", auckland)}}})
	s.at(10, 0)
	consultation := s.do(kauri, "parcels/consultation", policies.OpenConsultation{DocumentID: doc, Title: "Low-value parcels: first round",
		Closes: s.local(72, auckland), Zone: auckland, Late: policies.LateRefused})
	ids := s.comment("parcels", consultation, third, parcelRemarks)
	return s.settleParcels(doc, third, text, ids)
}

// settleParcels commits what was accepted in two revisions, holds the ballot and adopts.
func (s *stage) settleParcels(doc, consulted, text string, ids []string) string {
	s.at(74, 0)
	text = s.edit(text, parcelChanges...)
	fourth := s.do(saar, "parcels/revision-4", policies.CommitRevision{DocumentID: doc, Base: consulted, Source: text, Note: "What the consultation asked for."})
	s.dispose("parcels", kauri, 74, fourth, ids, parcelRemarks)
	s.at(78, 120)
	text = s.edit(text, change{"**Seller** is whoever", "**Seller** means whoever"})
	fifth := s.do(kauri, "parcels/revision-5", policies.CommitRevision{DocumentID: doc, Base: fourth, Source: text, Note: "Wording only."})
	s.do(kauri, "parcels/editorial", policies.MarkEditorial{RevisionID: fifth, ClauseID: s.clause(fifth, "**Seller** means"),
		Reason: "One verb for another; the meaning stays."})
	s.at(78, 180)
	s.vote("parcels", s.do(kauri, "parcels/ballot", policies.OpenBallot{DocumentID: doc, Closes: s.local(87, tallinn), Zone: tallinn,
		Secrecy: policies.SecretUntilClose}), parcelVotes)
	s.at(88, 0)
	return s.do(saar, "parcels/adopted", policies.AdoptDocument{DocumentID: doc})
}

// organisation returns the ID of a persona's organisation.
func (s *stage) organisation(who string) string {
	if s.err != nil {
		return ""
	}
	a, err := s.r.Actor(s.ctx, s.issuer, who, "")
	if err != nil {
		s.fail(err)
	}
	return a.OrganisationID
}

// parcelVotes: the two governments decide; what the businesses say is published beside it.
var parcelVotes = []vote{
	{day: 79, who: kauri, position: policies.Yes},
	{day: 80, who: market, position: policies.Yes, text: "We can build to this."},
	{day: 81, who: returns, position: policies.NoObjection},
	{day: 82, who: parcels, position: policies.Discuss, text: "Parcels will be opened without cause. We say so again, and know that others decide."},
	{day: 83, who: seafood, position: policies.Abstain, text: "Our consignments are seldom of low value."},
	{day: 85, who: saar, position: policies.Yes},
}

var parcelChanges = []change{
	{"buyer in the other,\n", "buyer in the other, by post or by any other carrier,\n"},
	{"due once, to the country of arrival, by the twentieth day", "due once, to the country of arrival, by the last day"},
	{"fewer than 200 parcels", "fewer than 500 parcels"},
	{"sends back within 60 days travels", "sends back within 90 days travels"},
	{"erased twelve months after delivery", "erased six months after the period for returns has ended"},
}

var parcelRemarks = []remark{
	{day: 12, who: parcels, clause: "fewer than 200 parcels", stance: policies.Amend, about: policies.Substantive,
		text:        "We send 320 parcels a year and are three people. At 200 almost nobody who needs the relief would have it.",
		replacement: "A seller with fewer than 600 parcels a year between the parties may pay each quarter instead of each month.",
		outcome:     policies.AcceptedInPart, reason: "Raised to 500, which is the threshold that both tax offices know already.", changed: "fewer than 500 parcels"},
	{day: 15, who: market, clause: "The seller shows the full charge", stance: policies.Support, about: policies.General,
		text:    "Our buyers give up at surprise fees more than at high prices. Please keep this sentence as it is.",
		outcome: policies.Noted, reason: "Kept as it is."},
	{day: 19, who: market, clause: "twentieth day", stance: policies.Amend, about: policies.Technical,
		text:        "Our books for a month close on the eighteenth. Two days are too few to pay from.",
		replacement: "The charge is due once, to the country of arrival, by the last day of the following month.",
		outcome:     policies.AcceptedWhole, reason: "Both treasuries can wait ten days longer.", changed: "by the last day"},
	{day: 24, who: returns, clause: "within 60 days travels", stance: policies.Amend, about: policies.Substantive,
		text:        "By sea a return takes seven weeks. Sixty days leave the buyer four days to decide.",
		replacement: "A parcel that the buyer sends back within 90 days travels under the data first given, marked as a return.",
		outcome:     policies.AcceptedWhole, reason: "The figures on sea mail bear this out.", changed: "within 90 days travels"},
	{day: 27, who: parcels, clause: "within 60 days travels", stance: policies.Oppose, about: policies.Substantive,
		text:    "Sixty days is too short for anything that goes by ship.",
		outcome: policies.Duplicate, reason: "Answered with the comment that says the same.", duplicate: 4},
	{day: 31, who: seafood, clause: "An authority answers within one hour", stance: policies.Question, about: policies.Technical,
		text:    "Does the hour also run at night and on holidays? Live crayfish don't wait for Monday.",
		outcome: policies.Noted, reason: "It runs at all hours: the answers are given by machines."},
	{day: 36, who: market, clause: "is sent from the territory", stance: policies.Amend, about: policies.Technical,
		text:        "Say that couriers are meant as well, or some will hold that only the post is.",
		replacement: "is sent from the territory of one party to a buyer in the other, by post or by any other carrier,",
		outcome:     policies.AcceptedWhole, reason: "This was meant and is now said.", changed: "by any other carrier,"},
	{day: 41, who: returns, clause: "twelve months after delivery", stance: policies.Amend, about: policies.Substantive,
		text:        "Twelve months is more than anyone needs and more than we want to guard.",
		replacement: "They are erased six months after delivery unless a dispute is pending.",
		outcome:     policies.AcceptedInPart, reason: "Six months, but counted from the end of the period for returns.", changed: "erased six months"},
	{day: 48, who: parcels, clause: "random sample", stance: policies.Oppose, about: policies.Substantive,
		text:    "No parcel should be opened without cause. A random sample is a cost that falls on the smallest.",
		outcome: policies.Rejected, reason: "Without a sample nobody can tell whether the data are true; one in a thousand is the least that tells anything."},
	{day: 55, who: seafood, clause: "weighs no more than 20", stance: policies.Question, about: policies.Technical,
		text:    "Is the weight meant with or without ice and packaging?",
		outcome: policies.Noted, reason: "With everything: it is the weight that the carrier records."},
	{day: 61, who: market, clause: "fewer than 200 parcels", stance: policies.Oppose, about: policies.Substantive,
		text:    "Sellers near the threshold will split their shops to stay under it. One rule for all would be simpler.",
		outcome: policies.Rejected, reason: "The relief is worth the risk; the yearly figures will show whether shops are split."},
	{day: 68, who: returns, stance: policies.Support, about: policies.General,
		text:    "On the whole this is shorter than what it replaces, and we can build to it. Thank you.",
		outcome: policies.Noted, reason: "Thank you."},
}
