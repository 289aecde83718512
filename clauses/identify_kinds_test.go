package clauses

import (
	"fmt"
	"strings"
	"testing"
)

// goesTo checks where clauses of the first text stand in the second, by identity: "words -> words", "words -> gone".
func goesTo(t *testing.T, before, after string, want []string) {
	t.Helper()
	old, now := revise(t, before, after)
	find := func(x *Text, begin string) int {
		for i := range x.Clauses {
			if strings.HasPrefix(strings.TrimLeft(x.Words(i), "# |*`\n"), begin) {
				return i
			}
		}
		t.Fatalf("nothing begins %q", begin)
		return -1
	}
	for _, w := range want {
		from, to, _ := strings.Cut(w, " -> ")
		o := find(old, from)
		n := now.Clauses.Index(old.Clauses[o].ID)
		switch {
		case to == "gone" && n >= 0:
			t.Errorf("%q went to %q", from, now.Words(n))
		case to != "gone" && n != find(now, to):
			got := "gone"
			if n >= 0 {
				got = now.Words(n)
			}
			t.Errorf("%q is %q, want %q", from, got, to)
		}
	}
}

// Sections renumbered and edited together go by their titles and words, in whatever way the numbers are written.
func TestRenumberedAndEdited(t *testing.T) {
	for _, number := range []string{"§ %d", "§ %d.", "Art. %d", "Article %d:", "%d.", "Section %d —", "Статья %d.", "المادة %d", "第%d条"} {
		t.Run(number, func(t *testing.T) {
			head := func(n int, title string) string {
				return "## " + strings.TrimSpace(fmt.Sprintf(number, n)+" "+title) + "\n\n"
			}
			before := head(5, "Banks") + "Banks report monthly to the regulator.\n\n" + head(6, "Insurers") + "Insurers report yearly to the regulator.\n\n" +
				head(7, "Funds") + "Funds report daily to nobody.\n"
			after := head(5, "Brokers") + "A wholly new provision on brokers.\n\n" + head(6, "Banks") + "Banks report weekly to the regulator.\n\n" +
				head(7, "Insurers") + "Insurers report twice yearly to the regulator.\n\n" + head(8, "Funds") + "Funds report daily to everybody.\n"
			old, now := revise(t, before, after)
			for i, c := range old.Clauses { // each is two further on
				if got := now.Clauses.Index(c.ID); got != i+2 {
					t.Errorf("%q is at %d, want %q", old.Words(i), got, now.Words(i+2))
				}
			}
		})
	}
	article := func(n int, words string) string { return fmt.Sprintf("##### Art. %d\n\n(1) %s\n\n", n, words) }
	banks, insurers, funds := "Banks report monthly to the regulator.", "Insurers report yearly to the regulator.", "Funds report daily to nobody."
	for name, after := range map[string]string{
		"to the letter": article(5, "A wholly new provision on brokers.") + article(6, banks) + article(7, insurers) + article(8, funds),
		"edited": article(5, "A wholly new provision on brokers.") + article(6, "Banks report weekly to the regulator.") +
			article(7, "Insurers report twice yearly to the regulator.") + article(8, "Funds report daily to everybody."),
	} {
		t.Run("numbers only, "+name, func(t *testing.T) {
			old, now := revise(t, article(5, banks)+article(6, insurers)+article(7, funds), after)
			for i, c := range old.Clauses {
				if got := now.Clauses.Index(c.ID); got != i+2 {
					t.Errorf("%q is at %d, want %q", old.Words(i), got, now.Words(i+2))
				}
			}
		})
	}
}

