package demo

import (
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
	hubNZ   = "hub-auckland"
	hubEE   = "hub-tallinn"
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

// Personas lists those who can sign in to the demonstration: a secretariat officer,
// a drafter in each of two governments, four business members and two hub machines.
func Personas() []issuer.Persona {
	list := make([]issuer.Persona, 0, len(cast))
	for _, p := range cast {
		p.Email = p.ID + "@demo.example"
		list = append(list, p.Persona)
	}
	return list
}
