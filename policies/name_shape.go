package policies

import "go.mau.fi/util/confusable"

// NameShapes returns what names that look alike have in common, though they are spelled
// with other characters: their skeletons by UTS 39, section 4. Names of which any shape is
// the same could be taken for one another. They are two, since case is no difference
// between names but is one between shapes: an I looks like an l, an i doesn't.
//
// A likeness is no proof of bad faith: it is shown to whoever admits organisations, and
// refuses nobody.
func NameShapes(name string) []string {
	asWritten, folded := NameKey(confusable.Skeleton(name)), NameKey(confusable.Skeleton(NameKey(name)))
	if asWritten == folded {
		return []string{folded}
	}
	return []string{folded, asWritten}
}
