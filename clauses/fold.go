package clauses

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// folded is a text as quotations are compared: in the composed form (NFC), every run of blanks as one space whatever their
// kind, without what isn't seen (soft hyphens, zero width spaces, marks of direction), and every hyphen alike. It knows
// where in the text each character stands.
type folded struct {
	s    string
	text string
	at   []int // by byte of s, and for its end: where in the text, -1 within a character
}

// foldWords folds a text.
func foldWords(text string) folded {
	f := folded{text: text, at: make([]int, 0, len(text)+1)}
	var b strings.Builder
	var it norm.Iter
	it.InitString(norm.NFC, text)
	for !it.Done() {
		pos := it.Pos()
		seg := it.Next()
		r, n := utf8.DecodeRune(seg)
		switch {
		case unseen(r) && n == len(seg):
		case unicode.IsSpace(r) && n == len(seg):
			if s := b.String(); s == "" || s[len(s)-1] != ' ' {
				f.write(&b, " ", pos)
			}
		case r == '\u2010' || r == '\u2011':
			f.write(&b, "-"+string(seg[n:]), pos)
		default:
			f.write(&b, string(seg), pos)
		}
	}
	f.s = b.String()
	f.at = append(f.at, len(text))
	return f
}

func (f *folded) write(b *strings.Builder, s string, pos int) {
	b.WriteString(s)
	f.at = append(f.at, pos)
	for range len(s) - 1 {
		f.at = append(f.at, -1)
	}
}

// find lists where a folded quotation stands, as stretches of the text.
func (f *folded) find(exact string) (list []Quoted) {
	exact = strings.TrimSpace(exact)
	for from := 0; exact != ""; {
		i := strings.Index(f.s[from:], exact)
		if i < 0 {
			break
		}
		i += from
		if end := i + len(exact); f.at[i] >= 0 && f.at[end] >= 0 { // not "cafe" of a "café"
			list = append(list, Quoted{f.at[i], f.end(end), 1})
		}
		from = i + 1
	}
	return list
}

// end is where in the text the character before byte i of s ends: what isn't seen after it isn't part of it.
func (f *folded) end(i int) int { return len(strings.TrimRightFunc(f.text[:f.at[i]], unseen)) }

// unseen says whether a character shows nothing and parts nothing. Joiners aren't among them: some scripts are written with them.
func unseen(r rune) bool {
	switch r {
	case '\u00ad', '\u200b', '\u200e', '\u200f', '\u061c', '\u2060', '\ufeff':
		return true
	}
	return false
}

// SameQuote says whether two quotations differ in nothing but the kind of blanks, the Unicode form and what isn't seen.
func SameQuote(a, b string) bool {
	return a == b || strings.TrimSpace(foldWords(a).s) == strings.TrimSpace(foldWords(b).s)
}
