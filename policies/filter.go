package policies

import (
	"slices"
	"time"
)

// MaxFilters is how many filters a member may keep.
const MaxFilters = 50

// A SavedFilter says what a member wants to hear of. It is the member's own: nobody
// else, of its organisation or the secretariat, learns that it is there.
type SavedFilter struct {
	ID       string // TypeID "flt_…"
	MemberID string
	Name     string
	Interests
	SavedAt   time.Time // when it was saved last
	DeletedAt time.Time // zero while it is kept; it loses what it wanted then
}

// Interests are what a filter looks for: a consultation that has one of each list
// that isn't empty, and the keyword if there is one.
type Interests struct {
	Topics        []string `json:"topics,omitempty"`        // of the document, compared by NameKey
	Jurisdictions []string `json:"jurisdictions,omitempty"` // that the document is to bind, or that are asked; a country's take its subdivisions in, and the other way round
	Sectors       []string `json:"sectors,omitempty"`       // that are asked, compared by NameKey
	Keyword       string   `json:"keyword,omitempty"`       // words, all of them in one of: the title, the number, a clause
}

// Match says whether a consultation on a document is what is wanted. Whether the
// document has the keyword, mentions says; it is asked only where there is one.
func (w Interests) Match(d *Document, k *Consultation, mentions func(keyword string) bool) bool {
	var asked Audience
	if k.Audience != nil {
		asked = *k.Audience
	}
	return emptyOrContains(w.Topics, func(t string) bool { return containsName(d.Topics, t) }) &&
		emptyOrContains(w.Jurisdictions, func(j string) bool {
			return jurisdictionsTouch(d.Parties, j) || jurisdictionsTouch(asked.Jurisdictions, j)
		}) &&
		emptyOrContains(w.Sectors, func(s string) bool { return containsName(asked.Sectors, s) }) &&
		(w.Keyword == "" || mentions(w.Keyword))
}

func (w Interests) check() error {
	if len(w.Topics)+len(w.Jurisdictions)+len(w.Sectors) == 0 && w.Keyword == "" {
		return errInvalid("topics", "are missing: a filter names topics, jurisdictions, sectors or a keyword")
	}
	return joinFaults(checkNames("topics", w.Topics), checkEach("jurisdictions", w.Jurisdictions, checkJurisdiction),
		checkNames("sectors", w.Sectors), checkLine("keyword", w.Keyword, MaxName, false))
}

// recorded returns what is wanted as it is kept: a copy.
func (w Interests) recorded() Interests {
	return Interests{Topics: cloneOrNil(w.Topics), Jurisdictions: cloneOrNil(w.Jurisdictions), Sectors: cloneOrNil(w.Sectors), Keyword: w.Keyword}
}

// SaveFilter keeps a filter of the asking member's, or changes what is given of one.
type SaveFilter struct {
	FilterID string // "" for a new one
	Name     string
	Wants    Interests
	Given    []string // "name" and fields of Wants, of a filter that there is; nil for all
}

// FilterSaved is what [SaveFilter] yields. It says what a person is interested in.
type FilterSaved struct {
	ID       string    `json:"id"`
	MemberID string    `json:"member"`
	Name     string    `json:"name"`
	Wants    Interests `json:"wants"`
}

// Decide implements [Command].
func (c SaveFilter) Decide(env Env, f Facts) (Event, error) {
	id := c.FilterID
	if id != "" {
		old, err := loadOwnFilter(env, f, id)
		if err != nil {
			return nil, err
		}
		c = c.onto(old)
	} else if err := May(env.Actor, Attending, Nothing); err != nil {
		return nil, err
	}
	if err := joinFaults(checkLine("name", c.Name, MaxName, true), c.Wants.check()); err != nil {
		return nil, err
	}
	if id == "" {
		have, err := f.SavedFilters(env.Actor.MemberID)
		if err != nil {
			return nil, err
		}
		if len(have) >= MaxFilters {
			return nil, errConflict("name", "would be filter %d, and at most %d are kept: delete one first", len(have)+1, MaxFilters)
		}
		id = env.Fresh(PrefixFilter)
	}
	return &FilterSaved{ID: id, MemberID: env.Actor.MemberID, Name: c.Name, Wants: c.Wants.recorded()}, nil
}

// onto is the command with what it doesn't give as the filter has it.
func (c SaveFilter) onto(old SavedFilter) SaveFilter {
	if c.Given != nil && !slices.Contains(c.Given, "name") {
		c.Name = old.Name
	}
	putGiven(&old.Interests, c.Wants, c.Given)
	c.Wants = old.Interests
	return c
}

// loadOwnFilter finds a filter of the asking member's that wasn't deleted. Those of others
// are refused as if they weren't there.
func loadOwnFilter(env Env, f Facts, id string) (SavedFilter, error) {
	v, err := f.SavedFilter(id)
	if err != nil && errUnlessErased(err) != nil {
		return v, err
	}
	if err != nil {
		v = SavedFilter{} // nobody's, so that the refusal takes the same way
	}
	if err := May(env.Actor, Attending, OnFilter(&v)); err != nil {
		return v, errAt(err, "filterId")
	}
	if !v.DeletedAt.IsZero() {
		return v, errConflict("filterId", "has been deleted already")
	}
	return v, nil
}

var _ = registerEvent[FilterSaved](nil)

func (*FilterSaved) Kind() string      { return "filter.saved/1" }
func (e *FilterSaved) Subject() string { return e.ID }

// Fold implements [Event].
func (e *FilterSaved) Fold(s Stamp, r Record) error {
	return r.PutSavedFilter(SavedFilter{ID: e.ID, MemberID: e.MemberID, Name: e.Name, Interests: e.Wants, SavedAt: s.At})
}

// DeleteFilter ends a filter of the asking member's.
type DeleteFilter struct{ FilterID string }

// FilterDeleted is what [DeleteFilter] yields.
type FilterDeleted struct {
	ID string `json:"id"`
}

// Decide implements [Command].
func (c DeleteFilter) Decide(env Env, f Facts) (Event, error) {
	v, err := loadOwnFilter(env, f, c.FilterID)
	if err != nil {
		return nil, err
	}
	return &FilterDeleted{ID: v.ID}, nil
}

var _ = registerEvent[FilterDeleted](func(subject string) Event { return &FilterDeleted{ID: subject} })

func (*FilterDeleted) Kind() string      { return "filter.deleted/1" }
func (e *FilterDeleted) Subject() string { return e.ID }

// Fold implements [Event].
func (e *FilterDeleted) Fold(s Stamp, r Record) error {
	v, err := r.SavedFilter(e.ID)
	if err != nil {
		return errUnlessErased(err)
	}
	return r.PutSavedFilter(SavedFilter{ID: v.ID, MemberID: v.MemberID, SavedAt: v.SavedAt, DeletedAt: s.At})
}

// FilterFacts are what decisions may ask of saved filters.
type FilterFacts interface {
	// SavedFilter returns a filter, one that was deleted too.
	SavedFilter(id string) (SavedFilter, error)
	// SavedFilters lists the filters of a member that weren't deleted, oldest first.
	SavedFilters(memberID string) ([]SavedFilter, error)
}

// FilterRecord is how events change saved filters.
type FilterRecord interface {
	PutSavedFilter(SavedFilter) error
}
