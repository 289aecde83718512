package graph

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/views"
)

// However many listen to the same, a comment is read, judged and put into words for them once.
func TestStreamsHearTogether(t *testing.T) {
	s := newStage(t)
	const query = `subscription($after: Long) { ledgerEntryAdded(after: $after, kinds: ["comment.submitted"]) { seq node { ... on Comment { text organisation { name } } } document { title } } }`
	cost := func(listeners int) int64 {
		t.Helper()
		var all []func() response
		for i := range listeners { // each from where it likes
			all = append(all, s.eventsWith(t.Context(), "", query, map[string]any{"after": s.registry.Views().Position() - 1 - int64(i%3)}))
		}
		hear := func(text string) {
			s.comment("ferry", fmt.Sprint(s.ids["csn"]), "", text)
			for _, next := range all {
				for a := next(); a.at("ledgerEntryAdded.node.text") != text; a = next() {
					if a.status != 0 || len(a.Errors) > 0 {
						t.Fatalf("%+v", a)
					}
				}
			}
		}
		hear(fmt.Sprint("To begin with ", listeners))
		before := s.registry.Views().Statements()
		for i := range 3 {
			hear(fmt.Sprint("Words ", listeners, i))
		}
		return s.registry.Views().Statements() - before
	}
	if one, many := cost(1), cost(30); many > one+5 { // what happens beside them reads a little, too
		t.Errorf("three comments take %d statements for one listener, %d for thirty more", one, many)
	}
}

// A stream leaves the goroutine of its request, and has two: one tells it, one hears when the client hangs up.
func TestStreamsHaveTwoGoroutines(t *testing.T) {
	s := newStage(t)
	const streams = 20
	for range streams {
		s.events(t.Context(), "", `subscription { ledgerEntryAdded { seq } }`)
	}
	for {
		stacks := make([]byte, 1<<22)
		stacks = stacks[:runtime.Stack(stacks, true)]
		ours, serving := 0, 0
		for stack := range strings.SplitSeq(string(stacks), "\n\n") {
			if strings.Contains(stack, "entente/graph.") && !strings.Contains(stack, "testing.tRunner") {
				ours++
				if strings.Contains(stack, "net/http.(*conn).serve") {
					serving++
				}
			}
		}
		if serving == 0 { // the last have left
			if ours != 2*streams {
				t.Errorf("%d streams have %d goroutines", streams, ours)
			}
			return
		}
		runtime.Gosched()
	}
}

// What was put into words for one isn't told to another once somebody has seen to it that it is hidden.
func TestWhatWasHiddenSinceIsNotTold(t *testing.T) {
	s := newStage(t)
	const query = `subscription($after: Long) { ledgerEntryAdded(after: $after, kinds: ["comment.submitted"]) { node { ... on Comment { text redacted: redaction { reason } } } } }`
	after := map[string]any{"after": s.registry.Views().Position() - 1}
	first := s.eventsWith(t.Context(), "", query, after)
	beside := s.eventsWith(t.Context(), "", query, after) // so that words are kept
	comment := s.comment("ferry", fmt.Sprint(s.ids["csn"]), "", "Words of oz.")
	for _, next := range []func() response{first, beside} {
		if a := next(); a.at("ledgerEntryAdded.node.text") != "Words of oz." {
			t.Fatalf("before: %+v", a)
		}
	}
	s.do(s.actor("office"), policies.RedactComment{CommentID: comment, Reason: "personal data"})
	late := s.eventsWith(t.Context(), "", query, after)
	if a := late(); a.status != 0 || len(a.Errors) > 0 || strings.Contains(fmt.Sprint(a.Data), "oz") {
		t.Errorf("after the redaction: %+v", a)
	}
}

