package demo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ewtp/entente/demo/issuer"
	"github.com/ewtp/entente/policies"
)

// The IDs of those who play.
const (
	office  = "secretariat"
	kauri   = "nz-drafter"
	saar    = "ee-drafter"
	parcels = "parcel-seller"
	market  = "platform"
	seafood = "seafood-exporter"
	returns = "returns-firm"
	buyers  = "consumer-body"
	carrier = "carrier"
	post    = "postal"
	broker  = "broker"
	atelier = "atelier"
	taller  = "taller"
	bazaar  = "bazaar"
	solene  = "fr-drafter"
	hubNZ   = "hub-auckland"
	hubEE   = "hub-tallinn"
)

// Shopkeeper and Drafter are the personas whom the first steps are for: one who comments, of
// a very small business, and one who drafts, of a government.
const (
	Shopkeeper = parcels
	Drafter    = kauri
)

// A part is a persona and the organisation it belongs to.
type part struct {
	issuer.Persona
	kind         policies.OrganisationKind
	jurisdiction string
	sector       string
	role         policies.Role
	size         policies.SizeClass // "" of one that never said it
}

var cast = []part{
	{issuer.Persona{ID: office, Name: "Ines Halloran", Organisation: "Entente Secretariat"}, policies.Secretariat, "CH", "", policies.Admin, ""},
	{issuer.Persona{ID: kauri, Name: "Hana Whitlock", Organisation: "Ministry of Fair Crossings (fictional)"}, policies.Government, "NZ", "", policies.Admin, ""},
	{issuer.Persona{ID: saar, Name: "Mart Lepik", Organisation: "Ministry of Parcels and Harbours (fictional)"}, policies.Government, "EE", "", policies.Admin, ""},
	{issuer.Persona{ID: parcels, Name: "Tui Brannigan", Organisation: "Little Fern Parcels"}, policies.Business, "NZ", "retail", policies.Admin, policies.Micro},
	{issuer.Persona{ID: market, Name: "Kadri Ounap", Organisation: "Läänemere Market"}, policies.Business, "EE", "e-commerce platform", policies.Admin, policies.Large},
	{issuer.Persona{ID: seafood, Name: "Rewi Castell", Organisation: "Southern Cray Exports"}, policies.Business, "NZ", "seafood", policies.Admin, policies.Small},
	{issuer.Persona{ID: returns, Name: "Liis Varik", Organisation: "Boomerang Returns"}, policies.Business, "EE", "logistics", policies.Admin, ""},
	{issuer.Persona{ID: hubNZ, Name: "Auckland hub", Organisation: "Auckland Trade Hub"}, policies.HubOperator, "NZ", "", policies.Observer, ""},
	{issuer.Persona{ID: hubEE, Name: "Tallinn hub", Organisation: "Tallinn Trade Hub"}, policies.HubOperator, "EE", "", policies.Observer, ""},
}

// KindOf says what kind of organisation a persona belongs to; "" of nobody's.
func KindOf(persona string) policies.OrganisationKind {
	for _, p := range slices.Concat(cast, newcomers) {
		if p.ID == persona {
			return p.kind
		}
	}
	return ""
}

// newcomers join when the first regulation is in force.
var newcomers = []part{
	{issuer.Persona{ID: buyers, Name: "Niamh Forde", Organisation: "Buyers' Circle of the Islands"}, policies.Business, "NZ", "consumers", policies.Admin, policies.Small},
	{issuer.Persona{ID: carrier, Name: "Otso Raud", Organisation: "Northlight Couriers"}, policies.Business, "EE", "carriers", policies.Admin, policies.Large},
	{issuer.Persona{ID: post, Name: "Grace Tahana", Organisation: "Harbour Post"}, policies.Business, "NZ", "postal services", policies.Admin, policies.Large},
	{issuer.Persona{ID: broker, Name: "Wiremu Tapsell", Organisation: "Clearwater Customs Brokers"}, policies.Business, "NZ", "customs brokerage", policies.Admin, policies.Small},
	{issuer.Persona{ID: atelier, Name: "Camille Duvernay", Organisation: "Atelier Sept-Vents"}, policies.Business, "FR", "crafts", policies.Admin, policies.Micro},
	{issuer.Persona{ID: taller, Name: "Inés Robledo", Organisation: "Taller Luna de Sal"}, policies.Business, "CL", "crafts", policies.Admin, policies.Micro},
	{issuer.Persona{ID: bazaar, Name: "سميرة حدّون", Organisation: "سوق الياسمين"}, policies.Business, "MA", "retail", policies.Admin, policies.Small},
	{issuer.Persona{ID: solene, Name: "Solène Marchetti", Organisation: "Bureau des échanges sans frontières (fictif)"}, policies.Government, "FR", "", policies.Admin, ""},
}

// shops are small businesses that join for one campaign; nobody signs in as them.
func (s *stage) shops() (list []part, adds []string) {
	for i, line := range strings.Split(strings.TrimSpace(s.file("shops.txt")), "\n") {
		name, more, _ := strings.Cut(line, " | ")
		id := fmt.Sprintf("shop-%d", i+1)
		list = append(list, part{issuer.Persona{ID: id, Name: "The owner", Organisation: name[3:]}, policies.Business, name[:2], "retail", policies.Admin, policies.Micro})
		adds = append(adds, more)
	}
	return list, adds
}

// Personas lists those who can sign in to the demonstration: a secretariat officer,
// drafters in three governments, members of businesses and two hub machines.
func Personas() []issuer.Persona {
	list := make([]issuer.Persona, 0, len(cast)+len(newcomers))
	for _, p := range slices.Concat(cast, newcomers) {
		p.Email = p.ID + "@demo.example"
		list = append(list, p.Persona)
	}
	return list
}
