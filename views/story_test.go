package views

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/standards"
)

// docket is a story with one open consultation on a text of some clauses.
func docket(tb testing.TB) (s *story, last policies.CommentSubmitted) {
	s = newStory(tb)
	gov, biz := s.party(policies.Government, "Ministry"), s.party(policies.Business, "Carrier")
	doc := s.do(gov, policies.ProposeDocument{Kind: standards.Regulation, Title: "Parcels", Language: "en", Parties: []string{"NZ"}})
	rev := s.do(gov, policies.CommitRevision{DocumentID: doc, Source: "# Parcels\n\n" + strings.Repeat("A paragraph of words.\n\n", 50)})
	csn := s.do(gov, policies.OpenConsultation{DocumentID: doc, Closes: local(s.now.Add(90 * 24 * time.Hour)), Zone: "UTC", Late: policies.LateMarked})
	text, err := s.memory.Text(rev)
	if err != nil {
		tb.Fatal(err)
	}
	return s, policies.CommentSubmitted{DocumentID: doc, ConsultationID: csn, RevisionID: rev, CommentWords: policies.CommentWords{ClauseID: text.Clauses[3].ID, Stance: policies.Oppose, Type: policies.Substantive,
		Text: strings.Repeat("The declaration comes too late for carriers. ", 7)},
		OrganisationID: biz.OrganisationID, By: biz.MemberID}
}

// comments makes entries of comments from number from on, one in ten on the clause
// of c if spread, else all.
func comments(tb testing.TB, c policies.CommentSubmitted, seq int64, from, n int, spread bool) []ledger.Entry {
	tb.Helper()
	entries := make([]ledger.Entry, n)
	clause := c.ClauseID
	for i := range entries {
		c.ID, c.Number = fmt.Sprintf("cmt_01kexample%016d", from+i), from+i
		if spread && i%10 != 0 {
			c.ClauseID = fmt.Sprintf("%s-%d", clause, i%50)
		} else {
			c.ClauseID = clause
		}
		payload, err := policies.Encode(&c)
		if err != nil {
			tb.Fatal(err)
		}
		key := make([]byte, 16)
		_, _ = rand.Read(key) // never fails
		entries[i] = ledger.Entry{Seq: seq + int64(i), At: dayOne.Add(time.Hour + time.Duration(from+i)*time.Millisecond),
			Kind: "comment.submitted/1", Subject: c.ID, Command: hex.EncodeToString(key), Payload: payload, Salt: key}
		entries[i].Seal()
	}
	return entries
}

// Each check of a property opens files and folds a whole dialogue, so there are
// fewer than rapid would run by itself; -rapid.checks=500 runs more.
func init() {
	if err := flag.Set("rapid.checks", "15"); err != nil {
		panic(err)
	}
}

// openTest opens fresh views.
func openTest(tb testing.TB) *DB {
	tb.Helper()
	return openAt(tb, filepath.Join(tb.TempDir(), "views.db"))
}

