package reports

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/ewtp/entente/policies"
)

// What spreadsheet programs of any country save of a matrix comes home, titles above it or not.
func TestImportOfWhatExcelSaves(t *testing.T) {
	w := newWorld(t)
	a := w.say(w.loom, "§2(2)", "Zu lang – für uns; „ein Jahr“, sagen wir.")
	w.say(w.ferry, "§1(1)", "Which?")
	written := func(separator rune, titles ...string) string {
		p := w.paper(w.ministry)
		p.fill(a, colDisposition, "Accepted in principle", colReason, "Gekürzt, größtenteils.", colObservations, "")
		var rows [][]string
		for _, title := range titles {
			rows = append(rows, append([]string{title}, make([]string, len(p.rows[0])-1)...))
		}
		var b bytes.Buffer
		c := csv.NewWriter(&b)
		c.Comma, c.UseCRLF = separator, true
		if err := c.WriteAll(append(rows, p.rows...)); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	encoded := func(e transform.Transformer, text string) []byte {
		b, _, err := transform.Bytes(e, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	w1252, w16 := charmap.Windows1252.NewEncoder(), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	for name, file := range map[string][]byte{
		"in Germany":            encoded(w1252, written(';')),
		"in America":            encoded(w1252, written(',')),
		"Unicode text":          encoded(w16, written('\t')),
		"UTF-8":                 []byte("\uFEFF" + written(';')),
		"with its separator":    encoded(w1252, "sep=;\r\n"+written(';')),
		"under titles":          encoded(w1252, written(';', "Unsere Antworten, für alle", "", "Stand: Mai")),
		"with a comma in a row": []byte(written(',', "Answers, in time")),
	} {
		r := w.bring(w.ministry, file, Trial)
		if r.Answered != 1 || r.Blank != 1 {
			t.Errorf("%s: %s %v", name, outcome(r), show(r.Errors))
		}
	}
	w.bring(w.ministry, encoded(w1252, written(';')), WhenAll)
	if d := w.comment(a).Disposition; d == nil || d.Outcome != policies.AcceptedInPart || d.Reason != "Gekürzt, größtenteils." {
		t.Errorf("%+v", d)
	}
	r, err := ImportDispositions(t.Context(), w.Registry, w.ministry, Import{DocumentID: w.document, File: encoded(charmap.Windows1251.NewEncoder(), "Ответ;Комментарий;Причина\r\n"), Mode: Trial})
	if err == nil || !strings.Contains(err.Error(), "encoding") {
		t.Errorf("%+v, %v", r, err)
	}
}
