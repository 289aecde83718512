package graph

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type ledgerEntryResolver struct{ *resolver }

func (r *resolver) LedgerEntry() gen.LedgerEntryResolver { return ledgerEntryResolver{r} }

// Ledger implements gen.QueryResolver.
func (r queryResolver) Ledger(ctx context.Context) (*gen.Ledger, error) {
	text, checkpoint, err := r.registry.ReadCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	return &gen.Ledger{Position: checkpoint.Size, Root: clauses.Hash(checkpoint.Root), Checkpoint: string(text)}, nil
}

// LedgerEntry implements gen.QueryResolver.
func (r queryResolver) LedgerEntry(ctx context.Context, seq int64) (*views.Entry, error) {
	if seq < 0 {
		return nil, invalidField("seq", "counts from 0")
	}
	return foundOrNull(r.views.ShownEntry(ctx, loadersFrom(ctx).viewer, seq))
}

// LedgerEntries implements gen.QueryResolver.
func (r queryResolver) LedgerEntries(ctx context.Context, f *gen.LedgerFilter, first *int, after *string, last *int, before *string) (*gen.LedgerEntryConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	var vf views.EntryFilter
	if f != nil {
		kinds, err := kindsOf("filter.kinds", f.Kinds)
		if err != nil {
			return nil, err
		}
		vf = views.EntryFilter{Kinds: kinds, Subject: valueOf(f.SubjectID)}
	}
	l := loadersFrom(ctx)
	list, err := r.views.Entries(ctx, l.viewer, vf, p)
	if err != nil {
		return nil, err
	}
	return &gen.LedgerEntryConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v views.Entry) gen.LedgerEntryEdge {
		announceNode(l, v.About)
		return gen.LedgerEntryEdge{Cursor: c, Node: v}
	})}, nil
}

// Kind implements gen.LedgerEntryResolver.
func (ledgerEntryResolver) Kind(_ context.Context, e *views.Entry) (string, error) {
	name, _ := kindOfEntry(e.Kind)
	return name, nil
}

// Version implements gen.LedgerEntryResolver.
func (ledgerEntryResolver) Version(_ context.Context, e *views.Entry) (int, error) {
	_, version := kindOfEntry(e.Kind)
	return version, nil
}

// Digest implements gen.LedgerEntryResolver.
func (ledgerEntryResolver) Digest(_ context.Context, e *views.Entry) (clauses.Hash, error) {
	return clauses.Hash(e.Digest), nil
}

// Released implements gen.LedgerEntryResolver.
func (ledgerEntryResolver) Released(_ context.Context, e *views.Entry) (*clauses.Hash, error) {
	if len(e.Released) == 0 {
		return nil, nil
	}
	h := clauses.Hash(e.Released)
	return &h, nil
}

// Statement implements gen.LedgerEntryResolver.
func (ledgerEntryResolver) Statement(_ context.Context, e *views.Entry) (string, error) {
	b, err := e.Statement()
	return string(b), err
}

// Node implements gen.LedgerEntryResolver.
func (ledgerEntryResolver) Node(ctx context.Context, e *views.Entry) (wire.Node, error) {
	return nodeOf(ctx, loadersFrom(ctx), e.About)
}

// Document implements gen.LedgerEntryResolver.
func (ledgerEntryResolver) Document(ctx context.Context, e *views.Entry) (*policies.Document, error) {
	l := loadersFrom(ctx)
	id, err := documentOf(ctx, l, e.About)
	if err != nil {
		return nil, err
	}
	return l.documents.maybe(ctx, id)
}

// kindsOf returns the kinds in each version that there is, so that nobody goes deaf when a payload gets the next
// one. It refuses kinds that don't exist.
func kindsOf(field string, kinds []string) (versions []string, err error) {
	known := policies.EventKinds()
	for i, k := range kinds {
		of := versionsOf(known, k)
		if of == nil {
			return nil, invalidField(field+"."+strconv.Itoa(i), "there is no such kind of entry; known are %s", strings.Join(kindNames(known), ", "))
		}
		versions = append(versions, of...)
	}
	return versions, nil
}

// versionsOf returns those of the kinds that are one kind's, in whatever version.
func versionsOf(known []string, kind string) (versions []string) {
	for _, v := range known {
		if name, _ := kindOfEntry(v); name == kind {
			versions = append(versions, v)
		}
	}
	return versions
}

// kindOfEntry takes the version off a kind: "comment.submitted/1" is comment.submitted in version 1.
func kindOfEntry(kind string) (name string, version int) {
	name, number, _ := strings.Cut(kind, "/")
	version, _ = strconv.Atoi(number) // a test holds that each kind has one
	return name, version
}

// kindNames returns kinds without their versions.
func kindNames(kinds []string) (names []string) {
	for _, k := range kinds {
		name, _ := kindOfEntry(k)
		names = append(names, name)
	}
	return slices.Compact(names)
}