func openAt(tb testing.TB, path string) *DB {
	tb.Helper()
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

// tester is what testing.TB and rapid.T have in common here.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// dayOne is when the ledgers of these tests begin.
var dayOne = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// A story is a ledger in the making: commands are decided against a policiestest.Memory,
// and what was decided is kept as entries.
type story struct {
	tb      tester
	memory  policiestest.Memory
	entries []ledger.Entry
	now     time.Time
	fresh   int

	withoutBallots bool
}

func newStory(tb tester) *story { return &story{tb: tb, now: dayOne} }

// rules are the default ones, without shortest windows.
func (s *story) rules() policies.Rules {
	r := policies.DefaultRules()
	r.MinimumWindow, r.MinimumBallot = map[standards.Kind]time.Duration{}, map[standards.Kind]time.Duration{}
	if s.withoutBallots {
		r.WithoutBallot = map[standards.Kind]bool{standards.Regulation: true, standards.Standard: true, standards.BestPractice: true}
	}
	return r
}

// try decides a command and, unless it is refused, folds it into the memory.
func (s *story) try(actor policies.Actor, c policies.Command) (policies.Event, error) {
	s.tb.Helper()
	ev, err := c.Decide(policies.Env{Now: s.now, Actor: actor, Rules: s.rules(),
		Fresh: func(prefix policies.Prefix) string { s.fresh++; return fmt.Sprintf("%s_%026d", prefix, s.fresh) },
		Sign:  func([]byte) (string, error) { return "a..b", nil }}, &s.memory)
	if err != nil {
		var refusal *policies.Error
		if !errors.As(err, &refusal) {
			s.tb.Fatalf("%T: %v", c, err)
		}
		return nil, err
	}
	payload, err := policies.Encode(ev)
	if err != nil {
		s.tb.Fatal(err)
	}
	e := ledger.Entry{Seq: int64(len(s.entries)), At: s.now, Kind: ev.Kind(), Subject: ev.Subject(),
		Command: fmt.Sprintf("key-%d", len(s.entries)), Payload: payload, Salt: []byte("sixteen bytes ok")}
	if r, ok := ev.(interface{ Released() []byte }); ok {
		e.Released = r.Released()
	}
	e.Seal()
	if err := ev.Fold(policies.Stamp{Seq: e.Seq, At: e.At}, &s.memory); err != nil {
		s.tb.Fatal(err)
	}
	s.entries = append(s.entries, e)
	return ev, nil
}

// do is try for a command that must be taken; it returns what it happened to.
func (s *story) do(actor policies.Actor, c policies.Command) string {
	s.tb.Helper()
	ev, err := s.try(actor, c)
	if err != nil {
		s.tb.Fatalf("%T: %v", c, err)
	}
	s.now = s.now.Add(time.Minute)
	return ev.Subject()
}

// party registers an organisation with one delegate.
func (s *story) party(kind policies.OrganisationKind, name string) policies.Actor {
	s.tb.Helper()
	return s.partyIn(kind, name, "NZ")
}

func (s *story) partyIn(kind policies.OrganisationKind, name, jurisdiction string) policies.Actor {
	s.tb.Helper()
	return s.partyOf(policies.RegisterOrganisation{Kind: kind, Name: name, Jurisdiction: jurisdiction})
}

func (s *story) partyOf(c policies.RegisterOrganisation) policies.Actor {
	s.tb.Helper()
	org := s.do(policies.Operator, c)
	mem := policiestest.Admit(s.do, policies.Operator, policies.InviteMember{OrganisationID: org, Issuer: "https://id.example", Subject: c.Name,
		Name: c.Name, Role: policies.Delegate})
	m, _ := s.memory.Member(mem)
	o, _ := s.memory.Organisation(org)
	return policies.ActorFor(m, o)
}

// foldAll folds entries as a rebuild would: decoded from their payloads.
func foldAll(tb tester, db *DB, entries []ledger.Entry) {
	tb.Helper()
	tx := begin(tb, db)
	for i := range entries {
		foldOne(tb, tx, &entries[i])
	}
	commit(tb, tx)
}

func begin(tb tester, db *DB) *Tx {
	tb.Helper()
	tx, err := db.Begin(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return tx
}

func commit(tb tester, tx *Tx) {
	tb.Helper()
	if err := tx.Commit(); err != nil {
		tb.Fatal(err)
	}
}

func foldOne(tb tester, tx *Tx, e *ledger.Entry) {
	tb.Helper()
	var ev policies.Event
	if !e.Erased() {
		var err error
		if ev, err = policies.Decode(e.Kind, e.Payload); err != nil {
			tb.Fatal(err)
		}
	}
	if err := tx.Fold(e, ev); err != nil {
		tb.Fatal(err)
	}
}

// local writes a time as commands state it, in UTC.
func local(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }
