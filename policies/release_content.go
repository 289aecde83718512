package policies

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ewtp/entente/standards"
)

// endedKept is for how many months a release carries what has ended, marked, so that what
// happened meanwhile can be judged.
const endedKept = 24

// loadContent finds what the release holds: the instruments that are named, and those of
// the release before that have ended of late. What that held and still binds, or is to,
// isn't left out unless it is named as dropped.
func (c PublishRelease) loadContent(env Env, f Facts, set standards.RuleSet) ([]standards.Instrument, error) {
	named, err := c.loadInstruments(env, f)
	if err != nil {
		return nil, err
	}
	before, err := latestRelease(f, set)
	if err != nil {
		return nil, err
	}
	ended, binding, err := c.leftOut(env, f, before)
	if err != nil {
		return nil, err
	}
	if err := c.checkDropping(binding); err != nil {
		return nil, err
	}
	if len(named)+len(ended) == 0 {
		return nil, errInvalid("instrumentIds", "is empty")
	}
	return append(named, ended...), nil
}

// latestRelease finds the release before the next that wasn't erased; the zero value
// where there is none.
func latestRelease(f Facts, set standards.RuleSet) (standards.Release, error) {
	for n := set.Releases; n > 0; n-- {
		r, err := f.Release(set.ID, n)
		if err == nil || !errors.Is(err, ErrNotFound) {
			return r, err
		}
	}
	return standards.Release{}, nil
}

// leftOut returns what a release held that isn't named any more: what has ended since,
// not longer ago than releases carry it, and what binds or is to.
func (c PublishRelease) leftOut(env Env, f Facts, before standards.Release) (ended, binding []standards.Instrument, err error) {
	for _, id := range before.Instruments {
		if slices.Contains(c.Instruments, id) {
			continue
		}
		in, err := f.Instrument(id)
		if err == nil {
			_, err = f.Text(in.RevisionID)
		}
		if errors.Is(err, ErrNotFound) { // erased: nobody can carry it
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("couldn't load what the release before held: %w", err)
		}
		switch last := in.Last(in.Parties); {
		case in.BindsNever():
		case last.IsZero() || env.Now.Before(last):
			binding = append(binding, in)
		case last.After(env.Now.AddDate(0, -endedKept, 0)):
			ended = append(ended, in)
		}
	}
	return ended, binding, nil
}

// checkDropping refuses to leave out what binds unless it is named, and to name anything
// else.
func (c PublishRelease) checkDropping(binding []standards.Instrument) error {
	if err := checkEach("droppedIds", c.Dropping, func(field, id string) error {
		if !slices.ContainsFunc(binding, func(in standards.Instrument) bool { return in.ID == id }) {
			return errInvalid(field, "isn't dropped: the release before didn't hold it, or this one does, or it has ended")
		}
		return nil
	}); err != nil {
		return err
	}
	var missing []string
	for _, in := range binding {
		if !slices.Contains(c.Dropping, in.ID) {
			missing = append(missing, fmt.Sprintf("%s (%s)", in.Number, in.ID))
		}
	}
	if len(missing) > 0 {
		return errConflict("droppedIds", "the release leaves out what binds or is to, and the one before held: %s; name it as dropped, or keep it", strings.Join(missing, ", "))
	}
	return nil
}
