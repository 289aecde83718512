package graph

import (
	"context"

	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// maxNodes is how many things may be asked for by ID at once.
const maxNodes = 100

// Node implements gen.QueryResolver.
func (r queryResolver) Node(ctx context.Context, id string) (wire.Node, error) {
	return nodeOf(ctx, loadersFrom(ctx), id)
}

// Nodes implements gen.QueryResolver.
func (r queryResolver) Nodes(ctx context.Context, ids []string) ([]wire.Node, error) {
	if len(ids) > maxNodes {
		return nil, invalid("ids", "names %d things, at most %d are taken", len(ids), maxNodes)
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

// nodeOf loads whatever has that ID, nil where the viewer may see none.
func nodeOf(ctx context.Context, l *loaders, id string) (wire.Node, error) {
	if s := l.nodes[policies.PrefixOf(id)]; s != nil {
		return s.node(ctx, id)
	}
	return nil, nil
}

// announceNode announces whatever has that ID.
func announceNode(l *loaders, id string) {
	if s := l.nodes[policies.PrefixOf(id)]; s != nil {
		s.announce(id)
	}
}

// documentOf returns the ID of the document that something belongs to, "" where
// there is none or the viewer may not see the thing.
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