// Whatever was asked before by others, everybody is told of an entry what it would be told alone; and
// what one member was told costs nothing for the next of its kind.
func TestVerdictsAreThoseOfEach(t *testing.T) {
	s := newStage(t)
	s.do(s.actor("estonia"), policies.DisposeComment{CommentID: fmt.Sprint(s.ids["cmt"]), Outcome: policies.Noted, Reason: "Seen."})
	s.admit("clerk", "loom", policies.Delegate)
	s.admit("second", "loom", policies.Delegate)
	root := newResolver(s.registry)
	list, err := s.registry.Views().EntriesFrom(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var entries []*views.Entry
	for i := range list {
		entries = append(entries, &list[i])
	}
	told := 0
	for _, who := range []string{"second", "ferry", "", "kenya", "clerk", "loom", "intern", "estonia", "office", "hub", "clerk"} {
		got, err := root.verdicts.of(t.Context(), s.actor(who), 1, entries)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range entries {
			want, err := judge(t.Context(), newLoaders(s.registry.Views(), s.actor(who), s.registry.Now), e)
			if err != nil {
				t.Fatal(err)
			}
			if got[i].told != want.told || got[i].told && got[i] != want {
				t.Errorf("%q is told of entry %d (%s): %+v, alone: %+v", who, i, e.Kind, got[i], want)
			}
			if got[i].told {
				told++
			}
		}
	}
	if told < len(entries) {
		t.Errorf("everybody together was told %d times", told)
	}
	before := s.registry.Views().Statements()
	var comments []*views.Entry
	for _, e := range entries {
		if !slices.Contains([]policies.Prefix{policies.PrefixMember, policies.PrefixInvitation, policies.PrefixFilter}, policies.PrefixOf(e.About)) {
			comments = append(comments, e)
		}
	}
	another := s.actor("clerk")
	another.MemberID, another.Name, another.Subject = "mem_another", "Another", "another"
	if _, err := root.verdicts.of(t.Context(), another, 1, comments); err != nil || s.registry.Views().Statements() != before {
		t.Errorf("the same kind of viewer costs %d statements, %v", s.registry.Views().Statements()-before, err)
	}
	if _, err := root.verdicts.of(t.Context(), another, 2, comments); err != nil || s.registry.Views().Statements() == before {
		t.Errorf("verdicts of an era hold in the next: %v", err)
	}
}

// A stream gets the words for each entry once and in order, whoever wrote them and however much is kept.
func TestAudience(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		all := &audiences{known: map[audienceKey]*audience{}}
		a := all.join(audienceKey{})
		word := func(seq int64) string { // nothing for every third: it isn't for them
			if seq%3 == 0 {
				return ""
			}
			return fmt.Sprint(seq, " ")
		}
		size, era := int64(0), int64(1)
		at, heard := make([]int64, 5), make([]string, 5)
		want := ""
		for range 400 {
			for range random.IntN(4) {
				want += word(size)
				size++
			}
			if random.IntN(20) == 0 {
				era++
			}
			i := random.IntN(len(at))
			var news registry.News
			news.Era = era
			for seq := at[i]; seq < min(at[i]+6, size); seq++ {
				news.Entries = append(news.Entries, views.Entry{Seq: seq})
			}
			if len(news.Entries) == 0 {
				continue
			}
			fails := random.IntN(10) == 0
			text, next, _, err := a.told(waiting{ctx: context.Background()}, at[i], era-random.Int64N(2), random.IntN(60), func() (registry.News, error) { return news, nil },
				func(news registry.News) (text []byte, ends []int, err error) {
					if fails {
						return nil, nil, errors.New("gone")
					}
					for _, e := range news.Entries {
						text = append(text, word(e.Seq)...)
						ends = append(ends, len(text))
					}
					return text, ends, nil
				})
			if err != nil {
				continue
			}
			heard[i] += string(text)
			at[i] = next
		}
		for i := range at {
			if heard[i] != want[:len(heard[i])] || at[i] > size {
				t.Fatalf("seed %d: %d heard %s\nof %s", seed, i, heard[i], want)
			}
		}
		if len(a.text) > 60+6*8 {
			t.Errorf("seed %d: %d bytes are kept", seed, len(a.text))
		}
		if all.leave(a); len(all.known) > 0 {
			t.Errorf("seed %d: an audience of nobody is kept", seed)
		}
	}
}
