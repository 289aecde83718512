package registry

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// However the ledger grows and wherever a follower is, it gets what comes next, or is sent to the views; and
// what is new is read once.
func TestTail(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 0))
		var tail tail
		size, read := int64(0), int64(0)
		fetch := func(from int64, limit int) (entries []views.Entry, err error) {
			for seq := from; seq < min(from+int64(limit), size); seq++ {
				entries = append(entries, views.Entry{Seq: seq})
			}
			read += int64(len(entries))
			return entries, nil
		}
		at := make([]int64, 8)
		for range 300 {
			if random.IntN(3) == 0 {
				size += random.Int64N(1 << random.IntN(14))
			}
			i := random.IntN(len(at))
			news, covered, err := tail.newsFrom(at[i], size, fetch)
			if err != nil {
				t.Fatal(err)
			}
			if !covered {
				if len(news.Entries) > 0 || size-at[i] <= tailSize {
					t.Fatalf("seed %d: at %d of %d it isn't covered, and gets %d entries", seed, at[i], size, len(news.Entries))
				}
				at[i] = size - random.Int64N(tailSize)
				continue
			}
			if len(news.Entries) == 0 != (at[i] == size) {
				t.Fatalf("seed %d: at %d of %d it gets %d entries", seed, at[i], size, len(news.Entries))
			}
			for _, e := range news.Entries {
				if e.Seq != at[i] {
					t.Fatalf("seed %d: entry %d in place of %d", seed, e.Seq, at[i])
				}
				at[i]++
			}
		}
		if read > size || len(tail.entries) > 2*tailSize {
			t.Errorf("seed %d: %d entries were read of %d, and %d are kept", seed, read, size, len(tail.entries))
		}
	}
}

// What is committed is read once, however many follow.
func TestFollowersReadTogether(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 3)
	cost := func(followers int) int64 {
		t.Helper()
		at := r.Views().Position()
		do(t, r, c.carrier, "", c.says(0, "Words."))
		before := r.Views().Statements()
		var following sync.WaitGroup
		for range followers {
			following.Go(func() {
				if news, err := r.NewsFrom(t.Context(), at); err != nil || len(news.Entries) != 1 || news.Entries[0].Seq != at {
					t.Errorf("%+v, %v", news, err)
				}
			})
		}
		following.Wait()
		return r.Views().Statements() - before
	}
	if _, err := r.NewsFrom(t.Context(), r.Views().Position()); err != nil {
		t.Fatal(err)
	}
	if one, many := cost(1), cost(100); one != 1 || many != 1 {
		t.Errorf("%d statements for one follower, %d for a hundred", one, many)
	}
}

// An era ends with whatever may change what somebody is shown of what was before; comments alone don't.
func TestErasEnd(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 3)
	era := func() int64 {
		t.Helper()
		news, err := r.NewsFrom(t.Context(), r.Views().Position())
		if err != nil {
			t.Fatal(err)
		}
		return news.Era
	}
	first := era()
	comment := do(t, r, c.carrier, "", c.says(0, "Words.")).Subject
	if now := era(); now != first {
		t.Errorf("a comment ended the era %d: %d", first, now)
	}
	for name, end := range map[string]func(){
		"a withdrawal": func() { do(t, r, c.carrier, "", policies.WithdrawComment{CommentID: comment, Reason: "A mistake."}) },
		"a comment and an end": func() {
			do(t, r, c.carrier, "", c.says(1, "Words."))
			admit(t, r, policies.InviteMember{OrganisationID: c.ministry.OrganisationID, Issuer: idp, Subject: "clerk", Name: "A clerk", Role: policies.Observer})
			do(t, r, c.carrier, "", c.says(2, "Words."))
		},
		"new views": func() {
			if err := r.onWriter(t.Context(), func() error { return r.rebuild(t.Context()) }); err != nil {
				t.Fatal(err)
			}
		},
		"more than is kept": func() { r.tail.from -= 2 * tailSize; r.tail.entries = nil },
	} {
		before := era()
		if end(); era() <= before {
			t.Errorf("%s didn't end the era %d", name, before)
		}
	}
}

// A follower that comes from far behind hears everything, beside those who don't.
func TestFollowFromFarBehind(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 3)
	for i := range 20 {
		do(t, r, c.carrier, "", c.says(i, "Words."))
	}
	end := r.Views().Position()
	if _, err := r.NewsFrom(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	r.tail.forget() // as if there had been thousands
	var following sync.WaitGroup
	for range 3 * farBehind {
		following.Go(func() {
			next := int64(0)
			for e := range r.Follow(t.Context(), 0) {
				if e.Seq != next {
					t.Errorf("entry %d in place of %d", e.Seq, next)
				}
				if next++; next == end {
					return
				}
			}
		})
	}
	following.Wait()
}
