// Package hub is how adopted rules reach the machines that apply them: the format of
// a release on the wire, a handler that serves it over HTTP, and a client that takes
// nothing it hasn't verified.
//
// # Format
//
// A release is a manifest, a signature, and texts.
//
// The manifest is JSON in canonical form (RFC 8785): [standards.Manifest]. It names the
// rule set, the release's number (from 1, without gaps), the digest of the release
// before it, when it was published and until when it may be trusted unseen, and every
// instrument with its dates, its clauses, and its text by digest and length. Its digest,
// like every digest here, is "sha256:" and the lower-case hexadecimal SHA-256 of the
// bytes. A reader passes over members it doesn't know.
//
// An instrument's dates are told twice: effectiveFrom and effectiveUntil are the first
// instants at which it binds anybody and nobody any more; from and ends tell the same as
// the law states it, as local dates ("2027-01-01" begins with its first moment) or times
// with their zones and instants, one for all parties or one for each. ends has every end
// that is known and its reason: its term, a repeal, or a successor, which it names. What
// the release before held and has ended is carried for 24 months, with ended, so that what
// happened meanwhile can be judged; what binds is missing only where it was dropped by name.
//
// The signature is a compact JWS (RFC 7515) with a detached payload (appendix F there):
//
//	BASE64URL(header) ".." BASE64URL(R || S)
//
// over BASE64URL(header) "." BASE64URL(manifest), with ES256. The header has exactly
// three members: alg, which is "ES256"; kid, the key's RFC 7638 thumbprint (SHA-256);
// typ, which is [SignatureType]. Signatures are made as RFC 6979 has it, so that a
// release can be made again bit for bit.
//
// A text is the Markdown source of an adopted revision, UTF-8, under its digest.
//
// # HTTP
//
// GET and HEAD, below [Prefix]:
//
//	/hub/v1/                                       the rule sets, with their newest releases
//	/hub/v1/keys                                   the public keys, a JWK Set
//	/hub/v1/rulesets/{slug}                        a rule set and its releases
//	/hub/v1/rulesets/{slug}/releases/latest        the newest release, a Document
//	/hub/v1/rulesets/{slug}/releases/{n}           release n, a Document
//	/hub/v1/rulesets/{slug}/releases/{n}/manifest  its manifest, byte by byte
//	/hub/v1/rulesets/{slug}/releases/{n}/signature its signature
//	/hub/v1/texts/sha256:{hex}                     a text of any release
//
// A [Document] holds manifest and signature in one. Every answer has a strong ETag, the
// quoted digest of its body, and If-None-Match gets a 304 where it fits. Numbered
// releases, their parts and texts never change and may be kept for ever; the rest is to
// be asked for again each time (Cache-Control: no-cache). latest says by Content-Location
// which release it is. Errors have the body
//
//	{"errors":[{"message":"…","extensions":{"code":"NOT_FOUND"}}]}
//
// with NOT_FOUND (404), INVALID (400, 405, 412), UNAVAILABLE (503) or INTERNAL (500).
//
// # What a client accepts
//
// [Client.Pull] takes a release only if all of this holds, and checks it in this order:
// the document's digest is the manifest's; the signature is good, by the pinned key that
// it names; the manifest is canonical and makes sense; it is of the right rule set; its
// number isn't below that of the release held, nor the same with another digest; if it
// is the next one, it names the one held as its previous; it hasn't expired; every text
// has the length and digest that the manifest states. Where several releases were missed, the
// signature and the rising number suffice: the ones between aren't fetched. Everything
// has a limit in size, checked before it is in memory.
//
// To rotate a key, pin the new one beside the old one at every hub, then sign with it.
//
// # A client's folder
//
//	current -> releases/7       the release to apply; swapped in one step
//	releases/7/manifest.json    the manifest, byte by byte
//	releases/7/manifest.jws     its signature
//	releases/7/etag             the document's ETag, for the next conditional request
//	releases/7/texts/{hex}.md   the texts by SHA-256
//	keys.json                   the keys that a first pull took, with TrustFirst only
//	.lock                       held while a pull is at work
//	.pull-*                     what isn't whole yet; cleared away by the next pull
//
// A release is written and synced under .pull-*, renamed to its place, and only then
// pointed to. A reader resolves current once and reads below what it got. A held release
// that was damaged is fetched again and stands as releases/7.1 then. Older releases stay;
// whoever runs the hub may delete any that current doesn't point to. Whoever deletes
// current gives up the protection against older releases.
//
// # Example
//
// The key is that of RFC 7515, appendix A.3. The text is
//
//	# Parcels
//
//	A parcel below 150 EUR is cleared within one day.
//
// with a line feed at its end. The manifest, in one line:
//
//	{"format":"entente-release/1","instruments":[{"clauses":[],"effectiveFrom":"2026-04-02
//	T09:30:00Z","from":[{"at":"2026-04-02T09:30:00Z","local":"2026-04-02T12:30","zone":"Eu
//	rope/Tallinn"}],"id":"ins_01","kind":"regulation","number":"EWTP-R-2026-001","parties"
//	:["EE","MY"],"revision":2,"revisionId":"rev_02","text":{"bytes":61,"digest":"sha256:fb
//	073dcdcb9260206fd5f6b4678829766cd62249ffd1d775f39e8a9141ec7afa"},"title":"Parcels"}],"
//	number":1,"publishedAt":"2026-03-02T09:30:00Z","ruleSet":"parcels","validUntil":"2027-
//	03-02T09:30:00Z"}
//
// Its digest:
//
//	sha256:bf3102383bde2c9d801f0eb131d88572f62c100c0de6c83c803ac79314dd865c
//
// The key's ID:
//
//	oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U
//
// And the signature, in one line:
//
//	eyJhbGciOiJFUzI1NiIsImtpZCI6Im9LSXl3dkdVcFRWVHl4TVEzYndJSWVRVXVkZnJfQ2tMTWpDRTE5RUNELV
//	UiLCJ0eXAiOiJlbnRlbnRlLXJlbGVhc2UrandzIn0..WHgzNes6TNvRuVcCNXQRw4i4wAwXhoU7YmYImuIeXAb
//	5zBrnu-7V-HWgk7DHSwCQXBi5bd6fsCX_P3tRxxi8kw
package hub
