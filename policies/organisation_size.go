package policies

import "time"

// SizeClass is how large an organisation is by its head count, in the classes of
// Commission Recommendation 2003/361/EC, annex, article 2. Its head count is that of
// article 5: annual work units, so that two people of half time count as one.
// Turnover and balance sheet, which the recommendation looks at too, aren't asked for.
type SizeClass string

const (
	Micro  SizeClass = "micro"  // fewer than 10
	Small  SizeClass = "small"  // fewer than 50
	Medium SizeClass = "medium" // fewer than 250
	Large  SizeClass = "large"  // 250 or more
)

// SizeClasses are all classes from the smallest up.
var SizeClasses = []SizeClass{Micro, Small, Medium, Large}

// A Size is what an organisation says of its own size. The zero Size is that of one that
// never did.
type Size struct {
	Class      SizeClass
	Year       int // the one whose head count it is
	DeclaredAt time.Time
}

// maxSizeAge is how many years before the present one a head count may be of.
const maxSizeAge = 10

// HasSize says whether organisations of a kind are counted by size: those that are
// enterprises. Governments and the secretariat aren't.
func (k OrganisationKind) HasSize() bool { return k == Business || k == HubOperator }

// DeclareSize says how large the actor's organisation is. What is said later replaces
// what was said before, for the same year too: so a mistake is put right.
type DeclareSize struct {
	OrganisationID string
	Class          SizeClass
	Year           int
}

// OrganisationSized is what [DeclareSize] yields.
type OrganisationSized struct {
	OrganisationID string    `json:"organisation"`
	Class          SizeClass `json:"class"`
	Year           int       `json:"year"`
	By             string    `json:"by"`
}

// Decide implements [Command].
func (c DeclareSize) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, DeclaringSize, OnOrganisation(c.OrganisationID)); err != nil {
		return nil, errAt(err, "organisationId")
	}
	o, err := f.Organisation(c.OrganisationID)
	if err != nil {
		return nil, errUnknown(err, "organisationId", "organisation", c.OrganisationID)
	}
	if !o.Kind.HasSize() {
		return nil, errConflict("organisationId", "has no size: only businesses and hub operators are counted by theirs")
	}
	if err := joinFaults(checkOneOf("class", c.Class, SizeClasses), checkSizeYear("year", c.Year, env.Now)); err != nil {
		return nil, err
	}
	if o.Size.Class == c.Class && o.Size.Year == c.Year {
		return nil, errConflict("class", "your organisation has said so already")
	}
	return &OrganisationSized{OrganisationID: o.ID, Class: c.Class, Year: c.Year, By: env.Actor.MemberID}, nil
}

// checkSizeYear refuses a year that has begun nowhere yet, and one that is too long ago to
// say anything of the present.
func checkSizeYear(field string, year int, now time.Time) error {
	latest := now.In(time.FixedZone("", 14*60*60)).Year() // where the year begins first
	return checkThat(year <= latest && year >= latest-maxSizeAge, field, "is to be from %d to %d", latest-maxSizeAge, latest)
}

var _ = registerEvent[OrganisationSized](nil)

func (*OrganisationSized) Kind() string      { return "organisation.sized/1" }
func (e *OrganisationSized) Subject() string { return e.OrganisationID }

// Fold implements [Event].
func (e *OrganisationSized) Fold(s Stamp, r Record) error {
	o, err := r.Organisation(e.OrganisationID)
	if err != nil {
		return errUnlessErased(err)
	}
	o.Size = Size{Class: e.Class, Year: e.Year, DeclaredAt: s.At}
	return r.PutOrganisation(o)
}
