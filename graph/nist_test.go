package graph

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// A guideline is the section on authenticators of NIST SP 800-63B in five versions of
// its real history: the first is consulted on and commented on, the others are what
// its editors made of it, and the last is adopted and released.
type guideline struct {
	*world
	document, consultation string
	revisions              []string
	comments               map[string]string
}

// sections are the clauses of the first version that comments are on, by name.
var sections = map[string]string{
	"biometric": "§5.2.3(6)",   // its SHALL becomes a SHOULD
	"attest":    "§5.2.4(1)",   // made two paragraphs and a list
	"keys":      "§5.1.6.2(2)", // goes to the next section
	"output":    "§5.1.8.1(2)", // struck out
	"signing":   "§5.2.1(1)",   // stays as it is
}

// nistVersions gives versions of the section out of the git bundle of ../../shared/data.
func nistVersions(t testing.TB, at ...int) (sources []string) {
	t.Helper()
	bundle, err := filepath.Abs(filepath.Join("..", "..", "shared", "data", "nist-sp800-63.bundle"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(bundle); err != nil {
		t.Skip("the corpus of real texts is not here: " + filepath.Base(bundle))
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not here, and the corpus is a git bundle")
	}
	clone := filepath.Join(t.TempDir(), "clone")
	git := func(args ...string) string {
		cmd := exec.Command("git", args...)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git %s: %v", args[0], err)
		}
		return string(out)
	}
	const file = "sp800-63b/sec5_authenticators.md"
	git("clone", "-q", "-b", "main", bundle, clone)
	commits := strings.Fields(git("-C", clone, "log", "--reverse", "--format=%H", "--diff-filter=AM", "--", file))
	for _, i := range at {
		sources = append(sources, git("-C", clone, "show", commits[i]+":"+file))
	}
	return sources
}

func newGuideline(t *testing.T) *guideline {
	sources := nistVersions(t, 46, 50, 54, 55, 60)
	g := &guideline{world: newWorld(t), comments: map[string]string{}}
	estonia := g.actor("estonia")
	g.document = g.do(estonia, policies.ProposeDocument{Kind: "bestPractice", Title: "Authenticators", Language: "en"}).Subject
	g.commit(sources[0])
	g.consultation = g.open(g.document)
	for _, name := range []string{"biometric", "attest", "keys", "output", "signing"} {
		g.comments[name] = g.world.comment("loom", g.consultation, g.clause(g.revisions[0], sections[name]), "On "+name)
	}
	g.comments["whole"] = g.world.comment("ferry", g.consultation, "", "On the whole")
	for _, s := range sources[1:] {
		g.commit(s)
	}
	return g
}

func (g *guideline) commit(source string) {
	g.t.Helper()
	base := ""
	if n := len(g.revisions); n > 0 {
		base = g.revisions[n-1]
	}
	g.revisions = append(g.revisions, g.do(g.actor("estonia"), policies.CommitRevision{DocumentID: g.document, Base: base, Source: source}).Subject)
}

const standing = `fate changed moved onWhole clauses { citation } madeOn { citation } anchor { reason } computed { fate clauses { citation } }`

// Comments on a real text are shown where their words are in every later version, and
// what they were made on beside it.
func TestCarriedOverARealHistory(t *testing.T) {
	g := newGuideline(t)
	last := g.revisions[4]
	for name, want := range map[string]string{
		"biometric": `{"fate": "CHANGED", "changed": true, "moved": false, "onWhole": false, "clauses": [{"citation": "§5.2.3(6)"}]`,
		"attest":    `{"fate": "SPLIT", "changed": true, "moved": false, "onWhole": false, "clauses": [{"citation": "§5.2.4(1)"}, {"citation": "§5.2.4(2)"}]`,
		"keys":      `{"fate": "MOVED", "changed": false, "moved": true, "onWhole": false, "clauses": [{"citation": "§5.1.7.2(2)"}]`,
		"output":    `{"fate": "GONE", "changed": true, "moved": false, "onWhole": false, "clauses": []`,
		"signing":   `{"fate": "UNCHANGED", "changed": false, "moved": false, "onWhole": false, "clauses": [{"citation": "§5.2.1(1)"}]`,
		"whole":     `{"fate": "CHANGED", "changed": true, "moved": false, "onWhole": true, "clauses": []`,
	} {
		made := "null"
		if s := sections[name]; s != "" {
			made = fmt.Sprintf(`{"citation": %q}`, s)
		}
		a := g.ok("estonia", fmt.Sprintf(`query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { %s } } } }`, standing),
			map[string]any{"id": g.comments[name], "to": last})
		a.same(t, `{"node": {"carried": `+want+`, "madeOn": `+made+`, "anchor": null, "computed": null}}}`)
	}
	spans := g.ok("estonia", `query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { spans { op text } } } } }`,
		map[string]any{"id": g.comments["biometric"], "to": last})
	if s := fmt.Sprint(spans.Data); !strings.Contains(s, "map[op:DELETE text:SHALL]") || !strings.Contains(s, "map[op:INSERT text:SHOULD]") {
		t.Errorf("the redline of what was commented on says %s", s)
	}
	// A quotation is found again in one of the two pieces, its slip of the pen mended.
	quoting := g.do(g.actor("crane"), policies.SubmitComment{ConsultationID: g.consultation, CommentWords: policies.CommentWords{ClauseID: g.clause(g.revisions[0], sections["attest"]),
		Stance: policies.Oppose, Type: policies.Technical, Text: "Not only digital ones",
		Quote: &policies.Quote{Exact: "it SHALL be signed using a difital signature", Prefix: "If this attestation is signed, "}}}).Subject
	g.ok("estonia", `query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { fate quote { clause { citation } exact prefix unchanged } } } } }`,
		map[string]any{"id": quoting, "to": last}).same(t, `{"node": {"carried": {"fate": "SPLIT", "quote": {"clause": {"citation": "§5.2.4(2)"},
		"exact": "it SHALL be signed using a digital signature", "prefix": "If this attestation is signed, ", "unchanged": false}}}}`)
	// The public reads the consulted version alone, and there all stands as it was made.
	for _, id := range g.comments {
		a := g.ok("", `query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { now: carried { fate revision { number } } draft: carried(revisionId: $to) { fate } } } }`,
			map[string]any{"id": id, "to": last})
		a.same(t, `{"node": {"now": {"fate": "UNCHANGED", "revision": {"number": 1}}, "draft": null}}`)
	}
}

// With every clause of a version stand the comments that are carried to it, those that
// met a fate can be listed, and a sponsor's hand goes before what is computed.
func TestCommentsOfAClauseOverARealHistory(t *testing.T) {
	g := newGuideline(t)
	last := g.revisions[4]
	on := func(citation string) string {
		t.Helper()
		a := g.ok("estonia", `query($id: ID!, $clause: ID!) { revision(id: $id) { clause(id: $clause) { carried(first: 5) { edges { node { fate comment { text } } } } } } }`,
			map[string]any{"id": last, "clause": g.clause(last, citation)})
		var list []string
		for _, e := range a.at("revision.clause.carried.edges").([]any) {
			n := e.(map[string]any)["node"].(map[string]any)
			list = append(list, fmt.Sprint(n["fate"], " ", n["comment"].(map[string]any)["text"]))
		}
		return strings.Join(list, ", ")
	}
	for citation, want := range map[string]string{
		"§5.2.4(1)": "SPLIT On attest", "§5.2.4(2)": "SPLIT On attest", "§5.1.7.2(2)": "MOVED On keys", "§5.1.6.2(1)": "", "§5.2.1(1)": "UNCHANGED On signing",
	} {
		if got := on(citation); got != want {
			t.Errorf("on %s stand %q, want %q", citation, got, want)
		}
	}
	listed := func(fates string) string {
		t.Helper()
		var list []string
		after := "null"
		for {
			a := g.ok("estonia", fmt.Sprintf(`{ revision(id: %q) { carried(fates: %s, first: 1, after: %s) { pageInfo { hasNextPage endCursor } edges { node { comment { text } } } } } }`, last, fates, after), nil)
			for _, e := range a.at("revision.carried.edges").([]any) {
				list = append(list, fmt.Sprint(e.(map[string]any)["node"].(map[string]any)["comment"].(map[string]any)["text"]))
			}
			if a.at("revision.carried.pageInfo.hasNextPage") != true {
				return strings.Join(list, ", ")
			}
			after = fmt.Sprintf("%q", a.id("revision.carried.pageInfo.endCursor"))
		}
	}
	for fates, want := range map[string]string{
		"[GONE]": "On output", "[SPLIT, MOVED]": "On attest, On keys", "[UNCHANGED]": "On signing", "[CHANGED]": "On biometric, On the whole",
		"null": "On biometric, On attest, On keys, On output, On signing, On the whole",
	} {
		if got := listed(fates); got != want {
			t.Errorf("%s: %q, want %q", fates, got, want)
		}
	}
	g.do(g.actor("estonia"), policies.ReanchorComment{CommentID: g.comments["output"], RevisionID: g.revisions[3], ClauseID: g.clause(g.revisions[3], "§5.2.4(2)"),
		Reason: "What is signed is dealt with here now."})
	if got := on("§5.2.4(2)"); got != "SPLIT On attest, MOVED On output" {
		t.Errorf("on §5.2.4(2) stand %q", got)
	}
	if got := listed("[GONE]"); got != "" {
		t.Errorf("gone: %q", got)
	}
	g.ok("estonia", fmt.Sprintf(`query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { %s } } } }`, standing),
		map[string]any{"id": g.comments["output"], "to": last}).same(t, `{"node": {"carried": {"fate": "MOVED", "changed": true, "moved": true, "onWhole": false,
		"clauses": [{"citation": "§5.2.4(2)"}], "madeOn": {"citation": "§5.1.8.1(2)"}, "anchor": {"reason": "What is signed is dealt with here now."},
		"computed": {"fate": "GONE", "clauses": []}}}}`)
}

// answer accepts a comment with the change of a clause in a version.
func (g *guideline) answer(name string, o policies.Outcome, change *policies.ChangeReference, duplicateOf string) {
	g.t.Helper()
	g.do(g.actor("estonia"), policies.DisposeComment{CommentID: g.comments[name], Outcome: o, Reason: "Seen to.", Change: change, DuplicateOf: duplicateOf})
}

// adopt answers every comment, explains every other change as editorial, adopts the
// last version and puts it into two releases. It returns the instrument.
func (g *guideline) adopt() string {
	g.t.Helper()
	first := g.revisions[0]
	g.comments["secret"] = g.do(g.actor("crane"), policies.SubmitComment{ConsultationID: g.consultation, CommentWords: policies.CommentWords{ClauseID: g.clause(first, "§5.2.4(1)"),
		Stance: policies.Oppose, Type: policies.Technical, Text: "In confidence: zanzibar.", Confidential: true, Summary: "A business has a concern."}}).Subject
	g.comments["again"] = g.world.comment("kenya", g.consultation, g.clause(first, "§5.2.4(1)"), "The same again")
	g.clock.forward(62 * day)
	g.do(g.actor("estonia"), policies.ReanchorComment{CommentID: g.comments["secret"], RevisionID: g.revisions[4], ClauseID: g.clause(g.revisions[4], "§5.2.4(2)"), Reason: "On zanzibar."})
	change := func(revision int, citation string) *policies.ChangeReference {
		return &policies.ChangeReference{RevisionID: g.revisions[revision], ClauseID: g.clause(first, citation)}
	}
	g.answer("biometric", policies.AcceptedInPart, change(4, "§5.2.3(6)"), "")
	g.answer("attest", policies.AcceptedWhole, change(3, "§5.2.4(1)"), "")
	g.answer("secret", policies.AcceptedWhole, change(3, "§5.2.4(1)"), "")
	g.answer("again", policies.Duplicate, nil, g.comments["attest"])
	g.answer("output", policies.AcceptedWhole, change(4, "§5.1.8.1(2)"), "")
	for _, name := range []string{"keys", "signing", "whole"} {
		g.answer(name, policies.Noted, nil, "")
	}
	g.explain()
	ins := g.do(g.actor("estonia"), policies.AdoptDocument{DocumentID: g.document, EffectiveFrom: g.clock.Now().Add(day)}).Subject
	set := g.do(g.actor("office"), policies.CreateRuleSet{Slug: "authenticators", Title: "Authenticators"}).Subject
	for range 2 {
		g.do(g.actor("office"), policies.PublishRelease{RuleSetID: set, Instruments: []string{ins}, ValidUntil: g.clock.Now().Add(90 * day)})
	}
	return ins
}

// explain marks what the gate wants explained as editorial, where it was changed last.
func (g *guideline) explain() {
	g.t.Helper()
	gaps, err := g.registry.Views().Gate(g.t.Context(), g.document, "", g.registry.Now(), g.registry.Rules())
	if err != nil {
		g.t.Fatal(err)
	}
	for _, gap := range gaps {
		if gap.Reason != "changeUnexplained" {
			continue
		}
		for i := len(g.revisions) - 1; i > 0; i-- {
			_, err := g.registry.Do(g.t.Context(), g.actor("estonia"), "", policies.MarkEditorial{RevisionID: g.revisions[i], ClauseID: gap.ClauseID, Reason: "House style."})
			if err == nil {
				break
			}
		}
	}
}

// From a comment to the releases that carry what became of it.
func TestChainForward(t *testing.T) {
	g := newGuideline(t)
	ins := g.adopt()
	chain := func(who, name string) answer {
		t.Helper()
		return g.ok(who, `query($id: ID!) { node(id: $id) { ... on Comment { chain { answered { text } disposition { outcome } changedIn { number }
			change { op moved citation after { revision { number } } spans { op } } instrument { id number } clauses { citation }
			releases(first: 1) { edges { node { number ruleSet { slug } } } pageInfo { hasNextPage } } } } } }`, map[string]any{"id": g.comments[name]})
	}
	const released = `"releases": {"edges": [{"node": {"number": 2, "ruleSet": {"slug": "authenticators"}}}], "pageInfo": {"hasNextPage": true}}`
	number := g.ok("", `query($id: ID!) { node(id: $id) { ... on Instrument { number } } }`, map[string]any{"id": ins}).id("node.number")
	attest := fmt.Sprintf(`{"node": {"chain": {"answered": {"text": "On attest"}, "disposition": {"outcome": "ACCEPTED"}, "changedIn": {"number": 4},
		"change": {"op": "CHANGED", "moved": false, "citation": "§5.2.4(2)", "after": {"revision": {"number": 4}}, "spans": %%s},
		"instrument": {"id": %q, "number": %q}, "clauses": [{"citation": "§5.2.4(1)"}, {"citation": "§5.2.4(2)"}], %s}}}`, ins, number, released)
	for _, name := range []string{"attest", "again"} { // who repeats a comment has its answer
		a := chain("", name)
		c := a.Data["node"].(map[string]any)["chain"].(map[string]any)["change"].(map[string]any)
		if len(c["spans"].([]any)) < 3 {
			t.Errorf("%s: no redline: %v", name, c)
		}
		c["spans"] = []any{}
		a.same(t, fmt.Sprintf(attest, "[]"))
	}
	chain("", "output").same(t, fmt.Sprintf(`{"node": {"chain": {"answered": {"text": "On output"}, "disposition": {"outcome": "ACCEPTED"}, "changedIn": {"number": 5},
		"change": {"op": "REMOVED", "moved": false, "citation": "§5.1.8.1(2)", "after": null, "spans": null},
		"instrument": {"id": %q, "number": %q}, "clauses": [], %s}}}`, ins, number, released))
	chain("", "keys").same(t, `{"node": {"chain": {"answered": {"text": "On keys"}, "disposition": {"outcome": "NOTED"}, "changedIn": null, "change": null,
		"instrument": null, "clauses": [], "releases": {"edges": [], "pageInfo": {"hasNextPage": false}}}}}`)
	if s := fmt.Sprint(chain("crane", "secret").Data); !strings.Contains(s, "zanzibar") || !strings.Contains(s, "§5.2.4(2)") {
		t.Errorf("its own organisation doesn't see what became of a confidential comment: %s", s)
	}
	chain("", "secret").same(t, `{"node": {"chain": {"answered": null, "disposition": null, "changedIn": null, "change": null,
		"instrument": null, "clauses": [], "releases": {"edges": [], "pageInfo": {"hasNextPage": false}}}}}`)
}

// From a clause of a release back to every comment that shaped it.
func TestChainBack(t *testing.T) {
	g := newGuideline(t)
	ins := g.adopt()
	release := g.ok("", `{ ruleSet(slug: "authenticators") { latest { id } } }`, nil).id("ruleSet.latest.id")
	back := func(who, citation string) string {
		t.Helper()
		a := g.ok(who, `query($release: ID!, $clause: ID!) { release(id: $release) { instruments { revision { clause(id: $clause) {
			shapedBy(first: 5) { edges { node { text duplicates(first: 5) { edges { node { text } } } } } } } } } } }`,
			map[string]any{"release": release, "clause": g.clause(g.revisions[4], citation)})
		var list []string
		for _, e := range a.at("release.instruments.0.revision.clause.shapedBy.edges").([]any) {
			n := e.(map[string]any)["node"].(map[string]any)
			list = append(list, fmt.Sprint(n["text"]))
			for _, d := range n["duplicates"].(map[string]any)["edges"].([]any) {
				list = append(list, "= "+fmt.Sprint(d.(map[string]any)["node"].(map[string]any)["text"]))
			}
		}
		return strings.Join(list, ", ")
	}
	const both, all = "On attest, = The same again", "On attest, = The same again, In confidence: zanzibar."
	for _, tc := range []struct{ who, citation, want string }{
		{"", "§5.2.4(1)", both}, {"", "§5.2.4(2)", both}, {"ferry", "§5.2.4(2)", both}, {"crane", "§5.2.4(2)", all}, {"estonia", "§5.2.4(1)", all},
		{"", "§5.2.3(6)", "On biometric"}, {"", "§5.2.1(1)", ""}, {"estonia", "§5.1.7.2(2)", ""},
	} {
		if got := back(tc.who, tc.citation); got != tc.want {
			t.Errorf("%q reads that %s was shaped by %q, want %q", tc.who, tc.citation, got, tc.want)
		}
	}
	listed := func(who string, args string) string {
		t.Helper()
		a := g.ok(who, fmt.Sprintf(`query($id: ID!) { node(id: $id) { ... on Instrument { shapedBy(%s) { pageInfo { endCursor } edges { node { text chain { clauses { citation } } } } } } } }`, args), map[string]any{"id": ins})
		return fmt.Sprint(a.at("node.shapedBy.edges"), a.at("node.shapedBy.pageInfo.endCursor"))
	}
	if s := listed("", "first: 9"); strings.Contains(s, "zanzibar") || strings.Count(s, "text:On ") != 3 || strings.Index(s, "On output") < strings.Index(s, "On attest") {
		t.Errorf("the instrument was shaped by %s", s)
	}
	if s := listed("office", "last: 1"); !strings.Contains(s, "zanzibar") || strings.Contains(s, "On output") {
		t.Errorf("the last of what shaped the instrument: %s", s)
	}
	const where = `query($id: ID!) { node(id: $id) { ... on Comment { anchors { reason } carried { fate clauses { citation } } } } }`
	g.ok("", where, map[string]any{"id": g.comments["secret"]}).same(t, `{"node": {"anchors": [], "carried": null}}`)
	g.ok("crane", where, map[string]any{"id": g.comments["secret"]}).same(t, `{"node": {"anchors": [{"reason": "On zanzibar."}],
		"carried": {"fate": "CHANGED", "clauses": [{"citation": "§5.2.4(2)"}]}}}`)
	for _, query := range []string{
		`{ comments(first: 50) { edges { node { carried { clauses { citation } madeOn { markdown } } chain { change { citation } } duplicates { edges { cursor } } text anchors { reason } } } } }`,
		fmt.Sprintf(`{ revision(id: %q) { carried(first: 50) { edges { node { comment { text } clauses { citation } } } } clauses(first: 200) { edges { node { carried(first: 9) { edges { node { comment { text summary } } } } shapedBy(first: 9) { edges { node { text } } } } } } } }`, g.revisions[4]),
	} {
		if strings.Contains(query, "summary") {
			query = strings.Replace(query, " summary", "", 1)
		}
		if s := fmt.Sprint(g.ok("ferry", query, nil).Data); strings.Contains(s, "zanzibar") {
			t.Errorf("a confidential comment is told by %s", query)
		}
	}
}
