package reports

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// bullets are the replies as Markdown has them.
func bullets(h *Heard) (list []string) {
	for line := range strings.Lines(h.Markdown()) {
		if strings.HasPrefix(line, "- **") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

// Nobody is named beside words that somebody else wrote, however alike the answers:
// comments stand together where they say the same, and campaigns say whose words are quoted.
func TestNobodySpeaksForAnother(t *testing.T) {
	const form = "We are small carriers and cannot keep the records of every parcel for so long a time without help from the state."
	w := newWorld(t)
	ids := []string{
		w.say(w.loom, "§1(1)", "No."), w.say(w.ferry, "§1(1)", "Yes, and more of it."), w.say(w.crane, "§1(1)", " no"),
		w.amend(w.loom, "§2(2)", "Shorter.", "(2) For 60 days."), w.amend(w.ferry, "§2(2)", "Shorter.", "(2) For 90 days."),
		w.say(w.loom, "§2(1)", form), w.say(w.ferry, "§2(1)", form+" Ours is the smallest."), w.say(w.crane, "§2(1)", "We can, and gladly do so now."),
	}
	want := []string{
		"Comments 1, 3 (Crane, Loom), against: “No.”", "Comment 2 (=Ferry), against: “Yes, and more of it.”",
		"Comments 6, 7 (=Ferry, Loom), against, a campaign; in the words of comment 6: “" + form + "”", "Comment 8 (Crane), against: “We can, and gladly do so now.”",
		"Comment 4 (Loom), for other words: “Shorter.” Proposed: “(2) For 60 days.”", "Comment 5 (=Ferry), for other words: “Shorter.” Proposed: “(2) For 90 days.”",
	}
	check := func(before, after string) {
		t.Helper()
		var all []string
		for _, s := range want {
			all = append(all, before+s+after)
		}
		if diff := cmp.Diff(all, bullets(w.heard(policies.Actor{}, w.document))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", before, diff)
		}
	}
	check("- **Not answered yet.** ", "")
	for _, id := range ids {
		w.do(w.ministry, policies.DisposeComment{CommentID: id, Outcome: policies.Noted, Reason: "Read."})
	}
	check("- **Noted.** ", " **Answer:** Read.")
}

// Where too many say different things, what most say is quoted, and the rest is told of
// without a word of it.
func TestTooManyToQuote(t *testing.T) {
	w := newWorld(t)
	for i := range quotedAlike + 2 {
		w.say(w.loom, "§1(1)", fmt.Sprintf("Word%d.", i+1))
	}
	w.say(w.ferry, "§1(1)", fmt.Sprintf("Word%d.", quotedAlike+2))
	h := w.heard(policies.Actor{}, w.document)
	list := bullets(h)
	if len(list) != quotedAlike+1 {
		t.Fatalf("%d replies: %q", len(list), list)
	}
	want := []string{"- **Not answered yet.** Comments 20, 21 (Loom): 2 more, in words that aren't quoted here.",
		"- **Not answered yet.** Comments 22, 23 (=Ferry, Loom), against: “Word22.”"}
	if diff := cmp.Diff(want, list[len(list)-2:]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if page := html(t, h); strings.Count(page, "<q ") != quotedAlike || !strings.Contains(page, "Comments 20, 21 (<bdi>Loom</bdi>): 2 more") {
		t.Errorf("the page has %d quotations", strings.Count(page, "<q "))
	}
}

// Each question of each consultation is told with how it was answered; what was said in
// confidence or taken back isn't counted, and answers to two questions aren't one.
func TestWhatWasAsked(t *testing.T) {
	w := newWorld(t, policies.ConsultationQuestion{Text: "Is a year *too* long?", Choices: []string{"Yes", "No", "It | depends"}},
		policies.ConsultationQuestion{Text: "What would help?"}, policies.ConsultationQuestion{Text: "And half a year?", Choices: []string{"Yes", "No"}})
	answer := func(a policies.Actor, question, choice, text string, secret bool) string {
		c := policies.SubmitComment{ConsultationID: w.round, CommentWords: policies.CommentWords{Stance: policies.Neutral, Type: policies.General, QuestionID: question, Choice: choice, Text: text}}
		if c.Confidential = secret; secret {
			c.Summary = "In confidence."
		}
		return w.do(a, c)
	}
	answer(w.loom, "q1", "Yes", "It costs us.", false)
	answer(w.ferry, "q1", "No", "It costs us.", false)
	answer(w.crane, "q1", "Yes", "Said in confidence.", true)
	w.do(w.crane, policies.WithdrawComment{CommentID: answer(w.crane, "q1", "No", "Taken back.", false), Reason: "r"})
	answer(w.ferry, "q3", "Yes", "It costs us.", false)
	h := w.heard(policies.Actor{}, w.document)
	want := []HeardQuestion{
		{1, 1, "Is a year *too* long?", 2, 2, []HeardChoice{{"Yes", 1, 1}, {"No", 1, 1}, {"It | depends", 0, 0}}},
		{1, 2, "What would help?", 0, 0, nil},
		{1, 3, "And half a year?", 1, 1, []HeardChoice{{"Yes", 1, 1}, {"No", 0, 0}}},
	}
	if diff := cmp.Diff(want, h.Questions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"- **Not answered yet.** Comment 1 (Loom), on question 1: “Yes. It costs us.”",
		"- **Not answered yet.** Comment 2 (=Ferry), on question 1: “No. It costs us.”",
		"- **Not answered yet.** Comment 5 (=Ferry), on question 3: “Yes. It costs us.”"}, bullets(h)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	const shown = "## What was asked\n\n### Question 1\n\nIs a year \\*too\\* long?\n\n2 answers by 2 organisations.\n\n| Choice | Answers | Organisations |\n| --- | ---: | ---: |\n| Yes | 1 | 1 |\n| No | 1 | 1 |\n| It \\| depends | 0 | 0 |\n\n### Question 2\n\nWhat would help?\n\n0 answers by 0 organisations.\n"
	if md := h.Markdown(); !strings.Contains(md, shown) {
		t.Error(md)
	}
	if page := html(t, h); !strings.Contains(page, "<h3>Question 1</h3>\n<p lang=\"en\" dir=\"auto\">Is a year *too* long?</p>\n<p>2 answers by 2 organisations.</p>") ||
		!strings.Contains(page, `<tr><th scope="row" lang="en"><bdi>It | depends</bdi></th><td>0</td><td>0</td></tr>`) {
		t.Error(page)
	}
}
