package policies

import (
	"regexp"
	"slices"
	"strings"
)

// countries are the officially assigned codes of ISO 3166-1 alpha-2.
var countries = codeSet(`
	AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
	CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET
	FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU
	ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
	MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM
	PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ
	TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`)

// groups are the codes of those that make law for several countries. ISO 3166 reserves EU;
// standards.Covers knows its members.
var groups = []string{"EU"}

// jurisdictionForm is a country, or a subdivision by ISO 3166-2. Which subdivisions there
// are isn't held against a list: countries change theirs every year.
var jurisdictionForm = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)

func codeSet(codes string) map[string]bool {
	set := map[string]bool{}
	for _, c := range strings.Fields(codes) {
		set[c] = true
	}
	return set
}

// CheckJurisdiction refuses what is neither a country, nor part of one, nor a group of them
// that is known here.
func CheckJurisdiction(code string) error { return checkJurisdiction("", code) }

// checkJurisdiction refuses what is neither a country, nor part of one, nor a group of them
// that is known here.
func checkJurisdiction(field, s string) error {
	country, _, _ := strings.Cut(s, "-")
	if slices.Contains(groups, s) || jurisdictionForm.MatchString(s) && countries[country] {
		return nil
	}
	return errInvalid(field, "%q is no ISO 3166 code such as NZ or CN-ZJ, nor EU", clipEcho(s))
}
