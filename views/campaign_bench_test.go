package views

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
)

// mass makes entries of comments from number from on as they were seen at the FCC: six
// in a hundred are of their own, the rest are one of twenty form letters; of those one
// in four adds a line.
func mass(b *testing.B, c policies.CommentSubmitted, seq int64, from, n int) []ledger.Entry {
	b.Helper()
	entries := make([]ledger.Entry, n)
	for i := range entries {
		k := from + i
		c.ID, c.Number = fmt.Sprintf("cmt_01kexample%016d", k), k
		switch {
		case k%100 < 6:
			var text strings.Builder
			for j := range 60 {
				fmt.Fprintf(&text, "word%d ", (k*7919+j*j*31)%100_003)
			}
			c.Text = text.String()
		default:
			c.Text = strings.Repeat(fmt.Sprintf("Letter %d asks the ministries to keep the threshold where it is today, and says why in paragraph %d. ", k%20, k%20), 3)
			if k/20%4 == 0 {
				c.Text += fmt.Sprintf("I am trader %d.", k)
			}
		}
		payload, err := policies.Encode(&c)
		if err != nil {
			b.Fatal(err)
		}
		entries[i] = ledger.Entry{Seq: seq + int64(i), At: dayOne.Add(time.Hour + time.Duration(k)*time.Millisecond),
			Kind: "comment.submitted/1", Subject: c.ID, Command: fmt.Sprint("key", k), Payload: payload, Salt: []byte("sixteen bytes ok")}
		entries[i].Seal()
	}
	return entries
}

// BenchmarkCampaigns reads the campaigns of a docket: the first page of groups, the
// first page of the members of one that add words, with what they add, and the groups
// of a page of comments. How fast comments are grouped is reported as grouped/s.
func BenchmarkCampaigns(b *testing.B) {
	db := openTest(b)
	s, c := docket(b)
	foldAll(b, db, s.entries)
	n := 0
	var grouping time.Duration
	for _, size := range []int{10_000, 1_000_000} {
		for n < size {
			foldAll(b, db, mass(b, c, db.Position(), n+1, 10_000))
			n += 10_000
			start := time.Now()
			groupAll(b, db)
			grouping += time.Since(start)
		}
		if err := db.catchUp(b.Context()); err != nil { // else it goes on in the background
			b.Fatal(err)
		}
		top, err := db.CampaignList(b.Context(), policies.Actor{}, CampaignFilter{DocumentID: c.DocumentID}, Page{First: 20})
		if err != nil || len(top.Items) < 20 || top.Items[0].Size < size/25 {
			b.Fatalf("%d campaigns, %+v, %v", len(top.Items), top.Items[0], err)
		}
		largest, adding := top.Items[0].ID, true
		comments, err := db.CommentList(b.Context(), policies.Actor{}, CommentFilter{DocumentID: c.DocumentID}, Page{Last: 20})
		if err != nil {
			b.Fatal(err)
		}
		var ids []string
		for _, k := range comments.Items {
			ids = append(ids, k.ID)
		}
		for _, read := range []struct {
			name string
			do   func(context.Context) (int, error)
		}{
			{"groups", func(ctx context.Context) (int, error) {
				l, err := db.CampaignList(ctx, policies.Actor{}, CampaignFilter{DocumentID: c.DocumentID}, Page{First: 20})
				return len(l.Items), err
			}},
			{"additions", func(ctx context.Context) (int, error) {
				l, err := db.CampaignMembers(ctx, policies.Actor{}, largest, &adding, Page{First: 20})
				return len(l.Items), err
			}},
			{"of comments", func(ctx context.Context) (int, error) {
				of, err := db.CampaignsOf(ctx, policies.Actor{}, ids)
				return len(of), err
			}},
		} {
			b.Run(fmt.Sprintf("%s/%d", read.name, size), func(b *testing.B) {
				var took []time.Duration
				for b.Loop() {
					start := time.Now()
					if n, err := read.do(b.Context()); err != nil || n == 0 {
						b.Fatalf("%d, %v", n, err)
					}
					took = append(took, time.Since(start))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
				b.ReportMetric(float64(n)/grouping.Seconds(), "grouped/s")
			})
		}
	}
}

// BenchmarkDisposeCampaign answers 75,000 members of a campaign in one entry: the
// selection, and the fold up to the commit.
func BenchmarkDisposeCampaign(b *testing.B) {
	const members = 75_000
	var selecting, folding time.Duration
	for b.Loop() {
		b.StopTimer()
		db := openTest(b)
		s, c := docket(b)
		foldAll(b, db, s.entries)
		foldAll(b, db, comments(b, c, db.Position(), 1, members, false))
		groupAll(b, db)
		if err := db.catchUp(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		start := time.Now()
		tx := begin(b, db)
		found, n, err := tx.Selected(c.DocumentID, policies.Selection{CampaignID: policies.CampaignID(fmt.Sprintf("cmt_01kexample%016d", 1))}, policies.Operator, tx.Position(), policies.MaxBulk)
		if err != nil || n != members {
			b.Fatalf("%d comments, %v", n, err)
		}
		selecting += time.Since(start)
		start = time.Now()
		e := policies.CommentsDisposed{DocumentID: c.DocumentID, Outcome: policies.Noted, Reason: strings.Repeat("So it is. ", 50)}
		for _, k := range found {
			e.Comments = append(e.Comments, k.Seq)
		}
		tx.stamp = policies.Stamp{Seq: tx.Position(), At: s.now}
		if err := e.Fold(tx.stamp, tx); err != nil {
			b.Fatal(err)
		}
		commit(b, tx)
		folding += time.Since(start)
		counts, err := db.CommentCounts(b.Context(), []string{c.DocumentID})
		if err != nil || counts[c.DocumentID].Answered != members {
			b.Fatalf("%+v, %v", counts, err)
		}
	}
	b.ReportMetric(float64(selecting.Milliseconds())/float64(b.N), "select-ms")
	b.ReportMetric(float64(folding.Milliseconds())/float64(b.N), "fold-ms")
}
