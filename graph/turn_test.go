package graph

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// sit has a turn taken in a goroutine, and tells the name then.
func sit(t *testing.T, all *turns, isChange bool, name string, told chan<- string) *turn {
	x := &turn{of: all, isChange: isChange}
	go func() {
		x.take(t.Context())
		told <- name
	}()
	synctest.Wait()
	return x
}

// Where questions and changes wait, each change waits for a few questions and no more, each question for one
// change, and each of a kind for those before it.
func TestQuestionsComeFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all, told := &turns{free: 1}, make(chan string, 20)
		have := map[string]*turn{}
		for _, name := range []string{"first", "c1", "c2", "c3", "q1", "q2", "q3", "q4", "q5"} {
			have[name] = sit(t, all, name[0] == 'c', name, told)
		}
		var got []string
		for range have {
			name := <-told
			got = append(got, name)
			have[name].give()
			synctest.Wait()
		}
		if want := []string{"first", "q1", "q2", "c1", "q3", "q4", "c2", "q5", "c3"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if all.free != 1 {
			t.Errorf("%d turns are free of one", all.free)
		}
	})
}

// A change that was begun is ended before another begins.
func TestWhatWasBegunIsEndedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all, told := &turns{free: 1}, make(chan string, 20)
		begun := sit(t, all, true, "begun", told)
		begun.give()
		holder := sit(t, all, true, "holder", told)
		sit(t, all, true, "new", told)
		go func() {
			begun.take(t.Context())
			told <- "again"
		}()
		synctest.Wait()
		holder.give()
		synctest.Wait()
		if got := []string{<-told, <-told, <-told}; got[2] != "again" {
			t.Errorf("%v", got)
		}
	})
}

// Whoever waits in vain goes ahead; whoever is gone isn't waited for; and the turn of what is slow is somebody else's.
func TestSlowHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := &turns{free: 1}
		slow := &turn{of: all}
		slow.take(t.Context())
		began := time.Now()
		(&turn{of: all}).take(t.Context())
		if waited := time.Since(began); waited != longestTurn {
			t.Errorf("waited %s for what is slow", waited)
		}
		slow.give() // which it hasn't any more

		gone, leave := context.WithCancel(t.Context())
		leave()
		began = time.Now()
		x := &turn{of: all}
		x.take(gone)
		x.give()
		if waited := time.Since(began); waited != 0 || len(all.questions) != 0 {
			t.Errorf("gone, and waited %s; %d wait", waited, len(all.questions))
		}
		time.Sleep(longestTurn)
		synctest.Wait()
		if all.free != 1 {
			t.Errorf("%d turns are free of one", all.free)
		}

		all.free = 0 // nobody gives any
		began = time.Now()
		x = &turn{of: all, isChange: true}
		x.take(t.Context())
		x.give()
		if waited := time.Since(began); waited != longestWait || len(all.changes) != 0 || all.free != 0 {
			t.Errorf("waited %s in vain; %d wait, %d free", waited, len(all.changes), all.free)
		}
	})
}

// While a change waits for the writer, its turn is another's.
func TestWaitingTakesNoTurn(t *testing.T) {
	all := &turns{free: 1}
	own := &turn{of: all, isChange: true}
	own.take(t.Context())
	ctx := context.WithValue(t.Context(), turnKey{}, own)
	_, err := outOfTurn(ctx, func() (int, error) {
		other := &turn{of: all}
		other.take(t.Context())
		if !other.has {
			t.Error("the turn is held by who waits")
		}
		other.give()
		return 0, nil
	})
	if err != nil || !own.has {
		t.Errorf("afterwards: has a turn: %t, %v", own.has, err)
	}
	own.give()
}
