package policies_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/standards"
)

// A town is a small world to tell stories in: two governments, three businesses, a
// hub operator and a secretariat, one record, a clock that only moves when told, and
// IDs that count. Whatever is decided is kept as it would rest in the ledger.
//
//	Estonia (government)   Loom, Ferry, Harbour (businesses)   Crane (hub operator)
//	New Zealand            the Office (secretariat)
type town struct {
	t      teller
	m      *policiestest.Memory
	now    time.Time
	rules  Rules
	ids    int
	covers int
	log    []entry
	watch  func(Actor, Command) // sees each command before it is decided

	office, estonia, zealand, loom, ferry, harbour, crane Actor // delegates
}

// entry is an event as the ledger keeps it.
type entry struct {
	kind    string
	payload []byte
	stamp   Stamp
}

// teller is what testing.TB and rapid.T have in common.
type teller interface {
	Helper()
	Fatalf(format string, args ...any)
}

const day = 24 * time.Hour

var dawn = time.Date(2026, time.January, 12, 9, 0, 0, 0, time.UTC)

func newTown(t *testing.T) *town {
	w := settle(t)
	t.Cleanup(func() {
		if !t.Failed() {
			w.checkReplay()
		}
	})
	return w
}

// withoutBallots is a town whose rules ask for none: its stories are about the rest
// of the gate.
func withoutBallots(t *testing.T) *town {
	w := newTown(t)
	w.rules.WithoutBallot = noBallots
	return w
}

var noBallots = map[standards.Kind]bool{standards.Regulation: true, standards.Standard: true, standards.BestPractice: true}

// settle founds a town by commands, as a registry would be.
func settle(t teller) *town {
	w := &town{t: t, m: new(policiestest.Memory), now: dawn, rules: DefaultRules()}
	w.office = w.citizen(Operator, Secretariat, "The Office", "CH")
	w.estonia = w.citizen(w.office, Government, "Estonia", "EE")
	w.zealand = w.citizen(w.office, Government, "New Zealand", "NZ")
	w.loom = w.citizen(w.office, Business, "Loom", "EE")
	w.ferry = w.citizen(w.office, Business, "Ferry", "NZ")
	w.harbour = w.citizen(w.office, Business, "Harbour", "NZ")
	w.crane = w.citizen(w.office, HubOperator, "Crane", "EE")
	return w
}

// citizen registers an organisation with one delegate.
func (w *town) citizen(by Actor, kind OrganisationKind, name, jurisdiction string) Actor {
	org := w.do(by, RegisterOrganisation{Kind: kind, Name: name, Jurisdiction: jurisdiction}).Subject()
	return w.admit(by, org, name, Delegate)
}

func (w *town) admit(by Actor, org, subject string, role Role) Actor {
	w.t.Helper()
	ids := w.ids
	w.ids = 1_000_000 + ids // so that those of what comes later don't depend on how people come
	c := InviteMember{OrganisationID: org, Issuer: "https://id.example", Subject: subject, Role: role}
	o, _ := w.m.Organisation(org)
	if o.Kind == Government && by.Chamber == Secretariat {
		by = Operator // and not on the word of two
	}
	id := policiestest.Admit(func(a Actor, c Command) string {
		if _, last := c.(AcceptInvitation); last {
			w.ids = ids
		}
		return w.do(a, c).Subject()
	}, by, c)
	return w.actor(id)
}

// actor is what a member is.
func (w *town) actor(member string) Actor {
	w.t.Helper()
	mem, err := w.m.Member(member)
	if err != nil {
		w.t.Fatalf("member: %v", err)
	}
	o, _ := w.m.Organisation(mem.OrganisationID)
	return ActorFor(mem, o)
}

// visitor is somebody who has signed in with a verified address and is a member of nothing.
func visitor(subject, email string) Actor {
	return Actor{SignedIn: true, Issuer: "https://id.example", Subject: subject, Name: "Person " + subject, Email: email}
}

// as returns an actor of the same organisation in another role.
func as(a Actor, r Role) Actor { a.Role = r; return a }

