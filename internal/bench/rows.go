package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A row of the table is one benchmark, and the figures of it that are told.
type row struct {
	what, bar   string
	room, bench string
	time        string // as go test's -benchtime
	figures     []figure
}

// A figure is one unit of a benchmark, or, where beside isn't empty, how many times as much that took.
type figure struct {
	name   string // of the benchmark, without "Benchmark"
	unit   string
	beside string
	as     string // what it is called in the table
}

// once is the time of benchmarks that take so long that they run once.
const once = "1x"

// rows are what is measured. Where the processor's time is told, it is because other work on the machine changes it little.
var rows = []row{
	{"submitComment over HTTP, 64 connections, beside PostGraphile 4 on PostgreSQL", ">= 6 times", "./cmd/entente", "^BenchmarkBeside$", "3000x", []figure{
		{"Beside/submit/entente", "cpu-µs/op", "", "µs of the servers' processor time a comment"}, {"Beside/submit/postgraphile", "cpu-µs/op", "", "µs for the peer"},
		{"Beside/submit/entente", "cpu-µs/op", "Beside/submit/postgraphile", "times"},
		{"Beside/read/entente", "cpu-µs/op", "", "µs for the first 20 comments of a consultation, 32 connections"}, {"Beside/read/postgraphile", "cpu-µs/op", "", "µs for the peer"},
		{"Beside/read/entente", "cpu-µs/op", "Beside/read/postgraphile", "times"}}},
	{"document page: 500 clauses with HTML and counts, 20 comments", "< 5 ms", "./graph", "^BenchmarkDocumentPage$", "100x", []figure{
		{"DocumentPage", "ns/op", "", "ms"}, {"DocumentPage", "allocs/op", "", "allocations"}}},
	{"first page of a clause's 10,000 comments, through GraphQL", "< 10 ms", "./graph", "^BenchmarkClauseComments$", "500x", []figure{
		{"ClauseComments", "ns/op", "", "ms"}, {"ClauseComments", "allocs/op", "", "allocations"}}},
	{"poll answered 304 through the whole server, beside bare net/http", ">= 0.8 of bare", "./server", "^BenchmarkPoll$", "30000x", []figure{
		{"Poll/whole", "cpu-µs/op", "", "µs of processor time"}, {"Poll/bare", "cpu-µs/op", "", "µs bare"}, {"Poll/whole", "cpu-µs/op", "Poll/bare", "of it"}}},
	{"readers while 256 comment as fast as they can, through the whole server, clients on the same processors", "p99 < 50 ms", "./cmd/entente", "^BenchmarkServe$/readers=64", once, []figure{
		{"Serve/readers=64", "reader-p99-ms", "", "ms p99"}, {"Serve/readers=64", "reader-p50-ms", "", "ms p50"}, {"Serve/readers=64", "reads/s", "", "reads/s"}, {"Serve/readers=64", "comments/s", "", "comments/s"}}},
	{"comment submitted, durable, in process, 64 callers", ">= 8,000/s", "./registry", "^BenchmarkSubmit$/callers=64", "20000x", []figure{
		{"Submit/callers=64", "comments/s", "", "/s"}, {"Submit/callers=64", "p99-ms", "", "ms p99"}}},
	{"rebuild of the views from the ledger", ">= 75,000 entries/s", "./registry", "^BenchmarkRebuild$", once, []figure{{"Rebuild", "entries/s", "", "entries/s"}}},
	{"start with 200,000 entries folded", "< 1 s with a million", "./registry", "^BenchmarkStart$", once, []figure{{"Start", "open-ms", "", "ms"}}},
	{"needs me: a watcher's page and counts", "p99 < 10 ms, < 20 ms", "./views", "^BenchmarkNeeds$", "100x", []figure{
		{"Needs/watcher's_first_page", "p99-µs", "", "µs p99, first page"}, {"Needs/watcher's_counts", "p99-µs", "", "µs p99, counts"}}},
	{"one answer to a campaign", "others wait < 50 ms", "./views", "^BenchmarkDisposeCampaign$", once, []figure{
		{"DisposeCampaign", "select-ms", "", "ms selecting"}, {"DisposeCampaign", "fold-ms", "", "ms folding"}}},
}

// tell writes a row's figures, "" where there are none.
func (r row) tell(median map[string]float64) string {
	var told []string
	for _, f := range r.figures {
		v, ok := median[f.name+" "+f.unit]
		if f.beside != "" && ok {
			var peer float64
			peer, ok = median[f.beside+" "+f.unit]
			v = peer / v
		} else if f.unit == "ns/op" {
			v /= 1e6
		}
		if ok {
			told = append(told, number(v)+" "+f.as)
		}
	}
	return strings.Join(told, ", ")
}

// number writes three digits that count, or all before the point.
func number(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// medians reads what go test printed: the median of each unit of each benchmark, by "name unit".
func medians(said string) map[string]float64 {
	all := map[string][]float64{}
	for line := range strings.Lines(said) {
		f := strings.Fields(line)
		if len(f) < 4 || len(f)%2 != 0 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(f[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 { // the number of processors
			name = name[:i]
		}
		for i := 2; i < len(f); i += 2 {
			if v, err := strconv.ParseFloat(f[i], 64); err == nil {
				key := fmt.Sprint(name, " ", f[i+1])
				all[key] = append(all[key], v)
			}
		}
	}
	median := map[string]float64{}
	for key, list := range all {
		slices.Sort(list)
		median[key] = list[len(list)/2]
	}
	return median
}
