// Package policies is the dialogue: who takes part, what they may do, how a text
// goes from draft to adoption, and what becomes of each comment.
//
// The room is pure: no I/O, no clock, no randomness. A [Command] is decided
// against [Facts] in an [Env] and yields an [Event] or an [Error]; an event
// folds into a [Record]. Both interfaces are kept by the views for real and by
// policiestest.Memory in tests, so the rules exist once:
//
//	command --Decide(Env, Facts)--> event --(appended to the ledger)--> Fold(Stamp, Record)
//
// What to read first: command.go (the shapes), rights.go and subject.go (who may do
// what, on what), event.go and id.go, and then one file for each subject, with its
// commands, its events, and what of Facts and Record is about it: organisation, member,
// invitation, session, filter, document, revision, consultation (audience, question),
// comment (comment_words, quote, cost, attachment), comment_draft, reply, redaction,
// endorsement, campaign, disposition (of one, of each, in bulk), replacement, anchor,
// editorial, gate (what an adoption wants), ballot, position, instrument, ruleset, erasure.
package policies
