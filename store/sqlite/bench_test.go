package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store/storetest"
)

// benchEntries makes entries with payloads of about 400 bytes.
func benchEntries(from int64, n int) []ledger.Entry {
	entries := make([]ledger.Entry, n)
	words := strings.Repeat("the words of a comment ", 16)
	for i := range entries {
		seq := from + int64(i)
		entries[i] = storetest.Entry(seq, fmt.Sprintf("cmd_%026d", seq), fmt.Appendf(nil, `{"number":%d,"text":%q}`, seq, words))
	}
	return entries
}

// BenchmarkAppend measures durable appends, and beside each batch, as fsync-ms,
// what writing the same number of bytes to a file and one fsync cost.
func BenchmarkAppend(b *testing.B) {
	for _, batch := range []int{1, 64, 500} {
		b.Run(fmt.Sprint(batch), func(b *testing.B) {
			s := openIn(b, b.TempDir())
			var took time.Duration
			var at int64
			for b.Loop() {
				b.StopTimer()
				entries := benchEntries(at, batch)
				b.StartTimer()
				start := time.Now()
				if err := s.Append(b.Context(), entries); err != nil {
					b.Fatal(err)
				}
				took += time.Since(start)
				at += int64(batch)
			}
			b.ReportMetric(float64(at)/took.Seconds(), "entries/s")
			b.ReportMetric(fsync(b, batch*600).Seconds()*1000, "fsync-ms")
		})
	}
}

// fsync returns what one write of so many bytes and one fsync take.
func fsync(b *testing.B, size int) time.Duration {
	f, err := os.Create(filepath.Join(b.TempDir(), "f"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	const rounds = 50
	data := make([]byte, size)
	start := time.Now()
	for range rounds {
		if _, err := f.Write(data); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start) / rounds
}

// BenchmarkRead measures reading everything in order, 2,000 entries at a time.
func BenchmarkRead(b *testing.B) {
	const total = 50_000
	s := openIn(b, b.TempDir())
	for at := 0; at < total; at += 500 {
		if err := s.Append(b.Context(), benchEntries(int64(at), 500)); err != nil {
			b.Fatal(err)
		}
	}
	var at int64
	n := 0
	for b.Loop() {
		entries, err := s.Read(b.Context(), at, 2000)
		if err != nil {
			b.Fatal(err)
		}
		n += len(entries)
		at = (at + 2000) % total
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
}
