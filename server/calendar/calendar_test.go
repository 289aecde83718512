package calendar_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/server/calendar"
	"github.com/ewtp/entente/server/servertest"
	"github.com/ewtp/entente/standards"
)

// A calendar subscribes to what the public may know, and reads local closes and exact
// instants from it.
func TestCalendarFeed(t *testing.T) {
	f := servertest.NewFront(t)
	sponsor := f.Actor("sponsor-delegate")
	title := "Parcels; of low value, 包裹 " + strings.Repeat("and so on ", 10)
	law := f.Do(sponsor, policies.ProposeDocument{Kind: "regulation", Title: strings.TrimSpace(title), Language: "en", Topics: []string{"customs, duties", "parcels"}, Parties: []string{"EE"}})
	f.Do(sponsor, policies.CommitRevision{DocumentID: law, Source: servertest.Text})
	closes := f.Clock.Now().AddDate(0, 0, 70).Format("2006-01-02") + "T17:00"
	csn := f.Do(sponsor, policies.OpenConsultation{DocumentID: law, Closes: closes, Zone: "Asia/Shanghai", Late: policies.LateRefused})
	draft := f.Do(sponsor, policies.ProposeDocument{Kind: "regulation", Title: "Zanzibar plan", Language: "en", Topics: []string{"customs, duties"}, Parties: []string{"EE"}})
	f.Do(sponsor, policies.CommitRevision{DocumentID: draft, Source: servertest.Text})

	feed := func(query string) string {
		t.Helper()
		status, body := f.Send(f.Request("sponsor-delegate", http.MethodGet, "/calendar.ics"+query, ""))
		if status != http.StatusOK || strings.Contains(string(body), "Zanzibar") {
			t.Fatalf("%d %s", status, body)
		}
		return strings.ReplaceAll(string(body), "\r\n ", "") // unfolded
	}
	whole := feed("")
	at := f.Clock.Now().AddDate(0, 0, 70).Format("20060102") + "T090000Z" // 17:00 in Shanghai
	for _, line := range []string{"BEGIN:VCALENDAR", "VERSION:2.0", "UID:" + csn + ".consultationCloses@entente", "DTSTART:" + at, "SEQUENCE:0",
		`CATEGORIES:customs\, duties,parcels`, `SUMMARY:Consultation closes (round 1): EWTP-R-2026-001 ` + strings.NewReplacer(";", `\;`, ",", `\,`).Replace(strings.TrimSpace(title))} {
		if !strings.Contains(whole, "\r\n"+line+"\r\n") && !strings.HasPrefix(whole, line) {
			t.Errorf("no line %q in\n%s", line, whole)
		}
	}
	if local := closes[:10] + " 17:00 (Asia/Shanghai)"; !strings.Contains(whole, local) {
		t.Errorf("the local close %s isn't told:\n%s", local, whole)
	}
	events := func(query string) int { return strings.Count(feed(query), "BEGIN:VEVENT") }
	got := map[string]int{}
	want := map[string]int{"": 2, "?topic=PARCELS": 2, "?topic=tax": 0, "?topic=tax&topic=parcels": 2, "?jurisdiction=NZ": 0, "?kind=standard": 0,
		"?kind=regulation&jurisdiction=EE": 2, "?document=" + url.QueryEscape(law): 2, "?document=" + url.QueryEscape(draft): 0}
	for query := range want {
		got[query] = events(query)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	f.Do(sponsor, policies.ExtendConsultation{ConsultationID: csn, Closes: f.Clock.Now().AddDate(0, 0, 75).Format("2006-01-02") + "T17:00", Reason: "Asked for."})
	f.Do(sponsor, policies.ExtendConsultation{ConsultationID: csn, Closes: f.Clock.Now().AddDate(0, 0, 80).Format("2006-01-02") + "T17:00", Reason: "Asked for."})
	if moved := feed(""); strings.Contains(moved, at) || !strings.Contains(moved, "UID:"+csn+".consultationCloses@entente") || !strings.Contains(moved, "extended") || strings.Count(moved, "SEQUENCE:2") != 2 {
		t.Errorf("after two extensions in one minute:\n%s", moved)
	}
	f.Clock.Set(f.Clock.Now().AddDate(0, 0, 81))
	f.Do(sponsor, policies.CorrectDocument{DocumentID: law, Title: new("Put right"), Reason: "Misspelt."})
	if corrected := feed(""); strings.Count(corrected, "SEQUENCE:3") != 2 || !strings.Contains(corrected, "EWTP-R-2026-001 Put right") {
		t.Errorf("after a correction:\n%s", corrected)
	}
}

// A date of law is in the feed as it was stated: a day as a day, a time with its zone,
// which the feed describes; each party's by itself.
func TestCalendarFeedHasDatesAsStated(t *testing.T) {
	f := servertest.NewFront(t)
	sponsor := f.Actor("sponsor-delegate")
	day := func(n int) string { return f.Clock.Now().AddDate(0, 0, n).Format("2006-01-02") }
	zealand := f.Do(policies.Operator, policies.RegisterOrganisation{Kind: policies.Government, Name: "New Zealand", Jurisdiction: "NZ"})
	policiestest.Admit(f.Do, policies.Operator, policies.InviteMember{OrganisationID: zealand, Issuer: f.Issuer, Subject: "kiwi", Role: policies.Delegate})
	law := f.Do(sponsor, policies.ProposeDocument{Kind: "regulation", Title: "Parcels", Language: "en", Parties: []string{"EE", "NZ"}})
	f.Do(sponsor, policies.CommitRevision{DocumentID: law, Source: servertest.Text})
	from := standards.LawDates{{Party: "NZ", Local: day(90), Zone: "Pacific/Auckland"}, {Party: "EE", Local: day(90) + "T06:00", Zone: "Europe/Tallinn"}}
	f.Do(sponsor, policies.ProposeTerms{DocumentID: law, Terms: policies.Terms{From: from, Until: standards.LawDates{{Local: day(300) + "T06:00", Zone: "Europe/Tallinn"}}}})
	f.Do(sponsor, policies.OpenConsultation{DocumentID: law, Closes: f.Local(61), Zone: "UTC", Late: policies.LateRefused})
	f.Clock.Set(f.Clock.Now().AddDate(0, 0, 62))
	ins := f.Do(sponsor, policies.AdoptDocument{DocumentID: law})
	_, body := f.Send(f.Request("", http.MethodGet, "/calendar.ics", ""))
	feed := strings.ReplaceAll(string(body), "\r\n ", "")
	basic := func(date string) string { return strings.ReplaceAll(date, "-", "") }
	for _, line := range []string{"UID:" + ins + ".takesEffect.NZ@entente", "DTSTART;VALUE=DATE:" + basic(from[0].Local),
		"UID:" + ins + ".takesEffect.EE@entente", "DTSTART;TZID=Europe/Tallinn:" + basic(from[1].Local[:10]) + "T060000", "SUMMARY:Takes effect (EE): EWTP-R-2026-001 Parcels",
		"UID:" + ins + ".expires@entente", "BEGIN:VTIMEZONE", "TZID:Europe/Tallinn", "TZOFFSETTO:+0300", "TZOFFSETTO:+0200", "BEGIN:DAYLIGHT", "TZNAME:EEST"} {
		if !strings.Contains(feed, "\r\n"+line+"\r\n") {
			t.Errorf("no line %q in\n%s", line, feed)
		}
	}
	if strings.Count(feed, "BEGIN:VTIMEZONE") != 1 || strings.Index(feed, "BEGIN:VTIMEZONE") > strings.Index(feed, "BEGIN:VEVENT") {
		t.Errorf("the zone isn't described once, before it is used:\n%s", feed)
	}
}

func TestCalendarFeedAsHTTP(t *testing.T) {
	f := servertest.NewFront(t)
	f.Paper("open")
	w := f.Open(f.Request("", http.MethodGet, "/calendar.ics", ""))
	if w.StatusCode != http.StatusOK || w.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || w.Header.Get("ETag") == "" {
		t.Fatalf("%d %v", w.StatusCode, w.Header)
	}
	again := f.Request("", http.MethodGet, "/calendar.ics", "")
	again.Header.Set("If-None-Match", w.Header.Get("ETag"))
	if w := f.Open(again); w.StatusCode != http.StatusNotModified {
		t.Errorf("unchanged: %d", w.StatusCode)
	}
	for _, x := range []struct {
		method, query string
		want          int
	}{
		{http.MethodHead, "", 200}, {http.MethodPost, "", 405}, {http.MethodGet, "?kind=song", 400}, {http.MethodGet, "?document=a&document=b", 400},
		{http.MethodGet, "?" + strings.Repeat("topic=a&", 65), 400},
	} {
		if status, body := f.Send(f.Request("", x.method, "/calendar.ics"+x.query, "")); status != x.want {
			t.Errorf("%s %s: %d %s", x.method, x.query, status, body)
		}
	}
	for _, name := range []string{"topics", "Topic", ""} {
		status, body := f.Send(f.Request("", http.MethodGet, "/calendar.ics?topic=customs&"+name+"=customs", ""))
		if status != 400 || !strings.Contains(string(body), `"code":"INVALID"`) || name != "" && !strings.Contains(string(body), `"field":"`+name+`"`) {
			t.Errorf("%q: %d %s", name, status, body)
		}
	}
}

// However much has happened, nothing that lies ahead is left out, and of the past the latest stays.
func TestCalendarFeedNeverDropsTheFuture(t *testing.T) {
	f := servertest.NewFront(t)
	sponsor := f.Actor("sponsor-delegate")
	*calendar.MaxPast = 20
	defer func(most int) { *calendar.MaxPast = most }(2000)
	const each = 30 // consultations: two events each
	open := func(days int) (id string) {
		practice := f.Do(sponsor, policies.ProposeDocument{Kind: "bestPractice", Title: "Practice", Language: "en"})
		f.Do(sponsor, policies.CommitRevision{DocumentID: practice, Source: servertest.Text})
		closes := f.Clock.Now().AddDate(0, 0, days).Format("2006-01-02") + "T17:00"
		return f.Do(sponsor, policies.OpenConsultation{DocumentID: practice, Closes: closes, Zone: "UTC", Late: policies.LateRefused})
	}
	var first, last string
	for i := range each {
		last = open(20)
		if i == 0 {
			first = last
		}
	}
	f.Clock.Set(f.Clock.Now().AddDate(0, 0, 30))
	for range each {
		open(20)
	}
	status, body := f.Send(f.Request("", http.MethodGet, "/calendar.ics", ""))
	feed := strings.ReplaceAll(string(body), "\r\n ", "")
	if events := strings.Count(feed, "BEGIN:VEVENT"); status != http.StatusOK || events != 20+each+each {
		t.Fatalf("%d, %d events", status, events)
	}
	if strings.Contains(feed, "UID:"+first+".consultationCloses") || !strings.Contains(feed, "UID:"+last+".consultationCloses") {
		t.Error("of the past the earliest is kept, or the latest left out")
	}
}
