package policies

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// quick lists what this room may call of package clauses, or of what that gives, wherever it
// likes: it reads a clause, or a list that was made already.
var quick = map[string]bool{"Index": true, "Under": true, "SetIDs": true, "SameWords": true, "Heirs": true}

// TestLongWorkIsKept finds work on whole texts outside work.go, where all of it is kept for whoever
// mustn't do it: a decision under a lock.
func TestLongWorkIsKept(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	long, inWork := 0, 0
	for _, file := range files {
		name := file.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			in, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(in, func(n ast.Node) bool {
				what := longCall(n)
				switch {
				case what == "":
				case name == "work.go":
					inWork++
				case name+" "+in.Name.Name == "revision.go RestoreText", // Prepare, before the fold
					name+" "+in.Name.Name == "quote.go find": // called in work.go
				default:
					t.Errorf("%s: %s calls %s: long work belongs into work.go", name, in.Name.Name, what)
				}
				if what != "" {
					long++
				}
				return true
			})
		}
	}
	if inWork < 10 || long == inWork {
		t.Errorf("of %d calls %d are in work.go: the test looks at the wrong thing", long, inWork)
	}
}

// longCall names a call of package clauses that isn't quick, or of a method of its texts and proposals.
func longCall(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return ""
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || quick[f.Sel.Name] {
		return ""
	}
	of, ok := f.X.(*ast.Ident)
	if ok && of.Name == "clauses" && ast.IsExported(f.Sel.Name) && f.Sel.Name != "ProposalKind" {
		return "clauses." + f.Sel.Name
	}
	switch f.Sel.Name {
	case "Plain", "Alone", "Apply", "Try", "Clash":
		return f.Sel.Name
	}
	return ""
}

// TestWorkKeepsVerdicts: what came out of long work comes out again without it, refusals too; a
// failure doesn't, and what was never done is said to be unready.
func TestWorkKeepsVerdicts(t *testing.T) {
	var w Work
	type key struct{ n int }
	refusal, failure := errInvalid("source", "is bad"), errors.New("no disk")
	for i, want := range []error{nil, refusal, ErrNotFound, failure} {
		times := 0
		work := func() (any, error) { times++; return i, want }
		_, first := w.Do(key{i}, work)
		v, second := w.Do(key{i}, work)
		kept, err := w.Done(key{i})
		if first != want || second != want || v != i {
			t.Errorf("%v: got %v, then %v %v", want, first, v, second)
		}
		if want == failure {
			if times != 2 || !errors.Is(err, ErrUnready) {
				t.Errorf("a failure was kept: done %d times, then %v", times, err)
			}
		} else if times != 1 || err != want || kept != i {
			t.Errorf("%v: done %d times, kept %v %v", want, times, kept, err)
		}
	}
	if _, err := w.Done(key{99}); !errors.Is(err, ErrUnready) {
		t.Errorf("what was never done: %v", err)
	}
}
