package registry

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/sqlite"
	"github.com/ewtp/entente/views"
)

func openSQLite(b *testing.B, dir string) store.Store {
	b.Helper()
	s, err := sqlite.Open(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

// words make a comment of some 300 bytes.
var words = strings.Repeat("The declaration comes too late for carriers. ", 6) + "Comment "

// percentile sorts and returns the value under which that share lies.
func percentile(took []time.Duration, share float64) time.Duration {
	slices.SortFunc(took, cmp.Compare)
	return took[min(int(share*float64(len(took))), len(took)-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// handIn lets callers submit n comments and returns how long each waited for its
// durable answer.
func handIn(b *testing.B, r *Registry, c cast, n, callers int) []time.Duration {
	b.Helper()
	took := make([]time.Duration, n)
	var next atomic.Int64
	var waiting sync.WaitGroup
	for range callers {
		waiting.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				start := time.Now()
				if _, err := r.Do(b.Context(), c.carrier, fmt.Sprintf("%s-%d", b.Name(), i), c.says(i, fmt.Sprint(words, i))); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(start)
			}
		})
	}
	waiting.Wait()
	return took
}

// BenchmarkSubmit is a comment from the call to its durable answer, on a document of
// 40 clauses that is open for comment.
func BenchmarkSubmit(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			r := openOn(b, Options{Store: openSQLite(b, b.TempDir())})
			c := settle(b, r, 40)
			b.ReportAllocs()
			b.ResetTimer()
			took := handIn(b, r, c, b.N, callers)
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comments/s")
			b.ReportMetric(milliseconds(percentile(took, .99)), "p99-ms")
		})
	}
}

// BenchmarkBurst is the last hour of a large consultation: 75,000 comments from 256
// callers, while two readers open a clause's comments a hundred times a second each.
func BenchmarkBurst(b *testing.B) {
	const comments = 75_000
	var took, read []time.Duration
	var grouping time.Duration // after the last answer, until all are in their campaigns
	for range b.N {
		b.StopTimer()
		s := openSQLite(b, b.TempDir())
		r := openOn(b, Options{Store: s})
		c := settle(b, r, 40)
		first := r.Views().Position()
		b.StartTimer()
		stop := make(chan struct{})
		readers := startReaders(b, r, c, 2, stop)
		took = append(took, handIn(b, r, c, comments, 256)...)
		b.StopTimer()
		close(stop)
		last := time.Now()
		for size := 0; size < comments; {
			l, err := r.Views().CampaignList(b.Context(), policies.Actor{}, views.CampaignFilter{DocumentID: c.document}, views.Page{First: 1})
			if err != nil {
				b.Fatal(err)
			}
			if len(l.Items) > 0 {
				size = l.Items[0].Size
			}
		}
		grouping += time.Since(last)
		for range 2 {
			read = append(read, <-readers...)
		}
		seen := map[string]bool{}
		for _, e := range entriesOf(b, s)[first:] {
			seen[e.Command] = true
		}
		if head := r.Views().Position(); head != first+comments || len(seen) != comments {
			b.Errorf("%d entries of %d commands, want %d", head-first, len(seen), comments)
		}
		b.StartTimer()
	}
	b.StopTimer()
	b.ReportMetric(float64(comments*b.N)/b.Elapsed().Seconds(), "comments/s")
	b.ReportMetric(milliseconds(percentile(took, .99)), "p99-ms")
	b.ReportMetric(milliseconds(percentile(read, .99)), "reader-p99-ms")
	b.ReportMetric(grouping.Seconds()/float64(b.N), "grouping-s")
}

// startReaders starts readers that each hand over how long their reads took once
// they are told to stop.
func startReaders(b *testing.B, r *Registry, c cast, n int, stop <-chan struct{}) <-chan []time.Duration {
	out := make(chan []time.Duration, n)
	for range n {
		go func() {
			var took []time.Duration
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-stop:
					out <- took
					return
				case <-tick.C:
				}
				start := time.Now()
				_, err := r.Views().CommentList(context.Background(), policies.Actor{},
					views.CommentFilter{DocumentID: c.document, ClauseID: &c.clauses[len(took)%len(c.clauses)]}, views.Page{First: 20})
				if err != nil {
					b.Error(err)
				}
				took = append(took, time.Since(start))
			}
		}()
	}
	return out
}

// BenchmarkCommitRevision commits the Estonian Penal Code, its last two versions by turns.
func BenchmarkCommitRevision(b *testing.B) {
	versions := penalCode(b)
	r := openOn(b, Options{Store: openSQLite(b, b.TempDir())})
	c := settle(b, r, 3)
	law := do(b, r, c.ministry, "", policies.ProposeDocument{Kind: "regulation", Title: "Karistusseadustik", Language: "et", Parties: []string{"EE"}}).Subject
	base := ""
	commit := func(i int) {
		base = do(b, r, c.ministry, "", policies.CommitRevision{DocumentID: law, Base: base, Source: versions[i%2], Note: "Amended."}).Subject
	}
	commit(0)
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		commit(len(took) + 1)
		took = append(took, time.Since(start))
	}
	b.ReportMetric(milliseconds(percentile(took, .5)), "p50-ms")
	b.ReportMetric(milliseconds(percentile(took, .99)), "p99-ms")
}

