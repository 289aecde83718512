package clauses

import (
	"slices"
	"strings"
	"testing"
)

const (
	act    = "# A\n\n## Scope\n\nThis Act applies to parcels.\n\n"
	sample = "```\nx = 1\n```\n\n"
	duties = "## Duties\n\nThe seller informs the buyer.\n\nx\n\n- name\n- price\n\n"
	rights = "## Rights\n\nThe buyer may return the goods.\n\nx\n\n- at once\n- later\n"
)

// Whatever was away for a while is itself again when it comes back: the last text has the identities of the first where
// it says the same, and what is carried to it stands.
func TestWhatReturnsIsItselfAgain(t *testing.T) {
	whole := act + sample + duties + rights
	for name, texts := range map[string][]string{
		"a fence not closed, then closed":             {whole, act + "```\nx = 1\n\n" + duties + rights, whole},
		"a fence not closed, closed with an addition": {whole, act + "```\nx = 1\n\n" + duties + rights, whole + "\nMore words.\n"},
		"a section struck out and restored":           {whole, act + sample + rights, whole},
		"another in its place meanwhile":              {whole, act + sample + "## Duty\n\nThe seller informs the customer.\n\nx\n\n" + rights, whole},
		"gone for three revisions, others edited": {whole, act + sample + rights, strings.Replace(act, "parcels", "letters", 1) + sample + rights,
			act + sample + rights, whole},
		"gone piece by piece, back at once": {whole, act + sample + strings.Replace(duties, "x\n\n", "", 1) + rights, act + sample + rights,
			act + rights, whole},
		"back piece by piece":       {whole, act, act + duties, act + duties + rights, whole},
		"words replaced, then back": {whole, strings.Replace(whole, "The seller informs the buyer.", "Nothing is owed by anybody here.", 1), whole},
		"words edited away bit by bit, then back": {whole, strings.Replace(whole, "seller informs the buyer.", "seller informs a court of law.", 1),
			strings.Replace(whole, "The seller informs the buyer.", "No person informs a court of law.", 1), whole},
		"comes back elsewhere":   {duties + rights, rights, rights + "\n" + duties},
		"a list taken out":       {whole, strings.Replace(whole, "- name\n- price\n\n", "", 1), whole},
		"Chinese":                {"## 第一条\n\n电子商务应当公平。\n\n## 第二条\n\n消费者有权退货。\n", "## 第一条\n\n电子商务应当公平。\n", "## 第一条\n\n电子商务应当公平。\n\n## 第二条\n\n消费者有权退货。\n"},
		"numbers only":           {"## Art. 1\n\nOne is.\n\n## Art. 2\n\nTwo are.\n", "## Art. 1\n\nOne is.\n", "## Art. 1\n\nOne is.\n\n## Art. 2\n\nTwo are.\n"},
		"a table and a code":     {"a\n\n| x | y |\n|--|--|\n| 1 | 2 |\n\n```\nz\n```\n", "a\n", "a\n\n| x | y |\n|--|--|\n| 1 | 2 |\n\n```\nz\n```\n"},
		"with a name of its own": {whole, strings.Replace(whole, duties, "", 1), strings.Replace(whole, "## Duties", "## Duties {#duties}", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			all := identified(t, texts)
			first, last := all[0], all[len(all)-1]
			c := NewCarrier(first, last)
			for i, was := range first.Clauses {
				n := slices.IndexFunc(last.Clauses, func(c Clause) bool { return c.Hash == was.Hash })
				if name != "with a name of its own" && last.Clauses.Index(was.ID) < 0 {
					t.Errorf("%q is another clause now", first.Words(i))
				}
				r, _ := c.Carry(was.ID)
				if r.Changed || len(r.Clauses) != 1 || n < 0 || last.Clauses[r.Clauses[0]].Hash != was.Hash {
					t.Errorf("%q is %s at %v", first.Words(i), r.Fate, r.Clauses)
				}
			}
		})
	}
}

