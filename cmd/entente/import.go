package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// importCommand brings in what exists elsewhere: the history of a text, and the
// comments that a docket has collected. Both can be run again at any time: what is
// in already is passed over, so a broken run is simply repeated.
type importCommand struct {
	Git      importGit      `cmd:"" help:"Turn the git history of a Markdown file into the revisions of a document. Exit status 5: some versions were refused, the rest went in."`
	Comments importComments `cmd:"" help:"Take in comments from a CSV file, as Excel or any other program saves it. Exit status 5: some rows were refused, the rest went in."`
}

// How much memory an import keeps in the views, for it has no readers, and from which size
// of the heap on it is rather slow than large; GOMEMLIMIT says otherwise.
const (
	importViews = 32 << 20
	importHeap  = 160 << 20
)

// openForImport opens the registry of an import.
func (g *globals) openForImport(ctx context.Context) (*node, error) {
	g.memory = importViews
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(importHeap)
	}
	return g.openAndStaff(ctx)
}

// exitRefused is the exit status of an import that took in all but what it
// reported: a script can tell it from one that failed (1).
const exitRefused = 5

// A refusedError says how much of the input was refused. What and why has been
// reported line by line.
type refusedError struct {
	refused int
	what    string
	someIn  bool
}

func (e *refusedError) Error() string {
	rest := "the rest is in"
	if !e.someIn {
		rest = "nothing is in"
	}
	return fmt.Sprintf("%d %s refused; %s", e.refused, e.what, rest)
}

// ExitCode is the exit status that the program ends with.
func (e *refusedError) ExitCode() int { return exitRefused }

// A refusal is one piece of the input that didn't go in.
type refusal struct {
	Line   int    `json:"line,omitempty"`   // of the CSV file, from 1
	Commit string `json:"commit,omitempty"` // of the git history
	Reason string `json:"reason"`
}

// organisationFlags say on whose behalf an import is made.
type organisationFlags struct {
	OrganisationKind string `help:"What the organisation is, where it has to be registered: ${enum}." enum:"government,business,hubOperator" default:"business"`
	Jurisdiction     string `placeholder:"CODE" help:"Its ISO 3166 code, without which it can't be registered."`
	Sector           string `help:"Its sector, where it has to be registered."`
}

// errNoJurisdiction is why an organisation can't be registered of which nobody said where it is.
var errNoJurisdiction = errors.New("couldn't register an organisation without a jurisdiction")

// find returns the organisation of that name, registered now, as imported, if there is none.
func (f organisationFlags) find(ctx context.Context, r *registry.Registry, name string) (policies.Organisation, error) {
	o, err := r.Views().OrganisationByName(ctx, name)
	if err == nil || !errors.Is(err, policies.ErrNotFound) {
		return o, err
	}
	if f.Jurisdiction == "" {
		return o, errNoJurisdiction
	}
	done, err := r.Do(ctx, policies.Operator, "", policies.RegisterOrganisation{
		Kind: policies.OrganisationKind(f.OrganisationKind), Name: name, Jurisdiction: f.Jurisdiction, Sector: f.Sector, Imported: true})
	if err != nil {
		return o, fmt.Errorf("couldn't register the organisation %q: %w", name, err)
	}
	if err := r.WaitFor(ctx, done.Seq+1); err != nil {
		return o, err
	}
	return r.Views().OrganisationByName(ctx, name)
}

// documentNumbered finds the document that an import goes to.
func documentNumbered(ctx context.Context, r *registry.Registry, number string) (policies.Document, error) {
	d, err := r.Views().DocumentByNumber(ctx, policies.Operator, number, time.Time{})
	if errors.Is(err, policies.ErrNotFound) {
		return d, fmt.Errorf("there is no document %s", number)
	}
	return d, err
}

// importKey is the idempotency key of one piece of an import. Parts come from
// outside: a key that grew too long is replaced by its digest.
func importKey(parts ...string) string {
	key := "import:" + strings.Join(parts, ":")
	if len(key) <= 128 {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "import:" + parts[0] + ":sha256:" + hex.EncodeToString(sum[:])
}

// isRefusal says whether an error is the registry's answer to this one piece of
// input, and not a failure that would meet every other piece too.
func isRefusal(err error) bool {
	var refused *policies.Error
	return errors.As(err, &refused)
}

// oneLine makes a line of visible text of what a source says: control characters
// are dropped, and what is longer than max characters ends in an ellipsis.
func oneLine(s string, max int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	return string([]rune(s)[:max-1]) + "…"
}

// writeJSON writes a summary for scripts.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
