package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ewtp/entente/registry"
)

// importGit turns the history of one file into revisions: every commit along the first
// parents that touches it, under whatever name. The author and
// the author's time are kept as the source's; the entry's time is that of the import.
type importGit struct {
	Repository string `arg:"" name:"repository" help:"A git repository's folder or URL, or a git bundle."`
	Path       string `required:"" placeholder:"FILE" help:"The Markdown file, as the repository names it now; before a rename it is followed."`
	Kind       string `required:"" enum:"regulation,bestPractice,standard" help:"What the document is: ${enum}."`
	Ref        string `help:"Branch, tag or commit to read; main where there is one, else HEAD."`

	Title      string   `help:"The document's title; else its latest text's own."`
	Language   string   `default:"en" help:"BCP 47 tag of the text."`
	Topic      []string `help:"A topic of the document; may be given more than once."`
	Party      []string `help:"ISO 3166 code of a jurisdiction that it is to bind; may be given more than once."`
	OpenDrafts bool     `default:"true" negatable:"" help:"Every revision is public, as its source is."`

	Organisation string `required:"" placeholder:"NAME" help:"On whose behalf; registered where it is new."`
	organisationFlags
	Document string `placeholder:"NUMBER" help:"Continue this document instead of the one that an earlier run made."`
	Limit    int    `placeholder:"N" help:"Take the first N versions only; a later run goes on from there."`
	JSON     bool   `name:"json" help:"Write the summary as JSON."`
}

// gitSummary is what an import of a history did. Seen is the sum of the others.
type gitSummary struct {
	Document string    `json:"document"` // its number, "" where nothing went in and there was none
	Seen     int       `json:"seen"`     // versions in the history
	Imported int       `json:"imported"`
	Present  int       `json:"present"` // in from an earlier run
	Skipped  int       `json:"skipped"` // like the version before, or without the file
	Refused  []refusal `json:"refused"`

	Remarks []string `json:"remarks"` // on the latest text that went in: lines that may not be meant as they are taken
}

// Run implements the command.
func (c *importGit) Run(ctx context.Context, g *globals) (err error) {
	source, err := openGit(ctx, c.Repository, c.Ref)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	versions, err := source.history(ctx, c.Path)
	if err != nil {
		return err
	}
	n, err := g.openForImport(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	summary, err := c.run(ctx, n.registry, source, versions, g.err, g.progress())
	if err != nil {
		return err
	}
	return c.report(g.out, summary)
}

// run does the import into an open registry.
func (c *importGit) run(ctx context.Context, r *registry.Registry, source *gitSource, versions []gitVersion, log io.Writer, shown progress) (*gitSummary, error) {
	in := &gitImport{command: c, registry: r, source: source, versions: versions, log: log, summary: gitSummary{Refused: []refusal{}, Remarks: []string{}}}
	if err := in.goOn(ctx); err != nil {
		return nil, err
	}
	if c.Limit > 0 && c.Limit < len(versions) {
		versions = versions[:c.Limit]
	}
	in.summary.Seen = len(versions)
	for i, v := range versions {
		blob, err := source.file(v)
		if err != nil {
			return nil, err
		}
		if err := in.take(ctx, v, blob); err != nil {
			return nil, fmt.Errorf("couldn't import commit %s: %w", v.Commit, err)
		}
		shown("reading revisions", int64(i+1), int64(len(versions)))
	}
	in.summary.Document = in.document.Number
	return &in.summary, in.remark()
}

func (c *importGit) report(w io.Writer, s *gitSummary) error {
	if c.JSON {
		if err := writeJSON(w, s); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(w, "%s: %d revisions imported, %d already in, %d skipped, %d refused\n",
			cmp.Or(s.Document, "no document"), s.Imported, s.Present, s.Skipped, len(s.Refused))
	}
	if len(s.Refused) > 0 {
		return &refusedError{len(s.Refused), "versions", s.Imported+s.Present > 0}
	}
	return nil
}