func (w *town) env(a Actor) Env {
	return Env{Now: w.now, Actor: a, Rules: w.rules,
		Fresh: func(prefix Prefix) string {
			if Prefixes[prefix] == "" {
				w.t.Fatalf("the table of prefixes lacks %q", prefix)
			}
			if prefix == PrefixCover { // which names nothing: the IDs of the rest stay as they are
				w.covers++
				return fmt.Sprintf("%s_%d", prefix, w.covers)
			}
			w.ids++
			return fmt.Sprintf("%s_%d", prefix, w.ids)
		},
		Sign: func(manifest []byte) (string, error) { return "signed " + standards.Digest(manifest)[:14], nil }}
}

// try decides and folds, and holds every decision to what all of them must keep.
func (w *town) try(a Actor, c Command) (Event, error) {
	w.t.Helper()
	if w.watch != nil {
		w.watch(a, c)
	}
	e, err := c.Decide(w.env(a), w.m)
	if (e == nil) == (err == nil) {
		w.t.Fatalf("%T gave the event %v and the error %v; it must give one of them", c, e, err)
	}
	if err != nil {
		var refusal *Error
		if !errors.As(err, &refusal) {
			w.t.Fatalf("%T failed instead of refusing: %v", c, err)
		}
		return nil, err
	}
	w.record(e)
	return e, nil
}

func (w *town) record(e Event) {
	w.t.Helper()
	payload, err := Encode(e)
	if err != nil {
		w.t.Fatalf("%v", err)
	}
	if e.Subject() == "" {
		w.t.Fatalf("%s has no subject", e.Kind())
	}
	s := Stamp{Seq: int64(len(w.log)), At: w.now}
	w.log = append(w.log, entry{e.Kind(), payload, s})
	if err := e.Fold(s, w.m); err != nil {
		w.t.Fatalf("couldn't fold %s: %v", e.Kind(), err)
	}
}

// do is a command that must succeed.
func (w *town) do(a Actor, c Command) Event {
	w.t.Helper()
	e, err := w.try(a, c)
	if err != nil {
		w.t.Fatalf("%T was refused: %v", c, err)
	}
	return e
}

// refuse is a command that must be refused with a code, a field, and words of the message.
func (w *town) refuse(a Actor, c Command, code Code, field, words string) *Error {
	w.t.Helper()
	e, err := w.try(a, c)
	if err == nil {
		w.t.Fatalf("%+v was allowed: %+v", c, e)
	}
	refusal := err.(*Error)
	if refusal.Code != code || refusal.Field != field || !strings.Contains(refusal.Message, words) {
		w.t.Fatalf("%T was refused with %v; want %s at %q with the words %q", c, err, code, field, words)
	}
	return refusal
}

func (w *town) wait(d time.Duration) { w.now = w.now.Add(d) }

// in writes a local time of Tallinn, d from now.
func (w *town) in(d time.Duration) string {
	return w.now.Add(d).In(tallinn).Format(LocalTimes[0])
}

var tallinn = func() *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return loc
}()

const zone = "Europe/Tallinn"

func (w *town) document(id string) Document {
	w.t.Helper()
	d, err := w.m.Document(id)
	if err != nil {
		w.t.Fatalf("document %s: %v", id, err)
	}
	return d
}

// phase is where a document stands now.
func (w *town) phase(id string) Phase { w.t.Helper(); return w.document(id).Phase(w.now) }

// parcels is the text that most stories are about; every clause has a name.
const parcels = `# Parcels {#title}

## Scope {#scope}

This regulation applies to parcels of low value.

## Duties {#duties}

A carrier keeps a record of each parcel.

## Term {#term}

Records are kept for a year.
`

// proposed is Estonia's regulation with its first revision.
func (w *town) proposed() (doc, rev string) {
	w.t.Helper()
	doc = w.do(w.estonia, ProposeDocument{Kind: standards.Regulation, Title: "Parcels of low value", Language: "en", Parties: []string{"EE", "NZ"}}).Subject()
	w.terms(doc, Terms{From: w.from(3000 * day)})
	return doc, w.commit(doc, parcels)
}

