package clauses

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// revise identifies a first text and a second made from it.
func revise(tb testing.TB, before, after string) (old, new *Text) {
	tb.Helper()
	old, new = mustParse(tb, before), mustParse(tb, after)
	Identify(nil, old)
	Identify(old, new)
	checkText(tb, new)
	return old, new
}

// fates writes each change as "op: words", with "<" before what moved.
func fates(old, new *Text) []string {
	var out []string
	for _, c := range Compare(old.Clauses, new.Clauses) {
		s := string(c.Op) + ": "
		if c.Moved {
			s = "moved " + s
		}
		if c.New >= 0 {
			s += new.Words(c.New)
		} else {
			s += old.Words(c.Old)
		}
		out = append(out, s)
	}
	return out
}

func TestIdentify(t *testing.T) {
	for _, tc := range []struct {
		name, before, after string
		want                []string
	}{
		{"the same words under another section stay where they are",
			"## § 1. A\n\nkaristatakse.\n\n## § 2. B\n\nkaristatakse.\n\n## § 3. C\n\nkaristatakse.\n",
			"## § 1. A\n\nkaristatakse.\n\n## § 2. B\n\nei karistata kunagi.\n\n## § 2<sup>1</sup>. N\n\nkaristatakse.\n\n## § 3. C\n\nkaristatakse.\n",
			[]string{"same: ## § 1. A", "same: karistatakse.", "same: ## § 2. B", "removed: karistatakse.", "added: ei karistata kunagi.",
				"added: ## § 2<sup>1</sup>. N", "added: karistatakse.", "same: ## § 3. C", "same: karistatakse."}},
		{"a number keeps a heading under which some of the words go on",
			"## § 1. Theft\n\nOne is punished.\n\n## § 2. Fraud\n\nTwo.\n",
			"## § 1. Taking of things\n\nWhoever takes is punished.\n\n## § 2. Fraud\n\nTwo.\n",
			[]string{"changed: ## § 1. Taking of things", "changed: Whoever takes is punished.", "same: ## § 2. Fraud", "same: Two."}},
		{"a number keeps a heading that loses its title",
			"## § 1. Theft\n\nOne.\n\n## § 2. Fraud\n\nTwo.\n",
			"## § 1.\n\n*Repealed.*\n\n## § 2. Fraud\n\nTwo.\n",
			[]string{"changed: ## § 1.", "removed: One.", "added: *Repealed.*", "same: ## § 2. Fraud", "same: Two."}},
		{"a number keeps no heading of which nothing goes on",
			"## § 1. Theft\n\nOne.\n\n## § 2. Fraud\n\nTwo.\n",
			"## § 1. Customs\n\nOther words.\n\n## § 2. Fraud\n\nTwo.\n",
			[]string{"removed: ## § 1. Theft", "removed: One.", "added: ## § 1. Customs", "added: Other words.", "same: ## § 2. Fraud", "same: Two."}},
		{"a title with its body goes on under another number",
			"## 5.1 Secrets\n\nSecrets shall be long.\n\n## 5.2 Devices\n\nDevices shall be safe.\n",
			"## 5.1 Passkeys\n\nPasskeys are new here.\n\n## 5.2 Secrets\n\nSecrets shall be long.\n\n## 5.3 Devices\n\nDevices shall be safe.\n",
			[]string{"added: ## 5.1 Passkeys", "added: Passkeys are new here.", "changed: ## 5.2 Secrets", "same: Secrets shall be long.",
				"changed: ## 5.3 Devices", "same: Devices shall be safe."}},
		{"a section that moves takes its clauses along",
			"# T\n\n## A\n\nalpha\n\nx\n\n## B\n\nbeta\n\nx\n",
			"# T\n\n## B\n\nbeta\n\nx\n\n## A\n\nalpha\n\nx\n",
			[]string{"same: # T", "moved same: ## B", "same: beta", "same: x", "same: ## A", "same: alpha", "same: x"}},
		{"a changed paragraph between two others is the same clause",
			"one two three\n\nfour five six seven\n\neight\n",
			"one two three\n\nfour five six ten\n\neight\n",
			[]string{"same: one two three", "changed: four five six ten", "same: eight"}},
		{"clauses under a new heading keep their identity",
			"# T\n\nalpha beta\n\ngamma delta\n",
			"# T\n\nalpha beta\n\n## New\n\ngamma delta epsilon\n",
			[]string{"same: # T", "same: alpha beta", "added: ## New", "moved changed: gamma delta epsilon"}},
		{"an explicit ID goes before likeness",
			"## A {#a}\n\none\n\n## B {#b}\n\ntwo\n",
			"## B {#a}\n\none\n\n## A {#b}\n\ntwo\n",
			[]string{"changed: ## B", "same: one", "changed: ## A", "same: two"}},
		{"names that are exchanged exchange no identities",
			"## 1. Lighting {#lighting}\n\nAlpha rules.\n\n## 2. Fees {#fees}\n\nBeta fees.\n",
			"## 1. Lighting {#fees}\n\nAlpha rules.\n\n## 2. Fees {#lighting}\n\nBeta fees.\n",
			[]string{"same: ## 1. Lighting", "same: Alpha rules.", "same: ## 2. Fees", "same: Beta fees."}},
		{"nor do those of headings that nothing stands under",
			"## Lighting {#lighting}\n\n## Fees {#fees}\n\n## Rest\n\nWords.\n",
			"## Lighting {#fees}\n\n## Fees {#lighting}\n\n## Rest\n\nWords.\n",
			[]string{"same: ## Lighting", "same: ## Fees", "same: ## Rest", "same: Words."}},
		{"wrapping anew is no change", "one two\nthree\n", "one\ntwo three\n", []string{"same: one two three"}},
		{"Chinese", "## 第一条\n\n电子商务平台经营者应当遵循公平原则。\n", "## 第一条\n\n电子商务平台内经营者应当遵循公平原则。\n",
			[]string{"same: ## 第一条", "changed: 电子商务平台内经营者应当遵循公平原则。"}},
		{"an item becomes a paragraph", "- the seller shall pay\n- b\n", "the seller shall pay\n\n- b\n",
			[]string{"changed: the seller shall pay", "same: b"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			old, new := revise(t, tc.before, tc.after)
			if diff := cmp.Diff(tc.want, fates(old, new)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

// An ID that went with its clause does not come back for other content.
func TestIdentifyDoesNotReuse(t *testing.T) {
	sources := []string{"# T\n\nalpha\n", "# T\n\nalpha\n\nbeta\n", "# T\n\nalpha\n\ngamma gamma\n", "# T\n\nalpha\n", "# T\n\nalpha\n\ngamma\n\nbeta\n"}
	words := map[string]string{}
	var parent *Text
	for _, s := range sources {
		text := mustParse(t, s)
		Identify(parent, text)
		for i, c := range text.Clauses {
			if w, ok := words[c.ID]; ok && w != text.Words(i) && parent.Clauses.Index(c.ID) < 0 {
				t.Errorf("ID of %q came back for %q", w, text.Words(i))
			}
			words[c.ID] = text.Words(i)
		}
		parent = text
	}
}

func TestSetIDs(t *testing.T) {
	first, again := mustParse(t, "# A {#a}\n\none\n"), mustParse(t, "# A {#a}\n\none\n")
	Identify(nil, first)
	ids := []string{first.Clauses[0].ID, first.Clauses[1].ID}
	if err := again.SetIDs(ids); err != nil || again.Root != first.Root {
		t.Fatalf("SetIDs: %v, root %v, want %v", err, again.Root, first.Root)
	}
	for _, bad := range [][]string{{"a"}, {"a", "a"}, {"a", "b c"}} {
		if mustParse(t, "# A {#a}\n\none\n").SetIDs(bad) == nil {
			t.Errorf("SetIDs(%q) is no error", bad)
		}
	}
}

// The root covers content, order, nesting and IDs; positions and citations are no part of it.
func TestRoot(t *testing.T) {
	text := func(source string, ids ...string) Hash {
		t.Helper()
		x := mustParse(t, source)
		if err := x.SetIDs(ids); err != nil {
			t.Fatal(err)
		}
		return x.Root
	}
	base := text("# A\n\none\n\ntwo\n", "a", "b", "c")
	if got := text("A\n=\n\n\none\n\n\n\ntwo", "a", "b", "c"); got != base {
		t.Error("white space is part of the root")
	}
	for what, other := range map[string]Hash{
		"IDs":     text("# A\n\none\n\ntwo\n", "a", "b", "d"),
		"order":   text("# A\n\ntwo\n\none\n", "a", "c", "b"),
		"nesting": text("one\n\n# A\n\ntwo\n", "b", "a", "c"),
		"content": text("# A\n\none\n\ntwo.\n", "a", "b", "c"),
		"level":   text("## A\n\none\n\ntwo\n", "a", "b", "c"),
		"kind":    text("# A\n\none\n\n> two\n", "a", "b", "c"),
	} {
		if other == base {
			t.Errorf("the root does not cover %s", what)
		}
	}
}

func TestHashText(t *testing.T) {
	h := mustParse(t, "x\n").Clauses[0].Hash
	b, err := json.Marshal(h)
	if err != nil || string(b) != `"`+h.String()+`"` || h.String() != strings.ToLower(h.String()) {
		t.Fatalf("Marshal: %s, %v", b, err)
	}
	var back Hash
	if err := json.Unmarshal(b, &back); err != nil || back != h {
		t.Fatalf("Unmarshal: %v, %v", back, err)
	}
	for _, bad := range []string{`""`, `"12"`, `"` + strings.Repeat("x", 64) + `"`} {
		if json.Unmarshal([]byte(bad), &back) == nil {
			t.Errorf("Unmarshal(%s) is no error", bad)
		}
	}
}

func TestFindCitation(t *testing.T) {
	x := mustParse(t, "# § 2. A\n\n(1) one\n")
	if x.Clauses.FindCitation(" § 2 (1)") != 1 || x.Clauses.FindCitation("§3") != -1 {
		t.Error("a clause is not found by its citation")
	}
}
