package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/standards"
)

// A gitImport is the import of one history under way.
type gitImport struct {
	command  *importGit
	registry *registry.Registry
	source   *gitSource
	versions []gitVersion
	actor    policies.Actor
	document policies.Document // none until a version can go in
	head     string            // revision ID that the next version is made from
	last     [sha256.Size]byte // digest of the last version that went in, of this run or an earlier one
	latest   string            // its text, where this run came to it
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
	}
	text, err := documentText(blob.data)
	if err != nil {
		in.refuse(v, err.Error())
		return nil
	}
	// The comparison is with the version before it in the history, not with the
	// head: so a second run takes the same decisions as the first.
	digest := sha256.Sum256([]byte(text))
	if digest == in.last {
		in.summary.Skipped++
		return nil
	}
	taken, err := in.commit(ctx, v, text)
	if isRefusal(err) {
		in.refuse(v, err.Error())
		return nil
	}
	if taken {
		in.last, in.latest = digest, text
	}
	return err
}

// maxRemarks bounds how many remarks are logged; the summary has all of them.
const maxRemarks = 20

// remark says of the latest text which lines may not be meant as they are taken. Those of earlier ones are past mending.
func (in *gitImport) remark() error {
	if in.latest == "" {
		return nil
	}
	text, err := clauses.Parse([]byte(in.latest), clauses.DefaultLimits)
	if err != nil {
		return fmt.Errorf("couldn't read the latest text: %w", err)
	}
	for _, r := range text.Remarks() {
		in.summary.Remarks = append(in.summary.Remarks, fmt.Sprintf("line %d: %s", r.Line, r.Message))
	}
	for _, said := range in.summary.Remarks[:min(len(in.summary.Remarks), maxRemarks)] {
		fmt.Fprintln(in.log, said)
	}
	if more := len(in.summary.Remarks) - maxRemarks; more > 0 {
		fmt.Fprintf(in.log, "and %d lines more of that kind\n", more)
	}
	return nil
}

// commit makes a version the head, unless it is in already, and says whether it is in now.
func (in *gitImport) commit(ctx context.Context, v gitVersion, text string) (taken bool, err error) {
	if in.document.ID == "" {
		if _, err := clauses.Parse([]byte(text), clauses.DefaultLimits); err != nil {
			in.refuse(v, err.Error())
			return false, nil
		}
		if err := in.propose(ctx); err != nil {
			return false, err
		}
	}
	key := importKey("git", in.document.ID, v.Commit)
	if _, err := in.registry.Led(ctx, key); !errors.Is(err, policies.ErrNotFound) {
		in.summary.Present++
		return true, err
	}
	done, err := doPatiently(ctx, in.registry, in.actor, key, policies.CommitRevision{
		DocumentID: in.document.ID, Base: in.head, Source: text, Note: oneLine(v.Subject, policies.MaxName),
		Provenance: &policies.Provenance{System: "git", Reference: v.Commit, Author: oneLine(v.Author, policies.MaxName), At: v.At}})
	if err != nil {
		return false, err
	}
	in.summary.Imported++
	in.head = done.Subject
	return true, nil
}

func (in *gitImport) refuse(v gitVersion, reason string) {
	in.summary.Refused = append(in.summary.Refused, refusal{Commit: v.Commit, Reason: reason})
	fmt.Fprintf(in.log, "commit %s refused: %s\n", v.Commit, reason)
}

// key is the idempotency key under which the document of this history is proposed. It names
// the file as it was called at first: a rename doesn't make another document.
func (in *gitImport) key() string {
	return importKey("git", in.versions[0].Path, in.versions[0].Commit)
}

// goOn finds the document that --document names, or that an earlier run proposed: there may be none yet.
func (in *gitImport) goOn(ctx context.Context) error {
	if in.command.Document != "" {
		if err := in.speak(ctx); err != nil {
			return err
		}
		d, err := documentNumbered(ctx, in.registry, in.command.Document)
		in.document, in.head = d, d.Head
		return err
	}
	done, err := in.registry.Led(ctx, in.key())
	switch {
	case errors.Is(err, policies.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	if err := in.speak(ctx); err != nil {
		return err
	}
	return in.open(ctx, done.Subject)
}

// speak finds or registers the organisation on whose behalf the import is made.
func (in *gitImport) speak(ctx context.Context) error {
	o, err := in.command.find(ctx, in.registry, in.command.Organisation)
	if errors.Is(err, errNoJurisdiction) {
		return &usageError{fmt.Sprintf("the organisation %q is new here: --jurisdiction says its ISO 3166 code", in.command.Organisation)}
	}
	in.actor = policies.OperatorFor(o)
	return err
}

// open loads the document that an import proposed.
func (in *gitImport) open(ctx context.Context, id string) error {
	found, err := in.registry.Views().Documents(ctx, in.actor, []string{id})
	if err != nil {
		return err
	}
	d, ok := found[id]
	switch {
	case !ok:
		return fmt.Errorf("couldn't find the document %s that an earlier import made: it was erased, or belongs to another organisation; name one with --document", id)
	case string(d.Kind) != in.command.Kind:
		return fmt.Errorf("couldn't continue %s: it is a %s, and --kind says %s", d.Number, d.Kind, in.command.Kind)
	}
	in.document, in.head = d, d.Head
	return nil
}

// propose proposes the document, now that a version of it can go in: a history that is
// refused as a whole leaves no document behind.
func (in *gitImport) propose(ctx context.Context) error {
	title, err := in.title()
	if err != nil {
		return err
	}
	if err := in.speak(ctx); err != nil {
		return err
	}
	c := in.command
	done, err := doPatiently(ctx, in.registry, in.actor, in.key(), policies.ProposeDocument{Kind: standards.Kind(c.Kind), Title: title,
		Language: c.Language, Topics: c.Topic, Parties: c.Party, OpenDrafts: c.OpenDrafts})
	if err != nil {
		return fmt.Errorf("couldn't propose the document: %v", err) // no refusal of this one version
	}
	if err := in.registry.WaitFor(ctx, done.Seq+1); err != nil {
		return err
	}
	return in.open(ctx, done.Subject)
}

// title is --title, else the title of the latest version, else the file's name.
func (in *gitImport) title() (string, error) {
	c := in.command
	if c.Title != "" {
		return c.Title, nil
	}
	for i := len(in.versions) - 1; i >= 0; i-- {
		blob, err := in.source.file(in.versions[i])
		if err != nil {
			return "", err
		}
		source, err := documentText(blob.data)
		if err != nil {
			continue
		}
		if text, err := clauses.Parse([]byte(source), clauses.DefaultLimits); err == nil && text.Title != "" {
			return oneLine(text.Title, policies.MaxTitle), nil
		}
	}
	name := path.Base(c.Path)
	return oneLine(strings.TrimSuffix(name, path.Ext(name)), policies.MaxTitle), nil
}