// terms proposes terms by the first sponsor.
func (w *town) terms(doc string, t Terms) {
	w.t.Helper()
	w.do(w.sponsor(doc), ProposeTerms{DocumentID: doc, Terms: t})
}

// from is a date of law for all parties, d from now.
func (w *town) from(d time.Duration) standards.LawDates {
	at := w.now.Add(d).UTC().Truncate(time.Second)
	return standards.LawDates{{Local: at.Format(LocalTimes[0]), Zone: "UTC", At: at}}
}

// commit makes a new head, by the first sponsor.
func (w *town) commit(doc, source string) string {
	w.t.Helper()
	return w.do(w.sponsor(doc), CommitRevision{DocumentID: doc, Base: w.document(doc).Head, Source: source}).Subject()
}

// edit makes a new head with words replaced.
func (w *town) edit(doc, old, new string) string {
	w.t.Helper()
	text, err := w.m.Text(w.document(doc).Head)
	if err != nil || !strings.Contains(text.Source, old) {
		w.t.Fatalf("the head doesn't have the words %q (%v)", old, err)
	}
	return w.commit(doc, strings.Replace(text.Source, old, new, 1))
}

func (w *town) sponsor(doc string) Actor {
	w.t.Helper()
	o, err := w.m.Organisation(w.document(doc).Sponsors[0])
	if err != nil {
		w.t.Fatalf("sponsor: %v", err)
	}
	return Actor{MemberID: "mem_sponsor", OrganisationID: o.ID, Chamber: o.Kind, Jurisdiction: o.Jurisdiction, Role: Delegate}
}

// open opens the head for ninety days, on terms that are far off where none were proposed.
func (w *town) open(doc string, late Late) string {
	w.t.Helper()
	if w.document(doc).TermsAt.IsZero() {
		w.terms(doc, Terms{From: w.from(3000 * day)})
	}
	return w.do(w.sponsor(doc), OpenConsultation{DocumentID: doc, Closes: w.in(90 * day), Zone: zone, Late: late}).Subject()
}

// consulted is Estonia's regulation, open for comment.
func (w *town) consulted() (doc, rev, csn string) {
	w.t.Helper()
	doc, rev = w.proposed()
	return doc, rev, w.open(doc, LateRefused)
}

// comment submits words that are in order.
func (w *town) comment(a Actor, csn, clause string) string {
	w.t.Helper()
	return w.do(a, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: clause, Stance: Oppose, Type: Substantive, Text: "Too long."}}).Subject()
}

// campaign submits a form letter, word for word and with a line added.
func (w *town) campaign(csn string) (ids []string) {
	w.t.Helper()
	const letter = "Keep the threshold for parcels where it is, as we have asked for these ten years."
	for i, own := range []string{"", "", " We are a shop of two in Tartu."} {
		by := []Actor{w.loom, w.ferry, w.harbour}[i]
		ids = append(ids, w.do(by, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Oppose, Type: Substantive, Text: letter + own}}).Subject())
	}
	return ids
}

// seq is the ledger's position.
func (w *town) seq() int64 { return int64(len(w.log)) }

// disposeOf disposes of a comment by the sponsor.
func (w *town) disposeOf(id string, o Outcome, change *ChangeReference) {
	w.t.Helper()
	k, err := w.m.Comment(id)
	if err != nil {
		w.t.Fatalf("comment: %v", err)
	}
	w.do(w.sponsor(k.DocumentID), DisposeComment{CommentID: id, Outcome: o, Reason: "For the reason given in the minutes.", Change: change})
}

// ballot opens one on the head for eight days.
func (w *town) ballot(doc string, s Secrecy) string {
	w.t.Helper()
	return w.do(w.sponsor(doc), OpenBallot{DocumentID: doc, Closes: w.in(8 * day), Zone: zone, Secrecy: s}).Subject()
}

// voice is a delegate of an organisation with a voice.
func (w *town) voice(organisation string) Actor {
	w.t.Helper()
	o, err := w.m.Organisation(organisation)
	if err != nil {
		w.t.Fatalf("elector: %v", err)
	}
	return Actor{MemberID: "mem_voice", OrganisationID: o.ID, Chamber: o.Kind, Jurisdiction: o.Jurisdiction, Role: Delegate}
}

