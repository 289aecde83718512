package matrix_test

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
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/servertest"
)

// filledIn is the paper's matrix as the sponsor gets it, with an answer to its comment.
func filledIn(f *servertest.Front, p servertest.Paper, reason string) string {
	f.T.Helper()
	_, body := f.Send(f.Request("sponsor-delegate", "GET", "/reports/"+p.ID+"/responses.csv?bom=false", ""))
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 2 {
		f.T.Fatalf("%v: %s", err, body)
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
		f.T.Fatal(err)
	}
	return b.String()
}

// Every role at the doors of the reports: who may read gets the matrix, who may answer
// may bring it back, and nobody else learns or changes anything.
func TestReportsForEveryRole(t *testing.T) {
	f := servertest.NewFront(t)
	papers := map[string]servertest.Paper{"draft": f.Paper("draft"), "open": f.Paper("open"), "answered": f.Paper("answered")}
	for phase, p := range papers {
		d, err := f.Registry.Views().Document(t.Context(), policies.Operator, p.ID, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for i, who := range servertest.Roles() {
			cell := fmt.Sprintf("%q at the %s document", who, phase)
			reads := policies.May(f.Actor(who), policies.ReadingDocument, policies.OnDocument(&d)) == nil
			for _, path := range []string{"/reports/" + p.ID + "/responses.csv", "/reports/" + d.Number + "/responses.xlsx",
				"/reports/" + p.ID + "/heard.md", "/reports/" + d.Number + "/heard.html"} {
				status, body := f.Send(f.Request(who, "GET", path, ""))
				heard := strings.Contains(path, "heard")
				if heard && phase == "draft" { // there is nothing to report yet
					if status != 404 {
						t.Errorf("%s: GET %s is %d", cell, path, status)
					}
					continue
				}
				if insider := policies.May(f.Actor(who), policies.ReadingRevision, policies.OnRevision(&d, 2)) == nil; heard && strings.Contains(string(body), "<ins>") != insider {
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
			file := filledIn(f, p, fmt.Sprintf("Answer %d.", i))
			want := http.StatusOK
			err := policies.May(f.Actor(who), policies.Disposing, policies.OnDocument(&d))
			if err != nil {
				want = answer.Status(err.(*policies.Error).Code)
			}
			before := f.Registry.Views().Position()
			for _, apply := range []string{"", "?apply=all"} {
				r := f.Request(who, "POST", "/reports/"+p.ID+"/responses"+apply, file)
				if status, body := f.Send(r); status != want {
					t.Errorf("%s: POST%s is %d, want %d: %s", cell, apply, status, want, body)
				}
				wrote := f.Registry.Views().Position() - before
				if wrote > 0 != (apply != "" && want == 200) {
					t.Errorf("%s: POST%s wrote %d entries", cell, apply, wrote)
				}
			}
		}
	}
	if s := f.Log.String(); strings.Contains(s, `"level":"ERROR"`) {
		t.Errorf("something went wrong: %s", s)
	}
}

func TestReportsOverHTTP(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	at := "/reports/" + p.ID
	post := func(path, body string) (int, reports.Result) {
		t.Helper()
		status, answer := f.Send(f.Request("sponsor-delegate", "POST", at+path, body))
		var r reports.Result
		if err := json.Unmarshal(answer, &r); err != nil {
			t.Fatalf("%v: %s", err, answer)
		}
		return status, r
	}
	good := filledIn(f, p, "Heard.")
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
		status, body := f.Send(f.Request("sponsor-delegate", x.method, at+x.path, x.body))
		if status != x.status || x.field != "" && !strings.Contains(string(body), `"field":"`+x.field+`"`) {
			t.Errorf("%s %s: %d %s", x.method, x.path, status, body)
		}
	}
	r := f.Request("", "GET", at+"/responses.csv?round=1", "")
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
	page, err := http.DefaultClient.Do(f.Request("", "GET", at+"/heard.html", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if got := page.Header.Get("Content-Security-Policy"); got != reports.HeardPolicy || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%q %q", got, page.Header.Get("Content-Type"))
	}
	hidden, missing := f.Paper("draft").ID, "doc_01h45ytscbebyvny4gc8cr8ma2"
	for _, method := range []string{"GET", "POST"} {
		file := map[string]string{"GET": "/responses.csv", "POST": "/responses"}[method]
		a, one := f.Send(f.Request("ferry-delegate", method, "/reports/"+hidden+file, good))
		b, other := f.Send(f.Request("ferry-delegate", method, "/reports/"+missing+file, good))
		if a != b || string(one) != string(other) {
			t.Errorf("hidden is told from missing: %d %s, %d %s", a, one, b, other)
		}
	}
}
