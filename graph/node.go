package graph

import (
	"context"
	"strings"

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
	switch prefix(id) {
	case "org":
		return asNode(l.organisations.maybe(ctx, id))
	case "mem":
		return asNode(l.members.maybe(ctx, id))
	case "doc":
		return asNode(l.documents.maybe(ctx, id))
	case "rev":
		return asNode(l.revisions.maybe(ctx, id))
	case "csn":
		return asNode(l.consultations.maybe(ctx, id))
	case "cmt":
		return asNode(l.comments.maybe(ctx, id))
	case "cpg":
		return asNode(l.campaigns.maybe(ctx, id))
	case "rpl":
		return asNode(l.replies.maybe(ctx, id))
	case "dft":
		return asNode(l.drafts.maybe(ctx, id))
	case "bal":
		return asNode(l.ballots.maybe(ctx, id))
	case "ins":
		return asNode(l.instruments.maybe(ctx, id))
	case "rst":
		return asNode(l.ruleSets.maybe(ctx, id))
	case "rel":
		return asNode(l.releases.maybe(ctx, id))
	}
	return nil, nil
}

func announceNode(l *loaders, id string) {
	announce := map[string]func(...string){
		"org": l.organisations.announce, "mem": l.members.announce, "doc": l.documents.announce,
		"rev": l.revisions.announce, "csn": l.consultations.announce, "cmt": l.comments.announce, "cpg": l.campaigns.announce,
		"rpl": l.replies.announce, "dft": l.drafts.announce,
		"bal": l.ballots.announce, "ins": l.instruments.announce, "rst": l.ruleSets.announce, "rel": l.releases.announce,
	}[prefix(id)]
	if announce != nil {
		announce(id)
	}
}

// asNode makes a nil pointer a nil interface.
func asNode[T any](v *T, err error) (wire.Node, error) {
	if v == nil || err != nil {
		return nil, err
	}
	return v, nil
}

// prefix is the type of a TypeID.
func prefix(id string) string {
	p, _, _ := strings.Cut(id, "_")
	return p
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
