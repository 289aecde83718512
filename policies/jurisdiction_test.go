package policies

import (
	"testing"

	"golang.org/x/text/language"
)

// The table is that of Unicode's locale data, as far as ISO 3166 has assigned its codes.
func TestCountriesAreThoseOfISO3166(t *testing.T) {
	unassigned := codeSet("AC AN CP CQ CS DG EA EZ FQ IC NT PC SU TA UN XK YU") // reserved, former, or the users' own
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			region, err := language.ParseRegion(code)
			known := err == nil && region.IsCountry() && region.Canonicalize().String() == code
			if want := known && !unassigned[code]; countries[code] != want {
				t.Errorf("%s is a country: %v, want %v", code, countries[code], want)
			}
		}
	}
	if len(countries) != 249 {
		t.Errorf("there are %d countries, want 249", len(countries))
	}
}

func TestCheckJurisdiction(t *testing.T) {
	for code, taken := range map[string]bool{
		"NZ": true, "CN-ZJ": true, "GB-ENG": true, "FR-75C": true, "KE-30": true, "EU": true, "TW": true,
		"": false, "UK": false, "XX": false, "XX-1": false, "ZZ": false, "AA": false, "EU-BE": false, "nz": false,
		"NZL": false, "NZ-": false, "NZ-AUCK": false, "NZ-A-B": false, "NZ ": false, "UN": false,
	} {
		if err := checkJurisdiction("jurisdiction", code); (err == nil) != taken {
			t.Errorf("%q: %v", code, err)
		}
	}
}
