package reports

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
)

// docket is a document with many comments of some 600 bytes, most of them answered.
func docket(b *testing.B, n int) *world {
	w := newWorld(b)
	words := strings.Repeat("Records cost those who keep them more than they help. ", 10)
	places := []string{"", w.clause("§1(1)"), w.clause("§2(1)"), w.clause("§2(2)")}
	actors := []policies.Actor{w.loom, w.ferry, w.crane}
	var running sync.WaitGroup
	for at := range 64 {
		running.Go(func() {
			for i := at; i < n; i += 64 {
				c := policies.SubmitComment{ConsultationID: w.round, CommentWords: policies.CommentWords{ClauseID: places[i%len(places)], Stance: policies.Oppose, Type: policies.Technical,
					Text: fmt.Sprintf("%d. %s", i, words)}}
				out, err := w.Do(context.Background(), actors[i%len(actors)], "", c)
				if err == nil && i%4 != 0 {
					_, err = w.Do(context.Background(), w.ministry, "", policies.DisposeComment{CommentID: out.Subject, Outcome: policies.Noted,
						Reason: "Seen, and weighed against what the authorities need to know of each parcel."})
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
	return w
}

// peak runs f and returns by how many MiB the heap was larger while it ran, at most.
func peak(f func()) float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, m.HeapAlloc
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		for tick := time.NewTicker(2 * time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
	}()
	f()
	close(done)
	<-watched
	return float64(most-before) / (1 << 20)
}

// BenchmarkMatrix writes and reads back the matrix of 10,000 comments.
func BenchmarkMatrix(b *testing.B) {
	w := docket(b, 10_000)
	for _, f := range []Format{CSV, XLSX} {
		e := Export{DocumentID: w.document, Format: f}
		b.Run("write "+string(f), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := WriteMatrix(b.Context(), w.Views(), w.ministry, e, io.Discard); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			b.ReportMetric(peak(func() { _ = WriteMatrix(context.Background(), w.Views(), w.ministry, e, io.Discard) }), "peak-MiB")
		})
		var file bytes.Buffer
		if err := WriteMatrix(b.Context(), w.Views(), w.ministry, e, &file); err != nil {
			b.Fatal(err)
		}
		trial := func() {
			r, err := ImportDispositions(context.Background(), w.Registry, w.ministry, Import{DocumentID: w.document, File: file.Bytes(), Mode: Trial})
			if err != nil || r.Rows != 10_000 || r.Refused > 0 {
				b.Fatalf("%+v %v", r, err)
			}
		}
		b.Run("try "+string(f), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				trial()
			}
			b.StopTimer()
			b.ReportMetric(peak(trial), "peak-MiB")
			b.ReportMetric(float64(file.Len())/(1<<20), "file-MiB")
		})
	}
}

// BenchmarkWhatWeHeard reports on a consultation with 10,000 comments, most of them
// answered alike.
func BenchmarkWhatWeHeard(b *testing.B) {
	w := docket(b, 10_000)
	write := func() {
		h, err := WhatWeHeard(context.Background(), w.Views(), w.ministry, w.document)
		if err != nil || h.Comments != 10_000 {
			b.Fatal(h, err)
		}
		if _, err := h.HTML(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		write()
	}
	b.StopTimer()
	b.ReportMetric(peak(write), "peak-MiB")
}

// BenchmarkImport gives 10,000 answers that were filled in.
func BenchmarkImport(b *testing.B) {
	w := docket(b, 10_000)
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		w.clock.Set(began.Add(time.Duration(n) * time.Hour))
		var file, filled bytes.Buffer
		if err := WriteMatrix(b.Context(), w.Views(), w.ministry, Export{DocumentID: w.document, Format: CSV}, &file); err != nil {
			b.Fatal(err)
		}
		out, at := sheet.Writer(nil), map[string]int{}
		for r, err := range sheet.Read(context.Background(), file.Bytes(), sheet.Limits{}) {
			if err != nil {
				b.Fatal(err)
			}
			if out == nil {
				t := sheet.Table{}
				for i, c := range r.Cells {
					t.Columns, at[c] = append(t.Columns, sheet.Column{Name: c}), i
				}
				if out, err = sheet.NewCSV(&filled, t, false); err != nil {
					b.Fatal(err)
				}
				continue
			}
			r.Cells[at[colDisposition]], r.Cells[at[colReason]] = "rejected", fmt.Sprintf("Weighed anew, %d.", n)
			if err := out.Write(r.Cells); err != nil {
				b.Fatal(err)
			}
		}
		if err := out.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		r, err := ImportDispositions(context.Background(), w.Registry, w.ministry, Import{DocumentID: w.document, File: filled.Bytes(), Mode: WhenAll})
		if err != nil || r.Answered != 10_000 || !r.Applied {
			b.Fatalf("%+v %v", r, err)
		}
	}
}
