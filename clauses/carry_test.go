package clauses

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	seller  = "The seller shall name the price of each parcel before the order is placed by the buyer."
	returns = "The buyer may return the goods within fourteen days of delivery without giving any reason."
	records = "The carrier shall keep a record of every parcel for at least seven years."
)

// lists are ten things that somebody keeps.
var lists = []string{"the number and weight of every parcel", "letters that came back to the depot unopened", "which driver took which vehicle on what day",
	"claims paid to senders within the last year", "names of buyers who asked for a refund", "a copy of each customs declaration made abroad",
	"the temperature in cold rooms hour by hour", "fees charged for storage beyond the first week", "what was destroyed, by whom and on whose order",
	"any complaint about a delivery made at night"}

// carried writes what became of each clause: "fate: the clauses it stands for now", with what differs in brackets.
func carried(c *Carrier) []string {
	var out []string
	for i := range c.Then().Clauses {
		r, _ := c.Carry(c.Then().Clauses[i].ID)
		s := string(r.Fate)
		if r.Changed && (r.Fate == HasMoved) {
			s += "+changed"
		}
		var at []string
		for _, n := range r.Clauses {
			at = append(at, c.Now().Clauses[n].Citation)
		}
		out = append(out, c.Then().Clauses[i].Citation+" "+strings.TrimSpace(s+" "+strings.Join(at, " ")))
	}
	return out
}

