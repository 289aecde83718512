package wire

import "github.com/ewtp/entente/policies"

// A Chain leads from a comment to what became of it; its links are resolved one by one.
type Chain struct{ Of policies.Comment }
