package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// callers is how many comments are on their way at once, so that the store can
// write many of them with one sync.
const callers = 64

// importComments takes in the rows of a CSV file (RFC 4180, with a header) as
// comments on a document in consultation. A bad row is reported by its line and
// the rest goes in.
type importComments struct {
	File     string `arg:"" type:"existingfile" help:"The CSV file, with a header. Found out by itself: commas, semicolons or tabs, or what a first line sep=; names; UTF-8, UTF-16 or windows-1252."`
	Document string `required:"" placeholder:"NUMBER" help:"The document that the comments are on."`
	System   string `help:"Where the comments were made: goes into their provenance; the file's name if it isn't given."`

	Encoding           string `placeholder:"NAME" help:"How the file is encoded, by a name of the WHATWG Encoding Standard such as windows-1250 or shift_jis, where it can't be found out."`
	IDColumn           string `name:"id-column" placeholder:"HEADER" help:"Column of the source's own ID; guessed: id, comment id, document id."`
	TextColumn         string `placeholder:"HEADER" help:"Column of the words; guessed: text, comment, text comment, comment text."`
	ClauseColumn       string `placeholder:"HEADER" help:"Column of the clause's ID or citation; guessed: clause, citation, clause id."`
	OrganisationColumn string `placeholder:"HEADER" help:"Column of the organisation's name; guessed: organisation, organization, organisation name, organization name."`
	JurisdictionColumn string `placeholder:"HEADER" help:"Column of the ISO 3166 code of the row's organisation, where it has to be registered; guessed: jurisdiction, country, organisation jurisdiction."`
	DateColumn         string `placeholder:"HEADER" help:"Column of the date it was received on, RFC 3339, 2026-03-01, 1.3.2026, or 1/3/2026 where other dates of the file say which is the day; guessed: date, received, posted date, received date."`
	StanceColumn       string `placeholder:"HEADER" help:"Column of the stance; guessed: stance."`

	Stance       string `enum:"support,oppose,question" default:"question" help:"Stance of comments whose row states none: ${enum}."`
	Organisation string `default:"Imported comments" help:"On whose behalf, where a row names no organisation; registered where it is new."`
	organisationFlags
	OpenFor window `placeholder:"30d" help:"Where the document has had no consultation, open one on its head for so long (days, or hours as 36h)."`
	JSON    bool   `name:"json" help:"Write the summary as JSON."`
}

// A window is a length of time; besides what Go writes it may be in days ("30d").
type window time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (w *window) UnmarshalText(text []byte) error {
	if days, ok := strings.CutSuffix(string(text), "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 1 || n > 36_600 {
			return fmt.Errorf("%q is no number of days such as 30d", text)
		}
		*w = window(time.Duration(n) * 24 * time.Hour)
		return nil
	}
	d, err := time.ParseDuration(string(text))
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is no length of time such as 30d or 36h", text)
	}
	*w = window(d)
	return nil
}

// commentsSummary is what an import of comments did. Rows is the sum of the others.
type commentsSummary struct {
	Document  string    `json:"document"`  // its number
	Encoding  string    `json:"encoding"`  // that the file was read in
	Separator string    `json:"separator"` // between its columns
	Rows      int       `json:"rows"`
	Imported  int       `json:"imported"`
	Present   int       `json:"present"` // in from an earlier run, or the same row again
	Refused   []refusal `json:"refused"`
}

// Run implements the command.
func (c *importComments) Run(ctx context.Context, g *globals) (err error) {
	file, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("couldn't open the comments: %w", err)
	}
	defer func() { _ = file.Close() }()
	rows, err := openRows(file, c)
	if err != nil {
		return err
	}
	if c.Encoding == "" && rows.dialect.IsGuess() {
		fmt.Fprintf(g.err, "%s is read as %v; --encoding names another\n", c.File, rows.dialect)
	}
	n, err := g.openForImport(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	summary, err := c.run(ctx, n.registry, rows, g.err, g.progress())
	if err != nil {
		return err
	}
	return c.report(g.out, summary)
}

