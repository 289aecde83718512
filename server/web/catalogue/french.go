package catalogue

import "fmt"

// french are the messages in French, by their English words: a file for each part of the pages.
var french = joined(frenchFrame, frenchFailure, frenchFault, frenchWritten, frenchWords, frenchHome, frenchDemo, frenchDocument, frenchFind, frenchForce, frenchComment, frenchCommentForm, frenchRecord, frenchHeard, frenchSignIn)

// joined puts the messages of several parts together. What two parts say, one of them says.
func joined(parts ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, part := range parts {
		for key, words := range part {
			if _, twice := all[key]; twice {
				panic(fmt.Sprintf("catalogue: %q is there twice", key)) // the words are constants
			}
			all[key] = words
		}
	}
	return all
}
