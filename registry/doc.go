// Package registry is the one write path, and what follows the ledger.
//
// [Registry.Do] takes a command. One writer a process takes the waiting commands
// as a batch, decides each against the views inside one transaction, appends the
// batch to the ledger once, and commits the fold:
//
//	Do -> queue -> [ look up the key | Decide | seal | Fold ]* -> Append -> Commit -> answers
//
// What takes long is done before the writer, by whoever asks for it: [Registry.Do] decides the command
// without giving it, and keeps what it made of texts and what it selected. The writer finds that ready, and checks what it
// depends on; what isn't ready, or no longer holds, it doesn't do, but sends the command back to be prepared again:
//
//	Do -> prepare -> queue -> [ Decide -> unready ] -> prepare -> queue -> ...
//
// What can go wrong, and what then holds:
//
//   - a command is refused: a *policies.Error, nothing is written;
//   - the last entry folded isn't in the ledger any more: nothing is written past the gap;
//   - the head has moved (another node): roll back, catch up, decide again;
//   - the outcome of the append is unknown: roll back, read the tail, and look for
//     the commands by their keys before anybody is told anything. Where the tail can't be
//     read, the caller gets an [*UnknownOutcome] with the key to ask again with;
//   - the process dies after the append and before the commit: at the next start
//     the views lag behind the ledger and catch up, on the same path as ever;
//   - the views fail to commit what the ledger holds: likewise, and where they can't, the caller
//     gets an [*Unread] that says where its change stands;
//   - the store refuses entries: its own words are logged, callers get [ErrUnavailable] at once,
//     and the node isn't ready until it takes them again.
//
// That nothing was changed is said only where it is known. Whoever waits hears within ten seconds.
//
// The same package keeps the Merkle tree in step with the ledger, signs its
// checkpoints, and verifies the ledger against the last of them at start.
package registry
