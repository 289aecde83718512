package graph

import (
	"context"
	"net/url"
	"strings"

	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// maxNodes is the largest number of IDs that nodes takes.
const maxNodes = 100

// Node implements gen.QueryResolver.
func (r queryResolver) Node(ctx context.Context, id string) (wire.Node, error) {
	return nodeOf(ctx, loadersFrom(ctx), id)
}

// Nodes implements gen.QueryResolver.
func (r queryResolver) Nodes(ctx context.Context, ids []string) ([]wire.Node, error) {
	if len(ids) > maxNodes {
		return nil, invalidField("ids", "names %d things, at most %d are taken", len(ids), maxNodes)
	}
	l := loadersFrom(ctx)
	for _, id := range ids {
		present, at := wire.CutMoment(id)
		announceNode(l.at(at), present)
	}
	nodes := make([]wire.Node, len(ids))
	for i, id := range ids {
		var err error
		present, at := wire.CutMoment(id)
		if nodes[i], err = nodeOf(ctx, l.at(at), present); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// partSign stands between the ID of a thing and the name of its part, in the ID of the part.
const partSign = "/"

// partID is the ID of a part, such as a clause of a revision. Its name comes from authors, and is escaped.
func partID(of, name string) string { return of + partSign + url.QueryEscape(name) }

// cutPart undoes partID; part is "" for the ID of a whole.
func cutPart(id string) (of, part string) {
	of, escaped, _ := strings.Cut(id, partSign)
	part, err := url.QueryUnescape(escaped)
	if err != nil || part == "" || partID(of, part) != id {
		return id, ""
	}
	return of, part
}

// nodeOf loads the thing that has an ID, or nil where there is none that the viewer may see.
func nodeOf(ctx context.Context, l *loaders, id string) (wire.Node, error) {
	of, part := cutPart(id)
	s := l.nodes[policies.PrefixOf(of)]
	switch {
	case part == "" && s != nil:
		return s.node(ctx, id)
	case s == &l.revisions:
		return l.clauseNode(ctx, of, part)
	case s == &l.consultations:
		return l.questionNode(ctx, of, part)
	case of == viewerPrefix:
		return l.viewerNode(id)
	}
	return nil, nil
}

// announceNode announces the thing that has an ID, or that it is a part of.
func announceNode(l *loaders, id string) {
	of, _ := cutPart(id)
	if s := l.nodes[policies.PrefixOf(of)]; s != nil {
		s.announce(of)
	}
}

// eitherSource loads things that are shown for one of two reasons.
type eitherSource struct {
	nodeSource
	or nodeSource
}

func (e eitherSource) announce(ids ...string) {
	e.nodeSource.announce(ids...)
	e.or.announce(ids...)
}

func (e eitherSource) node(ctx context.Context, id string) (wire.Node, error) {
	if n, err := e.nodeSource.node(ctx, id); n != nil || err != nil {
		return n, err
	}
	return e.or.node(ctx, id)
}

// documentOf returns the ID of the document to which a thing belongs, "" where it belongs to none
// or the viewer may not see the thing.
func documentOf(ctx context.Context, l *loaders, id string) (string, error) {
	node, err := nodeOf(ctx, l, id)
	switch v := node.(type) {
	case *policies.Document:
		return v.ID, err
	case *policies.Revision:
		return v.DocumentID, err
	case *policies.Consultation:
		return v.DocumentID, err
	case *policies.Comment:
		return v.DocumentID, err
	case *policies.Reply:
		return documentOf(ctx, l, v.CommentID)
	case *policies.CommentDraft:
		return v.DocumentID, err
	case *policies.Ballot:
		return v.DocumentID, err
	case *standards.Instrument:
		return v.DocumentID, err
	case *views.Campaign:
		return v.DocumentID, err
	}
	return "", err
}
