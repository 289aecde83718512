package reports

import (
	"fmt"
	"slices"
	"strings"
)

// What stands under one reply is put in the mouths of all whom the reply names. So
// comments share one only where they say the same, or are of one campaign and the reply
// says that their words differ; an answer that they share isn't enough.

// quotedAlike is how many replies with the same answer are quoted at one place; what
// the others say is only counted.
const quotedAlike = 20

// sameWords is a text without what tells no words apart: case, white space and the last
// full stop.
func sameWords(text string) string {
	return strings.TrimRight(strings.ToLower(strings.Join(strings.Fields(text), " ")), ". ")
}

// proposal is what must be the same, to the letter, in comments that share a reply:
// one word of it may be all that they differ in.
func (a *answered) proposal() string {
	c := &a.line.Comment
	return fmt.Sprintf("%q %q %q", c.QuestionID, c.Choice, strings.Join(strings.Fields(c.Replacement), " "))
}

// join adds the comments of a reply to those of another.
func (h *hearing) join(to, from *answered) {
	to.Numbers = append(to.Numbers, from.Numbers...)
	to.By = withNames(to.By, from.By)
	to.Repeats = append(to.Repeats, from.Repeats...)
	to.Repeaters = withNames(to.Repeaters, from.Repeaters)
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

// campaigns joins replies to one campaign that were answered alike.
func (h *hearing) campaigns() error {
	type group struct{ answer, proposal, campaign string }
	first := map[group]*answered{}
	joined := map[*answered]bool{}
	for batch := range slices.Chunk(h.answered, 500) {
		var ids []string
		for _, a := range batch {
			ids = append(ids, a.line.Comment.ID)
		}
		of, err := h.db.CampaignsOf(h.ctx, h.viewer, ids)
		if err != nil {
			return fmt.Errorf("couldn't load the campaigns: %w", err)
		}
		for _, a := range batch {
			m, ok := of[a.line.Comment.ID]
			if !ok || a.line.Comment.Text == "" { // or it has no words to share any more
				continue
			}
			g := group{a.answer, a.proposal(), m.Campaign.ID}
			if first[g] == nil {
				first[g] = a
				continue
			}
			h.join(first[g], a)
			first[g].Like = first[g].line.Comment.Number
			joined[a] = true
		}
	}
	h.answered = slices.DeleteFunc(h.answered, func(a *answered) bool { return joined[a] })
	return nil
}

// repeats puts comments that were answered as duplicates under those they repeat,
// where that one is told of.
func (h *hearing) repeats() {
	h.answered = slices.DeleteFunc(h.answered, func(a *answered) bool {
		of := h.byNumber[a.duplicateOf]
		if a.duplicateOf == 0 || of == nil || of == a || of.duplicateOf != 0 {
			return false
		}
		of.Repeats = append(of.Repeats, a.Numbers...)
		of.Repeaters = withNames(of.Repeaters, a.By)
		return true
	})
}

// shorten quotes no more than quotedAlike replies with the same answer at one place,
// those to most comments, and makes one of the others; and it sorts what each lists.
func (h *hearing) shorten() {
	byAnswer := map[string][]*answered{}
	for _, a := range h.answered {
		byAnswer[a.answer] = append(byAnswer[a.answer], a)
	}
	joined := map[*answered]bool{}
	for _, list := range byAnswer {
		if len(list) <= quotedAlike {
			continue
		}
		slices.SortStableFunc(list, func(a, b *answered) int {
			return len(b.Numbers) + len(b.Repeats) - len(a.Numbers) - len(a.Repeats)
		})
		rest := list[quotedAlike:]
		last := slices.MaxFunc(rest, func(a, b *answered) int { return a.line.Comment.Number - b.line.Comment.Number })
		last.Unquoted, last.Question, last.Sample, last.Proposed, last.Like = true, 0, "", "", 0
		for _, a := range rest {
			if a != last {
				h.join(last, a)
				joined[a] = true
			}
		}
	}
	h.answered = slices.DeleteFunc(h.answered, func(a *answered) bool { return joined[a] })
	for _, a := range h.answered {
		slices.Sort(a.Numbers)
		slices.Sort(a.Repeats)
		slices.Sort(a.By)
		slices.Sort(a.Repeaters)
	}
}
