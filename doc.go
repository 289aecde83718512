// Package entente is the root of Entente: a public-private policy dialogue and a
// registry of the standards that come out of it, for electronic trade across
// borders. This file is a tour of the house; there is no code here but a test.
//
// # The one idea
//
// Everything that ever happened is an entry in one append-only ledger. Everything
// else can be thrown away and rebuilt from it.
//
//	            command                                       question
//	               │                                              │
//	┌──────────────▼────────────── registry ──────────────┐       │
//	│ load facts ──> decide (pure) ──> append ──> commit  │       │
//	└─────▲────────────────┬──────────────┬─────────┬─────┘       │
//	      │            policies         store       │             │
//	      └──────────────────── views ◄─────────────┴─────────────┘
//
// An event is folded into the views' open transaction as it is decided, so that the
// next command of the batch sees it; the transaction is committed once the ledger
// has the batch.
//
// From the ledger come the audit trail, the past as of any moment, recovery after a crash,
// several nodes on one record, and readers who can check that nobody rewrote
// history.
//
// # The rooms
//
// Start with policies and ledger: one says what may happen, the other how it is
// kept. Then registry, which is short and joins them.
//
//	cmd/entente/  the program: its configuration, its commands, and the wiring
//	graph/        GraphQL: schema/ what can be asked, gen/ generated from it (by
//	              internal/gqlgen), wire/ how scalars are written, ide/ the editor for
//	              a browser, graphtest: mutations with their refusals, for tests
//	server/       the hall: one HTTP listener and its life. Beside it, each for itself:
//	              auth: who is asking; signin: how people sign in with a browser;
//	              acting: as whom a caller acts; answer: how refusals are told; spool:
//	              bodies that come or go slowly; and
//	              the faces: calendar, files (attachments, receipts), matrix (responses,
//	              what we heard), record (the ledger), releases (what hub serves),
//	              web (pages for people; frame: what stands around each; catalogue: their
//	              words in each language; plot: figures; squeeze: compressed pieces; static:
//	              stylesheet, fonts, modules); servertest: all of it at once, and
//	              auth/oidctest: a sign-in that misbehaves, for tests
//	hub/          releases on the wire, and a client that takes nothing unverified
//	reports/      what people take away and bring home: response matrices, what we
//	              heard; sheet: tables as CSV and XLSX
//	registry/     the one write path, and what follows the ledger; registrytest: one
//	              for the tests of others
//	views/        the read model: SQLite tables folded from entries, every query;
//	              table: the engine under it; words: what a word is, for search
//	store/        how entries and blobs are kept: sqlite, mongo, mem, and storetest,
//	              which every store passes; durable: files that survive a
//	              crash, and locks; pack: how payloads and long texts are written; internal:
//	              what the stores alone share
//	ledger/       entries, statements, Merkle tree, proofs, checkpoints; no meaning
//	policies/     the dialogue: commands, decisions, events, rights (pure); campaign:
//	              which comments are copies; policiestest: a record for tests
//	standards/    what was adopted: instruments, rule sets, releases (pure)
//	clauses/      texts: Markdown to clauses that keep their identity (pure)
//	internal/lru/ values used last, bounded by what they weigh; internal/bench: the
//	              table of docs/performance.md
//	demo/         a scenario played through registry, and a small sign-in issuer
//	docs/         words (glossary.md, and code-words.md for those of the code), rights,
//	              privacy, threats, operations, what is promised and how it is tried
//	              (reliability.md), how fast it is (performance.md), and decisions
//	              with reasons
//
// # Who may import whom
//
// An arrow points at what is imported. A room that isn't named after the arrow is
// out of reach, and so is every third-party module that the law doesn't list.
//
//	cmd/entente -> anything
//	demo        -> registry, views, policies, standards
//	server      -> graph, registry, policies, server/auth, server/answer, internal/lru
//	graph       -> reports, registry, views, policies, standards, clauses
//	graph/wire  -> views, policies, clauses
//	hub         -> policies, standards, store/durable, internal/lru
//	reports     -> registry, views, policies, standards, clauses
//	registry    -> views, store, policies, clauses, ledger
//	views       -> policies, standards, clauses, ledger, store/pack, internal/lru
//	store       -> ledger
//	store/pack  -> store
//	policies    -> standards, clauses
//	standards   -> clauses
//	clauses, ledger, views/table, views/words, reports/sheet, demo/issuer,
//	store/durable, store/internal, internal/lru, internal/bench, internal/gqlgen,
//	server/spool, server/web/catalogue, server/web/plot, server/web/squeeze,
//	server/web/static -> nothing of ours
//	server/auth     -> internal/lru
//	server/answer   -> registry, policies
//	server/acting   -> graph, registry, views, policies, server/auth, server/answer
//	server/calendar -> views, policies, standards, server/answer
//	server/files    -> registry, policies, server/answer, server/spool
//	server/matrix   -> reports, registry, policies, server/acting, server/answer, server/spool
//	server/record   -> registry, views, policies, ledger, server/answer
//	server/releases -> hub, views, policies, standards
//	server/signin   -> registry, policies, server/auth, server/answer, server/web/frame
//	server/web      -> reports, registry, views, policies, standards, clauses, ledger, internal/lru, server/auth, server/answer
//	server/web/frame -> server/web/catalogue, server/web/squeeze, server/web/static
//
// The pure rooms (policies, standards, clauses, and ledger with them) do no input
// or output, ask no clock and draw no random numbers: time and fresh IDs are
// arguments. That is what makes a fold give the same views on every machine, and
// a decision testable without a machine.
//
// imports_test.go holds all of this against the source. A new room earns its place
// by a line here and a row there.
package entente
