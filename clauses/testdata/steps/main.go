// Steps counts how much work texts are: in blocks of code that run, in package clauses
// and in goldmark, as go build -cover counts them. It reads jobs as JSON from standard
// input and writes the number of steps of each.
//
//	go build -cover -covermode=atomic -coverpkg=github.com/ewtp/entente/clauses,github.com/yuin/goldmark/...
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"runtime/coverage"
	"strings"

	"github.com/ewtp/entente/clauses"
)

// jobs are what is done with texts, by name.
var jobs = map[string]func(texts []string){"read": read, "compare": compare, "carry": carry}

func main() {
	var asked []struct {
		Job   string
		Texts []string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	steps := make([]uint64, len(asked))
	for i, a := range asked {
		if err := coverage.ClearCounters(); err != nil {
			log.Fatal(err)
		}
		jobs[a.Job](a.Texts)
		var counters bytes.Buffer
		if err := coverage.WriteCounters(&counters); err != nil {
			log.Fatal(err)
		}
		var err error
		if steps[i], err = sum(counters.Bytes()); err != nil {
			log.Fatalf("couldn't read the counters: %v", err)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(steps); err != nil {
		log.Fatal(err)
	}
}

// read does all that is done with one text.
func read(texts []string) {
	s := texts[0]
	if text, err := clauses.Parse([]byte("x "+s), clauses.Limits{}); err == nil {
		clauses.Identify(nil, text)
		clauses.Render(text)
		clauses.Plain(text.Source)
	}
	clauses.RenderClause(s)
	clauses.Plain(s)
}

// compare does all that is done with two texts.
func compare(texts []string) {
	clauses.Redline(texts[0], texts[1])
	x, err := clauses.Parse([]byte(texts[0]), clauses.Limits{})
	if err != nil {
		return
	}
	clauses.Identify(nil, x)
	if y, err := clauses.Parse([]byte(texts[1]), clauses.Limits{}); err == nil {
		clauses.Identify(x, y)
		clauses.Merge(x, y, x)
		clauses.Compare(x.Clauses, y.Clauses)
	}
}

// carry follows every clause of a text to its next revision.
func carry(texts []string) {
	x, err := clauses.Parse([]byte(texts[0]), clauses.Limits{})
	if err != nil {
		log.Fatal(err)
	}
	y, err := clauses.Parse([]byte(texts[1]), clauses.Limits{})
	if err != nil {
		log.Fatal(err)
	}
	clauses.Identify(nil, x)
	clauses.Identify(x, y)
	carrier := clauses.NewCarrier(x, y, clauses.Successions(x, y))
	for i, c := range x.Clauses {
		at, _ := carrier.Carry(c.ID)
		y.FindQuote(at.Clauses, clauses.Plain(x.Words(i)), "", "")
	}
}

// begin is how counters begin: a mark, and the version of the form that sum reads
// ($GOROOT/src/internal/coverage/defs.go).
const begin = "\x00cwm\x01\x00\x00\x00"

// sum adds up counters: ULEB128 numbers, of each function how many counters it has, its
// package, its own number, and the counters.
func sum(b []byte) (steps uint64, err error) {
	const header, segment, flavour, uleb128 = 32, 16, 24, 2
	if len(b) < header+segment || !strings.HasPrefix(string(b), begin) || b[flavour] != uleb128 {
		return 0, fmt.Errorf("their form is another: % x", b[:min(len(b), header)])
	}
	functions := binary.LittleEndian.Uint64(b[header:])
	names := binary.LittleEndian.Uint32(b[header+8:]) + binary.LittleEndian.Uint32(b[header+12:])
	b = b[(header+segment+int(names)+3)&^3:]
	next := func() uint64 {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			err = errors.New("they end within a function")
			return 0
		}
		b = b[size:]
		return n
	}
	for range functions {
		counters := next()
		_, _ = next(), next()
		for i := uint64(0); i < counters && err == nil; i++ {
			steps += next()
		}
	}
	return steps, err
}
