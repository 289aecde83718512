package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	File     string `arg:"" type:"existingfile" help:"The CSV file, in UTF-8, with a header."`
	Document string `required:"" placeholder:"NUMBER" help:"The document that the comments are on."`
	System   string `help:"Where the comments were made: goes into their provenance; the file's name if it isn't given."`

	IDColumn           string `name:"id-column" placeholder:"HEADER" help:"Column of the source's own ID; guessed: id, comment id, document id."`
	TextColumn         string `placeholder:"HEADER" help:"Column of the words; guessed: text, comment, text comment, comment text."`
	ClauseColumn       string `placeholder:"HEADER" help:"Column of the clause's ID or citation; guessed: clause, citation, clause id."`
	OrganisationColumn string `placeholder:"HEADER" help:"Column of the organisation's name; guessed: organisation, organization, organisation name, organization name."`
	DateColumn         string `placeholder:"HEADER" help:"Column of the date it was received on, RFC 3339 or 2026-03-01; guessed: date, received, posted date, received date."`
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
	Document string    `json:"document"` // its number
	Rows     int       `json:"rows"`
	Imported int       `json:"imported"`
	Present  int       `json:"present"` // in from an earlier run, or the same row again
	Refused  []refusal `json:"refused"`
}

// Run implements the command.
func (c *importComments) Run(ctx context.Context, g *globals) (err error) {
	file, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("couldn't open the comments: %w", err)
	}
	defer func() { _ = file.Close() }()
	rows, err := c.reader(file)
	if err != nil {
		return err
	}
	n, err := g.openAndStaff(ctx)
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
	in := &commentsImport{command: c, registry: r, log: log, shown: shown, seen: map[string]sentRow{}, actors: map[string]policies.Actor{},
		summary: commentsSummary{Document: d.Number, Refused: []refusal{}}}
	if in.consultation, err = c.consultation(ctx, r, d); err != nil {
		return nil, err
	}
	text, err := r.Views().Text(ctx, in.consultation.RevisionID)
	if err != nil {
		return nil, fmt.Errorf("couldn't load the consulted text: %w", err)
	}
	in.outline = text.Clauses
	if err := in.all(ctx, rows); err != nil {
		return nil, err
	}
	slices.SortFunc(in.summary.Refused, func(a, b refusal) int { return a.Line - b.Line })
	return &in.summary, nil
}

// consultation returns the document's latest consultation; where it has had none,
// --open-for opens one on the head.
func (c *importComments) consultation(ctx context.Context, r *registry.Registry, d policies.Document) (policies.Consultation, error) {
	id := d.Consultation
	if id == "" {
		if c.OpenFor == 0 {
			return policies.Consultation{}, fmt.Errorf("%s has had no consultation: open one, or give --open-for 30d", d.Number)
		}
		// The entry is stamped a little later than now; a minute on top keeps the
		// window at least as long as asked for.
		sponsor, err := r.Views().Organisations(ctx, d.Sponsors[:1])
		if err != nil {
			return policies.Consultation{}, err
		}
		closes := r.Now().UTC().Add(time.Duration(c.OpenFor) + time.Minute).Truncate(time.Second)
		done, err := r.Do(ctx, policies.OperatorFor(sponsor[d.Sponsors[0]]), importKey("consultation", d.ID), policies.OpenConsultation{
			DocumentID: d.ID, Closes: closes.Format("2006-01-02T15:04:05"), Zone: "UTC", Late: policies.LateMarked})
		if err != nil {
			return policies.Consultation{}, fmt.Errorf("couldn't open a consultation: %w", err)
		}
		if err := r.WaitFor(ctx, done.Seq+1); err != nil {
			return policies.Consultation{}, err
		}
		id = done.Subject
	}
	found, err := r.Views().Consultations(ctx, []string{id})
	if err != nil {
		return policies.Consultation{}, err
	}
	k, ok := found[id]
	if !ok {
		return k, fmt.Errorf("couldn't find the consultation %s of %s", id, d.Number)
	}
	return k, nil
}

