package reports

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
)

// part exports a part, and lists its comments.
func (w *world) part(a policies.Actor, e Export) (file []byte, comments []string, err error) {
	w.t.Helper()
	e.DocumentID = w.document
	var b bytes.Buffer
	if err := WriteMatrix(context.Background(), w.Views(), a, e, &b); err != nil {
		if b.Len() > 0 {
			w.t.Errorf("%+v is refused after %d bytes", e, b.Len())
		}
		return nil, nil, err
	}
	at := -1
	for row, err := range sheet.Read(context.Background(), b.Bytes(), sheet.Limits{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if at < 0 {
			at = slices.Index(row.Cells, colCommentID)
			continue
		}
		comments = append(comments, row.Cells[at])
	}
	return b.Bytes(), comments, nil
}

// partsOf are the parts that a refusal names.
func partsOf(t *testing.T, err error) (parts []Part) {
	t.Helper()
	var refused *policies.Error
	if !errors.As(err, &refused) || refused.Code != policies.Invalid || refused.Field != "to" {
		t.Fatalf("it ended with %v", err)
	}
	for word := range strings.FieldsSeq(refused.Message) {
		word, isPart := strings.CutPrefix(strings.TrimRight(word, ",;"), "?")
		if !isPart {
			continue
		}
		q, err := url.ParseQuery(word)
		if err != nil {
			t.Fatal(err)
		}
		var p Part
		for name, to := range map[string]*int{"round": &p.Round, "from": &p.From, "to": &p.To} {
			if q.Has(name) {
				if *to, err = strconv.Atoi(q.Get(name)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if q.Has("clause") {
			clause := q.Get("clause")
			p.ClauseID = &clause
		}
		p.CampaignID = q.Get("campaign")
		parts = append(parts, p)
	}
	return parts
}

// partWorld has comments on three places, the half of them in a campaign, two confidential.
func partWorld(t *testing.T) (w *world, campaign string) {
	w = newWorld(t)
	var first string
	for i := range 24 {
		text := fmt.Sprintf("Number %d is a matter of its own, %s.", i, strings.Repeat(fmt.Sprint("word", i, " "), 12))
		if i%2 == 0 {
			text = strings.Repeat("We all ask that the records are kept for no longer than half a year. ", 3)
		}
		id := w.say([]policies.Actor{w.loom, w.ferry, w.crane}[i%3], []string{"", "§1(1)", "§2(2)"}[i/2%3], text)
		if i == 0 {
			first = id
		}
	}
	for range 2 {
		w.do(w.loom, policies.SubmitComment{ConsultationID: w.round, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.Technical, Text: "In confidence.", Confidential: true, Summary: "A matter of trade."}})
	}
	return w, policies.CampaignID(first)
}

// Whatever is asked for that is too large, the refusal comes before the first byte and names parts that aren't,
// and that are together all of it, each comment once.
func TestPartsAreTheWhole(t *testing.T) {
	w, campaign := partWorld(t)
	whole, clause := "", w.clause("§2(2)")
	for _, who := range []policies.Actor{w.ministry, w.ferry, {}} {
		for _, format := range []Format{CSV, XLSX} {
			for name, p := range map[string]Part{"all": {}, "the round": {Round: 1}, "a clause": {ClauseID: &clause}, "the whole text": {ClauseID: &whole},
				"a campaign": {CampaignID: campaign}, "a range": {From: 3, To: 17}, "a range of a campaign on a clause": {From: 2, ClauseID: &clause, CampaignID: campaign}} {
				_, all, err := w.part(who, Export{Format: format, Part: p})
				if err != nil || len(all) < 4 {
					t.Fatalf("%s: %d comments, %v", name, len(all), err)
				}
				for _, most := range []int{1, 2, len(all) / 2, len(all) - 1} {
					if format == XLSX && most < len(all)/2 {
						continue // the same parts, slowly
					}
					_, _, err := w.part(who, Export{Format: format, Part: p, Most: most})
					var got []string
					for _, p := range partsOf(t, err) {
						_, some, err := w.part(who, Export{Format: format, Part: p, Most: most})
						if err != nil || len(some) == 0 {
							t.Fatalf("%s of %d: the part %s has %d comments, %v", name, most, p.query(), len(some), err)
						}
						got = append(got, some...)
					}
					slices.Sort(got)
					if diff := cmp.Diff(slices.Sorted(slices.Values(all)), got); diff != "" {
						t.Fatalf("%s in parts of %d (-whole +parts):\n%s", name, most, diff)
					}
				}
			}
		}
	}
}

// A docket that is too large for one file is answered offline in parts, and each comes home by itself.
func TestPartsComeHome(t *testing.T) {
	w, _ := partWorld(t)
	_, _, err := w.part(w.ministry, Export{Format: CSV, Most: 10})
	answered := 0
	for _, p := range partsOf(t, err) {
		file, _, err := w.part(w.ministry, Export{Format: CSV, Part: p, Most: 10, NoMark: true})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		desk := &paper{t: t, rows: rows}
		for _, id := range columnOf(desk, colCommentID)[1:] {
			desk.fill(id, colDisposition, "noted", colReason, "Heard.")
		}
		r, err := ImportDispositions(t.Context(), w.Registry, w.ministry, Import{DocumentID: w.document, File: desk.file(), Mode: WhenAll})
		if err != nil || !r.Applied || r.Answered != len(rows)-1 {
			t.Fatalf("part %s: %+v, %v", p.query(), r, err)
		}
		answered += r.Answered
	}
	_, all, err := w.part(w.ministry, Export{Format: XLSX})
	if err != nil || answered != len(all) {
		t.Errorf("%d of %d comments were answered, %v", answered, len(all), err)
	}
}

// A file says which part it is.
func TestPartsSayWhatTheyAre(t *testing.T) {
	w, campaign := partWorld(t)
	whole, clause := "", w.clause("§2(2)")
	for want, p := range map[string]Part{"": {}, "round-1": {Round: 1}, "clause-" + clause: {ClauseID: &clause}, "whole-text-to-9": {ClauseID: &whole, To: 9},
		campaign + "-from-2": {CampaignID: campaign, From: 2}} {
		if got := p.Name(); got != want {
			t.Errorf("%+v is called %q, want %q", p, got, want)
		}
		d, err := w.Views().Document(t.Context(), w.ministry, w.document, w.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if about := fmt.Sprint(aboutMatrix(&d, Export{Part: p}, 0)); strings.Contains(about, "all comments") != (want == "") || !strings.Contains(about, want) {
			t.Errorf("%s says of itself %s", want, about)
		}
	}
}

func TestPartsAreRefused(t *testing.T) {
	w, _ := partWorld(t)
	nowhere := "nowhere"
	for name, x := range map[string]struct {
		p     Part
		code  policies.Code
		field string
	}{
		"no such clause":   {Part{ClauseID: &nowhere}, policies.NotFound, "clause"},
		"no such campaign": {Part{CampaignID: "cpg_none"}, policies.NotFound, "campaign"},
		"no campaign's ID": {Part{CampaignID: w.document}, policies.NotFound, "campaign"},
		"backwards":        {Part{From: 5, To: 4}, policies.Invalid, "to"},
	} {
		_, _, err := w.part(w.ministry, Export{Format: CSV, Part: x.p})
		var refused *policies.Error
		if !errors.As(err, &refused) || refused.Code != x.code || refused.Field != x.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What comes while a file is written isn't in it, and doesn't break it off.
func TestCommentsThatComeMeanwhile(t *testing.T) {
	w, _ := partWorld(t)
	_, before, err := w.part(w.ministry, Export{Format: CSV})
	if err != nil {
		t.Fatal(err)
	}
	late := &writing{at: func() {
		for range 3 {
			w.say(w.loom, "§2(2)", "A late word.")
		}
	}}
	e := Export{DocumentID: w.document, Format: CSV, Most: len(before), NoMark: true}
	if err := WriteMatrix(t.Context(), w.Views(), w.ministry, e, late); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&late.Buffer).ReadAll()
	if err != nil || len(rows) != 1+len(before) {
		t.Errorf("%d rows of %d comments, %v", len(rows), len(before), err)
	}
}

// writing does something before the first byte.
type writing struct {
	bytes.Buffer
	at func()
}

func (w *writing) Write(b []byte) (int, error) {
	if w.at != nil {
		w.at()
		w.at = nil
	}
	return w.Buffer.Write(b)
}
