// Package policies is the dialogue: who takes part, what they may do, how a text
// goes from draft to adoption, and what becomes of each comment.
//
// The room is pure: no I/O, no clock, no randomness. A [Command] is decided
// against [Facts] in an [Env] and yields an [Event] or an [Error]; an event
// folds into a [Record]. Both interfaces are kept by the views for real and by
// [Memory] in tests, so the rules exist once:
//
//	command --Decide(Env, Facts)--> event --(appended to the ledger)--> Fold(Stamp, Record)
//
// What to read first: command.go (the shapes), rights.go and subject.go (who may do what, on what), and then one
// file for each subject: organisation.go, member.go, document.go, revision.go,
// consultation.go, comment.go, endorsement.go, campaigns.go, disposition.go, bulk.go, ballot.go, position.go, adoption.go,
// repeal.go, ruleset.go.
package policies
