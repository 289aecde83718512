package matrix_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/servertest"
)

// Every role at the doors of the comment form: who may read a document gets its clauses, who may prepare comments
// may bring them back as drafts, and nobody reads another organisation's.
func TestCommentFormForEveryRole(t *testing.T) {
	f := servertest.NewFront(t)
	for _, phase := range []string{"draft", "open", "answered"} {
		p := f.Paper(phase)
		if phase == "open" {
			f.Do(f.Actor("ferry-delegate"), policies.DraftComment{ConsultationID: p.Consultation, Words: policies.CommentWords{Text: "Our zanzibar margins."}})
		}
		d, err := f.Registry.Views().Document(t.Context(), policies.Operator, p.ID, f.Registry.Now())
		if err != nil {
			t.Fatal(err)
		}
		for i, who := range servertest.Roles() {
			cell := fmt.Sprintf("%q at the %s document", who, phase)
			actor := f.Actor(who)
			reads := policies.May(actor, policies.ReadingDocument, policies.OnDocument(&d)) == nil && phase != "draft"
			mine := reads && phase == "open" && actor.OrganisationID == f.Orgs["ferry"] && policies.May(actor, policies.ReadingDraft, policies.OnOrganisation(actor.OrganisationID)) == nil
			for _, method := range []string{"GET", "HEAD"} {
				status, body := f.Send(f.Request(who, method, "/reports/"+d.Number+"/comments.csv", ""))
				if reads != (status == 200) || !reads && status != 404 {
					t.Errorf("%s: %s is %d: %.200s", cell, method, status, body)
				}
				if told := strings.Contains(string(body), "zanzibar"); method == "GET" && told != mine {
					t.Errorf("%s: the draft is shown: %t", cell, told)
				}
			}
			if phase == "draft" {
				continue
			}
			want := http.StatusOK
			if err := policies.May(actor, policies.Drafting, policies.OnDraft(&d, actor.OrganisationID)); err != nil {
				want = answer.Status(err.(*policies.Error).Code)
			}
			for _, apply := range []string{"", "?apply=all"} {
				before := f.Registry.Views().Position()
				status, body := f.Send(f.Request(who, "POST", "/reports/"+p.ID+"/comments"+apply, fmt.Sprintf("Clause,Comments\nwhole text,Number %d of %s.\n", i, phase)))
				if status != want {
					t.Errorf("%s: POST%s is %d, want %d: %s", cell, apply, status, want, body)
				}
				if wrote := f.Registry.Views().Position() - before; wrote > 0 != (apply != "" && want == 200) {
					t.Errorf("%s: POST%s wrote %d entries", cell, apply, wrote)
				}
			}
		}
	}
	if s := f.Log.String(); strings.Contains(s, `"level":"ERROR"`) {
		t.Errorf("something went wrong: %s", s)
	}
}

func TestCommentFormOverHTTP(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	at := "/reports/" + p.ID
	_, body := f.Send(f.Request("ferry-delegate", "GET", at+"/comments.csv?bom=false&round=1", ""))
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("%v: %s", err, body)
	}
	rows[2][slices.Index(rows[0], "Comments")] = "The buyer should."
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	post := func(path, body string) (int, reports.FormResult) {
		t.Helper()
		status, answer := f.Send(f.Request("ferry-delegate", "POST", at+path, body))
		var r reports.FormResult
		if err := json.Unmarshal(answer, &r); err != nil {
			t.Fatalf("%v: %s", err, answer)
		}
		return status, r
	}
	if status, r := post("/comments", b.String()); status != 200 || r.New != 1 || r.Applied {
		t.Errorf("%d %+v", status, r)
	}
	if status, r := post("/comments?apply=all&round=1", b.String()); status != 200 || r.New != 1 || !r.Applied || len(r.Drafts) != 1 {
		t.Errorf("%d %+v", status, r)
	}
	bad := make([]string, len(rows[0]))
	bad[0], bad[slices.Index(rows[0], "Clause ID")], bad[slices.Index(rows[0], "Comments")] = "x", "nowhere", "y"
	if status, r := post("/comments?apply=all", strings.Replace(b.String(), "The buyer", "The seller", 1)+strings.Join(bad, ",")+"\n"); status != 422 || r.Refused != 1 || r.Applied {
		t.Errorf("%d %+v", status, r)
	}
	for _, x := range []struct {
		method, path, body string
		status             int
		field              string
	}{
		{"POST", "/comments?apply=everything", b.String(), 400, "apply"},
		{"POST", "/comments?round=first", b.String(), 400, "round"},
		{"POST", "/comments?round=9", b.String(), 404, "round"},
		{"GET", "/comments.csv?round=9", "", 404, "round"},
		{"POST", "/comments", "a,b\n", 400, "file"},
		{"POST", "/comments.csv", "", 405, ""},
		{"GET", "/comments", "", 405, ""},
	} {
		status, body := f.Send(f.Request("ferry-delegate", x.method, at+x.path, x.body))
		if status != x.status || x.field != "" && !strings.Contains(string(body), `"field":"`+x.field+`"`) {
			t.Errorf("%s %s: %d %s", x.method, x.path, status, body)
		}
	}
	hidden, missing := f.Paper("draft").ID, "doc_01h45ytscbebyvny4gc8cr8ma2"
	for method, file := range map[string]string{"GET": "/comments.csv", "POST": "/comments"} {
		a, one := f.Send(f.Request("ferry-delegate", method, "/reports/"+hidden+file, b.String()))
		b, other := f.Send(f.Request("ferry-delegate", method, "/reports/"+missing+file, b.String()))
		if a != b || string(one) != string(other) {
			t.Errorf("hidden is told from missing: %d %s, %d %s", a, one, b, other)
		}
	}
}