// A heading that was touched together with what stands under it is the same heading.
func TestHeadingTouchedWithItsBody(t *testing.T) {
	for _, tc := range []struct {
		before, after string
		want          []string
	}{
		{"## What is markdown?\n\nIt is a way to write.\n", "## What is Markdown?\n\nIt is a plain way to write.\n", []string{"What is m -> What is M"}},
		{"## Price Information\n\nx y z.\n", "## Price information\n\nx y w.\n", []string{"Price -> Price"}},
		{"## Scope of this standard\n\nText one two words here.\n", "## Scope of the standard\n\nText one two three words here.\n", []string{"Scope -> Scope"}},
		{"# Working With Structured Headers in HTTP\n\nUse them so.\n", "# Working With Structured Fields in HTTP\n\nUse these so.\n", []string{"Working -> Working"}},
		{"# A\n\na\n\n# ECHOConfig Extension Guidance\n\nNone at all.\n\n# B\n", "# A\n\na\n\n# ECHConfig Extension Guidance\n\nSome of it.\n\n# B\n", []string{"ECHO -> ECHC"}},
		{"## Fees\n\nA fee of five euros.\n", "## Charges\n\n### Fees\n\nA fee of six euros.\n", []string{"Fees -> Fees", "A fee -> A fee"}},
		{"#### Firmen, gegen welche sich die Massnahmen gemäss Art. 1 richten\n\n1. a b c\n", "#### Firmen, gegen die sich die Massnahmen nach Art. 1 richten\n\n1. a b d\n", []string{"Firmen -> Firmen"}},
		{"## Überblick\n\nDas Gesetz gilt.\n", "## ÜBERBLICK\n\nDas Gesetz gilt nicht.\n", []string{"Über -> ÜBER"}},
		{"## Обзор закона\n\nЗакон действует.\n", "## Обзор этого закона\n\nЗакон не действует.\n", []string{"Обзор -> Обзор"}},
		{"# T\n\n## Active Attack Mitigations\n\nUse them.\n\n## B\n\nb\n", "# T\n\n## Security\n\n### Active Attack Mitigations\n\nUse them well.\n\n## B\n\nb\n",
			[]string{"Active -> Active", "Use -> Use"}},
	} {
		t.Run(tc.before, func(t *testing.T) { goesTo(t, tc.before, tc.after, tc.want) })
	}
}

// An equal "(n)" carries nothing to words that have nothing to do with it.
func TestNumbersProveNothingAlone(t *testing.T) {
	for _, tc := range []struct {
		before, after string
		want          []string
	}{
		{"## § 77e Fees\n\n(3) The ministry publishes the fees for the use of ducts in the gazette.\n",
			"## § 77o Customs\n\n(3) The customs office keeps the parcels of a sender in the depot.\n", []string{"(3) The ministry -> gone", "§ 77e -> gone"}},
		{"(1) A bank keeps records of clients.\n\n(2) A bank reports to the regulator each year.\n\n(3) A bank trains its staff.\n",
			"(1) A bank appoints an auditor.\n\n(2) A bank keeps records of clients.\n\n(3) A bank reports to the regulator each quarter.\n\n(4) A bank trains its staff.\n",
			[]string{"(1) -> (2)", "(2) -> (3)", "(3) -> (4)"}},
		{"(1) The seller pays the fee within ten days.\n\n(2) The seller pays the tax within ten days.\n",
			"(1) The seller pays the tax within twelve days.\n", []string{"(1) -> gone", "(2) -> (1)"}},
		{"1. The seller pays the fee within ten days.\n2. The seller pays the tax within ten days.\n3. The carrier pays the tax within ten days.\n",
			"1. The seller pays the tax within twelve days.\n2. The carrier pays the tax within eleven days.\n", []string{"The seller pays the fee -> gone", "The seller pays the tax -> The seller", "The carrier -> The carrier"}},
		{"(1) 卖方应当在十日内缴纳费用。\n\n(2) 卖方应当在十日内缴纳税款。\n", "(1) 卖方应当在五日内缴纳税款。\n", []string{"(1) -> gone", "(2) -> (1)"}},
		{"## A\n\n1) The carrier declares the weight.\n", "## A\n\n1) Nobody owes any tax for gifts.\n", []string{"The carrier -> gone"}},
		{"a) die Erteilung der Bewilligung durch das Amt;\n", "a) der Entzug von Ausweisen bei Gefahr;\n", []string{"a) -> gone"}},
		{"（一）经营者应当公平竞争。\n", "（一）海关保存寄件记录七年。\n", []string{"（一） -> gone"}},
		{"(1) Sellers pay.\n\n(2) The carrier shall keep a record of every parcel.\n", "(1) Sellers pay.\n\n(2) The carrier shall keep two records of each parcel.\n", []string{"(2) -> (2)"}},
	} {
		t.Run(tc.before, func(t *testing.T) { goesTo(t, tc.before, tc.after, tc.want) })
	}
}

// The same words are the same clause, whatever block they stand in.
func TestKindChangesWithTheSameWords(t *testing.T) {
	blocks := map[string]string{"paragraph": "Scope of application of this Act", "bold": "**Scope of application of this Act**", "heading": "## Scope of application of this Act",
		"code": "```\nScope of application of this Act\n```", "indented code": "    Scope of application of this Act", "table": "| Scope of application | of this Act |\n|--|--|",
		"quote": "> Scope of application of this Act", "item": "- Scope of application of this Act"}
	for from, before := range blocks {
		for to, after := range blocks {
			t.Run(from+" to "+to, func(t *testing.T) {
				rest := "\n\nThis Act applies to parcels.\n\n## Duties\n\nThe seller pays.\n"
				old, now := revise(t, "# T\n\n"+before+rest, "# T\n\n"+after+rest)
				if old.Clauses[1].ID != now.Clauses[1].ID {
					t.Errorf("%q is not %q", old.Words(1), now.Words(1))
				}
			})
		}
	}
}

