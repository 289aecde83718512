package policies

// Statements are public. That something befell a comment, its shell doesn't tell where it is
// confidential, so the statement doesn't either: it has a cover, a fresh ID that names nothing, in
// place of the comment's. Public comments are covered as well, or the bare covers would be those
// of confidential ones.

// A CoveredEvent is an event whose statement has a cover.
type CoveredEvent interface {
	Event
	Covers() Covered
}

// Covered is what stands behind a cover.
type Covered struct {
	ID string // of what the entry is about: a comment, or a document whose comments it is about
	// The comments, by ID or by their entries. Who is told one of them is told what the
	// entry is about.
	CommentIDs []string
	Entries    Entries
}

// coverComment is what stands behind the cover of an event on one comment.
func coverComment(id string) Covered { return Covered{ID: id, CommentIDs: []string{id}} }
