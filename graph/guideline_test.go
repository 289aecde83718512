package graph

import (
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
	"keys":      "§5.1.6.2(2)", // its section is renumbered, another goes before it
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
	ins := g.do(g.actor("estonia"), policies.AdoptDocument{DocumentID: g.document}).Subject
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
