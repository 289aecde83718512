package server_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/servertest"
)

// The page on privacy names all that is logged of a request, so that nothing is
// logged of people that it doesn't speak of.
func TestPrivacyNamesWhatIsLogged(t *testing.T) {
	page, err := os.ReadFile("../docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "### In the log\n")
	list, _, ok := strings.Cut(section, ". Personal are")
	if !ok {
		t.Fatal("docs/privacy.md doesn't list what is logged of a request")
	}
	said := map[string]bool{}
	for _, m := range regexp.MustCompile("`([a-z]+)`").FindAllStringSubmatch(list, -1) {
		said[m[1]] = true
	}
	f := servertest.NewFront(t)
	f.Ask("reader-delegate", `{ __typename }`)
	log, lines := servertest.Log()
	alone := server.New(server.Options{Log: log, Pages: text("hello")}).Handler()
	servertest.Serve(alone, httptest.NewRequest("GET", "/", nil))
	records := append(f.Log.Records(t), lines.Records(t)...)
	logged := 0
	for _, record := range records {
		if record["msg"] != "request" {
			continue
		}
		logged++
		for name := range record {
			if !said[name] {
				t.Errorf("%s is logged of a request, and docs/privacy.md doesn't say so", name)
			}
		}
	}
	if logged < 2 {
		t.Errorf("%d requests were logged", logged)
	}
}

// Whoever asks for what isn't theirs leaves a line: who, what and why, and no words.
func TestRefusedRequestsAreLogged(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	path := "/reports/" + p.ID + "/responses"
	if w, body := f.Exchange("ferry-delegate", "POST", path, "rubbish"); w.StatusCode != http.StatusForbidden {
		t.Fatalf("%s %s", w.Status, body)
	}
	for _, record := range f.Log.Records(t) {
		if record["msg"] == "refused a request" && record["code"] == "FORBIDDEN" && record["path"] == path && record["member"] == f.Actor("ferry-delegate").MemberID {
			return
		}
	}
	t.Errorf("no line tells of it: %s", f.Log)
}