// What moved with a word changed, and short clauses that moved, are the same to all that goes by identity.
func TestMovedWithAWordChanged(t *testing.T) {
	must := "The seller must inform the buyer of the price of each parcel before the order is placed."
	for name, tc := range map[string][2]string{
		"to another section": {"# T\n\n## One\n\na b c\n\n" + must + "\n\n## Two\n\nd e f\n", "# T\n\n## One\n\na b c\n\n## Two\n\nd e f\n\n" + strings.Replace(must, "must", "shall", 1) + "\n"},
		"another in its place": {"# T\n\n## One\n\n" + must + "\n\n## Two\n\nd e f\n",
			"# T\n\n## One\n\nThe buyer may return the parcel before the end of the month.\n\n## Two\n\nd e f\n\n" + strings.Replace(must, "price", "cost", 1) + "\n"},
		"before its siblings": {"x y z\n\nu v w\n\n" + must + "\n", strings.Replace(must, "each", "every", 1) + "\n\nx y z\n\nu v w\n"},
		"into a list":         {"# T\n\n## One\n\n" + must + "\n\n## Two\n\n- d e f\n", "# T\n\n## One\n\n## Two\n\n- d e f\n- " + strings.Replace(must, "must", "shall", 1) + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			old, now := revise(t, tc[0], tc[1])
			for _, c := range Compare(old.Clauses, now.Clauses) {
				if c.Op == Removed && strings.HasPrefix(old.Words(c.Old), "The seller") || c.Op == Added && strings.HasPrefix(now.Words(c.New), "The seller") {
					t.Errorf("%+v", c)
				}
			}
		})
	}
	t.Run("a list made part of another", func(t *testing.T) {
		old, now := revise(t, "## A\n\nWords:\n\n- name\n- price\n\n## B\n\nOther:\n\n- x\n- name\n- price\n", "## A\n\nWords:\n\n- name\n- price\n\n## B\n\nOther:\n\n- x\n  - name\n  - price\n")
		for i, c := range old.Clauses {
			if now.Clauses[i].ID != c.ID {
				t.Errorf("%s %q is another clause now", c.Citation, old.Words(i))
			}
		}
	})
}

// Names that are exchanged exchange nothing of what was said on the words, edited or not; a name that stays alone keeps its heading.
func TestNamesExchanged(t *testing.T) {
	const alpha, beta = "Alpha says much of parcels.", "Beta says little of letters."
	for name, tc := range map[string]struct {
		before, after string
		want          []string
	}{
		"to the letter": {"## One {#a}\n\n" + alpha + "\n\n## Two {#b}\n\n" + beta, "## One {#b}\n\n" + alpha + "\n\n## Two {#a}\n\n" + beta,
			[]string{"One -> One", "Two -> Two", "Alpha -> Alpha", "Beta -> Beta"}},
		"bodies edited": {"## One {#a}\n\n" + alpha + "\n\n## Two {#b}\n\n" + beta, "## One {#b}\n\nAlpha says more of parcels.\n\n## Two {#a}\n\nBeta says little of any letters.",
			[]string{"One -> One", "Two -> Two", "Alpha -> Alpha", "Beta -> Beta"}},
		"titles and bodies edited": {"## One thing {#a}\n\n" + alpha + "\n\n## Two things {#b}\n\n" + beta, "## One such thing {#b}\n\nAlpha says more of parcels.\n\n## Two such things {#a}\n\nBeta says little of any letters.",
			[]string{"One -> One", "Two -> Two", "Alpha -> Alpha", "Beta -> Beta"}},
		"in a circle": {"## One {#a}\n\n" + alpha + "\n\n## Two {#b}\n\n" + beta + "\n\n## Three {#c}\n\nGamma is silent here.", "## One {#b}\n\nAlpha says more of parcels.\n\n## Two {#c}\n\nBeta says less of letters.\n\n## Three {#a}\n\nGamma is silent there.",
			[]string{"One -> One", "Two -> Two", "Three -> Three", "Gamma -> Gamma"}},
		"moved with their names": {"## One {#a}\n\n" + alpha + "\n\n## Two {#b}\n\n" + beta, "## Two {#b}\n\nBeta says less of letters.\n\n## One {#a}\n\nAlpha says more of parcels.",
			[]string{"One -> One", "Two -> Two", "Alpha -> Alpha", "Beta -> Beta"}},
		"all is new but the names": {"## One {#a}\n\n" + alpha + "\n\n## Two {#b}\n\n" + beta, "## Scope {#a}\n\nNobody owes any duty.\n\n## Term {#b}\n\nIt ends in May.",
			[]string{"One -> Scope", "Two -> Term", "Alpha -> gone", "Beta -> gone"}},
	} {
		t.Run(name, func(t *testing.T) { goesTo(t, tc.before+"\n", tc.after+"\n", tc.want) })
	}
}