// penalCode gives the last two versions of the Estonian Penal Code.
func penalCode(b *testing.B) []string {
	b.Helper()
	bundle, err := filepath.Abs("../../shared/data/estonia-penal-code.bundle")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(bundle); err != nil {
		b.Skip("the corpus of real texts is not here: " + filepath.Base(bundle))
	}
	clone := filepath.Join(b.TempDir(), "clone")
	git := func(args ...string) string {
		out, err := exec.CommandContext(b.Context(), "git", args...).Output()
		if err != nil {
			b.Fatalf("git %v: %v", args, err)
		}
		return string(out)
	}
	git("clone", "-q", "-b", "main", bundle, clone)
	const file = "ee/184411.md"
	var versions []string
	for _, hash := range strings.Fields(git("-C", clone, "log", "-2", "--format=%H", "--diff-filter=AM", "--", file)) {
		versions = append(versions, git("-C", clone, "show", hash+":"+file))
	}
	return versions
}

// fill appends n entries of comments to a store, past the registry.
func fill(b *testing.B, s store.Store, c cast, n int) {
	b.Helper()
	head, err := s.Head(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	at := time.Now()
	for done := 0; done < n; {
		batch := make([]ledger.Entry, 0, foldBatch)
		for ; done < n && len(batch) < foldBatch; done++ {
			e, err := sealedEntry(idempotencyKey{ledger: fmt.Sprint(c.carrier.MemberID, "/", done)},
				&policies.CommentSubmitted{ID: newID(policies.PrefixComment), Number: done + 1, DocumentID: c.document, ConsultationID: c.consultation,
					RevisionID: c.revision, OrganisationID: c.carrier.OrganisationID, By: c.carrier.MemberID,
					CommentWords: policies.CommentWords{ClauseID: c.clauses[done%len(c.clauses)], Stance: policies.Oppose, Type: policies.Technical,
						Text: fmt.Sprint(words, done)}})
			if err != nil {
				b.Fatal(err)
			}
			e.Seq, e.At = head+int64(done), at.UTC().Truncate(time.Millisecond)
			batch = append(batch, *e)
		}
		if err := s.Append(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRebuild makes the views of 100,000 comments anew.
func BenchmarkRebuild(b *testing.B) {
	const comments = 100_000
	s := openSQLite(b, b.TempDir())
	setting := openOn(b, Options{Store: s})
	c := settle(b, setting, 40)
	closeOf(b, setting)
	fill(b, s, c, comments)
	r := openOn(b, Options{Store: s})
	entries := 0
	for b.Loop() {
		if err := r.onWriter(b.Context(), func() error { return r.rebuild(b.Context()) }); err != nil {
			b.Fatal(err)
		}
		entries += int(r.Views().Position())
	}
	b.ReportMetric(float64(entries)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkStart opens a registry on 200,000 entries that are folded and signed.
func BenchmarkStart(b *testing.B) {
	dir, key := b.TempDir(), signer(b)
	s := openSQLite(b, dir)
	o := Options{Store: s, Checkpoints: key, CheckpointFile: filepath.Join(dir, "checkpoint"),
		Views: openViews(b, filepath.Join(dir, "views.db"))}
	setting := openOn(b, o)
	c := settle(b, setting, 40)
	closeOf(b, setting)
	fill(b, s, c, 200_000)
	folded := openOn(b, o)
	closeOf(b, folded)
	for b.Loop() {
		r, err := Open(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		closeOf(b, r)
		b.StartTimer()
	}
	b.ReportMetric(milliseconds(b.Elapsed())/float64(b.N), "open-ms")
}

// BenchmarkErase erases one of 100,000 comments while another is handed in again and again.
func BenchmarkErase(b *testing.B) {
	const comments = 100_000
	s := openSQLite(b, b.TempDir())
	setting := openOn(b, Options{Store: s})
	c := settle(b, setting, 40)
	closeOf(b, setting)
	fill(b, s, c, comments)
	r := openOn(b, Options{Store: s})
	if err := r.views.Settle(b.Context()); err != nil {
		b.Fatal(err)
	}
	next, written := int64(1000), 0
	var longest, shown time.Duration
	for b.Loop() {
		next++
		done := make(chan error, 1)
		start := time.Now()
		go func() { done <- r.Erase(b.Context(), []int64{next}, "An order.", nil) }()
		for erasing := true; erasing; written++ {
			began := time.Now()
			do(b, r, c.carrier, "", c.says(0, "Words from meanwhile."))
			longest = max(longest, time.Since(began))
			if e, err := r.views.Entry(b.Context(), next); err == nil && e.Erased && shown == 0 {
				shown = time.Since(start)
			}
			select {
			case err := <-done:
				if erasing = false; err != nil {
					b.Fatal(err)
				}
			default:
			}
		}
	}
	b.ReportMetric(milliseconds(shown), "struck-ms")
	b.ReportMetric(milliseconds(longest), "longest-write-ms")
	b.ReportMetric(float64(written)/b.Elapsed().Seconds(), "comments/s")
}