// carry holds a ballot on the head in which everybody says yes.
func (w *town) carry(doc string) string {
	w.t.Helper()
	id := w.ballot(doc, SecretUntilClose)
	b, err := w.m.Ballot(id)
	if err != nil {
		w.t.Fatalf("ballot: %v", err)
	}
	for _, e := range b.Electorate {
		w.do(w.voice(e.OrganisationID), CastPosition{BallotID: id, Position: Yes})
	}
	w.wait(9 * day)
	return id
}

// adopted is a document adopted without a comment, and its instrument, which takes
// force in thirty days.
func (w *town) adopted() (doc, instrument string) {
	w.t.Helper()
	return w.adoptedOn(Terms{From: w.from(130 * day)})
}

// adoptedOn is the same on given terms.
func (w *town) adoptedOn(t Terms) (doc, instrument string) {
	w.t.Helper()
	doc, _ = w.proposed()
	w.terms(doc, t)
	w.open(doc, LateRefused)
	w.wait(91 * day)
	w.carry(doc)
	return doc, w.do(w.estonia, AdoptDocument{DocumentID: doc}).Subject()
}

// clauseUnder is the ID of the first clause that stands under a named one.
func (w *town) clauseUnder(rev, heading string) string {
	w.t.Helper()
	text, err := w.m.Text(rev)
	if err != nil {
		w.t.Fatalf("text of %s: %v", rev, err)
	}
	parent := text.Clauses.Index(heading)
	for _, c := range text.Clauses {
		if c.Parent == parent {
			return c.ID
		}
	}
	w.t.Fatalf("nothing stands under %s", heading)
	return ""
}

// missing lists what the gate wants for the head: "reason clause-or-comment".
func (w *town) missing(doc string) []string {
	w.t.Helper()
	d := w.document(doc)
	return w.missingFor(doc, d.Head)
}

func (w *town) missingFor(doc, revision string) []string {
	w.t.Helper()
	rev, err := w.m.Revision(revision)
	if err != nil {
		w.t.Fatalf("revision: %v", err)
	}
	gaps, err := Gate(w.document(doc), rev, w.now, w.rules, w.m)
	if err != nil {
		w.t.Fatalf("gate: %v", err)
	}
	var list []string
	for _, g := range gaps {
		list = append(list, strings.TrimSpace(g.Reason+" "+g.CommentID+g.OrganisationID+g.Party+ifNone(g.CommentID, g.ClauseID)))
	}
	return list
}

func ifNone(s, other string) string {
	if s != "" {
		return ""
	}
	return other
}

func (w *town) wants(doc string, gaps ...string) {
	w.t.Helper()
	if diff := cmp.Diff(gaps, w.missing(doc)); diff != "" {
		w.t.Fatalf("what the gate wants (-want +got):\n%s", diff)
	}
}

// find returns the first of list that is wanted.
func find[T any](list []T, wanted func(*T) bool) (v T, err error) {
	if found := filter(list, wanted); len(found) > 0 {
		return found[0], nil
	}
	return v, ErrNotFound
}

// filter returns those of list that are wanted.
func filter[T any](list []T, wanted func(*T) bool) (out []T) {
	for i := range list {
		if wanted(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

// replay folds what was encoded into a fresh record.
func (w *town) replay() *policiestest.Memory {
	w.t.Helper()
	m := new(policiestest.Memory)
	for _, x := range w.log {
		e, err := Decode(x.kind, x.payload)
		if err != nil {
			w.t.Fatalf("%v", err)
		}
		if err := e.Fold(x.stamp, m); err != nil {
			w.t.Fatalf("couldn't fold %s again: %v", x.kind, err)
		}
	}
	return m
}

// checkReplay: what was decided, encoded and read back gives the very record, and
// no refusal left a trace in it.
func (w *town) checkReplay() {
	w.t.Helper()
	if diff := policiestest.Diff(w.replay(), w.m); diff != "" {
		w.t.Fatalf("replayed and incremental record differ (-replayed +incremental):\n%s", diff)
	}
}
