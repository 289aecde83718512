// Bench prints a table of what the bars of the design are measured by: it runs the benchmarks that stand beside
// the code, the peers in the same run where they can be had, and tells medians, ratios and how busy the
// machine was. docs/performance.md keeps the last one.
//
//	go run ./internal/bench            # all rows, a quarter of an hour on a quiet machine
//	go run ./internal/bench -rows page # the rows whose text has that in it
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

func main() {
	only := flag.String("rows", "", "run only the rows whose text has this in it")
	count := flag.Int("count", 3, "how often each benchmark runs, but for those that take minutes; medians are told")
	flag.Parse()
	if err := printTable(os.Stdout, *only, *count, goTest); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// printTable runs the benchmarks of the rows and writes the table. A row that couldn't be measured says why.
func printTable(out io.Writer, only string, count int, run func(row, int) (string, error)) error {
	if _, err := fmt.Fprintf(out, "%s %s/%s, %d processors, load before %s\n\n| what | measured | bar |\n| --- | --- | --- |\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), load()); err != nil {
		return err
	}
	for _, r := range rows {
		if !strings.Contains(r.what, only) {
			continue
		}
		said, err := run(r, count)
		told := r.tell(medians(said))
		if told == "" {
			told = "not measured: " + why(said, err)
		}
		if _, err := fmt.Fprintf(out, "| %s | %s | %s |\n", r.what, told, r.bar); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "\nLoad after: %s\n", load())
	return err
}

// goTest runs the benchmark of a row and returns what it printed.
func goTest(r row, count int) (string, error) {
	if r.time == once {
		count = 1
	}
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", r.bench, "-benchtime", r.time, "-count", fmt.Sprint(count), "-timeout", "30m", "-v", r.room) // #nosec G204 -- of the table
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// load is how many processes waited for a processor in the last 1, 5 and 15 minutes.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

// why finds in what a benchmark printed why there is no figure.
func why(said string, err error) string {
	for line := range strings.Lines(said) {
		if text, found := strings.CutPrefix(strings.TrimSpace(line), "peer_bench_test.go:"); found {
			_, text, _ = strings.Cut(text, ": ")
			return text
		}
	}
	if err != nil {
		return err.Error()
	}
	return "the benchmark told no such figure"
}