// A commentsImport is the import of one file under way.
type commentsImport struct {
	command      *importComments
	registry     *registry.Registry
	consultation policies.Consultation
	outline      clauses.Outline // of the consulted revision
	log          io.Writer
	shown        progress

	seen   map[string]sentRow        // what was sent, by ID
	actors map[string]policies.Actor // by organisation's name

	mu      sync.Mutex // guards summary: the callers write to it
	summary commentsSummary
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
		in.shown("reading comments", int64(n), 0)
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return caller.Err() // ctx ends with the group
}

// send hands one row to a caller.
func (in *commentsImport) send(ctx context.Context, group *errgroup.Group, row commentRow) error {
	digest := row.digest()
	if before, twice := in.seen[row.id]; twice {
		if before.digest != digest {
			return row.bad("the ID %q is on line %d already, with other words", oneLine(row.id, 80), before.line)
		}
		in.count(func(s *commentsSummary) { s.Present++ })
		return nil
	}
	command, err := in.comment(row)
	if err != nil {
		return err
	}
	actor, err := in.actor(ctx, row)
	if err != nil {
		return err
	}
	in.seen[row.id] = sentRow{row.line, digest}
	group.Go(func() error { return in.submit(ctx, actor, row, command) })
	return nil
}

func (in *commentsImport) submit(ctx context.Context, actor policies.Actor, row commentRow, c policies.SubmitComment) error {
	key := importKey("comments", in.consultation.DocumentID, c.Provenance.System, row.id)
	done, err := in.registry.Led(ctx, key)
	if errors.Is(err, policies.ErrNotFound) {
		_, err = in.registry.Do(ctx, actor, key, c)
		switch {
		case err != nil && isRefusal(err):
			in.refuse(row.line, err.Error())
		case err != nil:
			return fmt.Errorf("couldn't submit the comment on line %d: %w", row.line, err)
		default:
			in.count(func(s *commentsSummary) { s.Imported++ })
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("couldn't look for the comment on line %d: %w", row.line, err)
	}
	found, err := in.registry.Views().Comments(ctx, policies.Operator, []string{done.Subject})
	if err != nil {
		return fmt.Errorf("couldn't look up the comment on line %d: %w", row.line, err)
	}
	if k, ok := found[done.Subject]; ok && k.Text != c.Text {
		in.refuse(row.line, fmt.Sprintf("the ID %q was imported before, with other words", oneLine(row.id, 80)))
		return nil
	}
	in.count(func(s *commentsSummary) { s.Present++ })
	return nil
}

// comment is the command that a row makes.
func (in *commentsImport) comment(row commentRow) (policies.SubmitComment, error) {
	system := in.command.System
	if system == "" {
		system = filepath.Base(in.command.File)
	}
	c := policies.SubmitComment{ConsultationID: in.consultation.ID, CommentWords: policies.CommentWords{Type: policies.General, Text: row.text,
		Stance: policies.Stance(in.command.Stance)},
		Provenance: &policies.Provenance{System: system, Reference: row.id, Author: row.organisation, At: row.at}}
	if row.stance != "" {
		c.Stance = policies.Stance(strings.ToLower(row.stance))
	}
	if row.clause != "" {
		i := in.outline.Index(row.clause)
		if i < 0 {
			i = in.outline.FindCitation(row.clause)
		}
		if i < 0 {
			return c, row.bad("the consulted revision has no clause %q", oneLine(row.clause, 80))
		}
		c.ClauseID = in.outline[i].ID
	}
	return c, nil
}

// actor speaks for the row's organisation, or for that of --organisation.
func (in *commentsImport) actor(ctx context.Context, row commentRow) (policies.Actor, error) {
	name := row.organisation
	if name == "" {
		name = in.command.Organisation
	}
	if a, ok := in.actors[name]; ok {
		return a, nil
	}
	o, err := in.command.find(ctx, in.registry, name)
	if isRefusal(err) && row.organisation != "" {
		return policies.Actor{}, row.bad("%v", err)
	}
	if err != nil {
		return policies.Actor{}, err
	}
	in.actors[name] = policies.OperatorFor(o)
	return in.actors[name], nil
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

func (c *importComments) reader(r io.Reader) (*commentRows, error) {
	rows := &commentRows{csv: csv.NewReader(r)}
	return rows, rows.header(c)
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
		return &refusedError{len(s.Refused), "rows"}
	}
	return nil
}