func TestCarry(t *testing.T) {
	for _, tc := range []struct {
		name  string
		texts []string // the first is carried to the last
		want  []string
	}{
		{"changed, moved and gone", []string{
			"## A\n\nalpha beta gamma\n\nx\n\n## B\n\nold words nobody keeps\n\n" + records + "\n",
			"## A\n\nx\n\n## B\n\nalpha beta gamma\n\n" + strings.Replace(records, "seven", "ten", 1) + "\n"},
			[]string{"§1 unchanged §1", "§1(1) moved §2(1)", "§1(2) unchanged §1(1)", "§2 unchanged §2", "§2(1) gone", "§2(2) changed §2(2)"}},
		{"a paragraph made two", []string{seller + " " + returns + "\n", seller + "\n\n" + returns + "\n"},
			[]string{"(1) split (1) (2)"}},
		{"two paragraphs joined", []string{seller + "\n\n" + returns + "\n", seller + " " + returns + "\n"},
			[]string{"(1) changed (1)", "(2) moved+changed (1)"}},
		{"a sentence becomes an item", []string{
			"Rules for all:\n\n" + seller + " " + returns + "\n",
			"Rules for all:\n\n- " + seller + "\n- " + returns + "\n"},
			[]string{"(1) unchanged (1)", "(2) split (1)(1) (1)(2)"}},
		{"a sentence becomes a list of ten", []string{
			"Each of them keeps: " + strings.Join(lists, ", ") + ".\n", "Each of them keeps:\n\n- " + strings.Join(lists, ";\n- ") + ".\n"},
			[]string{"(1) split (1)(1) (1)(2) (1)(3) (1)(4) (1)(5) (1)(6) (1)(7) (1)(8) (1)(9) (1)(10)"}},
		{"split in two steps", []string{
			seller + " " + returns + " " + records + "\n",
			seller + " " + returns + "\n\n" + records + "\n",
			seller + "\n\n" + returns + "\n\n" + records + "\n"},
			[]string{"(1) split (1) (2) (3)"}},
		{"split, and a piece is struck later", []string{
			seller + " " + returns + "\n", seller + "\n\n" + returns + "\n", seller + "\n"},
			[]string{"(1) changed (1)"}},
		{"split and joined again as it was", []string{
			seller + " " + returns + "\n", seller + "\n\n" + returns + "\n", seller + " " + returns + "\n"},
			[]string{"(1) unchanged (1)"}},
		{"a formula proves nothing", []string{
			"## A\n\nhe shall be punished by a fine of up to three hundred units for that act.\n\n## B\n\nz\n",
			"## A\n\n## B\n\nz\n\nwhoever lies in court he shall be punished by a fine of up to three hundred units for that act.\n\n## C\n\n" +
				"whoever steals he shall be punished by a fine of up to three hundred units for that act.\n"},
			[]string{"§1 unchanged §1", "§1(1) gone", "§2 unchanged §2", "§2(1) unchanged §2(1)"}},
		{"Chinese", []string{
			"电子商务平台经营者应当遵循公平原则。消费者有权在七日内退货且无需说明理由。\n",
			"电子商务平台经营者应当遵循公平原则。\n\n消费者有权在七日内退货且无需说明理由。\n"},
			[]string{"(1) split (1) (2)"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := readHistory(t, tc.texts)
			c := h.carrier(0, len(h.texts)-1)
			checkCarrier(t, c)
			if diff := cmp.Diff(tc.want, carried(c)); diff != "" {
				t.Errorf("fates (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCarryUnknown(t *testing.T) {
	old, now := revise(t, "a\n", "a\n\nb\n")
	if r, ok := NewCarrier(old, now).Carry("nobody"); ok {
		t.Errorf("an ID that the text lacks is carried: %+v", r)
	}
}

func TestCarryQuote(t *testing.T) {
	h := readHistory(t, []string{
		"## A\n\n" + seller + " " + returns + "\n",
		"## A\n\n" + seller + "\n\n" + strings.Replace(returns, "fourteen", "thirty", 1) + "\n"})
	c := h.carrier(0, 1)
	r, _ := c.Carry(h.texts[0].Clauses[1].ID)
	for _, tc := range []struct{ exact, want string }{
		{"the price of each parcel", "§1(1): the price of each parcel"},
		{"within fourteen days of delivery", "§1(2): within thirty days of delivery"},
		{"the buyer may sue the carrier at once", "nowhere"},
	} {
		got := "nowhere"
		if n, plain, at, ok := c.Now().FindQuote(r.Clauses, tc.exact, "", ""); ok {
			got = c.Now().Clauses[n].Citation + ": " + plain[at.Start:at.End]
		}
		if got != tc.want {
			t.Errorf("%q is at %q, want %q", tc.exact, got, tc.want)
		}
	}
}

func TestFindQuote(t *testing.T) {
	for _, tc := range []struct{ name, words, exact, prefix, suffix, want string }{
		{"to the letter", "a fine of ten units", "ten units", "", "", "a fine of [ten units] 1.00"},
		{"twice, told by what stands before", "ten units or ten units", "ten units", "or ", "", "ten units or [ten units] 1.00"},
		{"twice, told by what stands after", "ten units or ten units", "ten units", "", " or", "[ten units] or ten units 1.00"},
		{"twice alike", "ten units or ten units", "ten units", "", "", "nowhere"},
		{"twice, and what stood around is gone", "ten units or ten units", "ten units", "not ", " plus", "nowhere"},
		{"a word changed", "a fine of up to twenty units or arrest", "fine of up to ten units", "a ", " or", "a [fine of up to twenty units] or arrest 0.83"},
		{"a word put in", "a fine of up to only ten units or arrest", "fine of up to ten units", "", "", "a [fine of up to only ten units] or arrest 0.83"},
		{"a word left out", "a fine up to ten units or arrest", "fine of up to ten units", "", "", "a [fine up to ten units] or arrest 0.83"},
		{"other signs only", "a fine, of up to “ten” units", "Fine of up to ten units", "", "", "a [fine, of up to “ten” units] 1.00"},
		{"too much changed", "a sum of at most ten units", "fine of up to ten units", "", "", "nowhere"},
		{"two words must both stand", "ten marks", "ten units", "", "", "nowhere"},
		{"composed and decomposed", "kui\u0301 the\u0301 fine", "the\u00e9 fine", "", "", "nowhere"},
		{"composed found in decomposed", "cafe\u0301 tax", "caf\u00e9 tax", "", "", "[cafe\u0301 tax] 1.00"},
		{"empty", "a", "", "", "", "nowhere"},
		{"signs only, and not there", "a b", "!?", "", "", "nowhere"},
		{"Chinese", "电子商务平台内经营者应当遵循公平原则。", "平台经营者应当遵循", "电子商务", "", "电子商务[平台内经营者应当遵循]公平原则。 0.89"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := "nowhere"
			if q, ok := findQuote(tc.words, nil, tc.exact, tc.prefix, tc.suffix); ok {
				got = fmt.Sprintf("%s[%s]%s %.2f", tc.words[:q.Start], tc.words[q.Start:q.End], tc.words[q.End:], q.Likeness)
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

// checkSuccessions checks what holds for every step: it leads from a clause of the one to another clause of the other, each
// way once, in order, and is the same whoever computes it.
func checkSuccessions(tb testing.TB, parent, child *Text, step []Succession) {
	tb.Helper()
	last := [2]int{-1, -1}
	for _, s := range step {
		from, to := parent.Clauses.Index(s.From), child.Clauses.Index(s.To)
		if from < 0 || to < 0 || s.From == s.To || parent.Clauses[from].Kind == Heading || child.Clauses[to].Kind == Heading {
			tb.Fatalf("wrong succession %+v", s)
		}
		if from < last[0] || from == last[0] && to <= last[1] {
			tb.Fatalf("out of order: %+v", step)
		}
		last = [2]int{from, to}
	}
	if again := Successions(parent, child); !slices.Equal(again, step) {
		tb.Fatalf("not the same twice: %v, %v", step, again)
	}
}

// checkCarrier checks what holds for every carrier.
func checkCarrier(tb testing.TB, c *Carrier) {
	tb.Helper()
	back := make([][]int, len(c.Now().Clauses))
	for i := range c.Then().Clauses {
		old := &c.Then().Clauses[i]
		r, ok := c.Carry(old.ID)
		if !ok || !slices.Contains(Fates, r.Fate) {
			tb.Fatalf("clause %s: %+v, %v", old.ID, r, ok)
		}
		if (r.Fate == IsGone) != (len(r.Clauses) == 0) || (r.Fate == WasSplit) != (len(r.Clauses) > 1) {
			tb.Fatalf("clause %s is %s at %v", old.ID, r.Fate, r.Clauses)
		}
		if !slices.IsSorted(r.Clauses) || len(slices.Compact(slices.Clone(r.Clauses))) != len(r.Clauses) {
			tb.Fatalf("clause %s: %v aren't in order", old.ID, r.Clauses)
		}
		own := c.changes[i].New // by identity, or by words that stand once
		if at := c.Now().Clauses.Index(old.ID); at >= 0 && at != own {
			tb.Fatalf("clause %s stands at %d, and is found at %d", old.ID, at, own)
		}
		if own >= 0 && !slices.Contains(r.Clauses, own) {
			tb.Fatalf("clause %s stands, but is %s at %v", old.ID, r.Fate, r.Clauses)
		}
		same := own >= 0 && c.Now().Clauses[own].Hash == old.Hash
		if same == r.Changed || r.Fate == StaysUnchanged && (!same || r.Moved) || r.Fate == HasMoved && !r.Moved {
			tb.Fatalf("clause %s (same words: %v): %+v", old.ID, same, r)
		}
		for _, n := range r.Clauses {
			back[n] = append(back[n], i)
		}
	}
	for n := range back {
		if !slices.Equal(back[n], c.From(n)) {
			tb.Fatalf("clause %d comes from %v, but From says %v", n, back[n], c.From(n))
		}
	}
}

func FuzzCarry(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, seeds[(i+1)%len(seeds)], s)
		f.Add(s, strings.ReplaceAll(s, "\n", "\n\n"), strings.ReplaceAll(s, "\n", " "))
	}
	f.Add(seller+" "+returns+"\n", seller+"\n\n"+returns+"\n", returns+"\n\n"+seller+"\n\n"+records+"\n")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		var h history
		var parent *Text
		for _, source := range []string{a, b, c} {
			text, err := Parse([]byte(source), Limits{})
			if err != nil {
				return
			}
			Identify(parent, text)
			var step []Succession
			if parent != nil {
				step = Successions(parent, text)
				checkSuccessions(t, parent, text, step)
			}
			h.texts, h.steps = append(h.texts, text), append(h.steps, step)
			parent = text
		}
		for then := range h.texts {
			for now := then; now < len(h.texts); now++ {
				k := h.carrier(then, now)
				checkCarrier(t, k)
				for i := range k.Then().Clauses {
					r, _ := k.Carry(k.Then().Clauses[i].ID)
					if then == now && r.Fate != StaysUnchanged {
						t.Fatalf("carried to its own text clause %d is %s", i, r.Fate)
					}
					quote := k.Then().Plain(i)
					n, plain, at, ok := k.Now().FindQuote(r.Clauses, quote, "", "")
					if ok && (!slices.Contains(r.Clauses, n) || at.Likeness == 1 && len(plain[at.Start:at.End]) == 0) {
						t.Fatalf("the quotation %+v isn't where its clause is", at)
					}
					if !ok && r.Fate == StaysUnchanged && strings.TrimSpace(quote) != "" {
						t.Fatalf("%q isn't found in the clause that it is all of", quote)
					}
				}
			}
		}
	})
}

func FuzzQuote(f *testing.F) {
	f.Add("a fine of up to ten units or ten units", "fine of to ten units", "a ", " or", uint16(10), uint16(4))
	f.Add("电子商务平台内经营者", "平台经营者", "", "", uint16(3), uint16(2))
	f.Fuzz(func(t *testing.T, words, exact, prefix, suffix string, at, n uint16) {
		words, exact = strings.ToValidUTF8(words, "?"), strings.ToValidUTF8(exact, "?")
		if q, ok := findQuote(words, nil, exact, prefix, suffix); ok {
			if q.Start < 0 || q.Start >= q.End || q.End > len(words) || q.Likeness <= 0 || q.Likeness > 1 {
				t.Fatalf("%q in %q: %+v", exact, words, q)
			}
			if prefix+suffix == "" && strings.Contains(words, exact) != (words[q.Start:q.End] == exact) {
				t.Fatalf("%q stands to the letter in %q, but %q is found", exact, words, words[q.Start:q.End])
			}
		} else if prefix+suffix == "" && exact == words && strings.TrimSpace(words) != "" {
			t.Fatalf("%q isn't found in itself", words)
		}
		runes := []rune(words)
		if len(runes) == 0 {
			return
		}
		start := int(at) % len(runes)
		end := start + 1 + int(n)%(len(runes)-start)
		before, quote, after := string(runes[:start]), string(runes[start:end]), string(runes[end:])
		if strings.TrimSpace(quote) == "" {
			return
		}
		if list := StandQuoted(words, quote, before, after); len(list) != 1 || list[0] != (QuotedPlace{0, len(before), len(before) + len(quote), len(words)}) {
			t.Fatalf("%q between %q and %q stands at %v", quote, before, after, list)
		}
		StandQuoted(words, exact, prefix, suffix)
		q, ok := findQuote(words, nil, quote, before, after)
		if !ok || q.Start != len(before) || q.End != len(before)+len(quote) || q.Likeness != 1 {
			t.Fatalf("%q between %q and %q: %+v, %v", quote, before, after, q, ok)
		}
	})
}

// What was away and came back is carried by what became of it since, not by where its words stood meanwhile.
func TestCarryAfterAReturn(t *testing.T) {
	const whole = "# T\n\nAlpha rules govern the lighting of harbours at night.\n\nBeta fees are due within 30 days of the invoice date.\n\nGamma records go to the archive of the town each winter.\n\nDelta ends.\n"
	changed := strings.Replace(whole, "within 30 days of", "on", 1)
	without := strings.Replace(whole, "Gamma records go to the archive of the town each winter.\n\n", "", 1)
	for name, away := range map[string]string{
		"a fence left open": strings.Replace(whole, "Alpha", "```\nAlpha", 1),
		"one paragraph":     strings.Replace(whole, "date.\n\nGamma", "date. Gamma", 1),
	} {
		var texts []*Text
		var steps [][]Succession
		for _, source := range []string{whole, away, whole, changed, without} {
			next := mustParse(t, source)
			if len(texts) == 0 {
				Identify(nil, next)
			} else {
				parent := texts[len(texts)-1]
				Identify(parent, next, texts...)
				steps = append(steps, Successions(parent, next))
			}
			texts = append(texts, next)
		}
		beta, gamma := texts[0].Clauses[2].ID, texts[0].Clauses[3].ID
		if c, _ := NewCarrier(texts[0], texts[3], steps[:3]...).Carry(beta); c.Fate != HasChanged || len(c.Clauses) != 1 {
			t.Errorf("%s: what changed since is %s, in %d clauses", name, c.Fate, len(c.Clauses))
		}
		if c, _ := NewCarrier(texts[0], texts[4], steps...).Carry(gamma); c.Fate != IsGone {
			t.Errorf("%s: what was deleted since is %s, in %d clauses", name, c.Fate, len(c.Clauses))
		}
	}
}

// A clause of a few words that became part of its neighbour is found there; where its words stand elsewhere too, or go under
// another heading, nobody can tell, and it is gone.
func TestFewWordsJoined(t *testing.T) {
	const long = "Buyers pay taxes on parcels from abroad within ten days."
	for _, tc := range []struct {
		name, before, after string
		want                Fate
	}{
		{"to the next", "Sellers pay fees.\n\n" + long, "Sellers pay fees. " + long, HasMoved},
		{"to the one before", long + "\n\nSellers pay fees.", long + " Sellers pay fees.", HasMoved},
		{"with a small letter", long + "\n\nSellers pay fees.", strings.TrimSuffix(long, ".") + ", and sellers pay fees.", HasMoved},
		{"numbered", "(1) Sellers pay fees.\n\n(2) " + long, "(1) Sellers pay fees. " + long, HasMoved},
		{"numbered, to the one before", "(1) " + long + "\n\n(2) Sellers pay fees.", "(1) " + long + " Sellers pay fees.", HasMoved},
		{"an item", "- " + long + "\n- Sellers pay fees.", "- " + long + " Sellers pay fees.", HasMoved},
		{"Cyrillic", "Продавец платит сбор.\n\nПокупатель платит налог за каждую посылку из-за рубежа.", "Продавец платит сбор. Покупатель платит налог за каждую посылку из-за рубежа.", HasMoved},
		{"Arabic", "يدفع البائع الرسم.\n\nيدفع المشتري الضريبة عن كل طرد من الخارج خلال عشرة أيام.", "يدفع البائع الرسم. يدفع المشتري الضريبة عن كل طرد من الخارج خلال عشرة أيام.", HasMoved},
		{"said elsewhere too", "Sellers pay fees.\n\n" + long + "\n\nFor letters sellers pay fees.", "Sellers pay fees. " + long + "\n\nFor letters sellers pay fees.", IsGone},
		{"said twice now", "Sellers pay fees.\n\n" + long + "\n\nOther words altogether here.", "Sellers pay fees. " + long + "\n\nSellers pay fees, other words altogether here.", IsGone},
		{"another place", "Sellers pay fees.\n\n## B\n\n" + long, "## B\n\nSellers pay fees. " + long, IsGone},
		{"other words", "Sellers pay fees.\n\n" + long, "Sellers owe much. " + long, IsGone},
		{"one word", "None.\n\n" + long, "None. " + long, IsGone},
	} {
		t.Run(tc.name, func(t *testing.T) {
			old, now := revise(t, "# T\n\n## A\n\n"+tc.before+"\n", "# T\n\n## A\n\n"+tc.after+"\n")
			c := NewCarrier(old, now, Successions(old, now))
			for i := range old.Clauses {
				if w := strings.ToLower(unnumbered(old.Words(i))); strings.HasPrefix(w, "sellers pay") || strings.HasPrefix(w, "none.") || strings.HasSuffix(w, " сбор.") || strings.HasSuffix(w, " الرسم.") {
					if r, _ := c.Carry(old.Clauses[i].ID); r.Fate != tc.want {
						t.Errorf("%s at %v, want %s", r.Fate, r.Clauses, tc.want)
					}
				}
			}
		})
	}
}

// What was said on a heading of which nothing stays but a name or a number is never shown as said on what stands there now.
func TestHeadingsOfWhichANameStays(t *testing.T) {
	const body, other = "Banks report monthly to the regulator.", "Nobody owes any duty for gifts under ten euros."
	for _, tc := range []struct {
		name, before, after string
		want                Fate
	}{
		{"an explicit name", "## Banks {#a}\n\n" + body, "## Gifts {#a}\n\n" + other, HasChanged},
		{"a number", "## § 5 Banks\n\n" + body, "## § 5 Gifts\n\n" + other, IsGone},
		{"a number and a name", "## § 5 Banks {#a}\n\n" + body, "## § 5 Gifts {#a}\n\n" + other, HasChanged},
		{"a number, under another heading", "### § 5 Banks\n\n" + body, "## New\n\n### § 5 Gifts\n\n" + other, IsGone},
		{"a number alone", "## § 5\n\n" + body, "## § 5\n\n" + other, HasChanged},
		{"a number alone, edited", "## § 5\n\n" + body, "## § 5\n\n" + strings.Replace(body, "monthly", "weekly", 1), StaysUnchanged},
		{"a number alone, nothing under it", "## § 5", "## § 5", StaysUnchanged},
		{"a number, repealed", "## § 5 Banks\n\n" + body, "## § 5\n\n*Repealed.*", HasChanged},
		{"a number, the title new", "## § 5 Banks\n\n" + body, "## § 5 Lenders\n\n" + body, HasChanged},
		{"a number, the body new", "## § 5 Banks\n\n" + body, "## § 5 Banks\n\n" + other, StaysUnchanged},
	} {
		t.Run(tc.name, func(t *testing.T) {
			old, now := revise(t, "# T\n\n"+tc.before+"\n\n## Z\n\nz\n", "# T\n\n"+tc.after+"\n\n## Z\n\nz\n")
			if r, _ := NewCarrier(old, now, Successions(old, now)).Carry(old.Clauses[1].ID); r.Fate != tc.want {
				t.Errorf("%s at %v, want %s", r.Fate, r.Clauses, tc.want)
			}
		})
	}
}
