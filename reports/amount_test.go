package reports

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// An amount is read as it can only be meant, or refused.
func TestAmounts(t *testing.T) {
	german, english := []string{"12,5"}, []string{"1,000.00"}
	for _, x := range []struct {
		beside         []string
		cell           string
		want, currency string // "" refused
	}{
		{nil, "12500.50", "12500.50", ""}, {nil, "12500,50", "12500.50", ""}, {nil, "12.500,50", "12500.50", ""}, {nil, "12,500.50", "12500.50", ""},
		{nil, "12 500,50", "12500.50", ""}, {nil, "12\u00a0500,50", "12500.50", ""}, {nil, "12\u202f500,50 €", "12500.50", "EUR"}, {nil, "12'500.50", "12500.50", ""}, {nil, "12’500", "12500", ""},
		{nil, "1.234.567", "1234567", ""}, {nil, "1,234,567", "1234567", ""}, {nil, "0.125", "0.125", ""}, {nil, "0,125", "0.125", ""}, {nil, "1234.567", "1234.567", ""},
		{nil, "1.2340", "1.2340", ""}, {nil, "1.234", "", ""}, {nil, "1,234", "", ""}, {german, "1.234", "1234", ""}, {german, "1,234", "1.234", ""},
		{english, "1.234", "1.234", ""}, {english, "1,234", "1234", ""}, {append(german, english...), "1.234", "", ""},
		{nil, "EUR 12,50", "12.50", "EUR"}, {nil, "12,50 CHF", "12.50", "CHF"}, {nil, "£12.50", "12.50", "GBP"}, {nil, "$12.50", "12.50", ""}, {nil, "1E+06", "1000000", ""}, {nil, "1,5E+03", "1500", ""},
		{nil, "about 5", "about 5", ""}, {nil, "-5", "-5", ""}, {nil, "1.23.456", "1.23.456", ""}, {nil, "", "", ""}, {nil, "1.234,5.6", "1.234,5.6", ""},
	} {
		var d decimals
		for _, s := range append(x.beside, x.cell) {
			d.see(s)
		}
		got, currency, fault := d.read(x.cell)
		if fault != "" {
			got = ""
		}
		if got != x.want || currency != x.currency || (fault != "") != (x.want == "" && x.cell != "") {
			t.Errorf("%q beside %q: %q %q %q", x.cell, x.beside, got, currency, fault)
		}
	}
}

// Whatever country's program wrote an amount: it is read as that amount, or refused, and never as another.
func TestAmountsAreNeverOthers(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		groups, point := rapid.SampledFrom([]string{"", ".", ",", " ", "'", "\u202f"}).Draw(r, "groups"), rapid.SampledFrom([]string{".", ","}).Draw(r, "point")
		if groups == point {
			return
		}
		var d decimals
		cells := map[string]string{}
		for range rapid.IntRange(1, 4).Draw(r, "amounts") {
			whole, cents := rapid.IntRange(0, 9_999_999).Draw(r, "whole"), rapid.StringMatching(`[0-9]{0,4}`).Draw(r, "decimals")
			digits, written := fmt.Sprint(whole), ""
			for i, c := range digits {
				if i > 0 && (len(digits)-i)%3 == 0 {
					written += groups
				}
				written += string(c)
			}
			want := digits
			if cents != "" {
				written, want = written+point+cents, want+"."+cents
			}
			cells[written] = want
			d.see(written)
		}
		for cell, want := range cells {
			if got, _, fault := d.read(cell); fault == "" && got != want {
				r.Fatalf("%q is read as %q among %v", cell, got, cells)
			}
		}
	})
}

// What Excel writes for a tick in its languages is yes, and for none no; nothing is both.
func TestTicks(t *testing.T) {
	for word, want := range map[string]bool{"yes": true, "WAHR": true, "wahr": true, "VRAI": true, "oui": true, "ja": true, "VERDADERO": true, "Sì": true, "DOĞRU": true, "ИСТИНА": true, "TRUE": true, "1": true, "x": true, "✓": true, "真": true,
		"no": false, "FALSCH": false, "FAUX": false, "YANLIŞ": false, "ЛОЖЬ": false, "0": false, "": false, "non": false, "否": false} {
		if yes, ok := ticked(word); yes != want || !ok {
			t.Errorf("%q: %t %t", word, yes, ok)
		}
	}
	for _, word := range []string{"perhaps", "?", "2", "."} {
		if _, ok := ticked(word); ok {
			t.Errorf("%q is taken", word)
		}
	}
	for word := range strings.FieldsSeq(wordsOfYes) {
		if yes, ok := ticked(word); !yes || !ok {
			t.Errorf("%q means no too", word)
		}
	}
}

// A form comes home with what a German Excel makes of it; an amount that may be another is refused, and one that the form
// had is taken as it was.
func TestCostComesHome(t *testing.T) {
	w := newWorld(t)
	w.do(w.loom, policies.DraftComment{ConsultationID: w.round, Words: policies.CommentWords{ClauseID: w.clause("§2(2)"), Stance: policies.Oppose, Type: policies.General, Text: "Dear.",
		Cost: &policies.CostEstimate{Amount: "1.234", Currency: "EUR", Per: "parcel"}}})
	p := w.form(w.loom)
	for i := 2; i <= 3; i++ {
		cell := func(column, s string) { p.rows[i][p.column(column)] = s }
		cell(colStance, "oppose")
		cell(colComments, "Dear too.")
		cell(colCost, []string{"1.234", "12,50 €"}[i-2])
		cell(colPer, "parcel")
		cell(colYearly, "WAHR")
	}
	p.rows[2][p.column(colCurrency)] = "EUR"
	r := w.comments(w.loom, p.file(), WhenAll)
	if r.New != 2 || r.Unchanged != 1 || r.Refused > 0 {
		t.Fatalf("%+v", r)
	}
	var costs []string
	for _, d := range w.draftsOf(w.loom) {
		costs = append(costs, fmt.Sprint(*d.Words.Cost))
	}
	if got := strings.Join(costs, " "); !strings.Contains(got, "{1234 EUR parcel true}") || !strings.Contains(got, "{12.50 EUR parcel true}") || !strings.Contains(got, "{1.234 EUR parcel false}") {
		t.Error(got)
	}
	p.rows = append(p.rows[:3:3], p.rows[4:]...)
	p.rows[2][p.column(colComments)] = "Alone."
	if r := w.comments(w.loom, p.file(), Trial); r.Refused != 1 || !strings.Contains(r.Errors[0].Message, "may be 1234 or 1.234") {
		t.Errorf("%+v", r)
	}
}
