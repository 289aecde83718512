package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/views"
)

const testIssuer = "http://localhost/demo/issuer"

var (
	began   = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	present = began.Add(Length)
	visitor = policies.Actor{} // the public
	all     = views.Page{First: views.MaxPage}
)

// A house is a registry on a store that may outlive it.
type house struct {
	*registry.Registry
	t       *testing.T
	clock   *Clock
	release *hub.Signer
}

// open opens a registry with views of its own on a store, its clock at start.
func open(t *testing.T, s store.Store, start time.Time) *house {
	t.Helper()
	text, err := hub.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := hub.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, clock: NewClock(start)}
	if h.release, err = hub.NewSigner(key); err != nil {
		t.Fatal(err)
	}
	h.Registry = registrytest.Open(t, registry.Options{Store: s, Clock: h.clock.Now, Sign: h.release.Sign})
	return h
}

func (h *house) play() Summary {
	h.t.Helper()
	s, err := Play(h.t.Context(), h.Registry, h.clock, testIssuer)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// root is the ledger's, as the views have it.
func (h *house) root() string {
	h.t.Helper()
	root, err := ledger.RootAt(h.Views().Tiles(), h.Views().Position())
	if err != nil {
		h.t.Fatal(err)
	}
	return fmt.Sprintf("%x", root[:])
}

func (h *house) documents(viewer policies.Actor) []policies.Document {
	h.t.Helper()
	list, err := h.Views().DocumentList(h.t.Context(), viewer, views.DocumentFilter{Order: views.ByNumber}, all)
	if err != nil {
		h.t.Fatal(err)
	}
	return list.Items
}

// shape is what the scenario comes to, without IDs and the times of entries: the
// same however it was played.
func (h *house) shape() []string {
	h.t.Helper()
	var out []string
	for _, d := range h.documents(policies.Operator) {
		out = append(out, fmt.Sprintf("%s %s: %s, %d revisions, %d rounds, the last to %s, in force from %s", d.Number, d.Title,
			d.Phase(present), d.Revisions, d.Rounds, d.ClosesAt, d.Force.From.First().Local))
	}
	for _, c := range h.said("") {
		out = append(out, fmt.Sprintf("%s: %s", c.Stance, c.Text))
	}
	return out
}

func TestPlayAdmitsEverybody(t *testing.T) {
	h := open(t, mem.Open(), began)
	h.play()
	kinds := map[policies.OrganisationKind]int{}
	for _, p := range Personas() {
		a, err := h.Actor(t.Context(), testIssuer, p.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		o, err := h.Views().Organisations(t.Context(), []string{a.OrganisationID})
		if err != nil {
			t.Fatal(err)
		}
		if got := o[a.OrganisationID].Name; got != p.Organisation || a.MemberID == "" {
			t.Errorf("%s acts as a member %q of %q, want of %q", p.ID, a.MemberID, got, p.Organisation)
		}
		kinds[o[a.OrganisationID].Kind]++
	}
	want := map[policies.OrganisationKind]int{policies.Secretariat: 1, policies.Government: 3, policies.Business: 11, policies.HubOperator: 2}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Errorf("organisations (-want +got):\n%s", d)
	}
}

func TestPlayEndsInEveryPhase(t *testing.T) {
	h := open(t, mem.Open(), began)
	s := h.play()
	got := map[string]policies.Phase{}
	for _, d := range h.documents(policies.Operator) {
		got[d.Title] = d.Phase(present)
	}
	want := map[string]policies.Phase{
		"Low-value parcels between New Zealand and Estonia":      policies.PhaseInForce,
		"Cold-chain data for live seafood in small consignments": policies.Adopted,
		"Label codes for parcels that come back":                 policies.PhaseSuperseded,
		"Label codes for parcels that come back, second edition": policies.PhaseInForce,
		platformsTitle: policies.InConsultation,
		returnsTitle:   policies.InConsultation,
		toysTitle:      policies.InConsultation,
		buyersTitle:    policies.InConsultation,
		pricesTitle:    policies.InBallot,
		pointsTitle:    policies.Withdrawn,
		windowsTitle:   policies.Draft,
		privateTitle:   policies.Draft,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("phases (-want +got):\n%s", d)
	}
	d, err := h.Views().DocumentByNumber(t.Context(), visitor, s.DocumentNumber, time.Time{})
	if err != nil || d.Title != returnsTitle || d.Consultation != s.ConsultationID {
		t.Errorf("the summary names document %q with consultation %q: %v", d.Title, d.Consultation, err)
	}
	if left := d.ClosesAt.Sub(present); left < 7*day {
		t.Errorf("the open consultation closes %v after the play", left)
	}
}

func TestVisitorMayCommentWhereTheSummarySays(t *testing.T) {
	h := open(t, mem.Open(), time.Now().Add(-Length)) // as the demo does: afterwards the clock is the machine's
	s := h.play()
	a, err := h.Actor(t.Context(), testIssuer, parcels, "")
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Do(t.Context(), a, "", policies.SubmitComment{ConsultationID: s.ConsultationID, CommentWords: policies.CommentWords{ClauseID: s.ClauseID,
		Stance: policies.Support, Type: policies.General, Text: "Yes, and soon."}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.Views().Comments(t.Context(), visitor, []string{out.Subject})
	if err != nil || c[out.Subject].Late {
		t.Errorf("%+v: %v; want a comment in time", c, err)
	}
}

func TestReleasesAreSignedAndWhole(t *testing.T) {
	h := open(t, mem.Open(), began)
	h.play()
	set, err := h.Views().RuleSetBySlug(t.Context(), RuleSet, time.Time{})
	if err != nil || set.Releases != 2 {
		t.Fatalf("%d releases: %v", set.Releases, err)
	}
	keys := h.release.PublicJWKS()
	for number, instruments := range map[int]int{1: 1, 2: 2} {
		r, err := h.Views().ReleaseByNumber(t.Context(), set.ID, number)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := hub.VerifySignature(r.Manifest, r.Signature, keys); err != nil {
			t.Errorf("release %d: %v", number, err)
		}
		m, err := standards.ParseManifest(r.Manifest)
		if err != nil {
			t.Fatalf("release %d: %v", number, err)
		}
		if m.RuleSet != RuleSet || m.Number != number || len(m.Instruments) != instruments {
			t.Errorf("release %d is number %d of %s with %d instruments, want %d", number, m.Number, m.RuleSet, len(m.Instruments), instruments)
		}
		if r.Digest != standards.Digest(r.Manifest) || !m.ValidUntil.After(present) {
			t.Errorf("release %d: digest %s, valid until %v", number, r.Digest, m.ValidUntil)
		}
	}
}

func TestAdoptedDocumentsHaveAnsweredEverybody(t *testing.T) {
	h := open(t, mem.Open(), began)
	h.play()
	want := map[standards.Kind]int{standards.Regulation: len(parcelRemarks), standards.Standard: len(seafoodRemarks) + len(labelRemarks) + len(secondLabelRemarks)}
	got := map[standards.Kind]int{}
	for _, d := range h.documents(visitor) {
		if d.InstrumentID == "" {
			continue
		}
		for _, answered := range []bool{true, false} {
			list, err := h.Views().CommentList(t.Context(), visitor, views.CommentFilter{DocumentID: d.ID, Answered: &answered}, all)
			if err != nil {
				t.Fatal(err)
			}
			if answered {
				got[d.Kind] += len(list.Items)
			} else if len(list.Items) > 0 {
				t.Errorf("%s: %d comments without an answer", d.Number, len(list.Items))
			}
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("answered comments (-want +got):\n%s", d)
	}
}

// The governments carried the regulation over what one business said, both chambers
// the standard once the position that blocked it was cleared.
func TestBallotsOfTwoChambers(t *testing.T) {
	h := open(t, mem.Open(), began)
	h.play()
	list, err := h.Views().BallotList(t.Context(), visitor, views.BallotFilter{}, all)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range list.Items {
		tallies, err := h.Views().Tallies(t.Context(), visitor, []string{b.ID}, present)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range tallies[b.ID] {
			got = append(got, fmt.Sprintf("%s decides %t: %d of %d yes, %d blocking, carried %t", c.Chamber, c.Decides, c.Yes, c.Electorate, c.Discuss, c.Carried))
		}
		positions, err := h.Views().PositionList(t.Context(), visitor, b.ID, present, all)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range positions.Items {
			if !p.ClearedAt.IsZero() {
				got = append(got, "cleared: "+p.Objection)
			}
		}
	}
	edition := []string{
		"government decides true: 3 of 3 yes, 0 blocking, carried true",
		"business decides true: 7 of 11 yes, 0 blocking, carried true",
	}
	want := append(append([]string{
		"government decides true: 1 of 3 yes, 0 blocking, carried true", // still open
		"business decides true: 3 of 11 yes, 1 blocking, carried false",
	}, slices.Concat(edition, edition)...),
		"government decides true: 1 of 2 yes, 0 blocking, carried true",
		"business decides true: 3 of 4 yes, 0 blocking, carried true",
		"cleared: Who pays for the logger when a box doesn't come back? The text leaves it open.",
		"government decides true: 2 of 2 yes, 0 blocking, carried true",
		"business decides false: 1 of 4 yes, 1 blocking, carried true",
	)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("ballots, the latest first (-want +got):\n%s", d)
	}
}

func TestDraftIsForItsGovernmentAndTheSecretariat(t *testing.T) {
	h := open(t, mem.Open(), began)
	h.play()
	sees := func(a policies.Actor) bool {
		for _, d := range h.documents(a) {
			if d.Title == privateTitle {
				return true
			}
		}
		return false
	}
	if sees(visitor) {
		t.Error("the public sees the draft")
	}
	for _, p := range Personas() {
		a, err := h.Actor(t.Context(), testIssuer, p.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := sees(a), p.ID == saar || p.ID == office; got != want {
			t.Errorf("%s sees the draft: %v, want %v", p.ID, got, want)
		}
	}
}

func TestSecondPlayAddsNothing(t *testing.T) {
	s := mem.Open()
	first := open(t, s, began)
	want := first.play()
	position := first.Views().Position()
	if got := first.play(); got != want {
		t.Errorf("the same registry: %+v, want %+v", got, want)
	}
	later := open(t, s, began.Add(3*day)) // a restart, three days on
	if got := later.play(); got != want {
		t.Errorf("after a restart: %+v, want %+v", got, want)
	}
	if head, err := s.Head(t.Context()); err != nil || head != position {
		t.Errorf("the ledger has %d entries, want %d: %v", head, position, err)
	}
}

// The scenario's inventions don't belong into a record in earnest.
func TestPlayLeavesAnotherLedgerAlone(t *testing.T) {
	s := mem.Open()
	h := open(t, s, began)
	if _, err := h.Do(t.Context(), policies.Operator, "", policies.RegisterOrganisation{Kind: policies.Secretariat, Name: "A secretariat", Jurisdiction: "CH"}); err != nil {
		t.Fatal(err)
	}
	if _, err := Play(t.Context(), h.Registry, h.clock, testIssuer); err == nil {
		t.Error("the scenario was played")
	}
	if head, err := s.Head(t.Context()); err != nil || head != 1 {
		t.Errorf("%d entries: %v", head, err)
	}
}

func TestReplayGivesTheSame(t *testing.T) {
	s := mem.Open()
	played := open(t, s, began)
	played.play()
	replayed := open(t, s, began)
	if a, b := played.root(), replayed.root(); a != b {
		t.Errorf("roots %s and %s", a, b)
	}
	if d := cmp.Diff(played.documents(policies.Operator), replayed.documents(policies.Operator)); d != "" {
		t.Errorf("documents (-played +replayed):\n%s", d)
	}
	if d := cmp.Diff(played.shape(), replayed.shape()); d != "" {
		t.Errorf("comments (-played +replayed):\n%s", d)
	}
}

// stopping is a store that cancels a play once it holds so many entries.
type stopping struct {
	store.Store
	after int64
	stop  context.CancelFunc
}

func (s stopping) Append(ctx context.Context, entries []ledger.Entry) error {
	err := s.Store.Append(ctx, entries)
	if err == nil && entries[len(entries)-1].Seq+1 >= s.after {
		s.stop()
	}
	return err
}

func TestBrokenPlayIsTakenUp(t *testing.T) {
	whole := open(t, mem.Open(), began)
	want := whole.play()
	end := whole.Views().Position()
	for _, entries := range []int64{1, 2, 19, 55, 160, 333, end - 1} {
		t.Run(fmt.Sprintf("after %d", entries), func(t *testing.T) {
			s := mem.Open()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			first := open(t, stopping{s, entries, cancel}, began)
			if _, err := Play(ctx, first.Registry, first.clock, testIssuer); !errors.Is(err, context.Canceled) {
				t.Fatalf("%v, want the play broken off", err)
			}
			second := open(t, s, began.Add(time.Hour)) // somebody started it again
			if got := second.play(); got.DocumentNumber != want.DocumentNumber {
				t.Errorf("the summary names %s, want %s", got.DocumentNumber, want.DocumentNumber)
			}
			if d := cmp.Diff(whole.shape(), second.shape()); d != "" {
				t.Errorf("(-whole +taken up):\n%s", d)
			}
			if got := second.Views().Position(); got != end {
				t.Errorf("%d entries, want %d", got, end)
			}
		})
	}
}
