// Package demo plays a small dialogue between two governments and four businesses,
// so that somebody who has just started Entente finds something to read, to comment
// on and to fetch.
//
// Everything goes through [registry.Registry.Do], as anybody's request would: no
// entry is made by another way, and no rule is waived. The people and firms are
// invented; New Zealand and Estonia have said nothing of the kind.
//
// The scenario covers about 156 days. It has a regulation that went the whole way
// into force by a ballot in which the governments decided and the businesses were
// heard, a standard that both chambers carried after it, a best practice that is open for comment
// when the play ends, and a draft that only its own government and the secretariat
// may read.
package demo
