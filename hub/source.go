package hub

import (
	"context"

	"github.com/ewtp/entente/standards"
)

// A Source is where the handler reads what was released. It answers ErrNotFound for
// what isn't there, and is safe for concurrent use.
type Source interface {
	RuleSets(ctx context.Context) ([]standards.RuleSet, error)
	// RuleSet finds a rule set by its slug.
	RuleSet(ctx context.Context, slug string) (standards.RuleSet, error)
	// Release finds a release of the rule set with that ID; number 0 is the latest.
	Release(ctx context.Context, ruleSetID string, number int) (standards.Release, error)
	// Releases lists a rule set's releases, newest first. Manifests may be left out.
	Releases(ctx context.Context, ruleSetID string) ([]standards.Release, error)
	// Text finds a text by its digest ("sha256:…"), among those released only.
	Text(ctx context.Context, digest string) (string, error)
}

// A Positioned source says how far it has come. Position changes whenever anything
// that the source answers may have changed, and costs next to nothing. The handler
// then answers polls from memory for as long as the position stays; without it, each
// poll costs one RuleSet.
type Positioned interface {
	Position() int64
}