// run does the import into an open registry.
func (c *importComments) run(ctx context.Context, r *registry.Registry, rows *commentRows, log io.Writer, shown progress) (*commentsSummary, error) {
	d, err := documentNumbered(ctx, r, c.Document)
	if err != nil {
		return nil, err
	}
	in := &commentsImport{command: c, registry: r, document: d, log: log, shown: shown, seen: map[string]sentRow{}, organisations: map[string]policies.Organisation{},
		summary: commentsSummary{Document: d.Number, Encoding: rows.dialect.Encoding, Separator: string(rows.dialect.Separator), Refused: []refusal{}}}
	revision := d.Head
	switch {
	case d.Consultation != "":
		if err := in.consult(ctx, d.Consultation); err != nil {
			return nil, err
		}
		revision = in.consultation.RevisionID
	case c.OpenFor == 0:
		return nil, fmt.Errorf("%s has had no consultation: open one, or give --open-for 30d", d.Number)
	}
	text, err := r.Views().Text(ctx, revision)
	if err != nil {
		return nil, fmt.Errorf("couldn't load the text to consult on: %w", err)
	}
	in.outline = text.Clauses
	if err := in.all(ctx, rows); err != nil {
		return nil, err
	}
	slices.SortFunc(in.summary.Refused, func(a, b refusal) int { return a.Line - b.Line })
	return &in.summary, nil
}

// A commentsImport is the import of one file under way.
type commentsImport struct {
	command      *importComments
	registry     *registry.Registry
	document     policies.Document
	consultation policies.Consultation // none until a row needs it, where --open-for is to open it
	outline      clauses.Outline       // of the consulted revision
	log          io.Writer
	shown        progress

	seen          map[string]sentRow               // what was sent, by ID
	organisations map[string]policies.Organisation // by name

	mu      sync.Mutex // guards summary: the callers write to it
	summary commentsSummary
}

// consult loads the consultation that the comments go to.
func (in *commentsImport) consult(ctx context.Context, id string) error {
	found, err := in.registry.Views().Consultations(ctx, []string{id})
	if err != nil {
		return err
	}
	k, ok := found[id]
	if !ok {
		return fmt.Errorf("couldn't find the consultation %s of %s", id, in.document.Number)
	}
	in.consultation = k
	return nil
}

// open opens a consultation on the head, as --open-for says.
func (in *commentsImport) open(ctx context.Context) error {
	r, d := in.registry, in.document
	sponsor, err := r.Views().Organisations(ctx, d.Sponsors[:1])
	if err != nil {
		return err
	}
	// The entry is stamped a little later than now; a minute on top keeps the
	// window at least as long as asked for.
	closes := r.Now().UTC().Add(time.Duration(in.command.OpenFor) + time.Minute).Truncate(time.Second)
	done, err := doPatiently(ctx, r, policies.OperatorFor(sponsor[d.Sponsors[0]]), importKey("consultation", d.ID), policies.OpenConsultation{
		DocumentID: d.ID, Closes: closes.Format("2006-01-02T15:04:05"), Zone: "UTC", Late: policies.LateMarked})
	if err != nil {
		return fmt.Errorf("couldn't open a consultation: %w", err)
	}
	if err := r.WaitFor(ctx, done.Seq+1); err != nil {
		return err
	}
	return in.consult(ctx, done.Subject)
}

// all sends every row. Rows are read and checked one by one; only the waiting for
// the store is done by many at once, so comments may be numbered in another order
// than the file's.
func (in *commentsImport) all(caller context.Context, rows *commentRows) error {
	group, ctx := errgroup.WithContext(caller)
	group.SetLimit(callers)
	for n := 1; ctx.Err() == nil; n++ {
		row, err := rows.next()
		if err == io.EOF {
			break
		}
		in.count(func(s *commentsSummary) { s.Rows++ })
		if err == nil {
			err = in.send(ctx, group, row)
		}
		var bad *rowError
		switch {
		case errors.As(err, &bad):
			in.refuse(bad.line, bad.reason)
		case err != nil:
			return cmp.Or(group.Wait(), err) // the group's comes first: it may have ended ctx
		}
		in.shown("reading comments", int64(n), rows.total)
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return caller.Err() // ctx ends with the group
}

func (in *commentsImport) count(f func(s *commentsSummary)) {
	in.mu.Lock()
	defer in.mu.Unlock()
	f(&in.summary)
}

func (in *commentsImport) refuse(line int, reason string) {
	in.count(func(s *commentsSummary) {
		s.Refused = append(s.Refused, refusal{Line: line, Reason: reason})
		fmt.Fprintf(in.log, "line %d refused: %s\n", line, reason)
	})
}

func (c *importComments) report(w io.Writer, s *commentsSummary) error {
	if c.JSON {
		if err := writeJSON(w, s); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(w, "%s: %d comments imported, %d already in, %d refused\n",
			s.Document, s.Imported, s.Present, len(s.Refused))
	}
	if len(s.Refused) > 0 {
		return &refusedError{len(s.Refused), "rows", s.Imported+s.Present > 0}
	}
	return nil
}
