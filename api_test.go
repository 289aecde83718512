package entente

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/errcode"
)

var (
	codeRow   = regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|")
	graphCode = regexp.MustCompile(`(?:code[A-Z]\w+ += |codedError\([^,"]+, )"([A-Z_]+)"`)
)

// dataCodes are those of a refused change, which its payload tells.
var dataCodes = []string{"CONFLICT", "TEXT_CONFLICT", "KEY_REUSED", "GATE_UNMET"}

// The page about the API has a row for each code that a client can meet, and no other; and the schema's own documentation names those that stand at the top of an answer.
func TestEveryCodeIsOnThePage(t *testing.T) {
	there := append(codeWords(t, []byte(read(t, codesFile))), errcode.ParseFailed, errcode.ValidationFailed)
	files, err := fs.Glob(os.DirFS("."), "graph/*.go")
	if err != nil {
		t.Fatal(err)
	}
	known := len(there)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range graphCode.FindAllStringSubmatch(read(t, name), -1) {
			there = append(there, m[1])
		}
	}
	if len(there) < known+4 {
		t.Errorf("package graph has the codes %v; were they recognised?", there[known:])
	}
	schema := read(t, "graph/schema/schema.graphql")
	top := regexp.MustCompile(`(?s)An error at the top has .*?\n"""`).FindString(schema)
	for _, code := range there {
		if !slices.Contains(dataCodes, code) && !regexp.MustCompile(`\b`+code+`\b`).MatchString(top) {
			t.Errorf("the schema says nothing of %s at the top of an answer", code)
		}
	}
	for _, list := range regexp.MustCompile(`(?s)one\s+of ([A-Z_, \n]+)`).FindAllStringSubmatch(top, -1) {
		for _, code := range regexp.MustCompile(`[A-Z][A-Z_]{3,}`).FindAllString(list[1], -1) {
			if !slices.Contains(there, code) || slices.Contains(dataCodes, code) {
				t.Errorf("the schema has %s among the codes at the top, where it is none", code)
			}
		}
	}
	var told []string
	for _, m := range codeRow.FindAllStringSubmatch(read(t, "docs/api.md"), -1) {
		told = append(told, m[1])
	}
	for _, code := range there {
		if !slices.Contains(told, code) {
			t.Errorf("docs/api.md has no row for %s", code)
		}
	}
	for _, code := range told {
		if !slices.Contains(there, code) {
			t.Errorf("docs/api.md has a row for %s, which is no code", code)
		}
	}
}

// The limits that the page tells are those in the code.
func TestLimitsOnThePageAreTheDefaults(t *testing.T) {
	page, code := read(t, "docs/api.md"), read(t, "graph/guard.go")
	for row, limit := range map[string]string{
		"64 KiB": "&l.Query, 64 << 10", "15": "&l.Depth, 15", "1,000": "&l.Fields, 1_000", "100": "&l.Aliases, 100", "40,000": "&l.Complexity, 40_000",
		"50,000": "&l.Values, 50_000", "16 MiB": "&l.Text, 16 << 20", "10 MiB": "&l.Body, 10 << 20", "20 s": "l.Time = 20 * time.Second",
	} {
		if !strings.Contains(page, fmt.Sprintf(" | %s |\n", row)) || !strings.Contains(code, limit) {
			t.Errorf("the page tells of %s: %t; the code has %s: %t", row, strings.Contains(page, fmt.Sprintf(" | %s |\n", row)), limit, strings.Contains(code, limit))
		}
	}
}
