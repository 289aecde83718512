// Package demo plays a dialogue between governments, businesses and consumers,
// so that somebody who has just started Entente finds something to read, to comment
// on and to fetch.
//
// Everything goes through [registry.Registry.Do], as anybody's request would: no
// entry is made by another way, and no rule is waived. The people and firms are
// invented; the countries that are named have said nothing of the kind.
//
// The scenario covers 240 days. It has a document in each state that one may be in: a
// regulation that went the whole way into force by a ballot in which the governments decided
// and the businesses were heard; a large regulation in its second round, with the answers to
// the first and a campaign; a standard that comes into force soon; one that its second edition
// superseded; a best practice in ballot, which a position blocks; texts in French and Arabic
// that are open for comment; one that was withdrawn; a draft of two ministries, and one that
// only its own government and the secretariat may read.
//
// Short stories stand in the code; the remarks of the large regulation are files among the
// texts, in the form that transcript reads. Stories that overlap in time note their steps as
// cues, which are played in the order of time.
package demo
