package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/ewtp/entente/policies"
)

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
	if in.consultation.ID == "" { // now that a comment is sure to be sent
		if err := in.open(ctx); err != nil {
			return err
		}
	}
	command.ConsultationID = in.consultation.ID
	in.seen[row.id] = sentRow{row.line, digest}
	group.Go(func() error { return in.submit(ctx, actor, row, command) })
	return nil
}

func (in *commentsImport) submit(ctx context.Context, actor policies.Actor, row commentRow, c policies.SubmitComment) error {
	key := importKey("comments", in.document.ID, c.Provenance.System, row.id)
	done, err := in.registry.Led(ctx, key)
	if errors.Is(err, policies.ErrNotFound) {
		_, err = doPatiently(ctx, in.registry, actor, key, c)
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
	c := policies.SubmitComment{CommentWords: policies.CommentWords{Type: policies.General, Text: row.text,
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
	name, jurisdiction := row.organisation, row.jurisdiction
	if name == "" { // the row's own country isn't that one's
		name, jurisdiction = in.command.Organisation, ""
	}
	o, err := in.organisation(ctx, name, jurisdiction)
	if errors.Is(err, errNoJurisdiction) && (row.organisation != "" || row.jurisdiction == "") {
		err = &usageError{fmt.Sprintf("the organisation %q is new here: --jurisdiction, or the column that --jurisdiction-column names, says its ISO 3166 code", name)}
	}
	usage := (*usageError)(nil)
	switch {
	case errors.Is(err, errNoJurisdiction) && row.organisation == "" && row.jurisdiction != "":
		return policies.Actor{}, row.bad("names the jurisdiction %s, but no organisation there", oneLine(row.jurisdiction, 20))
	case (isRefusal(err) || errors.As(err, &usage)) && row.organisation != "":
		return policies.Actor{}, row.bad("%v", err)
	case err != nil:
		return policies.Actor{}, err
	case row.jurisdiction != "" && row.jurisdiction != o.Jurisdiction && row.organisation == "":
		return policies.Actor{}, row.bad("names the jurisdiction %s, but no organisation there: %q, on whose behalf such rows go in, is registered in %s", oneLine(row.jurisdiction, 20), name, o.Jurisdiction)
	case row.jurisdiction != "" && row.jurisdiction != o.Jurisdiction:
		return policies.Actor{}, row.bad("the organisation %q is registered in %s, not in %s", name, o.Jurisdiction, oneLine(row.jurisdiction, 20))
	}
	return policies.OperatorFor(o), nil
}

// organisation finds an organisation, or registers it.
func (in *commentsImport) organisation(ctx context.Context, name, jurisdiction string) (policies.Organisation, error) {
	if o, ok := in.organisations[name]; ok {
		return o, nil
	}
	flags := in.command.organisationFlags
	flags.Jurisdiction = cmp.Or(jurisdiction, flags.Jurisdiction)
	o, err := flags.find(ctx, in.registry, name)
	if err == nil {
		in.organisations[name] = o
	}
	return o, err
}
