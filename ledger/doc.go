// Package ledger is the append-only record: entries, their public statements,
// the Merkle tree over the statements, proofs and signed checkpoints. It knows
// nothing of what an entry means.
package ledger
