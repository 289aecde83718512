package policies

import (
	"slices"
	"strings"
)

// endingKinds are the kinds of entries, of whatever version, that can end a session or a
// membership.
var endingKinds = []string{"session.ended", "member.left", "member.removed", "organisation.closed", "organisation.merged", "entry.erased"}

// EndsActing says whether an entry of a kind can end that somebody acts, and for whom: by the
// end of a session or of a membership. Whoever lets somebody act for longer than a request
// looks again then.
func EndsActing(kind string) bool {
	name, _, _ := strings.Cut(kind, "/")
	return slices.Contains(endingKinds, name)
}
