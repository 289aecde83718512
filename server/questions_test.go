package server_test

const (
	aDocument = `id number title topics readers { name } proposedBy { name issuer subject } sponsors { name members { edges { node { name issuer subject } } } invitations { edges { node { id email invitedBy { name } } } } }
		head { id note source html outline { markdown } } revisions { edges { node { id note source html digest clauses(first: 20) { totalCount edges { node { clauseId markdown html } } } } } }
		comments { totalCount edges { node { text member { name subject } } } } commentCounts { total } adoptionGate { message } consultation { document { head { note } } }`
	anEntry        = `seq kind statement node { __typename ... on Document { ` + aDocument + ` } ... on Revision { note source document { title number } } ... on Comment { text member { name } } ... on Member { name issuer subject } ... on Organisation { members { edges { node { name } } } invitations { edges { node { email } } } } } document { title number }`
	anOrganisation = `name members { edges { node { id name issuer subject role } } } invitations { edges { node { id email member { name } } } } comments { totalCount edges { node { document { title } member { name } } } }`
)

// questions are the queries by which somebody may try.
var questions = map[string]string{
	"viewer":             `{ viewer { name email member { name } organisation { ` + anOrganisation + ` } memberships { nodes { name } } invitations { nodes { id email organisation { name } } } } }`,
	"node":               `{ node(id: "$draft") { id ... on Document { ` + aDocument + ` } } }`,
	"node of a revision": `{ node(id: "$revision") { id ... on Revision { source html note document { title number } parent { id } } } }`,
	"nodes":              `{ nodes(ids: ["$draft", "$revision", "$later", "$member", "$invitation", "$ferry"]) { id ... on Document { title } ... on Revision { source note } ... on Member { person: name issuer subject } ... on Organisation { ` + anOrganisation + ` } } }`,
	"document":           `{ document(by: {id: "$draft"}) { ` + aDocument + ` } }`,
	"by number":          `{ document(by: {number: "$number"}) { ` + aDocument + ` } }`,
	"as of":              `{ document(by: {id: "$draft"}, asOf: "2026-03-01T10:00:00Z") { title head { source } } }`,
	"public document":    `{ document(by: {id: "$public"}) { ` + aDocument + ` revision(number: 3) { source } } }`,
	"documents":          `{ documents(first: 10) { edges { cursor node { ` + aDocument + ` } } pageInfo { startCursor endCursor hasNextPage } } }`,
	"by title":           `{ documents(filter: {title: "Zanz"}) { edges { cursor node { id title number } } } }`,
	"by topic":           `{ documents(filter: {topics: ["dodo"]}) { edges { node { id title number } } } }`,
	"by sponsor":         `{ documents(filter: {sponsorId: "$sponsor", phases: [DRAFT]}) { edges { node { id title number } } } }`,
	"in order of title":  `{ documents(orderBy: {field: TITLE, direction: ASC}, last: 5) { edges { cursor node { id title number } } pageInfo { startCursor endCursor } } }`,
	"revision":           `{ revision: node(id: "$later") { ... on Revision { id source note } } a: node(id: "$revision") { ... on Revision { id source note } } }`,
	"clause":             `{ document(by: {id: "$public"}) { head { id clause(by: {clauseId: "scope"}) { markdown html comments { totalCount } } } } }`,
	"redline":            `{ redline(fromId: "$open", toId: "$later") { counts { same } changes { edges { node { spans { text } after { markdown } } } } } }`,
	"redline of a draft": `{ redline(fromId: "$revision", toId: "$revision") { from { source } counts { same } changes(includeUnchanged: true) { edges { node { after { markdown } } } } } }`,
	"search":             `{ search(query: "quagga") { edges { cursor node { snippet { text } document { id title number } } } } }`,
	"search of a prefix": `{ search(query: "narwhal") { edges { node { snippet { text } document { id title } } } } b: search(query: "narwhals") { edges { node { clauseId snippet { text } } } } }`,
	"search there":       `{ search(query: "pays", documentId: "$draft") { edges { node { snippet { text } clauseId } } } }`,
	"search of people":   `{ search(query: "quilla") { edges { node { snippet { text } } } } a: search(query: "guest") { edges { node { snippet { text } } } } }`,
	"what was heard":     `{ document(by: {id: "$public"}) { whatWeHeard { markdown html } } a: document(by: {id: "$draft"}) { whatWeHeard { markdown } } }`,
	"in a ballot":        `{ node(id: "$ballot") { ... on Ballot { ownPosition { text } tallies { discuss } positions { edges { node { text vote } } } } } search(query: "pangolin") { edges { node { snippet { text } } } } }`,
	"in confidence":      `{ node(id: "$confidential") { id ... on Comment { text replacement member { name } disposition { reason } } } search(query: "capybara") { edges { node { snippet { text } } } } b: search(query: "axolotl") { edges { node { snippet { text } } } } }`,
	"drafts of comments": `{ viewer { commentDrafts { edges { node { id words { text summary } } } } } node(id: "$prepared") { id ... on CommentDraft { words { text } member { name } } } nodes(ids: ["$prepared"]) { id } }`,
	"comments":           `{ comments(filter: {documentId: "$draft"}) { totalCount edges { node { text member { name subject } } } } b: comments(first: 20) { totalCount edges { node { member { name subject } document { ` + "head { note }" + ` } } } } }`,
	"consultations":      `{ consultations(first: 20) { edges { node { title document { title head { note } } revision { source } } } } }`,
	"organisations":      `{ organisations(first: 20) { edges { node { ` + anOrganisation + ` } } } }`,
	"organisation":       `{ node(id: "$ferry") { ... on Organisation { ` + anOrganisation + ` } } }`,
	"member":             `{ node(id: "$member") { id ... on Member { role name issuer subject organisation { ` + anOrganisation + ` } } } }`,
	"an invitation":      `{ node(id: "$invitation") { id __typename } }`,
	"ledger":             `{ ledger { checkpoint position } ledgerEntries(last: 100) { edges { cursor node { ` + anEntry + ` } } } }`,
	"ledger of a draft":  `{ ledgerEntries(filter: {subjectId: "$draft"}) { edges { node { ` + anEntry + ` } } } }`,
	"ledger of people":   `{ ledgerEntries(first: 100, filter: {kinds: ["invitation.accepted", "member.invited"]}) { edges { node { ` + anEntry + ` } } } }`,
	"instruments":        `{ instruments(first: 10) { edges { node { title number } } } ruleSets(first: 10) { edges { node { title } } } }`,
	"what isn't asked":   `{ document(by: {number: "$number"}) { zanzi } }`,
	"edit":               `mutation { commitRevision(input: {documentId: "$draft", baseId: "$revision", source: "x", idempotencyKey: "k"}) { revision { id source document { title } } } }`,
	"comment there":      `mutation { submitComment(input: {consultationId: "$consultation", clauseId: "none", stance: OPPOSE, text: "x"}) { comment { document { head { note } } } } }`,
	"mark":               `mutation { markEditorial(input: {revisionId: "$later", clauseId: "scope", reason: " "}) { document { title } } }`,
	"release it":         `mutation { publishRelease(input: {ruleSetId: "$draft", instrumentIds: ["$draft"], validUntil: "2027-01-01T00:00:00Z"}) { release { number } } }`,
	"take it back":       `mutation { revokeInvitation(input: {invitationId: "$invitation", idempotencyKey: "k"}) { invitation { email } } }`,
}
