package server_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports"
	"github.com/ewtp/entente/reports/sheet"
	"github.com/ewtp/entente/server/answer"
)

// filledIn is the paper's matrix as the sponsor gets it, with an answer to its comment.
func (f *front) filledIn(p paper, reason string) string {
	f.t.Helper()
	_, body := f.send(f.request("sponsor-delegate", "GET", "/reports/"+p.id+"/responses.csv?bom=false", ""))
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 2 {
		f.t.Fatalf("%v: %s", err, body)
	}
	for i, name := range rows[0] {
		switch name {
		case "Disposition":
			rows[1][i] = "noted"
		case "Reason":
			rows[1][i] = reason
		case "Change: revision", "Change: clause", "Observations of the secretariat":
			rows[1][i] = ""
		}
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		f.t.Fatal(err)
	}
	return b.String()
}

// Every role at the doors of the reports: who may read gets the matrix, who may answer
// may bring it back, and nobody else learns or changes anything.
func TestReportsForEveryRole(t *testing.T) {
	f := newFront(t)
	papers := map[string]paper{"draft": f.paper("draft"), "open": f.paper("open"), "answered": f.paper("answered")}
	for phase, p := range papers {
		d, err := f.registry.Views().Document(t.Context(), policies.Operator, p.id, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for i, who := range frontRoles() {
			cell := fmt.Sprintf("%q at the %s document", who, phase)
			reads := policies.May(f.actor(who), policies.ReadingDocument, policies.OnDocument(&d)) == nil
			for _, path := range []string{"/reports/" + p.id + "/responses.csv", "/reports/" + d.Number + "/responses.xlsx",
				"/reports/" + p.id + "/heard.md", "/reports/" + d.Number + "/heard.html"} {
				status, body := f.send(f.request(who, "GET", path, ""))
				heard := strings.Contains(path, "heard")
				if heard && phase == "draft" { // there is nothing to report yet
					if status != 404 {
						t.Errorf("%s: GET %s is %d", cell, path, status)
					}
					continue
				}
				if insider := policies.May(f.actor(who), policies.ReadingRevision, policies.OnRevision(&d, 2)) == nil; heard && strings.Contains(string(body), "<ins>") != insider {
					t.Errorf("%s: GET %s shows a draft's changes: %t", cell, path, !insider)
				}
				if reads != (status == 200) || !reads && (status != 404 || !strings.Contains(string(body), "NOT_FOUND")) {
					t.Errorf("%s: GET %s is %d: %.200s", cell, path, status, body)
				}
				if sees := strings.Contains(string(body), "The seller should."); strings.HasSuffix(path, "csv") && sees != (reads && phase != "draft") {
					t.Errorf("%s: the comment is shown: %t", cell, sees)
				}
			}
			if phase == "draft" {
				continue
			}
			file := f.filledIn(p, fmt.Sprintf("Answer %d.", i))
			want := http.StatusOK
			err := policies.May(f.actor(who), policies.Disposing, policies.OnDocument(&d))
			if err != nil {
				want = answer.Status(err.(*policies.Error).Code)
			}
			before := f.registry.Views().Position()
			for _, apply := range []string{"", "?apply=all"} {
				r := f.request(who, "POST", "/reports/"+p.id+"/responses"+apply, file)
				if status, body := f.send(r); status != want {
					t.Errorf("%s: POST%s is %d, want %d: %s", cell, apply, status, want, body)
				}
				wrote := f.registry.Views().Position() - before
				if wrote > 0 != (apply != "" && want == 200) {
					t.Errorf("%s: POST%s wrote %d entries", cell, apply, wrote)
				}
			}
		}
	}
	if s := f.log.String(); strings.Contains(s, `"level":"ERROR"`) {
		t.Errorf("something went wrong: %s", s)
	}
}

func TestReportsOverHTTP(t *testing.T) {
	f := newFront(t)
	p := f.paper("open")
	at := "/reports/" + p.id
	post := func(path, body string) (int, reports.Result) {
		t.Helper()
		status, answer := f.send(f.request("sponsor-delegate", "POST", at+path, body))
		var r reports.Result
		if err := json.Unmarshal(answer, &r); err != nil {
			t.Fatalf("%v: %s", err, answer)
		}
		return status, r
	}
	good := f.filledIn(p, "Heard.")
	bad := strings.Replace(good, "noted", "perhaps", 1)
	if status, r := post("/responses?apply=all", bad); status != 422 || r.Refused != 1 || r.Applied || r.Errors[0].Row != 2 || r.Errors[0].Column != "Disposition" {
		t.Errorf("%d %+v", status, r)
	}
	if status, r := post("/responses", bad); status != 200 || r.Refused != 1 {
		t.Errorf("trial: %d %+v", status, r)
	}
	if status, r := post("/responses?apply=good", good); status != 200 || r.Answered != 1 || !r.Applied {
		t.Errorf("%d %+v", status, r)
	}
	if status, r := post("/responses?apply=good", good); status != 200 || r.Unchanged != 1 || r.Answered != 0 {
		t.Errorf("again: %d %+v", status, r)
	}
	for _, x := range []struct {
		method, path, body string
		status             int
		field              string
	}{
		{"POST", "/responses?apply=everything", good, 400, "apply"},
		{"POST", "/responses", "a,b\n", 400, "file"},
		{"POST", "/responses", strings.Repeat("x", 32<<20+1), 413, "body"},
		{"POST", "/responses.csv", good, 405, ""},
		{"GET", "/responses", "", 405, ""},
		{"GET", "/responses.pdf", "", 404, ""},
		{"GET", "", "", 404, ""},
		{"GET", "/responses.csv?round=first", "", 400, "round"},
	} {
		status, body := f.send(f.request("sponsor-delegate", x.method, at+x.path, x.body))
		if status != x.status || x.field != "" && !strings.Contains(string(body), `"field":"`+x.field+`"`) {
			t.Errorf("%s %s: %d %s", x.method, x.path, status, body)
		}
	}
	r := f.request("", "GET", at+"/responses.csv?round=1", "")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	for name, want := range map[string]string{"Content-Type": "text/csv; charset=utf-8; header=present", "Cache-Control": "private, no-store",
		"Content-Disposition": `attachment; filename="EWTP-R-2026-001-round-1-responses.csv"`, "X-Content-Type-Options": "nosniff"} {
		if got := w.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	page, err := http.DefaultClient.Do(f.request("", "GET", at+"/heard.html", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if got := page.Header.Get("Content-Security-Policy"); got != reports.HeardPolicy || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%q %q", got, page.Header.Get("Content-Type"))
	}
	hidden, missing := f.paper("draft").id, "doc_01h45ytscbebyvny4gc8cr8ma2"
	for _, method := range []string{"GET", "POST"} {
		file := map[string]string{"GET": "/responses.csv", "POST": "/responses"}[method]
		a, one := f.send(f.request("ferry-delegate", method, "/reports/"+hidden+file, good))
		b, other := f.send(f.request("ferry-delegate", method, "/reports/"+missing+file, good))
		if a != b || string(one) != string(other) {
			t.Errorf("hidden is told from missing: %d %s, %d %s", a, one, b, other)
		}
	}
}

// No report tells anybody what it may not know, in any format.
func TestReportsLeakNothing(t *testing.T) {
	v := newVault(t)
	v.do(v.actor("sponsor-delegate"), policies.DisposeComment{CommentID: v.public.comment, Outcome: policies.AcceptedWhole, Reason: "It should.",
		Change: &policies.ChangeReference{RevisionID: v.public.second, ClauseID: v.changed(v.public)}})
	insiders := 0
	for _, who := range frontRoles() {
		for _, document := range []string{v.public.id, v.draft.id, v.number} {
			for _, file := range []string{"responses.csv", "responses.xlsx", "heard.md", "heard.html"} {
				path := "/reports/" + document + "/" + file
				status, body := v.send(v.request(who, "GET", path, ""))
				text := string(body)
				if strings.HasSuffix(file, "xlsx") && status == 200 {
					text = ""
					for r, err := range sheet.Read(t.Context(), body, sheet.Limits{}) {
						if err != nil {
							t.Fatal(err)
						}
						text += strings.Join(r.Cells, "\n")
					}
				}
				if found := v.leaks(who, path, text, false); len(found) > 0 {
					t.Errorf("%s tells %q %v: %s", path, who, found, text)
				}
				if strings.Contains(text, "capybara") || strings.Contains(text, "narwhals") {
					insiders++
				}
			}
		}
	}
	if insiders == 0 {
		t.Error("not even insiders read what is for insiders: the test shows nothing")
	}
}
