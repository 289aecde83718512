package registry

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
)

// twoClocks are a clock that a test sets, and one that runs as time passes.
type twoClocks struct {
	set    time.Time
	passed time.Duration
}

func (c *twoClocks) pass(d time.Duration) { c.set, c.passed = c.set.Add(d), c.passed+d }

// refusesFor wants a command to be refused for the clock, the registry not to be ready, and
// nothing to be written; or, for no words, the contrary.
func refusesFor(t *testing.T, r *Registry, c cast, words string) {
	t.Helper()
	before := r.Views().Position()
	_, err := r.Do(t.Context(), c.carrier, "", c.says(int(before), "Now?"))
	ready := r.Ready(t.Context())
	if words == "" {
		if err != nil || ready != nil {
			t.Errorf("a command: %v; ready: %v", err, ready)
		}
		return
	}
	for _, err := range []error{err, ready} {
		if !errors.Is(err, ErrClock) || !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), words) {
			t.Errorf("refused with %v, want ErrClock and %q", err, words)
		}
	}
	if r.Views().Position() != before {
		t.Error("it was written all the same")
	}
}

// A clock that is set ahead while the node serves ends the writing, before an entry bears
// its time; once it is right again, so is the writing. A machine that sleeps, and a clock
// that is brought to the right time slowly, are no reason.
func TestClockThatRunsAway(t *testing.T) {
	c := &twoClocks{set: time.Now()}
	r := openOn(t, Options{Clock: func() time.Time { return c.set }, Steady: func() time.Duration { return c.passed }})
	who := settle(t, r, 2)
	c.pass(20 * time.Hour) // asleep
	refusesFor(t, r, who, "")
	c.set = c.set.Add(time.Minute) // brought right
	refusesFor(t, r, who, "")
	right := c.set
	c.set = c.set.AddDate(1, 0, 0)
	refusesFor(t, r, who, "went ahead by 8760h")
	c.set = right
	refusesFor(t, r, who, "")
	c.set = c.set.Add(-time.Hour) // behind is harmless: no entry is earlier than the last
	refusesFor(t, r, who, "")
}

// A clock far beyond the last entry when the node starts: nothing is written until
// somebody answers for it.
func TestClockFarBeyondTheLastEntry(t *testing.T) {
	s := mem.Open()
	now := time.Now()
	at := func(t *testing.T, days int, accepted bool) *Registry {
		return openOn(t, Options{Store: s, Clock: func() time.Time { return now.AddDate(0, 0, days) }, AnyClock: accepted})
	}
	who := settle(t, at(t, 0, false), 2)
	refusesFor(t, at(t, 30, false), who, "")
	refusesFor(t, at(t, 30+366, false), who, "days after the last entry")
	refusesFor(t, at(t, 0, false), who, "") // nothing of it stayed
	refusesFor(t, at(t, 100, false), who, "days after the last entry")
	accepted := at(t, 100, true)
	if err := accepted.Ready(t.Context()); err != nil {
		t.Errorf("accepted: %v", err)
	}
}

// served is a store whose server has a clock.
type served struct {
	store.Store
	now func() time.Time
}

func (s *served) Now(context.Context) (time.Time, error) { return s.now(), nil }

// A clock that is ahead of that of the store's server ends the writing until it isn't.
func TestClockAheadOfTheServers(t *testing.T) {
	now, server := time.Now(), time.Now()
	s := &served{mem.Open(), func() time.Time { return server }}
	r := openOn(t, Options{Store: s, Clock: func() time.Time { return now }})
	who := settle(t, r, 2)
	for behind, words := range map[time.Duration]string{-time.Hour: "", time.Minute: "", 6 * time.Minute: "6m0s ahead of the store's", 8800 * time.Hour: "8800h0m0s ahead"} {
		at, err := s.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_ = r.clock.compare(at.Add(-behind))
		refusesFor(t, r, who, words)
	}
}
