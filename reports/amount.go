package reports

import (
	"regexp"
	"strconv"
	"strings"
)

// Amounts of money come home as the spreadsheet programs of many countries write them: 1.234,50 and 1,234.50, 1 234,50 and
// 1'234.50, with or without the sign of a currency. Which of point and comma begins the decimals is told by what in the file
// can be read in one way only; what separates the cells tells nothing, for Excel in Switzerland writes semicolons and points, and LibreOffice
// in Germany keeps the commas of a file that it opened. "1.234" alone is refused: a thousandfold cost is no slip to be guessed over.

// decimals are what the amounts of a file tell of how they are written.
type decimals struct {
	point, comma bool // some amount can only be read with it before the decimals
	kept         bool // the file keeps numbers as such, with a point, whatever they were typed with: a spreadsheet
}

// numeral is an amount without sign and currency, and grouping one with blanks or apostrophes between thousands.
var (
	numeral  = regexp.MustCompile(`^[0-9]+([.,][0-9]+)*$`)
	grouping = regexp.MustCompile(`^[0-9]{1,3}([ '’][0-9]{3})+([.,][0-9]+)?$`)
	grouped  = map[string]*regexp.Regexp{".": regexp.MustCompile(`^[1-9][0-9]{0,2}(\.[0-9]{3})+$`), ",": regexp.MustCompile(`^[1-9][0-9]{0,2}(,[0-9]{3})+$`)}
)

// splitAmount parts an amount in what stands before its decimals, the separator, and they. The separator of one that could be
// read in two ways is both: ".,". ok is false for what is no amount.
func splitAmount(s string) (whole, separator, rest string, ok bool) {
	ungrouped := grouping.MatchString(s)
	if ungrouped {
		s = strings.NewReplacer(" ", "", "'", "", "’", "").Replace(s)
	}
	if !numeral.MatchString(s) {
		return "", "", "", false
	}
	i := strings.LastIndexAny(s, ".,")
	if i < 0 {
		return s, "", "", true
	}
	whole, separator, rest = s[:i], s[i:i+1], s[i+1:]
	other := map[string]string{".": ",", ",": "."}[separator]
	switch {
	case strings.Contains(whole, separator) && grouped[separator].MatchString(s): // 1.234.567
		return strings.ReplaceAll(s, separator, ""), other, "", true
	case strings.ContainsAny(whole, ".,") && !grouped[other].MatchString(whole):
		return "", "", "", false
	case strings.Contains(whole, other): // 1.234,50
		return strings.ReplaceAll(whole, other, ""), separator, rest, true
	case !ungrouped && grouped[separator].MatchString(s):
		return whole, ".,", rest, true
	}
	return whole, separator, rest, true
}

// see takes in what an amount tells.
func (d *decimals) see(cell string) {
	amount, _ := withoutCurrency(cell)
	if d.kept && !strings.Contains(amount, ",") {
		return
	}
	_, separator, _, ok := splitAmount(amount)
	d.point, d.comma = d.point || ok && separator == ".", d.comma || ok && separator == ","
}

// read writes an amount as the record has it, and says of what currency it is where it does. What is no amount stays what it is. The fault says
// why one can't be read for sure.
func (d *decimals) read(cell string) (amount, currency, fault string) {
	amount, currency = withoutCurrency(cell)
	if n, err := strconv.ParseFloat(strings.Replace(amount, ",", ".", 1), 64); err == nil && (strings.ContainsAny(amount, "eE") || len(amount) > 17) {
		return strconv.FormatFloat(n, 'f', -1, 64), currency, "" // as spreadsheets keep some numbers
	}
	whole, separator, rest, ok := splitAmount(amount)
	switch {
	case !ok:
		return cell, "", ""
	case separator == ".," && d.kept && strings.Contains(amount, "."):
	case separator == ".," && d.point == d.comma:
		return amount, currency, "\"" + amount + "\" may be " + whole + rest + " or " + whole + "." + rest + ", and no other amount in the file says which: write " +
			whole + rest + ", or " + whole + "." + rest + "0"
	case separator == ".,":
		if before := map[bool]string{true: ".", false: ","}[d.point]; !strings.Contains(amount, before) {
			return whole + rest, currency, ""
		}
	}
	if rest != "" {
		whole += "." + rest
	}
	return whole, currency, ""
}

// signs are those of currencies that no other has.
var signs = map[string]string{"€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₽": "RUB", "₫": "VND", "₱": "PHP", "฿": "THB"}

var currencyBeside = regexp.MustCompile(`^([A-Z]{3}|\p{Sc})?\s*([0-9].*?)\s*([A-Z]{3}|\p{Sc})?$`)

// withoutCurrency takes the currency off an amount, and gives its code where the sign tells it.
func withoutCurrency(cell string) (amount, currency string) {
	cell = strings.Map(func(r rune) rune {
		if r == '\u00a0' || r == '\u202f' || r == '\u2009' {
			return ' '
		}
		return r
	}, strings.TrimSpace(cell))
	m := currencyBeside.FindStringSubmatch(cell)
	if m == nil || m[1] != "" && m[3] != "" {
		return cell, ""
	}
	sign := m[1] + m[3]
	if code, ok := signs[sign]; ok {
		return m[2], code
	}
	if len(sign) == 3 && sign[0] < 0x80 {
		return m[2], sign
	}
	return m[2], ""
}
