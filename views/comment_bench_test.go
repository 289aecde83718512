package views

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"crypto/rand"
	"encoding/hex"
	"os/exec"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
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

// decoded decodes payloads one batch ahead of whoever folds them.
func decoded(b *testing.B, entries []ledger.Entry, batch int) <-chan []policies.Event {
	ahead := make(chan []policies.Event, 1)
	go func() {
		defer close(ahead)
		for chunk := range slices.Chunk(entries, batch) {
			events := make([]policies.Event, len(chunk))
			for i, e := range chunk {
				var err error
				if events[i], err = policies.Decode(e.Kind, e.Payload); err != nil {
					b.Error(err)
					return
				}
			}
			ahead <- events
		}
	}()
	return ahead
}

// BenchmarkFoldComments is a rebuild: 100,000 payloads decoded by one goroutine,
// folded by another and committed in transactions of 5,000. The full-text index follows behind the fold; what it
// costs is reported apart, as indexed/s.
func BenchmarkFoldComments(b *testing.B) {
	s, c := docket(b)
	entries := append(s.entries, comments(b, c, int64(len(s.entries)), 1, 100_000, true)...)
	var folding, indexing time.Duration
	n := 0
	for b.Loop() {
		b.StopTimer()
		db := openTest(b)
		b.StartTimer()
		start := time.Now()
		for events := range decoded(b, entries, 5000) {
			tx := begin(b, db)
			for _, ev := range events {
				if err := tx.Fold(&entries[tx.Position()], ev); err != nil {
					b.Fatal(err)
				}
			}
			commit(b, tx)
		}
		folding += time.Since(start)
		b.StopTimer()
		start = time.Now()
		if err := db.catchUp(b.Context()); err != nil {
			b.Fatal(err)
		}
		indexing += time.Since(start)
		n += len(entries)
		b.StartTimer()
	}
	b.ReportMetric(float64(n)/folding.Seconds(), "entries/s")
	b.ReportMetric(float64(n)/indexing.Seconds(), "indexed/s")
}

// BenchmarkClauseComments reads the first page of one clause's comments, of a
// docket where every tenth comment is on it.
func BenchmarkClauseComments(b *testing.B) {
	db := openTest(b)
	s, c := docket(b)
	foldAll(b, db, s.entries)
	f := CommentFilter{DocumentID: c.DocumentID, ClauseID: &c.ClauseID}
	n := 0
	for _, size := range []int{10_000, 1_000_000} {
		for n < size {
			foldAll(b, db, comments(b, c, db.Position(), n+1, 10_000, true))
			n += 10_000
		}
		if err := db.catchUp(b.Context()); err != nil { // else it goes on in the background
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				l, err := db.CommentList(b.Context(), policies.Actor{}, f, Page{First: 20})
				if err != nil || len(l.Items) != 20 {
					b.Fatalf("%d comments, %v", len(l.Items), err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// BenchmarkAddRevision folds the next version of the Penal Code, parsed and
// identified already, and commits.
func BenchmarkAddRevision(b *testing.B) {
	texts := penalCode(b)
	var took []time.Duration
	for b.Loop() {
		b.StopTimer()
		db := openTest(b)
		took = took[:0]
		b.StartTimer()
		for i, t := range texts {
			start := time.Now()
			tx := begin(b, db)
			tx.stamp = policies.Stamp{Seq: int64(i), At: dayOne}
			rev := policies.Revision{ID: fmt.Sprintf("rev_%d", i), DocumentID: "doc_1", Number: i + 1, CommittedAt: dayOne,
				TextDigest: clauses.Hash{byte(i + 1)}, Bytes: len(t.Source), Clauses: len(t.Clauses), Root: t.Root}
			if err := tx.AddRevision(rev, t); err != nil {
				b.Fatal(err)
			}
			commit(b, tx)
			took = append(took, time.Since(start))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(len(texts[len(texts)-1].Clauses)), "clauses")
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
}

// penalCode gives the versions of the Estonian Penal Code with their identities.
func penalCode(tb testing.TB) (texts []*clauses.Text) {
	tb.Helper()
	bundle, err := filepath.Abs("../../shared/data/estonia-penal-code.bundle")
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(bundle); err != nil {
		tb.Skip("the corpus of real texts is not here: " + filepath.Base(bundle))
	}
	if _, err := exec.LookPath("git"); err != nil {
		tb.Skip("git is not here, and the corpus is a git bundle")
	}
	clone := filepath.Join(tb.TempDir(), "clone")
	git := func(args ...string) string {
		out, err := exec.CommandContext(context.Background(), "git", args...).Output()
		if err != nil {
			tb.Fatalf("git %v: %v", args, err)
		}
		return string(out)
	}
	git("clone", "-q", "-b", "main", bundle, clone)
	const file = "ee/184411.md"
	var parent *clauses.Text
	for _, hash := range strings.Fields(git("-C", clone, "log", "--reverse", "--format=%H", "--diff-filter=AM", "--", file)) {
		t, err := clauses.Parse([]byte(git("-C", clone, "show", hash+":"+file)), clauses.Limits{})
		if err != nil {
			tb.Fatal(err)
		}
		clauses.Identify(parent, t)
		texts, parent = append(texts, t), t
	}
	return texts
}
