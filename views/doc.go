// Package views is the read model: SQLite tables folded from ledger entries, and
// every query there is.
//
// One file a node. It is disposable: its schema version and the ledger position
// it stands at are inside, and where the version is another or the file is
// damaged, [Open] starts it anew at position 0 and the ledger is folded again.
// Package table is the engine under it: connections, statements, rows, pages.
//
// # Writing
//
// There is one writer at a time: [DB.Begin] waits for its turn. A [Tx] is the
// [policies.Record] that events fold into and, while commands are decided, their
// [policies.Facts]. What it keeps in memory (hot facts, the numbers of names,
// counters) lies over what is committed, and goes with a Rollback.
//
// # Reading
//
// Readers have connections of their own (WAL) and see committed state only. What
// policies.May would hide from the viewer is filtered in SQL, in visible.go; a test
// walks actors and documents and holds both together.
//
// # Names
//
// IDs, kinds, stances and the like that stand in many rows are kept once in the
// table names and referred to by number; 0 is the empty string.
//
// # Search
//
// The full-text index is brought up to date behind the fold: in the background
// when the writer rests, and before a search answers, so that a search finds what
// was committed before it. See search_index.go and
// package words.
package views
