package views

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
	"github.com/ewtp/entente/views/words"
)

// What needs whom is what one finds by looking through everything.
func TestNeedsAsMemoryHasThem(t *testing.T) {
	dir, runs := t.TempDir(), 0
	seen := map[NeedKind]int{}
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		d.propose()
		d.keep(&d.revisions, policies.CommitRevision{DocumentID: d.documents[len(d.documents)-1], Source: "Paragraph 0 of words number3.\n"})
		d.keep(&d.consultations, policies.OpenConsultation{DocumentID: d.documents[len(d.documents)-1], Closes: local(d.now.Add(time.Hour)), Zone: "UTC", Late: policies.LateMarked})
		for range 8 {
			d.round()
			d.keep(nil, policies.DisposeComment{CommentID: d.any(d.comments), Outcome: policies.Noted, Reason: "noted"})
		}
		d.keep(&d.comments, policies.SubmitComment{ConsultationID: d.consultations[len(d.consultations)-1], CommentWords: policies.CommentWords{Text: "not answered any more", Stance: policies.Support, Type: policies.General}})
		db, err := Open(ctx, filepath.Join(dir, fmt.Sprint(runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		foldAll(t, db, d.entries)
		f := NeedFilter{Now: d.now, Rules: d.rules(), Within: time.Duration(rapid.IntRange(0, 300).Draw(t, "within")) * time.Minute}
		kinds := rapid.SampledFrom([][]NeedKind{nil, {NeedComment}, {NeedAnswer, NeedConsultation}}).Draw(t, "kinds")
		for _, a := range d.watchers() {
			f.Kinds = nil
			var want []Need
			for _, k := range NeedKinds {
				part := d.needs(db, a, k, f)
				seen[k] += len(part)
				if len(kinds) == 0 || slices.Contains(kinds, k) {
					want = append(want, part...)
				}
			}
			f.Kinds = kinds
			n := rapid.IntRange(1, 7).Draw(t, "page")
			for _, p := range []Page{{First: n}, {Last: n}} {
				if diff := gocmp.Diff(want, listed(t, db, a, f, p)); diff != "" {
					t.Errorf("%+v by %+v (-looked through +listed):\n%s", a, p, diff)
				}
			}
			d.checkCounts(db, a, f, want)
		}
	})
	t.Log(seen)
	for _, k := range NeedKinds {
		if seen[k] == 0 && !slices.Contains(rarelyNeeded, k) && !t.Failed() {
			t.Errorf("in no dialogue was anybody needed for the kind %s", k)
		}
	}
}

// rarelyNeeded are the kinds that a random dialogue may do without: each has a test of its own.
var rarelyNeeded = []NeedKind{NeedBallot, NeedConfirmation, NeedMerger, NeedAgreement, NeedRenewal, NeedConsent, NeedOffer, NeedRelease}

// watchers are those who may have a list, and others.
func (d *dialogue) watchers() []policies.Actor {
	all := append(d.readers(), policies.Actor{SignedIn: true, Issuer: "https://id.example", Subject: "mari", Email: "MARI@example.org"})
	for _, a := range d.actors[:2] {
		observer, reading := a, a
		observer.Role, reading.ReadOnly = policies.Observer, true
		all = append(all, observer, reading)
	}
	return all
}

// listed reads a whole list in pages, from one end or the other.
func listed(t tester, db *DB, a policies.Actor, f NeedFilter, p Page) (all []Need) {
	for {
		l, err := db.Needs(ctx, a, f, p)
		if err != nil {
			t.Fatal(err)
		}
		if n := p.First + p.Last; len(l.Items) > n || len(l.Cursors) != len(l.Items) {
			t.Fatalf("%d needs and %d cursors on a page of %d", len(l.Items), len(l.Cursors), n)
		}
		if p.Last > 0 {
			all = append(slices.Clone(l.Items), all...)
			if !l.HasPrevious {
				return all
			}
			p.Before = l.Cursors[0]
			continue
		}
		all = append(all, l.Items...)
		if !l.HasNext {
			return all
		}
		p.After = l.Cursors[len(l.Cursors)-1]
	}
}

func (d *dialogue) checkCounts(db *DB, a policies.Actor, f NeedFilter, want []Need) {
	got, err := db.NeedCounts(ctx, a, f)
	if err != nil {
		d.t.Fatal(err)
	}
	byKind, byDocument := map[NeedKind]int{}, map[string]int{}
	for _, x := range want {
		byKind[x.Kind]++
		if x.DocumentID != "" {
			byDocument[x.DocumentID]++
		}
	}
	for k, n := range got.ByKind {
		if n == 0 {
			delete(got.ByKind, k)
		}
	}
	if diff := gocmp.Diff(byKind, got.ByKind); diff != "" || got.Total != len(want) {
		d.t.Errorf("%d in all, want %d (-want +got):\n%s", got.Total, len(want), diff)
	}
	for i, x := range got.ByDocument {
		if x.Total != byDocument[x.DocumentID] || i > 0 && got.ByDocument[i-1].Total < x.Total {
			d.t.Errorf("document %d has %+v, want %d", i, x, byDocument[x.DocumentID])
		}
		delete(byDocument, x.DocumentID)
	}
	if len(byDocument) > 0 {
		d.t.Errorf("%v are left out", byDocument)
	}
}

// needs looks through the memory.
func (d *dialogue) needs(db *DB, a policies.Actor, k NeedKind, f NeedFilter) (list []Need) {
	member := a.MemberID != "" && a.OrganisationID != "" && a.Chamber != "" && a.Role != ""
	switch k {
	case NeedConfirmation, NeedOffer, NeedConsent, NeedAgreement, NeedStep, NeedRelease, NeedRenewal:
		if member && a.Role != policies.Observer {
			list = d.deskNeeds(a, k, f)
		}
		return list
	case NeedMerger:
		if member {
			list = d.mergersWanted(a)
		}
		return list
	case NeedInvitation:
		for _, id := range d.invitations {
			i, _ := d.memory.Invitation(id)
			if i.For(a) && !a.ReadOnly && i.Acceptable(a, f.Now, &d.memory) == nil {
				list = append(list, Need{Kind: k, InvitationID: id, Since: i.InvitedAt, Due: i.ExpiresAt})
			}
		}
		return list
	case NeedBallot:
		for _, id := range d.ballots {
			b, _ := d.memory.Ballot(id)
			doc, _ := d.memory.Document(b.DocumentID)
			_, voice := b.Elector(a.OrganisationID)
			_, err := d.memory.PositionOf(id, a.OrganisationID)
			if member && a.Role != policies.Observer && voice && err != nil && b.IsOpen(f.Now) && doc.WithdrawnAt.IsZero() && doc.AdoptedAt.IsZero() {
				list = append(list, Need{Kind: k, DocumentID: doc.ID, BallotID: id, Since: b.OpensAt, Due: b.ClosesAt})
			}
		}
		slices.SortStableFunc(list, func(x, y Need) int { return x.Due.Compare(y.Due) })
		return list
	case NeedConsultation:
		for _, id := range d.consultations {
			c, _ := d.memory.Consultation(id)
			doc, _ := d.memory.Document(c.DocumentID)
			if member && !c.OpensAt.After(f.Now) && c.ClosesAt.After(f.Now) && !c.ClosesAt.After(f.Now.Add(f.Within)) &&
				doc.WithdrawnAt.IsZero() && d.may(a, policies.ReadingDocument, doc.ID, 0) && d.watched(a, &doc, &c) {
				list = append(list, Need{Kind: k, DocumentID: doc.ID, ConsultationID: id, Since: c.OpensAt, Due: c.ClosesAt})
			}
		}
		slices.SortStableFunc(list, func(x, y Need) int { return x.Due.Compare(y.Due) })
		return list
	}
	for _, id := range d.comments {
		c, _ := d.memory.Comment(id)
		doc, _ := d.memory.Document(c.DocumentID)
		x := Need{Kind: k, DocumentID: c.DocumentID, CommentID: id, Since: c.SubmittedAt}
		seen, _ := d.memory.DispositionsSeen(a.MemberID)
		switch {
		case !member || !c.Stands():
		case k == NeedAnswer && c.OrganisationID == a.OrganisationID && c.Disposition != nil && c.Disposition.At.After(seen):
			x.Since = c.Disposition.At
			list = append(list, x)
		case k == NeedComment && a.Role != policies.Observer && slices.Contains(doc.Sponsors, a.OrganisationID) && d.unanswered(&c) &&
			doc.WithdrawnAt.IsZero() && doc.AdoptedAt.IsZero():
			list = append(list, x)
		}
	}
	if k == NeedComment {
		slices.SortStableFunc(list, func(x, y Need) int {
			return cmp.Compare(slices.Index(d.documents, x.DocumentID), slices.Index(d.documents, y.DocumentID))
		})
		return list
	}
	return d.byAnswer(db, list)
}

// byAnswer sorts answers by the entries that gave them, newest first.
func (d *dialogue) byAnswer(db *DB, list []Need) []Need {
	at := map[string]int{}
	for i, e := range d.entries {
		ev, err := policies.Decode(e.Kind, e.Payload)
		if err != nil {
			d.t.Fatal(err)
		}
		switch ev := ev.(type) {
		case *policies.CommentDisposed:
			at[ev.ID] = i
		case *policies.ReplacementAccepted:
			at[ev.ID] = i
		case *policies.EachDisposed:
			for _, a := range ev.Dispositions {
				at[a.ID] = i
			}
		case *policies.CommentsDisposed:
			for _, id := range d.comments {
				if c, _ := d.memory.Comment(id); slices.Contains(ev.Comments, c.Seq) {
					at[id] = i
				}
			}
		}
	}
	slices.Reverse(list) // of those answered at once the latest comes first
	slices.SortStableFunc(list, func(x, y Need) int { return at[y.CommentID] - at[x.CommentID] })
	return list
}

func (d *dialogue) unanswered(c *policies.Comment) bool {
	list, _, _ := d.memory.Undisposed(c.DocumentID, 1000)
	return slices.ContainsFunc(list, func(o policies.Comment) bool { return o.ID == c.ID })
}

// watched says whether a consultation is of interest to an actor.
func (d *dialogue) watched(a policies.Actor, doc *policies.Document, c *policies.Consultation) bool {
	if c.Audience != nil && a.Chamber != policies.Secretariat && c.Audience.Includes(a.Chamber, a.Sector, a.Jurisdiction) {
		return true
	}
	filters, _ := d.memory.SavedFilters(a.MemberID)
	return slices.ContainsFunc(filters, func(f policies.SavedFilter) bool {
		return f.Match(doc, c, func(keyword string) bool { return d.mentions(a, doc, keyword) })
	})
}

// mentions looks for words as a reader would: in title and number, and in each clause
// of the latest revision that it may read.
func (d *dialogue) mentions(a policies.Actor, doc *policies.Document, keyword string) bool {
	places := []string{doc.Title + "\n" + doc.Number}
	for _, id := range slices.Backward(d.revisions) {
		r, _ := d.memory.Revision(id)
		if r.DocumentID == doc.ID && d.may(a, policies.ReadingRevision, doc.ID, r.Number) {
			text, _ := d.memory.Text(id)
			for i := range text.Clauses {
				places = append(places, text.Plain(i))
			}
			break
		}
	}
	terms := slices.DeleteFunc(strings.Fields(keyword), func(s string) bool { return len(words.Parse(s)) == 0 })
	return len(terms) > 0 && slices.ContainsFunc(places, func(s string) bool {
		return !slices.ContainsFunc(terms, func(term string) bool {
			return !strings.Contains(words.Parse(term).Snippet(s), words.MarkBegin)
		})
	})
}

// A ballot needs whoever has a voice and hasn't used it, as long as it is open.
func TestNeedsOfBallots(t *testing.T) {
	s := newStory(t)
	gov, biz, hub := s.party(policies.Government, "Ministry"), s.party(policies.Business, "Carrier"), s.party(policies.HubOperator, "Hub")
	doc := s.do(gov, policies.ProposeDocument{Kind: standards.Standard, Title: "Labels", Language: "en"})
	s.do(gov, policies.CommitRevision{DocumentID: doc, Source: "# Labels\n\nOne.\n"})
	s.do(gov, policiestest.From(doc, s.now.AddDate(1, 0, 0)))
	s.do(gov, policies.OpenConsultation{DocumentID: doc, Closes: local(s.now.Add(time.Minute)), Zone: "UTC", Late: policies.LateRefused})
	s.now = s.now.Add(time.Hour)
	closes := s.now.Add(8 * 24 * time.Hour)
	ballot := s.do(gov, policies.OpenBallot{DocumentID: doc, Closes: local(closes), Zone: "UTC", Secrecy: policies.SecretUntilClose})
	s.do(gov, policies.CastPosition{BallotID: ballot, Position: policies.Yes})
	b, err := s.memory.Ballot(ballot)
	if err != nil {
		t.Fatal(err)
	}
	db := openTest(t)
	foldAll(t, db, s.entries)
	observer := biz
	observer.Role = policies.Observer
	want := []Need{{Kind: NeedBallot, DocumentID: doc, BallotID: ballot, Since: b.OpensAt, Due: b.ClosesAt}}
	for name, x := range map[string]struct {
		who  policies.Actor
		now  time.Time
		want []Need
	}{
		"who has a voice":            {biz, s.now, want},
		"at the last moment":         {biz, b.ClosesAt.Add(-time.Millisecond), want},
		"after the close":            {biz, b.ClosesAt, nil},
		"before it opened":           {biz, b.OpensAt.Add(-time.Millisecond), nil},
		"who has taken its position": {gov, s.now, nil},
		"who has no voice":           {hub, s.now, nil},
		"who may not speak":          {observer, s.now, nil},
		"the public":                 {policies.Actor{}, s.now, nil},
	} {
		if diff := gocmp.Diff(x.want, listed(t, db, x.who, NeedFilter{Now: x.now}, Page{First: 1})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestNeedsRefuse(t *testing.T) {
	db := openTest(t)
	s, _ := docket(t)
	foldAll(t, db, s.entries)
	for name, x := range map[string]struct {
		f NeedFilter
		p Page
	}{
		"no size":                        {NeedFilter{}, Page{}},
		"a kind there isn't":             {NeedFilter{Kinds: []NeedKind{"love"}}, Page{First: 1}},
		"a made-up cursor":               {NeedFilter{}, Page{First: 1, After: "abc"}},
		"another list's cursor":          {NeedFilter{}, Page{First: 1, Before: commentOrder.Cursor(int64(1))}},
		"a cursor of a kind left out":    {NeedFilter{Kinds: []NeedKind{NeedAnswer}}, Page{First: 1, After: table.Ascending("comment").Cursor(int64(1), int64(1))}},
		"a cursor with too little in it": {NeedFilter{}, Page{First: 1, After: table.Ascending("consultation").Cursor(int64(1))}},
	} {
		member := policies.Actor{MemberID: "mem_1", OrganisationID: "org_1", Chamber: policies.Government, Role: policies.Delegate}
		if _, err := db.Needs(ctx, member, x.f, x.p); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := db.NeedCounts(ctx, policies.Actor{}, NeedFilter{Kinds: []NeedKind{"love"}}); err == nil {
		t.Error("a kind there isn't is counted")
	}
}
