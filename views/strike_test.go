package views

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
)

// An order to erase a comment or a reply leaves, in its own commit, the comments, replies and counts of views that
// were made of a ledger without its words, and none of them in the index; after other orders the views can't be shown.
// An order that names what was erased before, or what isn't there yet, strikes nothing.
func TestOrdersStrike(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		d := randomStory(t)
		for _, kind := range []string{submission, (*policies.CommentReplied)(nil).Kind(), ""} {
			of := slices.DeleteFunc(slices.Clone(d.entries), func(e ledger.Entry) bool {
				return kind != "" && e.Kind != kind || kind == "" && strikers[e.Kind] != nil
			})
			if len(of) == 0 {
				continue
			}
			runs++
			e := rapid.SampledFrom(of).Draw(t, "entry")
			ordered := &story{tb: t, memory: d.memory, entries: slices.Clone(d.entries), now: d.now}
			ordered.do(policies.Operator, policies.EraseEntry{Seq: e.Seq, Reason: "An order."})
			open := func(name string) *DB {
				db, err := Open(context.Background(), filepath.Join(dir, fmt.Sprint(name, runs)), Options{})
				if err != nil {
					t.Fatal(err)
				}
				return db
			}
			was, anew := open("was"), open("anew")
			defer was.Close()
			defer anew.Close()
			foldAll(t, was, d.entries)
			settle(t, was) // so that there is something to take out of the index
			foldAll(t, was, ordered.entries[len(d.entries):])
			erase(&ordered.entries[e.Seq])
			foldAll(t, anew, ordered.entries)
			settle(t, was)
			settle(t, anew)
			if got := anew.Condition(); got != AsRecorded {
				t.Fatalf("erased before it was folded: condition %d", got)
			}
			if kind == "" {
				if was.Condition() != Unshowable {
					t.Fatalf("%s: condition %d", e.Kind, was.Condition())
				}
				continue
			}
			if was.Condition() != Struck {
				t.Fatalf("%s: condition %d", e.Kind, was.Condition())
			}
			want, got := shown(d, anew), shown(d, was)
			for question := range want {
				if struckAtOnce.MatchString(question) && !reflect.DeepEqual(want[question], got[question]) {
					t.Errorf("%s after %s of %s (-made anew +struck):\n%s", question, e.Kind, e.Subject,
						cmp.Diff(strings.Fields(fmt.Sprintf("%+v", want[question])), strings.Fields(fmt.Sprintf("%+v", got[question]))))
				}
			}
			if diff := cmp.Diff(indexed(t, anew), indexed(t, was)); diff != "" {
				t.Fatalf("the index after %s of %s (-made anew +struck):\n%s", e.Kind, e.Subject, diff)
			}
		}
	})
}

// A reply that is ordered to be erased is shown no more, and the others are.
func TestStrikeReply(t *testing.T) {
	s, c := docket(t)
	by := policies.Actor{}
	for _, e := range s.entries {
		if strings.HasPrefix(e.Subject, "mem_") {
			m, err := s.memory.Member(e.Subject)
			if err != nil {
				t.Fatal(err)
			}
			o, err := s.memory.Organisation(m.OrganisationID)
			if err != nil {
				t.Fatal(err)
			}
			by = policies.ActorFor(m, o) // the last: the carrier
		}
	}
	comment := s.do(by, policies.SubmitComment{ConsultationID: c.ConsultationID, CommentWords: c.CommentWords})
	gone := int64(len(s.entries))
	for _, words := range []string{"Words to go.", "Words to stay."} {
		s.do(by, policies.ReplyToComment{CommentID: comment, Text: words})
	}
	db := openTest(t)
	foldAll(t, db, s.entries)
	had := len(s.entries)
	s.do(policies.Operator, policies.EraseEntry{Seq: gone, Reason: "An order."})
	foldAll(t, db, s.entries[had:])
	pages, err := db.ReplyPages(t.Context(), by, []string{comment}, time.Time{}, Page{First: 10})
	if l := pages[comment].Items; err != nil || len(l) != 1 || l[0].Text != "Words to stay." || db.Condition() != Struck {
		t.Errorf("%+v, %v; condition %d", l, err, db.Condition())
	}
}

// struckAtOnce are the questions whose answers are those of views made anew as soon as an erasure is ordered.
// Others are told what followed from an entry until then: which comments are copies, say, or that a draft was handed in.
var struckAtOnce = regexp.MustCompile(`^(AnswerCounts|ClauseCounts|Comment(Counts|List|Pages|Total|s)|EndorsementCounts|EndorsementList|` +
	`ErasureOrdered|Replies|ReplyPages|Represented|Speakers|Tallies)\d+$`)

func settle(t tester, db *DB) {
	t.Helper()
	if err := db.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// erase does to an entry what a store does.
func erase(e *ledger.Entry) { e.Payload, e.Salt, e.Words = nil, nil, nil }

// indexed is how often each word is in the full-text index.
func indexed(t tester, db *DB) (all []string) {
	t.Helper()
	if err := db.file.Take(context.Background()); err != nil {
		t.Fatal(err)
	}
	defer db.file.Give()
	if err := db.file.Exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed_words USING fts5vocab('main', 'search', 'instance')`); err != nil {
		t.Fatal(err)
	}
	rows, err := db.file.Write(`SELECT term, doc FROM temp.indexed_words ORDER BY 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var word string
		var row int64
		if err := rows.Scan(&word, &row); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(word, " ", row))
	}
	return all
}
