package graph

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// A verdict is what viewers of a kind are told of an entry that is followed.
type verdict struct {
	told       bool
	about      string // ID of what it is about; also what stands behind a cover
	documentID string // of what it is about; "" for none
}

// verdictKey names a verdict.
type verdictKey struct {
	seq  int64
	kind policies.Actor // see kindOf
}

// verdicts keeps the verdicts of an era, so that each is given once, however many listen.
type verdicts struct {
	db  *views.DB
	now func() time.Time

	mu    sync.Mutex
	era   int64
	known map[verdictKey]verdict
}

// mostVerdicts is how many verdicts are kept. Where there are more, the older are asked for again.
const mostVerdicts = 1 << 15

// kindOf returns what a verdict about a thing depends on of its viewer. Only of people, and of what is a person's own, are people
// of one organisation and role told different things.
func kindOf(viewer policies.Actor, about string) policies.Actor {
	switch policies.PrefixOf(about) {
	case policies.PrefixMember, policies.PrefixInvitation, policies.PrefixFilter:
		return viewer
	}
	kind := policies.Actor{OrganisationID: viewer.OrganisationID, Chamber: viewer.Chamber, Jurisdiction: viewer.Jurisdiction,
		Role: viewer.Role, Operator: viewer.Operator, ReadOnly: viewer.ReadOnly}
	if viewer.MemberID != "" {
		kind.MemberID = "somebody"
	}
	return kind
}

// of gives the verdicts on entries, in their order. What the public is told, everybody is.
func (v *verdicts) of(ctx context.Context, viewer policies.Actor, era int64, entries []*views.Entry) ([]verdict, error) {
	all, err := v.ofKind(ctx, policies.Actor{}, era, entries)
	if err != nil || viewer == (policies.Actor{}) {
		return all, err
	}
	var rest []*views.Entry
	var places []int
	for i, e := range entries {
		if !all[i].told {
			rest, places = append(rest, e), append(places, i)
		}
	}
	more, err := v.ofKind(ctx, viewer, era, rest)
	for i, x := range more {
		all[places[i]] = x
	}
	return all, err
}

// ofKind gives the verdicts for viewers of one kind, of which this is one.
func (v *verdicts) ofKind(ctx context.Context, viewer policies.Actor, era int64, entries []*views.Entry) ([]verdict, error) {
	all := make([]verdict, len(entries))
	var missing []int
	v.inEra(era, func(bool) {
		for i, e := range entries {
			known, ok := v.known[verdictKey{e.Seq, kindOf(viewer, e.About)}]
			if all[i] = known; !ok {
				missing = append(missing, i)
			}
		}
	})
	if len(missing) == 0 {
		return all, nil
	}
	l := newLoaders(v.db, viewer, v.now)
	for _, i := range missing {
		announceNode(l, entries[i].About)
	}
	for _, i := range missing {
		var err error
		if all[i], err = judge(ctx, l, entries[i]); err != nil {
			return nil, err
		}
	}
	v.inEra(era, func(still bool) {
		for _, i := range missing {
			if still {
				v.known[verdictKey{entries[i].Seq, kindOf(viewer, entries[i].About)}] = all[i]
			}
		}
	})
	return all, nil
}

// inEra runs f on the verdicts that are known; still says that era isn't over. Whoever comes with an
// era that is takes what holds by now, and leaves nothing.
func (v *verdicts) inEra(era int64, f func(still bool)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if era > v.era || v.known == nil || len(v.known) > mostVerdicts {
		v.era, v.known = max(era, v.era), map[verdictKey]verdict{}
	}
	f(era == v.era)
}

// judge gives the verdict on an entry for the viewer of the loaders: what it is about must be
// something that the viewer may see at this moment.
func judge(ctx context.Context, l *loaders, e *views.Entry) (v verdict, err error) {
	v.about = e.About
	if v.about == "" { // told to nobody in particular
		shown, err := l.db.ShownEntry(ctx, l.viewer, e.Seq)
		if err != nil && !errors.Is(err, policies.ErrNotFound) {
			return v, err
		}
		if v.about = shown.About; v.about == "" {
			return v, nil
		}
	}
	node, err := nodeOf(ctx, l, v.about)
	if err != nil || node == nil {
		return v, err
	}
	if m, ok := node.(*policies.Member); ok && !views.ShowsMember(l.viewer, m) {
		return v, nil
	}
	v.told = true
	v.documentID, err = documentOf(ctx, l, v.about)
	return v, err
}
