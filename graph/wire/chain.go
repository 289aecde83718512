package wire

import "github.com/ewtp/entente/policies"

// A Chain is what became of a comment; its links are resolved one by one.
type Chain struct{ Of policies.Comment }
