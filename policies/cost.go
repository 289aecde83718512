package policies

import (
	"regexp"
	"strings"
)

// A CostEstimate is what an organisation thinks that a clause costs it.
type CostEstimate struct {
	Amount   string `json:"amount"`            // decimal, "12500.50"; no sign, no grouping
	Currency string `json:"currency"`          // ISO 4217 alphabetic code
	Per      string `json:"per"`               // what it is the cost of: "parcel", "carrier"
	PerYear  bool   `json:"perYear,omitempty"` // whether it recurs every year; else it comes once
}

// amountForm has at most 15 digits before the point and 4 after it, the most that a
// currency's minor unit has (ISO 4217, CLF).
var amountForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$`)

// currencies are the codes in ISO 4217 table A.1 that stand for money, as of 2026;
// funds, metals and test codes are left out. BGN is there until those who reckoned in
// it have done so.
const currencies = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD " +
	"CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ " +
	"GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL " +
	"LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN " +
	"PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD " +
	"TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"

// check refuses an estimate that is none; a nil one is in order.
func (c *CostEstimate) check() error {
	if c == nil {
		return nil
	}
	isCurrency := len(c.Currency) == 3 && strings.Contains(" "+currencies+" ", " "+c.Currency+" ")
	return joinFaults(checkAmount("cost.amount", c.Amount), checkThat(isCurrency, "cost.currency", "%q is no ISO 4217 code such as EUR", clipEcho(c.Currency)),
		checkLine("cost.per", c.Per, MaxName, true))
}

// CheckAmount refuses what is no decimal amount.
func CheckAmount(amount string) error { return checkAmount("", amount) }

func checkAmount(field, amount string) error {
	if !amountForm.MatchString(amount) {
		return errInvalid(field, "%q is no decimal such as 12500.50, of at most 15 digits before the point and 4 after", clipEcho(amount))
	}
	return nil
}
