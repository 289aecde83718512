package wire

import "github.com/ewtp/entente/views"

// CommentCounts are the counts of comments in a place.
type CommentCounts struct {
	views.Counts
	At views.CommentPlace
}