// A chapter of which the greater part went to another is still that chapter.
func TestChapterParted(t *testing.T) {
	article := func(n int, words string) string { return fmt.Sprintf("### Art. %d\n\n%s\n\n", n, words) }
	pays, ships, keeps := "The buyer pays the price within ten days after the delivery of goods.", "The seller ships every parcel with a label that names its contents.", "The carrier keeps records on weights and hands them over to customs."
	goesTo(t, "# T\n\n## Chapter 1\n\n"+article(1, pays)+article(2, ships)+article(3, keeps)+"## Chapter 2\n\n"+article(4, "Nobody owes tax on gifts."),
		"# T\n\n## Chapter 1\n\n"+article(1, pays)+"## Chapter 1a\n\n"+article(2, strings.Replace(ships, "every", "each", 1))+article(3, strings.Replace(keeps, "hands", "gives", 1))+
			"## Chapter 2\n\n"+article(4, "Nobody owes tax on gifts."),
		[]string{"Chapter 1 -> Chapter 1", "Chapter 2 -> Chapter 2", "Art. 2 -> Art. 2", "The seller -> The seller"})
}

// A name that the source gives is an identity only where it is nobody else's, and a clause that is given one stays itself.
func TestNamesTakeNobodysIdentity(t *testing.T) {
	old := mustParse(t, "## Scope\n\nThis Act applies.\n\n## Duties {#duties}\n\nThe seller pays.\n")
	Identify(nil, old)
	scope := old.Clauses[0].ID
	for name, tc := range map[string]struct {
		after string
		want  []string // the IDs of its headings
	}{
		"a name is added":                   {"## Scope {#scope}\n\nThis Act applies.\n\n## Duties {#duties}\n\nThe seller pays.\n", []string{scope, "duties"}},
		"a name is added, the words edited": {"## Scope of it {#scope}\n\nThis Act applies.\n\n## Duties {#duties}\n\nThe seller pays.\n", []string{scope, "duties"}},
		"a name is another's identity":      {"## Scope\n\nThis Act applies.\n\n## Term {#" + scope + "}\n\nFor ever.\n\n## Duties {#duties}\n\nThe seller pays.\n", []string{scope, "new", "duties"}},
		"the other goes":                    {"## Term {#" + scope + "}\n\nFor ever and a day.\n\n## Duties {#duties}\n\nThe seller pays.\n", []string{"new", "duties"}},
		"a name is dropped":                 {"## Scope\n\nThis Act applies.\n\n## Duties\n\nThe seller pays.\n", []string{scope, "duties"}},
		"a name goes to another":            {"## Scope {#duties}\n\nThis Act applies.\n\n## Duties\n\nThe seller pays.\n", []string{scope, "duties"}},
		"a name stays, the words go":        {"## Scope\n\nThis Act applies.\n\n## Obligations {#duties}\n\nEverybody pays.\n", []string{scope, "duties"}},
	} {
		t.Run(name, func(t *testing.T) {
			now := mustParse(t, tc.after)
			Identify(old, now)
			checkText(t, now)
			again := mustParse(t, tc.after)
			var ids []string
			for _, c := range now.Clauses {
				ids = append(ids, c.ID)
			}
			if err := again.SetIDs(ids); err != nil || again.Root != now.Root {
				t.Errorf("the recorded text isn't the same again: %v", err)
			}
			for i, n := 0, 0; i < len(now.Clauses); i++ {
				if now.Clauses[i].Kind != Heading {
					continue
				}
				got := now.Clauses[i].ID
				if want := tc.want[n]; want == "new" && (got == scope || got == "duties") || want != "new" && got != want {
					t.Errorf("%q is %s, want %s", now.Words(i), got, want)
				}
				n++
			}
		})
	}
}
