package server_test

import (
	"strings"
	"testing"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

// Who comes to sponsor a document later is told by no field that the schema has, and in no
// file, what was said in confidence before, nor what was said on that.
func TestLaterSponsorsAreToldNoConfidences(t *testing.T) {
	v := newVault(t)
	sponsor := v.Actor("sponsor-delegate")
	v.Do(sponsor, policies.ReplyToComment{CommentID: v.confidential, Text: "The kiwi asks."})
	v.Do(sponsor, policies.DisposeComment{CommentID: v.confidential, Outcome: policies.Rejected, Reason: "The kakapo pays."})
	v.Do(sponsor, policies.ShareDocument{DocumentID: v.public.ID, OrganisationID: v.Orgs["kenya"], As: policies.AsSponsor})
	v.Do(v.Actor("kenya-delegate"), policies.AcceptSponsorship{DocumentID: v.public.ID})
	answers := func(who string) string {
		var all strings.Builder
		for question := range walk(t, gen.NewExecutableSchema(gen.Config{}).Schema()) {
			all.WriteString(v.Ask(who, v.fill(question)).Text)
		}
		for _, file := range []string{"/reports/" + v.public.ID + "/responses.csv", "/reports/" + v.public.ID + "/heard.md", "/receipts/" + v.confidential} {
			_, body := v.Send(v.Request(who, "GET", file, ""))
			all.Write(body)
		}
		return all.String()
	}
	before := answers("kenya-delegate")
	if !strings.Contains(before, "narwhal") {
		t.Error("a sponsor isn't told of the draft: the test asks for nothing")
	}
	v.Do(v.Actor("ferry-delegate"), policies.DiscloseComment{CommentID: v.confidential, OrganisationID: v.Orgs["kenya"]})
	after := answers("kenya-delegate")
	for _, word := range []string{"capybara", "kiwi", "kakapo"} {
		if strings.Contains(before, word) || !strings.Contains(after, word) {
			t.Errorf("%q is told before it is disclosed: %v, and after: %v", word, strings.Contains(before, word), strings.Contains(after, word))
		}
	}
}
