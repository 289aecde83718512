// Package campaign says which comments are copies of one another: form letters,
// with or without what each sender added.
//
// It is a package of its own because it knows nothing of the dialogue: words in,
// groups out. It is pure, and whatever keeps its [Index] gives the same groups for
// the same comments in the same order, in one batch or in many.
//
// # What a near-duplicate is
//
// After DURIAN (Yang, Callan, Shulman: Next steps in near-duplicate detection for
// eRulemaking, 2006), which calls two comments near-duplicates where they share
// more than 95% of their words or one contains the other, and for the purpose that
// ACUS recommendation 2021-1 names: to read, count and answer mass comments
// together without losing what any of them adds. To be precise about it:
//
//   - A word is a run of letters, digits and marks after Unicode NFKC and full case
//     folding; apostrophes inside a word are dropped, all other characters part
//     words. In scripts without spaces each character is a word. The first
//     [MaxWords] words count.
//   - A comment of fewer than [MinWords] words says too little to tell a copy from a
//     coincidence: it is in no group.
//   - Two comments overlap where the words that both have, each as often as both have
//     it, are more than 95% of the words of the longer.
//   - The longer contains the shorter where all of the shorter stands in the longer,
//     in its order, in unbroken runs of at least [MinRun] words, taken greedily from
//     the left. So a sender may add words before, after and within.
//
// # Groups
//
// The first comment of its kind is the sample of its group. A comment joins the
// earliest sample that it overlaps with, contains or is contained in; else it
// becomes a sample. Nothing joins by likeness to a member that isn't the sample, so
// no chain of small differences leads far.
//
// # How samples are found
//
// A text that was seen before, word for word, is known by its hash: a burst of
// copies costs one lookup each. Else a comment is looked up by fingerprints: hashes
// of [shingle] words in a row, thinned by winnowing (Schleimer, Wilkerson, Aiken:
// Winnowing, local algorithms for document fingerprinting, 2003), which finds every
// common run of [MinRun] words. All is bounded, whatever the texts hold: fingerprints
// asked for and kept, samples kept under one fingerprint, and samples compared. The
// bounds cost this: two texts may stay apart where they share no run of MinRun words
// (in a text of under 34 words, where one changed word can part it so), where all
// they share is phrases that [MaxPostings] samples have too, or where one is much
// longer than [maxKept] fingerprints' worth, some 300 words, and the other a small
// part of it.
//
// Hashes of words are 64 bits and not secret: whoever crafts words that collide
// makes his own comments look alike, and the words that each adds show it.
package campaign
