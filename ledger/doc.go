// Package ledger is the append-only record: entries, their public statements,
// the Merkle tree over the statements, proofs and signed checkpoints. It knows
// nothing of what an entry means, and reads and writes nothing by itself.
//
// # Entries and statements
//
// An [Entry] is one thing that happened. Its number, Seq, counts from 0 without
// gaps; its time, At, is in whole milliseconds, UTC, and never goes back. Its
// digest is
//
//	SHA-256(salt || cause || payload)
//
// where the cause is SHA-256 of the key of the command that caused it, after its length as
// a big-endian uint16, and of the hash of that command's words ([Entry.Cause]).
//
// Its statement is what everybody may see of it: a JSON object without white space
// whose keys are at, kind, subject, digest and, for an entry that released
// something, released (the SHA-256 of what was released), in this order. Digests
// are in standard base64. Strings are escaped as Go's encoding/json does: the
// characters < > & U+2028 U+2029 and controls as \u escapes. A statement is at most
// [MaxStatement] bytes, so that it fits an entry bundle.
//
// The salt keeps a reader of the statement from guessing a short payload. To erase
// an entry is to destroy payload and salt: the statement, and so the tree, stays.
//
// # Tree
//
// The statements are the leaves of a Merkle tree as RFC 6962, section 2.1, has it:
// a leaf's hash is SHA-256(0x00 || statement), an inner node's SHA-256(0x01 || left
// || right), and the empty tree's root SHA-256 of nothing.
//
// The tree rests in tiles of height 8, as C2SP tlog-tiles (c2sp.org/tlog-tiles)
// serves them: tile n of level l holds the roots of up to 256 subtrees of 256^l
// leaves each, 32 bytes apiece. [TilePath] names tiles, and bundles of entries: up
// to 256 statements, each after its length as a big-endian uint16. Level 0 of a
// ledger of 70,000 entries is 273 whole tiles and one of width 112, "tile/0/273.p/112".
//
// A [Tree] holds the right edge only. Any [Tiles] will keep the rest; from them come
// [RootAt], [ProveRecord], [ProveTree], [LeafHashAt] and [TileBytes].
//
// # Checkpoints
//
// A checkpoint is a signed note (golang.org/x/mod/sumdb/note, c2sp.org/tlog-checkpoint)
// of three lines: the origin, the size in decimal, the root in base64. The key is
// Ed25519 and its name is the origin: a URL without its scheme. Lines that follow
// are ignored. A checkpoint of a size stands for every byte of the statements up to
// there; [Verify] compares it with the entries.
//
// # Example
//
// An entry with the payload
//
//	{"text":"Ninety days, not sixty."}
//
// and the salt "sixteen bytes ok" (a true one is random), caused by the command "c-1" whose
// words have no hash, has this statement, in one line, and this leaf hash:
//
//	{"at":"2026-03-02T09:30:00.000Z","kind":"comment.submitted/1","subject":"cmt_01",
//	"digest":"G9zP4HeQgnME9dz6JSfe6UjcL7BHJMVmM36gwtIt1sk="}
//	leaf 0  bPqmBWxzTl+YOQxnXTJHiTEVSg15ik9b0D9wQo6526Q=
//
// A second one released something, with the payload {"number":7} and the salt
// "another sixteen!", caused by "c-2":
//
//	{"at":"2026-03-02T09:30:00.250Z","kind":"release.published/1","subject":"rel_01",
//	"digest":"0GitG/1zbT8GTpPE8jIQCKpO+IW8a/GD390amdyJZYI=","released":"q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="}
//	leaf 1  QeBdCGIn7YWPwT64blrCGQxVV31y82jG8O7PVaIEQYg=
//
// The root is the hash of the two:
//
//	root    2Bnpjwb/W3IBwmvBM0117fxk7X2ik8YG6uCPAKKpR7A=
//
// There is one tile of hashes, 64 bytes (the first 36 in base64), and one bundle of
// entries, of which the first length is 0x0089:
//
//	tile/0/000.p/2  bPqmBWxzTl+YOQxnXTJHiTEVSg15ik9b0D9wQo6526RB4F0I
//	tile/entries/000.p/2  0089  {"at":"202
//
// The key that is for everybody and the checkpoint it verifies:
//
//	registry.example/ledger+95cd98b1+AUSy3VBN6gQrrsJQ0c1zsZi2w38h/4iddsfb5KvOUwUA
//
//	registry.example/ledger
//	2
//	2Bnpjwb/W3IBwmvBM0117fxk7X2ik8YG6uCPAKKpR7A=
//
//	— registry.example/ledger lc2YsUi0mUuEheoUTSO4IhP9tb5RZnZr23vodCEm4A2GBY0zR3/R/JCsgqAWFZntHihOyNqTSItscbAnGBZ85BadpwY=
package ledger
