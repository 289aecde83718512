package demo

import (
	"fmt"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

const (
	pricesTitle  = "Prices in the buyer's own currency"
	pointsTitle  = "A drop-off point in every street"
	toysTitle    = "Sécurité des jouets connectés vendus à distance"
	buyersTitle  = "حسن التعامل مع المشترين عبر الحدود"
	windowsTitle = "Answers that two customs windows share"
)

// smaller plays what is in the other states that a document may be in.
func (s *stage) smaller() {
	s.prices()
	s.points()
	s.toys()
	s.arabic()
	s.windows()
}

// prices is in ballot at the end, and a position blocks it.
func (s *stage) prices() {
	var doc, text, first, second, round, ballot string
	s.cue(200, 30, func() {
		doc = s.do(market, "prices", policies.ProposeDocument{Kind: standards.BestPractice, Language: "en", Title: pricesTitle, Topics: []string{"prices", "consumers"}})
		text = s.text("prices")
		first = s.do(market, "prices/revision-1", policies.CommitRevision{DocumentID: doc, Source: text, Note: "First draft."})
		s.do(market, "prices/terms", policies.ProposeTerms{DocumentID: doc, Terms: policies.Terms{From: standards.LawDates{s.date(length+60, "", tallinn)}}})
	})
	s.cue(205, 30, func() {
		round = s.do(market, "prices/consultation", policies.OpenConsultation{DocumentID: doc, Closes: s.local(220, tallinn), Zone: tallinn, Late: policies.LateRefused})
	})
	ids := s.discuss("prices", &round, &first, priceRemarks)
	s.cue(221, 30, func() {
		second = s.do(market, "prices/revision-2", policies.CommitRevision{DocumentID: doc, Base: first,
			Source: s.edit(text, change{"stands for 30 minutes", "stands for 60 minutes"}), Note: "An hour, as buyers asked."})
		s.answerAll("prices", market, doc, second, first, ids, priceRemarks)
	})
	s.cue(225, 30, func() {
		ballot = s.do(market, "prices/ballot", policies.OpenBallot{DocumentID: doc, Closes: s.local(length+6, tallinn), Zone: tallinn, Secrecy: policies.OpenBallotting})
	})
	for i, v := range priceVotes {
		s.cue(v.day, 260+i, func() {
			s.do(v.who, fmt.Sprintf("prices/position-%d", i+1), policies.CastPosition{BallotID: ballot, Position: v.position, Otherwise: v.otherwise, Text: v.text})
		})
	}
}

var priceVotes = []vote{
	{day: 227, who: market, position: policies.Yes},
	{day: 228, who: buyers, position: policies.Yes, text: "One sum, early: nothing has been asked of us more often."},
	{day: 229, who: kauri, position: policies.NoObjection},
	{day: 231, who: carrier, position: policies.Discuss, otherwise: policies.NoObjection,
		text: "A sum that stands for an hour makes us carry the rate of a currency for parcels whose weight the shop has guessed. We clear this as soon as the practice says that the sum may be corrected where the weight was wrong by more than a tenth."},
	{day: 233, who: parcels, position: policies.Yes},
	{day: 235, who: saar, position: policies.Yes},
	{day: 236, who: seafood, position: policies.Abstain, text: "We sell by invoice."},
}

var priceRemarks = []remark{
	{day: 207, who: buyers, clause: "stands for 30 minutes", stance: policies.Amend, about: policies.Substantive,
		text: "People fetch their card from another room, and their child from school.", replacement: "The sum stands for 60 minutes, whatever the rate does meanwhile.",
		outcome: policies.AcceptedWhole, reason: "An hour costs shops little.", changed: "stands for 60 minutes"},
	{day: 211, who: carrier, clause: "stands for 30 minutes", stance: policies.Oppose, about: policies.Substantive,
		text:    "Carriage depends on the weight, and the weight is known when the parcel is packed.",
		outcome: policies.Rejected, reason: "The shop knows its goods; what it guesses wrong is its own risk."},
	{day: 215, who: taller, clause: "1.5 per cent", stance: policies.Question, about: policies.Technical,
		text:    "¿Y si el banco ya cobra un dos por ciento?",
		outcome: policies.Noted, reason: "El margen es el de la tienda; lo que cobra el banco se muestra aparte."},
}

// points was withdrawn.
func (s *stage) points() {
	var doc string
	s.cue(203, 60, func() {
		doc = s.do(carrier, "points", policies.ProposeDocument{Kind: standards.BestPractice, Language: "en", Title: pointsTitle, OpenDrafts: true, Topics: []string{"returns", "logistics"}})
		s.do(carrier, "points/revision-1", policies.CommitRevision{DocumentID: doc, Source: s.text("points"), Note: "For talks with kiosks."})
	})
	s.cue(219, 60, func() {
		s.do(carrier, "points/withdrawn", policies.WithdrawDocument{DocumentID: doc,
			Reason: "The kiosks told us that 40 cents don't pay for the shelf. We come back when we know what does."})
	})
}

// toys is a regulation in French that is open for comment.
func (s *stage) toys() {
	var doc, first, round string
	s.cue(212, 90, func() {
		doc = s.do(solene, "toys", policies.ProposeDocument{Kind: standards.Regulation, Language: "fr", Parties: []string{"EE", "FR"}, Title: toysTitle, Topics: []string{"sécurité des produits", "jouets"}})
		first = s.do(solene, "toys/revision-1", policies.CommitRevision{DocumentID: doc, Source: s.text("jouets"), Note: "Premier projet."})
	})
	s.cue(214, 90, func() {
		round = s.do(solene, "toys/consultation", policies.OpenConsultation{DocumentID: doc, Title: "Jouets connectés : premier tour",
			Closes: s.local(length+36, "Europe/Paris"), Zone: "Europe/Paris", Late: policies.LateMarked})
	})
	s.discuss("toys", &round, &first, []remark{
		{day: 217, who: atelier, clause: "sans compte et sans nom d’enfant", stance: policies.Support, about: policies.General,
			text: "Un jouet n’a pas besoin de savoir comment s’appelle ma fille. Gardez cette phrase."},
		{day: 221, who: market, clause: "cinq ans après la dernière vente", stance: policies.Amend, about: policies.Substantive,
			text:        "The last sale is known to each seller alone. Five years after the toy was placed on the market can be checked by everybody.",
			replacement: "Le vendeur fournit les mises à jour de sécurité pendant cinq ans après la mise sur le marché.",
			voices:      []voice{{who: buyers, position: policies.Dissents, text: "Then the last toy in the shop has two years left."}}},
		{day: 226, who: buyers, clause: "et non un logiciel", stance: policies.Support, about: policies.Substantive,
			text: "A switch that a child can see. We tested nine toys: on four the microphone stayed on."},
		{day: 231, who: saar, clause: "ne sert qu’à une mise à jour", stance: policies.Question, about: policies.Technical,
			text: "Who finds out that the link serves for nothing else: the seller, or we?"},
		{day: 236, who: bazaar, clause: "dans la langue de l’acheteur", stance: policies.Oppose, about: policies.Substantive,
			text: "نبيع عشرين لعبة في السنة إلى فرنسا. ترجمة الدليل تكلف أكثر من ربحها."},
	})
}

// arabic is a best practice in Arabic that is open for comment.
func (s *stage) arabic() {
	var doc, first, round string
	s.cue(227, 90, func() {
		doc = s.do(bazaar, "arabic", policies.ProposeDocument{Kind: standards.BestPractice, Language: "ar", Title: buyersTitle, OpenDrafts: true, Topics: []string{"consumers"}})
		first = s.do(bazaar, "arabic/revision-1", policies.CommitRevision{DocumentID: doc, Source: s.text("arabic")})
	})
	s.cue(229, 90, func() {
		round = s.do(bazaar, "arabic/consultation", policies.OpenConsultation{DocumentID: doc, Closes: s.local(length+14, "Africa/Casablanca"), Zone: "Africa/Casablanca", Late: policies.LateMarked})
	})
	s.discuss("arabic", &round, &first, []remark{
		{day: 233, who: buyers, clause: "دون أن يسأل", stance: policies.Support, about: policies.General,
			text: "Being told without having to ask: this is what our members miss most."},
		{day: 237, who: atelier, clause: "خلال يومي عمل", stance: policies.Question, about: policies.General,
			text: "Deux jours ouvrés : et pendant les marchés, quand l’atelier est fermé ?"},
	})
}

// windows is a draft at which two ministries write at the same time. What they changed in
// different clauses was merged; the clause that both would change was settled by the second,
// who was told of the first.
func (s *stage) windows() {
	var doc, first, third string
	text := s.text("windows")
	s.cue(230, 120, func() {
		doc = s.do(kauri, "windows", policies.ProposeDocument{Kind: standards.Regulation, Language: "en", Parties: []string{"EE", "NZ"}, Title: windowsTitle, Topics: []string{"customs", "data"}})
		s.do(kauri, "windows/share", policies.ShareDocument{DocumentID: doc, OrganisationID: s.organisation(saar), As: policies.AsSponsor})
		s.do(saar, "windows/sponsor", policies.AcceptSponsorship{DocumentID: doc})
		first = s.do(kauri, "windows/revision-1", policies.CommitRevision{DocumentID: doc, Source: text, Note: "For both houses."})
	})
	s.cue(234, 120, func() {
		s.do(saar, "windows/revision-2", policies.CommitRevision{DocumentID: doc, Base: first, Note: "Five minutes are enough.",
			Source: s.edit(text, change{"within ten minutes", "within five minutes"})})
	})
	s.cue(234, 150, func() {
		third = s.do(kauri, "windows/revision-3", policies.CommitRevision{DocumentID: doc, Base: first, Note: "Two years, as for parcels sold through platforms.",
			Source: s.edit(text, change{"kept for one year", "kept for two years"})})
	})
	s.cue(235, 120, func() {
		s.do(kauri, "windows/revision-4", policies.CommitRevision{DocumentID: doc, Base: third, Note: "Settles the ten minutes of the first draft, which one house made five and the other fifteen.",
			Source: s.edit(text, change{"within ten minutes", "within fifteen minutes, and within five where both systems are up"}, change{"kept for one year", "kept for two years"})})
	})
}
