package matrix

import (
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports"
)

// partAsked reads which part of a matrix a request asks for.
func partAsked(r *http.Request) (p reports.Part, err error) {
	for name, to := range map[string]*int{"round": &p.Round, "from": &p.From, "to": &p.To} {
		if *to, err = wholeNumber(r, name); err != nil {
			return p, err
		}
	}
	q := r.URL.Query()
	if q.Has("clause") {
		clause := q.Get("clause")
		p.ClauseID = &clause
	}
	p.CampaignID = q.Get("campaign")
	return p, nil
}

// matrixName is the name of a matrix's file. A document's number has letters, digits and hyphens only; of
// what names a part no more than that is taken, for it stands in a header.
func matrixName(d policies.Document, e reports.Export) string {
	part := strings.Map(func(r rune) rune {
		if r < 0x80 && (r == '-' || r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, e.Part.Name())
	if part != "" {
		part += "-"
	}
	return d.Number + "-" + part + "responses." + string(e.Format)
}

// wholeNumber reads a number from 1 on; 0 where there is none.
func wholeNumber(r *http.Request, name string) (int, error) {
	s := r.URL.Query().Get(name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, &policies.Error{Code: policies.Invalid, Field: name, Message: "is a whole number from 1 on"}
	}
	return n, nil
}
