package reports

import (
	"fmt"
	"slices"
	"strings"
)

// What stands under one response is put in the mouths of all whom it names. So comments
// share one only where they say the same, or are of one campaign and the response says
// that their words differ. That they were disposed of alike isn't enough.

// quotedAlike is how many comments are quoted that were disposed of alike on one clause;
// the others are only counted.
const quotedAlike = 20

// sameWords takes from a text what tells no words apart: case, white space and the last
// full stop.
func sameWords(text string) string {
	return strings.TrimRight(strings.ToLower(strings.Join(strings.Fields(text), " ")), ". ")
}

// proposal gives what must be the same, to the letter, in comments that share a response:
// one word of it may be all that they differ in.
func (a *heardResponse) proposal() string {
	c := &a.line.Comment
	return fmt.Sprintf("%q %q %q %q %q %q %q", c.QuestionID, c.Choice, c.Proposed(), strings.Join(strings.Fields(c.Replacement), " "), c.Stance, a.Quote, a.Cost)
}

// join adds the comments of one response to those of another.
func (h *hearing) join(to, from *heardResponse) {
	to.Numbers = append(to.Numbers, from.Numbers...)
	to.By = withNames(to.By, from.By)
	to.Repeats = append(to.Repeats, from.Repeats...)
	to.Repeaters = withNames(to.Repeaters, from.Repeaters)
	to.joinAftermath(&from.Response)
	for _, n := range from.Numbers {
		h.byNumber[n] = to
	}
}

// withNames adds the names that a list doesn't have.
func withNames(list, names []string) []string {
	for _, name := range names {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// campaigns joins the responses to one campaign that was disposed of alike.
func (h *hearing) campaigns() {
	type group struct{ alike, proposal, campaign string }
	first := map[group]*heardResponse{}
	joined := map[*heardResponse]bool{}
	for _, a := range h.responses {
		if !a.Campaign || a.line.Comment.Text == "" { // or it has no words to share any more
			continue
		}
		g := group{a.alike, a.proposal(), a.line.CampaignID}
		if first[g] == nil {
			first[g] = a
			continue
		}
		h.join(first[g], a)
		first[g].Like = first[g].line.Comment.Number
		joined[a] = true
	}
	h.responses = slices.DeleteFunc(h.responses, func(a *heardResponse) bool { return joined[a] })
}

// repeats puts comments that were disposed of as duplicates under the one they repeat,
// where the report has that.
func (h *hearing) repeats() {
	h.responses = slices.DeleteFunc(h.responses, func(a *heardResponse) bool {
		of := h.byNumber[a.duplicateOf]
		if a.duplicateOf == 0 || of == nil || of == a || of.duplicateOf != 0 {
			return false
		}
		of.Repeats = append(of.Repeats, a.Numbers...)
		of.Repeaters = withNames(of.Repeaters, a.By)
		return true
	})
}

// shorten quotes no more than quotedAlike comments that were disposed of alike on one
// clause, those that most repeat, and makes one response of the others. It sorts what each
// response lists.
func (h *hearing) shorten() {
	byKey := map[string][]*heardResponse{}
	for _, a := range h.responses {
		byKey[a.alike] = append(byKey[a.alike], a)
	}
	joined := map[*heardResponse]bool{}
	for _, list := range byKey {
		if len(list) <= quotedAlike {
			continue
		}
		slices.SortStableFunc(list, func(a, b *heardResponse) int {
			return len(b.Numbers) + len(b.Repeats) - len(a.Numbers) - len(a.Repeats)
		})
		rest := list[quotedAlike:]
		last := slices.MaxFunc(rest, func(a, b *heardResponse) int { return a.line.Comment.Number - b.line.Comment.Number })
		for _, a := range rest {
			if a != last {
				h.join(last, a)
				joined[a] = true
			}
		}
		last.Response = Response{Outcome: last.Outcome, Reason: last.Reason, Numbers: last.Numbers, By: last.By, Aside: last.Aside,
			Unquoted: true, Repeats: last.Repeats, Repeaters: last.Repeaters}
	}
	h.responses = slices.DeleteFunc(h.responses, func(a *heardResponse) bool { return joined[a] })
	for _, a := range h.responses {
		slices.Sort(a.Numbers)
		slices.Sort(a.Repeats)
		slices.Sort(a.By)
		slices.Sort(a.Repeaters)
	}
}