// identified makes each text from the one before, with all before that as earlier ones.
func identified(tb testing.TB, sources []string) (texts []*Text) {
	tb.Helper()
	for i, s := range sources {
		text := mustParse(tb, s)
		if i == 0 {
			Identify(nil, text)
		} else {
			earlier := slices.Clone(texts[:i-1])
			slices.Reverse(earlier)
			Identify(texts[i-1], text, earlier...)
		}
		checkText(tb, text)
		texts = append(texts, text)
	}
	return texts
}

// What comes back under words that say something else, or that stand twice, is new.
func TestWhatDoesNotReturn(t *testing.T) {
	for name, texts := range map[string][]string{
		"other words":                {"a\n\nThe seller informs the buyer.\n", "a\n", "a\n\nNobody owes anything.\n"},
		"words that came twice":      {"# T\n\n## A\n\na\n\n## B\n\nb\n\nwords\n", "# T\n\n## A\n\na\n\n## B\n\nb\n", "# T\n\n## A\n\nwords\n\na\n\nwords\n\n## B\n\nb\n"},
		"words that stand elsewhere": {"# T\n\n## A\n\na\n\nwords\n\n## B\n\nwords\n", "# T\n\n## A\n\na\n\nwords\n\n## B\n", "# T\n\n## A\n\na\n\nwords\n\n## B\n\nz\n\n## C\n\nwords\n"},
	} {
		t.Run(name, func(t *testing.T) {
			all := identified(t, texts)
			for _, c := range all[2].Clauses {
				if all[0].Clauses.Index(c.ID) >= 0 && all[1].Clauses.Index(c.ID) < 0 {
					t.Errorf("%s came back", c.Citation)
				}
			}
		})
	}
}

// Of a clause that was doubled what was said on it goes to the copy that says what it said, whichever of them is reworded.
func TestDoubledThenReworded(t *testing.T) {
	must := "The seller informs the buyer of the price."
	for name, texts := range map[string][]string{
		"the first":         {must, must + "\n\n" + must, strings.Replace(must, "buyer", "customer", 1) + "\n\n" + must},
		"the second":        {must, must + "\n\n" + must, must + "\n\n" + strings.Replace(must, "buyer", "customer", 1)},
		"at once":           {must, strings.Replace(must, "buyer", "customer", 1) + "\n\n" + must},
		"bit by bit":        {must, must + "\n\n" + must, strings.Replace(must, "buyer", "customer", 1) + "\n\n" + must, strings.Replace(must, "buyer", "customer or user", 1) + "\n\n" + must},
		"in another place":  {must, must + "\n\n## B\n\n" + must, strings.Replace(must, "buyer", "customer", 1) + "\n\n## B\n\n" + must},
		"short, beside it":  {"No fees.", "No fees.\n\nNo fees.", "No fees at all.\n\nNo fees."},
		"Thai":              {"ผู้ขายแจ้งราคาแก่ผู้ซื้อ", "ผู้ขายแจ้งราคาแก่ผู้ซื้อ\n\nผู้ขายแจ้งราคาแก่ผู้ซื้อ", "ผู้ขายแจ้งราคาแก่ผู้บริโภค\n\nผู้ขายแจ้งราคาแก่ผู้ซื้อ"},
		"a heading with it": {"## Price\n\n" + must, "## Price\n\n" + must + "\n\n## Price\n\n" + must, "## Prices and fees\n\n" + strings.Replace(must, "buyer", "customer", 1) + "\n\n## Price\n\n" + must},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range texts {
				texts[i] = "# T\n\n" + texts[i] + "\n\n## Z\n\nOther words.\n"
			}
			all := identified(t, texts)
			first, last := all[0], all[len(all)-1]
			c := NewCarrier(first, last)
			for i, was := range first.Clauses {
				r, _ := c.Carry(was.ID)
				if r.Changed || len(r.Clauses) != 1 || last.Clauses[r.Clauses[0]].Hash != was.Hash {
					t.Errorf("%q is %s at %v", first.Words(i), r.Fate, r.Clauses)
				}
			}
		})
	}
}
