package demo

import (
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

const (
	platformsTitle = "Parcels sold through platforms between New Zealand and Estonia"
	reliefWords    = "fewer than 500 parcels"
	shopsCome      = 226 // the day
)

// platforms plays the large regulation: a first round with many remarks, their answers and
// another text, and a second round, in which a campaign writes, that is open at the end.
func (s *stage) platforms() {
	one := s.transcript("platforms-1.txt", platformClauses)
	two := s.transcript("platforms-2.txt", platformClausesLater)
	var doc, text, first, second, third, round, again string
	s.cue(138, 300, func() {
		doc = s.do(kauri, "platforms", policies.ProposeDocument{Kind: standards.Regulation, Language: "en", Parties: []string{"EE", "NZ"},
			Title: platformsTitle, Topics: []string{"platforms", "customs", "product safety", "returns"}})
		s.do(kauri, "platforms/share", policies.ShareDocument{DocumentID: doc, OrganisationID: s.organisation(saar), As: policies.AsSponsor})
		s.do(saar, "platforms/sponsor", policies.AcceptSponsorship{DocumentID: doc})
		text = s.edit(s.text("platforms"), change{"fewer than 300 parcels", "fewer than 200 parcels"})
		first = s.do(kauri, "platforms/revision-1", policies.CommitRevision{DocumentID: doc, Source: text, Note: "First draft of the two ministries."})
	})
	s.cue(140, 300, func() {
		text = s.text("platforms")
		second = s.do(saar, "platforms/revision-2", policies.CommitRevision{DocumentID: doc, Base: first, Source: text, Note: "300 parcels, as the post offices advise."})
		s.do(kauri, "platforms/terms", policies.ProposeTerms{DocumentID: doc, Terms: policies.Terms{From: standards.LawDates{
			s.date(length+180, "EE", tallinn), s.date(length+180, "NZ", auckland)}}})
	})
	s.cue(141, 0, func() {
		round = s.do(kauri, "platforms/consultation", policies.OpenConsultation{DocumentID: doc, Title: "Platforms: first round",
			Closes: s.local(203, auckland), Zone: auckland, Late: policies.LateMarked, Questions: []policies.ConsultationQuestion{
				{Text: "Who should answer for a product that has no responsible person?", Choices: []string{"the platform", "the carrier", "the seller alone"}},
				{Text: "What would the data of table 1 cost you, once and in each year?"}}})
	})
	ids := s.discuss("platforms", &round, &second, one)
	s.cue(204, 0, func() {
		text = s.edit(text, platformChanges...)
		third = s.do(kauri, "platforms/revision-3", policies.CommitRevision{DocumentID: doc, Base: second, Source: text, Note: "What the first round asked for."})
		s.answerAll("platforms", kauri, doc, third, second, ids, one)
	})
	s.cue(206, 0, func() {
		again = s.do(kauri, "platforms/consultation-2", policies.OpenConsultation{DocumentID: doc, Title: "Platforms: second round",
			Closes: s.local(length+28, auckland), Zone: auckland, Late: policies.LateMarked, Questions: []policies.ConsultationQuestion{
				{Text: "From when should it apply?", Choices: []string{"six months after adoption", "twelve months after adoption", "at the start of a calendar year"}}}})
	})
	s.discuss("platforms-2", &again, &third, two)
	s.campaign(&again, &third)
}

// campaign plays a letter that many small shops send, some of them with words of their own.
func (s *stage) campaign(round, revision *string) {
	letter := s.file("letter.txt")
	list, adds := s.shops()
	s.cue(shopsCome, 0, func() { s.meet(list...) })
	for i, shop := range list {
		text := letter
		if adds[i] != "" {
			text += "\n" + adds[i]
		}
		m := remark{day: shopsCome + 1 + i*11/len(list), who: shop.ID, clause: reliefWords, stance: policies.Amend, about: policies.Substantive, text: text,
			replacement: "A seller with fewer than 1,000 parcels a year between the parties may name the platform as its responsible person, free of charge."}
		s.cue(m.day, 300+41*i%300, func() { s.say("letter", i, *round, *revision, m) })
	}
}

// platformClauses are the names that remarks of the first round have for clauses, and words
// that stand in each.
var platformClauses = map[string]string{
	"scope1": "wherever the seller is established", "scope2": "less than 2 million euro", "resp": "is a natural or legal person",
	"seller1": "against a public register", "seller2": "on the page of the product", "seller3": "records again every twelve months",
	"tax1": "collects the tax on consumption", "tax2": "by the tenth day", "tax3": "may choose to pay the tax itself",
	"data1": "two hours after", "table": "watt-hours", "refuse": "says within 24 hours why", "keep": "kept for five years",
	"safety1": "stand on the parcel", "safety2": "within one working day", "safety3": "the last two years", "battery": "the battery mark",
	"small1": "fewer than 300", "small2": "five minutes a product", "ret1": "within 30 days after it arrived",
	"ret2": "refunds the tax within 14 days", "ret3": "less than 20 euro", "compl1": "within five working days",
	"compl2": "free of charge for the buyer", "acc1": "of one seller, by name", "acc2": "of all sellers of a country",
	"penalty": "2 per cent", "start": "sixth month",
}

// platformClausesLater are those of the second round: what stayed, what changed and what came.
var platformClausesLater = renamed(platformClauses, map[string]string{
	"seller3": "at least every 24 months", "tax2": "what it collected by the last day", "data1": "before the parcel is handed",
	"keep": "kept for two years", "small1": reliefWords, "ret3": "", "small3": "30 days before it takes effect", "first": "mended within ten days",
})

// renamed is a map with other values for some keys; "" leaves a key out.
func renamed(m, with map[string]string) map[string]string {
	out := map[string]string{}
	for _, from := range []map[string]string{m, with} {
		for k, v := range from {
			if out[k] = v; v == "" {
				delete(out, k)
			}
		}
	}
	return out
}

// platformChanges make the text of the second round.
var platformChanges = []change{
	{"records again every twelve months.", "records again when they change, and at least every 24 months."},
	{"by the tenth day of", "by the last day of"},
	{"not later than two hours after the order was paid", "before the parcel is handed to the carrier"},
	{"eight-digit code", "six-digit code"},
	{"| contact | telephone number of the buyer | buyer |\n", ""},
	{"\n\nBatteries travel in packages that show the battery mark on two sides.\n", "\n"},
	{"kept for five years.", "kept for two years.\n\nBatteries travel in packages that show the battery mark on two sides."},
	{"fewer than 300 parcels", reliefWords},
	{"no more than five minutes a product.", "no more than five minutes a product.\n\nA platform tells small sellers of every change of its terms 30 days before it takes effect."},
	{"\n\nGoods that cost less than 20 euro need not be returned; the platform refunds them without.", ""},
	{"yearly turnover between the parties.", "yearly turnover between the parties.\n\nA first breach that is mended within ten days costs nothing."},
}
