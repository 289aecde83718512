package graph

import (
	"context"

	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
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
		announceNode(l, id)
	}
	nodes := make([]wire.Node, len(ids))
	for i, id := range ids {
		var err error
		if nodes[i], err = nodeOf(ctx, l, id); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// nodeOf loads the thing that has an ID, or nil where there is none that the viewer may see.
func nodeOf(ctx context.Context, l *loaders, id string) (wire.Node, error) {
	if s := l.nodes[policies.PrefixOf(id)]; s != nil {
		return s.node(ctx, id)
	}
	return nil, nil
}

// announceNode announces the thing that has an ID.
func announceNode(l *loaders, id string) {
	if s := l.nodes[policies.PrefixOf(id)]; s != nil {
		s.announce(id)
	}
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
	}
	return "", err
}
