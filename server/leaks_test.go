package server_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
	"github.com/ewtp/entente/server/servertest"
	"github.com/ewtp/entente/standards"
)

func TestNoDoorLeaks(t *testing.T) {
	v := newVault(t)
	told := map[string]bool{}
	for name, question := range questions {
		question = v.fill(question)
		record := strings.HasPrefix(name, "ledger")
		for _, who := range servertest.Roles() {
			if strings.HasPrefix(question, "mutation") && slices.ContainsFunc([]string{"sponsor", "ferry", "office"}, func(o string) bool { return strings.HasPrefix(who, o) }) {
				continue // they may, and it would change what the others are asked about
			}
			for way, r := range map[string]servertest.Reply{"POST": v.Ask(who, question), "GET": v.Get(who, question)} {
				if found := v.leaks(who, question, r.Text, record); len(found) > 0 {
					t.Errorf("%s %s tells %q %v: %s", way, name, who, found, r.Text)
				}
				if strings.Contains(r.Text, "VALIDATION_FAILED") != (name == "what isn't asked") || strings.Contains(r.Text, "INTERNAL") || r.Code() == "QUERY_TOO_LARGE" {
					t.Fatalf("%s isn't answered: %s", name, r.Text)
				}
				lower := strings.ToLower(r.Text)
				for secretName, s := range v.secrets {
					told[secretName] = told[secretName] || strings.Contains(lower, s.words[0]) && s.may(v.Actor(who))
				}
			}
		}
	}
	for name := range v.secrets {
		if !told[name] {
			t.Errorf("%s is told to nobody: the test asks for nothing", name)
		}
	}
}

// What is served without GraphQL is the same for all, so it holds no secret at all.
func TestNoAddressLeaks(t *testing.T) {
	v := newVault(t)
	n := v.Registry.Views().Position()
	if n < 8 || n >= 256 {
		t.Fatalf("%d entries don't fit one tile", n)
	}
	digest := url.PathEscape(standards.Digest([]byte(secretText)))
	later := url.PathEscape(standards.Digest([]byte(laterDraft)))
	// Those that answer with 200 show that the test reads something.
	paths := map[string]int{"/ledger/checkpoint": 200, fmt.Sprintf("/ledger/tile/entries/000.p/%d", n): 200, fmt.Sprintf("/ledger/tile/0/000.p/%d", n): 200,
		"/readyz": 200, "/healthz": 200, "/hub/v1/keys": 200, "/hub/v1/": 200, "/graphql": 0,
		"/hub/v1/texts/" + digest: 404, "/hub/v1/texts/" + later: 404,
		"/hub/v1/rulesets/" + v.draft.ID: 404, "/" + v.draft.ID: 404, "/ledger/" + v.draft.ID: 404}
	for _, who := range servertest.Roles() {
		for path, want := range paths {
			r := v.Request(who, "GET", path, "")
			status, body := v.Send(r)
			if want != 0 && status != want {
				t.Errorf("%q gets %d at %s, want %d: %s", who, status, path, want, body)
			}
			record := strings.HasPrefix(path, "/ledger/tile")
			if found := v.leaks("", path, string(body), record); len(found) > 0 {
				t.Errorf("%s tells %q %v: %s", path, who, found, body)
			}
		}
	}
	// Nor does the log, which operators and their tools read.
	for _, who := range servertest.Roles() {
		v.Ask(who, v.fill(questions["edit"]))
	}
	logged := v.Log.String()
	if !strings.Contains(logged, "/graphql") {
		t.Fatal("nothing was logged")
	}
	for who, token := range v.Tokens {
		if strings.Contains(logged, token) || strings.Contains(logged, servertest.PersonName(who)) || strings.Contains(logged, who+"@people.example") {
			t.Errorf("the log holds %s's token, name or address", who)
		}
	}
	for _, word := range []string{"quagga", "hoopoe", "narwhal", "okapi", "guest.", "capybara", "axolotl", "pangolin"} {
		if strings.Contains(strings.ToLower(logged), word) {
			t.Errorf("the log holds %q", word)
		}
	}
}

// A subscription from the first entry on tells each what it may know.
func TestNoEventLeaks(t *testing.T) {
	v := newVault(t)
	last := v.Do(v.Actor("ferry-delegate"), policies.SubmitComment{ConsultationID: v.public.Consultation, CommentWords: policies.CommentWords{Stance: policies.Support, Type: policies.General, Text: "The last word."}})
	for _, who := range servertest.Roles() {
		body, err := json.Marshal(map[string]string{"query": `subscription { ledgerEntryAdded(after: 0) { ` + anEntry + ` } }`})
		if err != nil {
			t.Fatal(err)
		}
		r := v.Request(who, "POST", "/graphql", string(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "text/event-stream")
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		events := 0
		lines := bufio.NewScanner(w.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			events++
			if found := v.leaks(who, "", data, true); len(found) > 0 {
				t.Errorf("an event tells %q %v: %s", who, found, data)
			}
			if strings.Contains(data, "The last word.") && strings.Contains(data, last) {
				break
			}
		}
		if events == 0 || lines.Err() != nil {
			t.Errorf("%q hears %d events, %v", who, events, lines.Err())
		}
		if err := w.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

// No report tells anybody what it may not know, in any format.
func TestReportsLeakNothing(t *testing.T) {
	v := newVault(t)
	v.Do(v.Actor("sponsor-delegate"), policies.DisposeComment{CommentID: v.public.Comment, Outcome: policies.AcceptedWhole, Reason: "It should.",
		Change: &policies.ChangeReference{RevisionID: v.public.Second, ClauseID: v.Changed(v.public)}})
	insiders := 0
	for _, who := range servertest.Roles() {
		for _, document := range []string{v.public.ID, v.draft.ID, v.number} {
			for _, file := range []string{"responses.csv", "responses.xlsx", "comments.csv", "comments.xlsx", "heard.md", "heard.html"} {
				path := "/reports/" + document + "/" + file
				status, body := v.Send(v.Request(who, "GET", path, ""))
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
