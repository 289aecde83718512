package server_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/servertest"
)

// sendForm sends a form as a browser does, and returns the status, where it leads and the page.
func sendForm(f *servertest.Front, who, path string, form url.Values) (status int, to, page string) {
	f.T.Helper()
	r := f.Request(who, "POST", path, form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		f.T.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		f.T.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(body)
}

// written is a form on the open paper as it comes from a browser.
func written(more ...string) url.Values {
	form := url.Values{"key": {"k1"}, "stance": {"oppose"}, "type": {"general"}, "text": {"It costs us a day."}, "action": {"submit"}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func (f *formed) total() int {
	f.T.Helper()
	counts, err := f.Registry.Views().CommentCounts(f.T.Context(), []string{f.paper.ID})
	if err != nil {
		f.T.Fatal(err)
	}
	return counts[f.paper.ID].Total
}

// formed is a front with an open paper, and where that is.
type formed struct {
	*servertest.Front
	paper servertest.Paper
	path  string
}

func newFormed(t *testing.T) *formed {
	f := &formed{Front: servertest.NewFront(t)}
	f.paper = f.Paper("open")
	d, err := f.Registry.Views().Document(t.Context(), policies.Operator, f.paper.ID, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	f.path = "/documents/" + d.Number
	return f
}

// holds fails unless the page has all of the words.
func holds(t *testing.T, page string, words ...string) {
	t.Helper()
	_, page, _ = strings.Cut(page, "<main")
	for _, w := range words {
		if !strings.Contains(page, w) && !strings.Contains(html.UnescapeString(page), w) {
			t.Errorf("there is no %q in:\n%s", w, page)
			return
		}
	}
}

// Sent twice, a form is one comment; sent with other words, it is asked about, and then another.
func TestFormSentTwice(t *testing.T) {
	f := newFormed(t)
	before := f.total()
	for range 3 {
		if status, to, page := sendForm(f.Front, "ferry-delegate", f.path+"/comment", written()); status != http.StatusSeeOther || to != f.path+"/comments/2?submitted" {
			t.Fatalf("%d %s %s", status, to, page)
		}
	}
	if n := f.total(); n != before+1 {
		t.Errorf("there are %d comments more", n-before)
	}
	status, _, page := sendForm(f.Front, "ferry-delegate", f.path+"/comment", written("text", "It costs us two days."))
	if status != http.StatusConflict || f.total() != before+1 {
		t.Errorf("%d, %d comments", status, f.total())
	}
	holds(t, page, "You sent this form before", "It costs us two days.", "/record/")
	_, key, _ := strings.Cut(page, `name="key" value="`)
	key, _, _ = strings.Cut(key, `"`)
	if key == "k1" || key == "" {
		t.Fatalf("the form is still %q", key)
	}
	if status, _, _ := sendForm(f.Front, "ferry-delegate", f.path+"/comment", written("text", "It costs us two days.", "key", key)); status != http.StatusSeeOther || f.total() != before+2 {
		t.Errorf("once more: %d, %d comments", status, f.total())
	}
}

// Whatever hinders a form, the answer has all that was typed.
func TestFormLosesNothing(t *testing.T) {
	f := newFormed(t)
	clause := f.Clause(f.paper.First, "The sender pays.")
	all := written("clause", clause, "stance", "amend", "proposes", "replace", "replacement", "Nobody pays, ever.", "amount", "12,5", "currency", "eur", "per", "parcel",
		"confidential", "on", "summary", "On paying.", "supporters", "seven", "exact", "sender", "text", "A < B & \"C\".")
	kept := []string{"A &lt; B &amp; &#34;C&#34;.", "Nobody pays, ever.", `value="12,5"`, `value="EUR"`, `value="parcel"`, "On paying.", `value="seven"`, `value="sender"`, `name="confidential" checked`, `value="k1"`}
	refused := func(name, who string, form url.Values, status int, words ...string) {
		t.Run(name, func(t *testing.T) {
			got, _, page := sendForm(f.In(t), who, f.path+"/comment", form)
			if got != status {
				t.Errorf("%d, want %d", got, status)
			}
			holds(t, page, append(append([]string{}, kept...), words...)...)
			if strings.Contains(page, "capybara") {
				t.Error("it tells what isn't its")
			}
		})
	}
	refused("with faults", "ferry-delegate", all, http.StatusBadRequest, "There is a problem", "12,5 is no amount", "seven is no number of people", `href="#field/amount"`)
	refused("as a draft with faults", "ferry-delegate", with(all, "action", "draft"), http.StatusBadRequest, "seven is no number of people")
	refused("without a session", "", all, http.StatusUnauthorized, "You aren't signed in any more", `href="/signin?return=`, "clause%3d"+clause)
	refused("without the right", "ferry-observer", all, http.StatusForbidden, "Your role lets you read")
	refused("of nobody's", "nobody", all, http.StatusForbidden, "You belong to no organisation here")
	f.Clock.Set(f.Clock.Now().AddDate(0, 0, 62))
	refused("after the close", "ferry-delegate", all, http.StatusConflict, "Comments are closed", `value="save"`)
	status, _, file := sendForm(f.Front, "ferry-delegate", f.path+"/comment", with(all, "action", "save"))
	if status != http.StatusOK {
		t.Errorf("saved: %d", status)
	}
	holds(t, "<main"+file, "A < B & \"C\".", "Nobody pays, ever.", "On paying.", "12,5 EUR parcel")
}

// with is a form with another value.
func with(form url.Values, name, value string) url.Values {
	other := url.Values{}
	for k, v := range form {
		other[k] = v
	}
	other.Set(name, value)
	return other
}

// What a colleague made of a draft meanwhile is shown beside what was typed; whoever sends the form
// once more has seen it.
func TestDraftEditedMeanwhile(t *testing.T) {
	f := newFormed(t)
	words := policies.CommentWords{Stance: policies.Oppose, Type: policies.General, Text: "First words."}
	ferry := f.Actor("ferry-delegate")
	draft := f.Do(ferry, policies.DraftComment{ConsultationID: f.paper.Consultation, Words: words})
	words.Text = "A colleague's words."
	f.Do(f.Actor("ferry-admin"), policies.EditDraft{DraftID: draft, Edition: 1, Words: words})
	for _, action := range []string{"draft", "submit"} {
		form := written("draft", draft, "edition", "1", "action", action, "text", "My own words.")
		status, _, page := sendForm(f.Front, "ferry-delegate", f.path+"/comment", form)
		if status != http.StatusConflict {
			t.Errorf("%s: %d", action, status)
		}
		holds(t, page, "A colleague has changed the draft meanwhile", "A colleague&#39;s words.", "My own words.", `name="edition" value="2"`, "draft="+draft)
		if action == "submit" {
			_, key, _ := strings.Cut(page, `name="key" value="`)
			key, _, _ = strings.Cut(key, `"`)
			if status, to, _ := sendForm(f.Front, "ferry-delegate", f.path+"/comment", with(with(form, "edition", "2"), "key", key)); status != http.StatusSeeOther || !strings.HasSuffix(to, "/comments/2?submitted") {
				t.Errorf("once more: %d %s", status, to)
			}
		}
	}
	status, _, page := sendForm(f.Front, "ferry-admin", f.path+"/comment", written("draft", draft, "edition", "2", "text", "Too late.", "key", "k9"))
	if status != http.StatusConflict {
		t.Errorf("a draft that was submitted: %d", status)
	}
	holds(t, page, "It was submitted already.", "Too late.", `name="draft" value=""`)
}

// Every form about comments is taken from those whom policies.May allows what it does, and from
// nobody else.
func TestFormsKeepToTheRights(t *testing.T) {
	f := newFormed(t)
	d, err := f.Registry.Views().Document(t.Context(), policies.Operator, f.paper.ID, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	consultations, err := f.Registry.Views().Consultations(t.Context(), []string{f.paper.Consultation})
	if err != nil {
		t.Fatal(err)
	}
	k := consultations[f.paper.Consultation]
	owned := policies.OnComment(&d, &policies.Comment{OrganisationID: f.Orgs["ferry"]})
	n := 0
	for _, who := range servertest.Roles() {
		actor := f.Actor(who)
		for _, form := range []struct {
			name, path string
			values     url.Values
			may        error
		}{
			{"comment", "/comment", written(), policies.May(actor, policies.Commenting, policies.OnConsultation(&d, &k))},
			{"draft", "/comment", written("action", "draft"), policies.May(actor, policies.Drafting, policies.OnDraft(&d, actor.OrganisationID))},
			{"endorsement", "/comments/1/endorsement", url.Values{"position": {"supports"}}, policies.May(actor, policies.Endorsing, owned)},
			{"reply", "/comments/1/reply", url.Values{"text": {"X"}}, policies.May(actor, policies.Replying, owned)},
			{"withdrawal", "/comments/1/withdrawal", url.Values{"reason": {""}}, policies.May(actor, policies.Withdrawing, owned)}, // refused for want of a reason
		} {
			n++
			form.values.Set("key", fmt.Sprint(n))
			before := f.Registry.Views().Position()
			status, _, page := sendForm(f.Front, who, f.path+form.path, form.values)
			wrote := f.Registry.Views().Position() > before
			switch {
			case form.may != nil && (wrote || status != http.StatusForbidden && status != http.StatusUnauthorized):
				t.Errorf("%q may not send the %s: %d, wrote %v", who, form.name, status, wrote)
			case form.may == nil && form.name == "withdrawal" && (status != http.StatusBadRequest || !strings.Contains(page, "Write why.")):
				t.Errorf("%q may send the %s: %d %s", who, form.name, status, page)
			case form.may == nil && form.name != "withdrawal" && (status != http.StatusSeeOther || !wrote && form.name != "endorsement"):
				if form.name == "endorsement" && status == http.StatusConflict {
					continue // its organisation has said so
				}
				t.Errorf("%q may send the %s: %d %s", who, form.name, status, page)
			}
			if form.may == nil {
				f.Clock.Set(f.Clock.Now().Add(time.Second))
			}
		}
	}
}
