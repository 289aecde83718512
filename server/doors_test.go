package server_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// A secret is something that some may know, under the words that give it away.
type secret struct {
	words []string // in lower case
	ids   []string // opaque; the public statements of the ledger name them too
	may   func(policies.Actor) bool
}

const (
	secretText = "# Quagga\n\n## Hoopoe {#hoopoe}\n\nThe quagga pays the hoopoe.\n"
	laterDraft = "# Parcels\n\n## Scope {#scope}\n\nThis law applies to parcels of narwhals.\n"
)

// A vault is a front with secrets in it.
type vault struct {
	*front
	draft, public paper
	number        string
	invitation    string
	confidential  string // ID of a comment
	prepared      string // and of a draft of one
	ballot        string // secret, and open
	secrets       map[string]secret
}

// newVault has a private draft of the sponsor's, which the reader may read; a
// public document with a later draft and one in a ballot; and people and an invitation in each organisation.
func newVault(t *testing.T) *vault {
	v := &vault{front: newFront(t), secrets: map[string]secret{}}
	sponsor := v.actor("sponsor-delegate")
	v.vote()
	v.public = v.paper("open")
	last := v.do(sponsor, policies.CommitRevision{DocumentID: v.public.id, Base: v.public.second, Source: laterDraft, Note: "okapi"})
	v.draft.id = v.do(sponsor, policies.ProposeDocument{Kind: "regulation", Title: "Zanzibar plan", Language: "en", Topics: []string{"dodo"}, Parties: []string{"EE"}})
	v.draft.first = v.do(sponsor, policies.CommitRevision{DocumentID: v.draft.id, Source: secretText, Note: "okapi"})
	v.do(sponsor, policies.ShareDocument{DocumentID: v.draft.id, OrganisationID: v.orgs["reader"], As: policies.AsReader})
	d, err := v.registry.Views().Document(t.Context(), policies.Operator, v.draft.id, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	v.number = d.Number
	v.secrets["draft"] = secret{words: []string{"zanzibar", "quagga", "hoopoe", "okapi", "dodo", strings.ToLower(d.Number), standards.Digest([]byte(secretText))},
		ids: []string{v.draft.id, v.draft.first}, may: func(a policies.Actor) bool {
			return policies.May(a, policies.ReadingDocument, policies.OnDocument(&d)) == nil
		}}
	open, err := v.registry.Views().Document(t.Context(), policies.Operator, v.public.id, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	v.secrets["later draft"] = secret{words: []string{"narwhal", standards.Digest([]byte(laterDraft))}, ids: []string{last, v.public.second}, may: func(a policies.Actor) bool {
		return policies.May(a, policies.ReadingRevision, policies.OnRevision(&open, 3)) == nil
	}}
	v.whisper(open)
	for _, o := range frontOrganisations {
		of := policies.OnOrganisation(v.orgs[o.name])
		v.secrets["people of "+o.name] = secret{words: []string{strings.ToLower(personName(o.name + "-"))}, may: func(a policies.Actor) bool {
			return policies.May(a, policies.ReadingMembers, of) == nil
		}}
		id := v.do(policies.Operator, policies.InviteMember{OrganisationID: v.orgs[o.name], Email: "guest." + o.name + "@people.example", Role: policies.Delegate})
		v.secrets["invitation of "+o.name] = secret{words: []string{"guest." + o.name}, ids: []string{id}, may: func(a policies.Actor) bool {
			return policies.May(a, policies.ReadingInvitations, of) == nil
		}}
		if o.name == "ferry" {
			v.invitation = id
		}
	}
	return v
}

// whisper has ferry say something in confidence on the public document, and prepare
// something more.
func (v *vault) whisper(d policies.Document) {
	v.t.Helper()
	ferry := v.actor("ferry-delegate")
	words := policies.SubmitComment{ConsultationID: v.public.consultation, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.Technical,
		Text: "The capybara pays.", Confidential: true, Summary: "On who pays."}}
	v.confidential = v.do(ferry, words)
	found, err := v.registry.Views().Comments(v.t.Context(), policies.Operator, []string{v.confidential})
	if err != nil {
		v.t.Fatal(err)
	}
	said := found[v.confidential]
	v.secrets["a confidential comment"] = secret{words: []string{"capybara"}, may: func(a policies.Actor) bool {
		return policies.May(a, policies.ReadingComment, policies.OnComment(&d, &said)) == nil
	}}
	words.Text, words.Summary = "The axolotl pays.", "On who else pays."
	v.prepared = v.do(ferry, policies.DraftComment{ConsultationID: words.ConsultationID, Words: words.CommentWords})
	v.secrets["a comment's draft"] = secret{words: []string{"axolotl"}, ids: []string{v.prepared}, may: func(a policies.Actor) bool {
		return policies.May(a, policies.ReadingDraft, policies.OnDraft(&d, v.orgs["ferry"])) == nil
	}}
}

// vote has ferry take a position in a secret ballot.
func (v *vault) vote() {
	v.t.Helper()
	p := v.paper("balloted")
	v.ballot = p.ballot
	v.do(v.actor("ferry-delegate"), policies.CastPosition{BallotID: p.ballot, Position: policies.Discuss, Text: "The pangolin pays."})
	d, err := v.registry.Views().Document(v.t.Context(), policies.Operator, p.id, time.Time{})
	if err != nil {
		v.t.Fatal(err)
	}
	found, err := v.registry.Views().Ballots(v.t.Context(), policies.Operator, []string{p.ballot})
	if err != nil {
		v.t.Fatal(err)
	}
	b := found[p.ballot]
	v.secrets["a secret position"] = secret{words: []string{"pangolin"}, may: func(a policies.Actor) bool {
		return policies.May(a, policies.ReadingPosition, policies.OnPosition(&d, &b, v.orgs["ferry"], v.clock.now())) == nil
	}}
}

// fill puts the names of what there is into a query.
func (v *vault) fill(query string) string {
	return strings.NewReplacer("$draft", v.draft.id, "$revision", v.draft.first, "$number", v.number, "$public", v.public.id,
		"$open", v.public.first, "$second", v.public.second, "$consultation", v.public.consultation, "$comment", v.public.comment,
		"$later", v.secrets["later draft"].ids[0], "$sponsor", v.orgs["sponsor"], "$ferry", v.orgs["ferry"], "$office", v.orgs["office"],
		"$invitation", v.invitation, "$confidential", v.confidential, "$prepared", v.prepared, "$ballot", v.ballot, "$member", v.actor("ferry-admin").MemberID).Replace(query)
}

const (
	aDocument = `id number title topics readers { name } proposedBy { name issuer subject } sponsors { name members { edges { node { name issuer subject } } } invitations { edges { node { id email invitedBy { name } } } } }
		head { id note source html outline { markdown } } revisions { edges { node { id note source html digest clauses(first: 20) { totalCount edges { node { clauseId markdown html } } } } } }
		comments { totalCount edges { node { text member { name subject } } } } commentCounts { total } adoptionGate { message } consultation { document { head { note } } }`
	anEntry        = `seq kind statement node { __typename ... on Document { ` + aDocument + ` } ... on Revision { note source document { title number } } ... on Comment { text member { name } } ... on Member { name issuer subject } ... on Organisation { members { edges { node { name } } } invitations { edges { node { email } } } } } document { title number }`
	anOrganisation = `name members { edges { node { id name issuer subject role } } } invitations { edges { node { id email member { name } } } } comments { totalCount edges { node { document { title } member { name } } } }`
)

// questions are the queries by which somebody may try.
var questions = map[string]string{
	"viewer":             `{ viewer { name email member { name } organisation { ` + anOrganisation + ` } memberships { name } invitations { id email organisation { name } } } }`,
	"node":               `{ node(id: "$draft") { id ... on Document { ` + aDocument + ` } } }`,
	"node of a revision": `{ node(id: "$revision") { id ... on Revision { source html note document { title number } parent { id } } } }`,
	"nodes":              `{ nodes(ids: ["$draft", "$revision", "$later", "$member", "$invitation", "$ferry"]) { id ... on Document { title } ... on Revision { source note } ... on Member { person: name issuer subject } ... on Organisation { ` + anOrganisation + ` } } }`,
	"document":           `{ document(id: "$draft") { ` + aDocument + ` } }`,
	"by number":          `{ document(number: "$number") { ` + aDocument + ` } }`,
	"as of":              `{ document(id: "$draft", asOf: "2026-03-01T10:00:00Z") { title head { source } } }`,
	"public document":    `{ document(id: "$public") { ` + aDocument + ` revision(number: 3) { source } } }`,
	"documents":          `{ documents(first: 10) { edges { cursor node { ` + aDocument + ` } } pageInfo { startCursor endCursor hasNextPage } } }`,
	"by title":           `{ documents(filter: {title: "Zanz"}) { edges { cursor node { id title number } } } }`,
	"by topic":           `{ documents(filter: {topics: ["dodo"]}) { edges { node { id title number } } } }`,
	"by sponsor":         `{ documents(filter: {sponsorId: "$sponsor", phases: [DRAFT]}) { edges { node { id title number } } } }`,
	"in order of title":  `{ documents(orderBy: TITLE, last: 5) { edges { cursor node { id title number } } pageInfo { startCursor endCursor } } }`,
	"revision":           `{ revision(id: "$later") { id source note } a: revision(id: "$revision") { id source note } }`,
	"clause":             `{ document(id: "$public") { head { id clause(id: "scope") { markdown html comments { totalCount } } } } }`,
	"redline":            `{ redline(from: "$open", to: "$later") { counts { same } changes { edges { node { spans { text } after { markdown } } } } } }`,
	"redline of a draft": `{ redline(from: "$revision", to: "$revision") { from { source } counts { same } changes(includeUnchanged: true) { edges { node { after { markdown } } } } } }`,
	"search":             `{ search(query: "quagga") { edges { cursor node { snippet { text } document { id title number } } } } }`,
	"search of a prefix": `{ search(query: "narwhal") { edges { node { snippet { text } document { id title } } } } b: search(query: "narwhals") { edges { node { clauseId snippet { text } } } } }`,
	"search there":       `{ search(query: "pays", documentId: "$draft") { edges { node { snippet { text } clauseId } } } }`,
	"search of people":   `{ search(query: "quilla") { edges { node { snippet { text } } } } a: search(query: "guest") { edges { node { snippet { text } } } } }`,
	"what was heard":     `{ document(id: "$public") { whatWeHeard { markdown html } } a: document(id: "$draft") { whatWeHeard { markdown } } }`,
	"in a ballot":        `{ node(id: "$ballot") { ... on Ballot { ownPosition { text } tallies { discuss } positions { edges { node { text position } } } } } search(query: "pangolin") { edges { node { snippet { text } } } } }`,
	"in confidence":      `{ node(id: "$confidential") { id ... on Comment { text replacement member { name } disposition { reason } } } search(query: "capybara") { edges { node { snippet { text } } } } b: search(query: "axolotl") { edges { node { snippet { text } } } } }`,
	"drafts of comments": `{ viewer { commentDrafts { edges { node { id words { text summary } } } } } node(id: "$prepared") { id ... on CommentDraft { words { text } member { name } } } nodes(ids: ["$prepared"]) { id } }`,
	"comments":           `{ comments(filter: {documentId: "$draft"}) { totalCount edges { node { text member { name subject } } } } b: comments(first: 20) { totalCount edges { node { member { name subject } document { ` + "head { note }" + ` } } } } }`,
	"consultations":      `{ consultations(first: 20) { edges { node { title document { title head { note } } revision { source } } } } }`,
	"organisations":      `{ organisations(first: 20) { edges { node { ` + anOrganisation + ` } } } }`,
	"organisation":       `{ node(id: "$ferry") { ... on Organisation { ` + anOrganisation + ` } } }`,
	"member":             `{ node(id: "$member") { id ... on Member { role name issuer subject organisation { ` + anOrganisation + ` } } } }`,
	"an invitation":      `{ node(id: "$invitation") { id __typename } }`,
	"ledger":             `{ ledger { checkpoint position } ledgerEntries(last: 100) { edges { cursor node { ` + anEntry + ` } } } }`,
	"ledger of a draft":  `{ ledgerEntries(filter: {subject: "$draft"}) { edges { node { ` + anEntry + ` } } } }`,
	"ledger of people":   `{ ledgerEntries(first: 100, filter: {kinds: ["member.admitted/1", "member.invited/1"]}) { edges { node { ` + anEntry + ` } } } }`,
	"instruments":        `{ instruments(first: 10) { edges { node { title number } } } ruleSets(first: 10) { edges { node { title } } } }`,
	"what isn't asked":   `{ document(id: "$draft", number: "$number") { zanzi } }`,
	"edit":               `mutation { commitRevision(input: {documentId: "$draft", base: "$revision", source: "x", idempotencyKey: "k"}) { revision { id source document { title } } } }`,
	"comment there":      `mutation { submitComment(input: {consultationId: "$consultation", clauseId: "none", stance: OPPOSE, text: "x"}) { comment { document { head { note } } } } }`,
	"mark":               `mutation { markEditorial(input: {revisionId: "$later", clauseId: "scope", reason: " "}) { document { title } } }`,
	"release it":         `mutation { publishRelease(input: {ruleSetId: "$draft", instrumentIds: ["$draft"], validUntil: "2027-01-01T00:00:00Z"}) { release { number } } }`,
	"take it back":       `mutation { revokeInvitation(input: {invitationId: "$invitation", idempotencyKey: "k"}) { invitation { email } } }`,
}

// leaks are the secrets in an answer that its reader may not know. An ID or number
// that the question named may come back in a refusal, and the opaque IDs stand in the
// public record.
func (v *vault) leaks(who, question, answer string, record bool) (found []string) {
	actor := v.actor(who)
	answer, question = strings.ToLower(answer), strings.ToLower(question)
	for name, s := range v.secrets {
		words := s.words
		if !record {
			words = slices.Concat(words, s.ids)
		}
		for _, w := range words {
			echo := strings.ContainsAny(w, "0123456789") && strings.Contains(question, w)
			if strings.Contains(answer, w) && !echo && !s.may(actor) {
				found = append(found, name+": "+w)
			}
		}
	}
	return found
}

func TestNoDoorLeaks(t *testing.T) {
	v := newVault(t)
	told := map[string]bool{}
	for name, question := range questions {
		question = v.fill(question)
		record := strings.HasPrefix(name, "ledger")
		for _, who := range frontRoles() {
			if strings.HasPrefix(question, "mutation") && slices.ContainsFunc([]string{"sponsor", "ferry", "office"}, func(o string) bool { return strings.HasPrefix(who, o) }) {
				continue // they may, and it would change what the others are asked about
			}
			for way, r := range map[string]reply{"POST": v.ask(who, question), "GET": v.get(who, question)} {
				if found := v.leaks(who, question, r.text, record); len(found) > 0 {
					t.Errorf("%s %s tells %q %v: %s", way, name, who, found, r.text)
				}
				if strings.Contains(r.text, "VALIDATION_FAILED") != (name == "what isn't asked") || strings.Contains(r.text, "INTERNAL") || r.code() == "QUERY_TOO_LARGE" {
					t.Fatalf("%s isn't answered: %s", name, r.text)
				}
				lower := strings.ToLower(r.text)
				for secretName, s := range v.secrets {
					told[secretName] = told[secretName] || s.may(v.actor(who)) && strings.Contains(lower, s.words[0])
				}
			}
		}
	}
	for name := range v.secrets {
		if !told[name] {
			t.Errorf("%s is told to nobody: the test asks for nothing", name)
		}
	}
}

// What is served without GraphQL is the same for all, so it holds no secret at all.
func TestNoAddressLeaks(t *testing.T) {
	v := newVault(t)
	n := v.registry.Views().Position()
	if n < 8 || n >= 256 {
		t.Fatalf("%d entries don't fit one tile", n)
	}
	digest := url.PathEscape(standards.Digest([]byte(secretText)))
	later := url.PathEscape(standards.Digest([]byte(laterDraft)))
	// Those that answer with 200 show that the test reads something.
	paths := map[string]int{"/ledger/checkpoint": 200, fmt.Sprintf("/ledger/tile/entries/000.p/%d", n): 200, fmt.Sprintf("/ledger/tile/0/000.p/%d", n): 200,
		"/metrics": 200, "/readyz": 200, "/healthz": 200, "/hub/v1/keys": 200, "/hub/v1/": 200, "/graphql": 0,
		"/hub/v1/texts/" + digest: 404, "/hub/v1/texts/" + later: 404,
		"/hub/v1/rulesets/" + v.draft.id: 404, "/" + v.draft.id: 404, "/documents/" + v.number: 404, "/ledger/" + v.draft.id: 404}
	for _, who := range frontRoles() {
		for path, want := range paths {
			r := v.request(who, "GET", path, "")
			status, body := v.send(r)
			if want != 0 && status != want {
				t.Errorf("%q gets %d at %s, want %d: %s", who, status, path, want, body)
			}
			record := strings.HasPrefix(path, "/ledger/tile")
			if found := v.leaks("", path, string(body), record); len(found) > 0 {
				t.Errorf("%s tells %q %v: %s", path, who, found, body)
			}
		}
	}
	// Nor does the log, which operators and their tools read.
	for _, who := range frontRoles() {
		v.ask(who, v.fill(questions["edit"]))
	}
	logged := v.log.String()
	if !strings.Contains(logged, "/graphql") {
		t.Fatal("nothing was logged")
	}
	for who, token := range v.tokens {
		if strings.Contains(logged, token) || strings.Contains(logged, personName(who)) || strings.Contains(logged, who+"@people.example") {
			t.Errorf("the log holds %s's token, name or address", who)
		}
	}
	for _, word := range []string{"quagga", "hoopoe", "narwhal", "okapi", "guest.", "capybara", "axolotl", "pangolin"} {
		if strings.Contains(strings.ToLower(logged), word) {
			t.Errorf("the log holds %q", word)
		}
	}
}

// A subscription from the first entry on tells each what it may know.
func TestNoEventLeaks(t *testing.T) {
	v := newVault(t)
	last := v.do(v.actor("ferry-delegate"), policies.SubmitComment{ConsultationID: v.public.consultation, CommentWords: policies.CommentWords{Stance: policies.Support, Type: policies.General, Text: "The last word."}})
	for _, who := range frontRoles() {
		body, err := json.Marshal(map[string]string{"query": `subscription { happened(after: 0) { ` + anEntry + ` } }`})
		if err != nil {
			t.Fatal(err)
		}
		r := v.request(who, "POST", "/graphql", string(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "text/event-stream")
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		events := 0
		lines := bufio.NewScanner(w.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			events++
			if found := v.leaks(who, "", data, true); len(found) > 0 {
				t.Errorf("an event tells %q %v: %s", who, found, data)
			}
			if strings.Contains(data, "The last word.") && strings.Contains(data, last) {
				break
			}
		}
		if events == 0 || lines.Err() != nil {
			t.Errorf("%q hears %d events, %v", who, events, lines.Err())
		}
		if err := w.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What is hidden can't be told from what isn't there: neither by the answer nor by
// how much was read for it.
func TestHiddenIsNotToldFromMissing(t *testing.T) {
	v := newVault(t)
	const none = "01h45ytscbebyvny4gc8cr8ma2"
	hidden := map[string]string{"doc_" + none: v.draft.id, "rev_" + none: v.draft.first, "EWTP-R-2026-999": v.number, "inv_" + none: v.invitation, "dft_" + none: v.prepared}
	later := map[string]string{"rev_" + none: v.secrets["later draft"].ids[0]}
	for _, x := range []struct {
		query string
		ids   map[string]string
	}{
		{`{ document(id: "doc_%s") { ` + aDocument + ` } }`, hidden},
		{`{ document(number: "EWTP-R-2026-999") { ` + aDocument + ` } }`, hidden},
		{`{ node(id: "doc_%s") { id } }`, hidden}, {`{ node(id: "rev_%s") { id } }`, hidden}, {`{ node(id: "inv_%s") { id } }`, hidden},
		{`{ node(id: "dft_%s") { id } }`, hidden}, {`mutation { discardCommentDraft(input: {draftId: "dft_%s"}) { position } }`, hidden},
		{`{ nodes(ids: ["doc_%[1]s", "rev_%[1]s"]) { id } }`, hidden},
		{`{ revision(id: "rev_%s") { source } }`, hidden}, {`{ revision(id: "rev_%s") { source } }`, later},
		{`{ redline(from: "rev_%[1]s", to: "rev_%[1]s") { counts { same } } }`, hidden},
		{`{ redline(from: "rev_%[1]s", to: "rev_%[1]s") { counts { same } } }`, later},
		{`{ comments(filter: {documentId: "doc_%s"}) { totalCount edges { cursor } } }`, hidden},
		{`{ consultations(filter: {documentId: "doc_%s"}) { edges { cursor } } }`, hidden},
		{`{ search(query: "pays", documentId: "doc_%s") { edges { cursor } } }`, hidden},
		{`mutation { commitRevision(input: {documentId: "doc_%s", source: "x"}) { revision { id } } }`, hidden},
		{`mutation { withdrawDocument(input: {documentId: "doc_%s", reason: "x"}) { document { id } } }`, hidden},
		{`mutation { openConsultation(input: {documentId: "doc_%s", closes: "x", zone: "x"}) { consultation { id } } }`, hidden},
		{`mutation { adoptDocument(input: {documentId: "doc_%s", effectiveFrom: "2027-01-01T00:00:00Z"}) { instrument { id } } }`, hidden},
		{`mutation { shareDocument(input: {documentId: "doc_%s", organisationId: "x", as: READER}) { document { id } } }`, hidden},
		{`mutation { markEditorial(input: {revisionId: "rev_%s", clauseId: "x", reason: "x"}) { document { id } } }`, hidden},
		{`mutation { markEditorial(input: {revisionId: "rev_%s", clauseId: "x", reason: "x"}) { document { id } } }`, later},
		{`mutation { acceptInvitation(input: {invitationId: "inv_%s"}) { member { id } } }`, hidden},
		{`mutation { revokeInvitation(input: {invitationId: "inv_%s"}) { invitation { id } } }`, hidden},
	} {
		missing := strings.ReplaceAll(strings.ReplaceAll(x.query, "%[1]s", none), "%s", none)
		there := missing
		for from, to := range x.ids {
			there = strings.ReplaceAll(there, from, to)
		}
		if there == missing {
			t.Fatalf("%s asks for nothing hidden", missing)
		}
		for _, who := range []string{"", "nobody", "kenya-admin", "hub-delegate", "kenya-observer"} {
			v.ask(who, missing) // what is made once for a token or a query is made now
			v.ask(who, there)
			wanted, cost := v.weigh(who, missing)
			got, paid := v.weigh(who, there)
			for from, to := range x.ids {
				got = strings.ReplaceAll(got, to, from)
			}
			if got != wanted {
				t.Errorf("%q tells %s\nhidden:  %s\nmissing: %s", who, there, got, wanted)
			}
			if paid != cost {
				t.Errorf("%q tells by time %s: %d statements, and %d for what isn't there", who, there, paid, cost)
			}
		}
	}
}

// weigh returns an answer and how many statements it took.
func (v *vault) weigh(who, query string) (string, int64) {
	before := v.registry.Views().Statements()
	text := v.ask(who, query).text
	return text, v.registry.Views().Statements() - before
}

// Lists and counts are no longer for who may not see what would be in them.
func TestListsCountWhatIsSeen(t *testing.T) {
	v := newVault(t)
	for who, want := range map[string]int{"": 2, "nobody": 2, "ferry-admin": 2, "hub-observer": 2, "reader-observer": 3, "sponsor-observer": 3, "office-observer": 3} {
		r := v.ask(who, `{ documents(first: 2) { edges { cursor } pageInfo { hasNextPage } } all: documents(first: 100) { edges { cursor } } }`)
		edges, _ := at(r.Data, "all.edges").([]any)
		if more := at(r.Data, "documents.pageInfo.hasNextPage"); len(edges) != want || more != (want > 2) {
			t.Errorf("%q is shown %d documents, more: %v; want %d", who, len(edges), more, want)
		}
	}
	if len(slices.Collect(maps.Keys(v.secrets))) < 14 {
		t.Error("there are secrets missing")
	}
}
