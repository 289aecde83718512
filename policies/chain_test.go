package policies_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// A lineage plays adoptions, supersessions and repeals by one sponsor, dates at random.
type lineage struct {
	*town
	t   *rapid.T
	set string // the rule set that has all of them
}

var sides = []string{"EE", "NZ"}

// dates draws a date some days from now: for everybody, or for each party its own.
func (l *lineage) dates(from, to int) standards.LawDates {
	n := func() time.Duration { return time.Duration(rapid.IntRange(from, to).Draw(l.t, "days")) * day }
	if rapid.Bool().Draw(l.t, "one for all") {
		return l.from(n())
	}
	return standards.LawDates{{Party: "EE", Local: l.from(n())[0].Local[:10], Zone: zone}, {Party: "NZ", Local: l.from(n())[0].Local, Zone: "Pacific/Auckland"}}
}

// adopt adopts a document that supersedes up to two instruments, where its terms can be.
func (l *lineage) adopt() {
	t := Terms{From: l.dates(92, 400)}
	if rapid.IntRange(0, 2).Draw(l.t, "ends?") == 0 {
		t.Until = l.dates(402, 600)
	}
	if ids := slices.Sorted(maps.Keys(l.m.All.Instruments)); len(ids) > 0 {
		t.Supersedes = slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(rapid.SampledFrom(ids), 0, 2).Draw(l.t, "supersedes"))))
	}
	doc := l.do(l.estonia, ProposeDocument{Kind: standards.Regulation, Title: "T", Language: "en", Parties: sides}).Subject()
	l.commit(doc, parcels)
	if _, err := l.try(l.estonia, ProposeTerms{DocumentID: doc, Terms: t}); err != nil {
		return
	}
	l.open(doc, LateRefused)
	l.wait(91 * day)
	_, _ = l.try(l.estonia, AdoptDocument{DocumentID: doc}) // its gate may have closed since
}

// repeal ends an instrument, often before it begins.
func (l *lineage) repeal() {
	c := RepealInstrument{InstrumentID: pick(&player{town: l.town, t: l.t}, "ins", l.m.All.Instruments), Reason: "r"}
	if rapid.Bool().Draw(l.t, "later") {
		c.From = l.dates(0, 300)
	}
	_, _ = l.try(l.estonia, c)
}

// At every instant and for each party a chain of supersession has at most one member in
// force, and a member ends by its own term or repeal, or because a successor binds.
func TestChainsHaveOneMemberInForce(t *testing.T) {
	superseded, givenBack := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		l := &lineage{town: settle(t), t: t}
		l.rules.WithoutBallot = noBallots
		for range 12 {
			was := maps.Clone(l.m.All.Instruments)
			switch rapid.IntRange(0, 2).Draw(t, "move") {
			case 0:
				l.repeal()
			default:
				l.adopt()
			}
			for id, in := range l.m.All.Instruments {
				if was[id].SupersededBy == "" && in.SupersededBy != "" {
					superseded++
				}
				if was[id].SupersededBy != "" && in.SupersededBy != was[id].SupersededBy {
					givenBack++
				}
			}
			l.hold()
			l.release()
		}
	})
	if superseded < 20 || givenBack < 5 {
		t.Errorf("%d were superseded and %d links given back: that proves little", superseded, givenBack)
	}
}

// release publishes what binds or is to, and holds the release to what the instruments say:
// each moment of each in each jurisdiction, whatever is known of it by now.
func (l *lineage) release() {
	if l.set == "" {
		l.set = l.do(l.office, CreateRuleSet{Slug: "all", Title: "All"}).Subject()
	}
	c := PublishRelease{RuleSetID: l.set, ValidUntil: l.now.Add(day)}
	for _, id := range slices.Sorted(maps.Keys(l.m.All.Instruments)) {
		in := l.m.All.Instruments[id]
		if at := in.At(l.now); !in.BindsNever() && (at == standards.Pending || at == standards.InForce) {
			c.Instruments = append(c.Instruments, id)
		}
	}
	e, err := l.try(l.office, c)
	if err != nil {
		if len(c.Instruments) > 0 {
			l.t.Fatalf("a release of all that binds was refused: %v", err)
		}
		return
	}
	m, err := standards.ParseManifest([]byte(e.(*ReleasePublished).Manifest))
	if err != nil {
		l.t.Fatalf("%v", err)
	}
	held := map[string]standards.ManifestInstrument{}
	for _, in := range m.Instruments {
		held[in.ID] = in
	}
	for id, in := range l.m.All.Instruments {
		told, ok := held[id]
		for _, at := range l.moments() {
			for _, j := range append(sides, "EE-37", "FR") {
				switch want := in.AtIn(at, j); {
				case ok && told.AtIn(at, j) != want:
					l.t.Fatalf("at %s in %s %+v is %s, and the release says %+v", at, j, in, want, told)
				case !ok && want == standards.InForce && !at.Before(l.now):
					l.t.Fatalf("at %s in %s %+v binds, and the release hasn't it", at, j, in)
				}
			}
		}
	}
}

// moments are those at which anything begins or ends, and just before.
func (l *lineage) moments() (list []time.Time) {
	for _, in := range l.m.All.Instruments {
		for _, s := range in.Spans() {
			list = append(list, s.From.At, s.From.At.Add(-time.Millisecond))
			if s.End != nil {
				list = append(list, s.End.At, s.End.At.Add(-time.Millisecond))
			}
		}
	}
	return list
}

func (l *lineage) hold() {
	all := l.m.All.Instruments
	chain := l.chains()
	for _, at := range l.moments() {
		for _, party := range sides {
			bound := map[string]string{}
			for id, in := range all {
				if in.AtIn(at, party) != standards.InForce {
					continue
				}
				if other := bound[chain[id]]; other != "" && l.linked(other, id) {
					l.t.Fatalf("at %s both bind %s: %+v and %+v", at, party, all[other], in)
				}
				bound[chain[id]] = id
			}
		}
	}
	for id, in := range all {
		if in.SupersededBy == "" {
			continue
		}
		next, ok := all[in.SupersededBy]
		if !ok || next.BindsNever() && next.SupersededBy == "" || slices.Contains([]string{"", id}, next.ID) {
			l.t.Fatalf("%+v ends for %+v, which never binds", in, next)
		}
		for i, s := range in.Spans() {
			if e := s.End; e != nil && e.Reason == standards.EndBySuccessor && !e.At.Equal(next.Spans()[i].From.At) {
				l.t.Fatalf("%+v ends at %s, and its successor begins at %s", in, e.At, next.Spans()[i].From.At)
			}
		}
	}
}

// chains names for each instrument the chain that it is in.
func (l *lineage) chains() map[string]string {
	name := map[string]string{}
	for id := range l.m.All.Instruments {
		name[id] = id
	}
	for range l.m.All.Instruments {
		for id, in := range l.m.All.Instruments {
			for _, old := range in.Supersedes {
				if name[old] < name[id] {
					name[id] = name[old]
				} else {
					name[old] = name[id]
				}
			}
		}
	}
	return name
}

// linked says whether one supersedes the other, over any number of links: what one
// instrument supersedes together may bind together.
func (l *lineage) linked(a, b string) bool {
	return l.follows(a, b) || l.follows(b, a)
}

func (l *lineage) follows(a, b string) bool {
	return slices.ContainsFunc(l.m.All.Instruments[a].Supersedes, func(id string) bool { return id == b || l.follows(id, b) })
}
