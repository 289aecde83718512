package main

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
)

const said = `goos: linux
BenchmarkPoll/whole-2   	   30000	     30841 ns/op	        30 cpu-µs/op	    4546 B/op	      36 allocs/op
BenchmarkPoll/whole-2   	   30000	     30841 ns/op	        29.5 cpu-µs/op	    4546 B/op	      36 allocs/op
BenchmarkPoll/whole-2   	   30000	     30841 ns/op	        99 cpu-µs/op	    4546 B/op	      36 allocs/op
BenchmarkPoll/bare-2    	   30000	     24733 ns/op	        24 cpu-µs/op	    2354 B/op	      19 allocs/op
PASS
`

// The table tells medians and ratios, and says plainly what wasn't measured.
func TestTable(t *testing.T) {
	var out strings.Builder
	err := printTable(&out, "poll", 3, func(r row, count int) (string, error) { return said, nil })
	if err != nil || !strings.Contains(out.String(), "| 30.0 µs of processor time, 24.0 µs bare, 0.80 of it |") {
		t.Errorf("%v\n%s", err, &out)
	}
	out.Reset()
	err = printTable(&out, "rebuild", 3, func(row, int) (string, error) { return "", errors.New("exit status 1") })
	if err != nil || !strings.Contains(out.String(), "| not measured: exit status 1 |") {
		t.Errorf("%v\n%s", err, &out)
	}
}

// Each row's benchmark is there, with the units that the table tells of it.
func TestRowsNameBenchmarks(t *testing.T) {
	function := regexp.MustCompile(`Benchmark\w+`)
	for _, r := range rows {
		name := function.FindString(r.bench)
		files, err := os.ReadDir("../../" + r.room)
		if err != nil {
			t.Fatal(err)
		}
		var found string
		for _, f := range files {
			if strings.HasSuffix(f.Name(), "_test.go") {
				text, err := os.ReadFile("../../" + r.room + "/" + f.Name())
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(string(text), "func "+name+"(") {
					found = string(text)
				}
			}
		}
		for _, f := range r.figures {
			if f.unit != "ns/op" && f.unit != "allocs/op" && !strings.Contains(found, `"`+f.unit+`"`) {
				t.Errorf("%s: %s has no %s", r.what, name, f.unit)
			}
		}
		if found == "" {
			t.Errorf("%s: there is no %s", r.what, name)
		}
	}
}
