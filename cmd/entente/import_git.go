package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/standards"
)

// importGit turns the history of one file into revisions: every commit that
// touches it, parents before children, merged branches included. The author and
// the author's time are kept as the source's; the entry's time is that of the import.
type importGit struct {
	Repository string `arg:"" name:"repository" help:"A git repository's folder or URL, or a git bundle."`
	Path       string `required:"" placeholder:"FILE" help:"The Markdown file, as the repository names it."`
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
	Document string    `json:"document"` // its number
	Seen     int       `json:"seen"`     // versions in the history
	Imported int       `json:"imported"`
	Present  int       `json:"present"` // in from an earlier run
	Skipped  int       `json:"skipped"` // like the version before, or without the file
	Refused  []refusal `json:"refused"`
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
	n, err := g.openAndStaff(ctx)
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
	organisation, err := c.find(ctx, r, c.Organisation)
	if errors.Is(err, errNoJurisdiction) {
		return nil, &usageError{fmt.Sprintf("the organisation %q is new here: --jurisdiction says its ISO 3166 code", c.Organisation)}
	}
	if err != nil {
		return nil, err
	}
	actor := policies.OperatorFor(organisation)
	document, err := c.document(ctx, r, actor, source, versions)
	if err != nil {
		return nil, err
	}
	if c.Limit > 0 && c.Limit < len(versions) {
		versions = versions[:c.Limit]
	}
	in := &gitImport{registry: r, actor: actor, document: document, head: document.Head, log: log,
		summary: gitSummary{Document: document.Number, Seen: len(versions), Refused: []refusal{}}}
	for i, v := range versions {
		blob, err := source.file(v.Commit, c.Path)
		if err != nil {
			return nil, err
		}
		if err := in.take(ctx, v, blob); err != nil {
			return nil, fmt.Errorf("couldn't import commit %s: %w", v.Commit, err)
		}
		shown("reading revisions", int64(i+1), int64(len(versions)))
	}
	return &in.summary, nil
}

// document returns the one named by --document, or the one that this history's
// first import proposed, or proposes it now.
func (c *importGit) document(ctx context.Context, r *registry.Registry, actor policies.Actor, source *gitSource, versions []gitVersion) (policies.Document, error) {
	if c.Document != "" {
		return documentNumbered(ctx, r, c.Document)
	}
	done, err := c.propose(ctx, r, actor, source, versions)
	if err != nil {
		return policies.Document{}, err
	}
	if err := r.WaitFor(ctx, done.Seq+1); err != nil {
		return policies.Document{}, err
	}
	found, err := r.Views().Documents(ctx, actor, []string{done.Subject})
	if err != nil {
		return policies.Document{}, err
	}
	d, ok := found[done.Subject]
	switch {
	case !ok:
		return d, fmt.Errorf("couldn't find the document %s that an earlier import made: it was erased, or belongs to another organisation; name one with --document", done.Subject)
	case string(d.Kind) != c.Kind:
		return d, fmt.Errorf("couldn't continue %s: it is a %s, and --kind says %s", d.Number, d.Kind, c.Kind)
	}
	return d, nil
}

// propose proposes the document of a history, once: its title may be another by now.
func (c *importGit) propose(ctx context.Context, r *registry.Registry, actor policies.Actor, source *gitSource, versions []gitVersion) (registry.Outcome, error) {
	key := importKey("git", c.Path, versions[0].Commit)
	if done, err := r.Led(ctx, key); !errors.Is(err, policies.ErrNotFound) {
		return done, err
	}
	title, err := c.title(source, versions)
	if err != nil {
		return registry.Outcome{}, err
	}
	done, err := r.Do(ctx, actor, key, policies.ProposeDocument{Kind: standards.Kind(c.Kind), Title: title,
		Language: c.Language, Topics: c.Topic, Parties: c.Party, OpenDrafts: c.OpenDrafts})
	if err != nil {
		return done, fmt.Errorf("couldn't propose the document: %w", err)
	}
	return done, nil
}

// title is --title, else the title of the latest version, else the file's name.
func (c *importGit) title(source *gitSource, versions []gitVersion) (string, error) {
	if c.Title != "" {
		return c.Title, nil
	}
	for i := len(versions) - 1; i >= 0; i-- {
		blob, err := source.file(versions[i].Commit, c.Path)
		if err != nil {
			return "", err
		}
		if text, err := clauses.Parse(blob.data, clauses.DefaultLimits); err == nil && !blob.missing && text.Title != "" {
			return oneLine(text.Title, policies.MaxTitle), nil
		}
	}
	name := path.Base(c.Path)
	return oneLine(strings.TrimSuffix(name, path.Ext(name)), policies.MaxTitle), nil
}

// A gitImport is the import of one history under way.
type gitImport struct {
	registry *registry.Registry
	actor    policies.Actor
	document policies.Document
	head     string // revision ID that the next version is made from
	last     string // source of the last version that went in, of this run or an earlier one
	log      io.Writer
	summary  gitSummary
}

// take commits one version. A refusal is noted and the import goes on; an error
// ends it.
func (in *gitImport) take(ctx context.Context, v gitVersion, blob gitBlob) error {
	switch {
	case blob.missing:
		in.summary.Skipped++
		return nil
	case blob.unfit != "":
		in.refuse(v, blob.unfit)
		return nil
	case !utf8.Valid(blob.data):
		in.refuse(v, "source: is not valid UTF-8")
		return nil
	}
	// The comparison is with the version before it in the history, not with the
	// head: so a second run takes the same decisions as the first.
	source := keptText(blob.data)
	if source == in.last {
		in.summary.Skipped++
		return nil
	}
	key := importKey("git", in.document.ID, v.Commit)
	if _, err := in.registry.Led(ctx, key); !errors.Is(err, policies.ErrNotFound) {
		in.last = source
		in.summary.Present++
		return err
	}
	done, err := in.registry.Do(ctx, in.actor, key, policies.CommitRevision{
		DocumentID: in.document.ID, Base: in.head, Source: string(blob.data), Note: oneLine(v.Subject, policies.MaxName),
		Provenance: &policies.Provenance{System: "git", Reference: v.Commit, Author: oneLine(v.Author, policies.MaxName), At: v.At}})
	if err != nil {
		if !isRefusal(err) {
			return err
		}
		in.refuse(v, err.Error())
		return nil
	}
	in.last = source
	in.summary.Imported++
	in.head = done.Subject
	return nil
}

// keptText is the text as the registry would keep it, so that versions that differ in
// their line ends only are seen as equal.
func keptText(source []byte) string {
	if text, err := clauses.Parse(source, clauses.DefaultLimits); err == nil {
		return text.Source
	}
	return string(source)
}

func (in *gitImport) refuse(v gitVersion, reason string) {
	in.summary.Refused = append(in.summary.Refused, refusal{Commit: v.Commit, Reason: reason})
	fmt.Fprintf(in.log, "commit %s refused: %s\n", v.Commit, reason)
}

func (c *importGit) report(w io.Writer, s *gitSummary) error {
	if c.JSON {
		if err := writeJSON(w, s); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(w, "%s: %d revisions imported, %d already in, %d skipped, %d refused\n",
			s.Document, s.Imported, s.Present, s.Skipped, len(s.Refused))
	}
	if len(s.Refused) > 0 {
		return &refusedError{len(s.Refused), "versions"}
	}
	return nil
}
