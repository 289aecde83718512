package sheet

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// markedEncoding is the encoding that the first bytes say: by a byte order mark, or by the
// zeros that UTF-16 has in every ASCII character.
func markedEncoding(start []byte) string {
	switch {
	case bytes.HasPrefix(start, []byte(bom)):
		return utf8Encoding
	case bytes.HasPrefix(start, []byte{0xFF, 0xFE}), len(start) > 1 && start[0] != 0 && start[1] == 0:
		return utf16LE
	case bytes.HasPrefix(start, []byte{0xFE, 0xFF}), len(start) > 1 && start[0] == 0 && start[1] != 0:
		return utf16BE
	}
	return ""
}

// sniffEncoding tells UTF-8, and windows-1252, which Excel's "CSV" is in Western Europe and
// America, from all others, which it refuses: they can't be told from each other, and words in
// the wrong one would be on record for good. UTF-8 with a few bad bytes is UTF-8.
func sniffEncoding(r *bufio.Reader) (string, error) {
	var e evidence
	for {
		c, size, err := r.ReadRune()
		switch {
		case err == io.EOF:
			e.endWord()
			return e.verdict()
		case err != nil:
			return "", fmt.Errorf("couldn't read the table: %w", err)
		case c == utf8.RuneError && size == 1:
			if err := r.UnreadByte(); err != nil {
				return "", err
			}
			b, err := r.ReadByte()
			if err != nil {
				return "", err
			}
			e.invalid++
			e.add(b)
		default:
			if size > 1 {
				e.valid++
			}
			for _, b := range utf8.AppendRune(nil, c) {
				e.add(b)
			}
		}
	}
}

// evidence is what speaks for and against an encoding.
type evidence struct {
	valid, invalid int // characters of several bytes in UTF-8, and bytes that are in none

	// Read as windows-1252: bytes that mean nothing, words that are plausible, and marks of
	// others, as words of nothing but letters above ASCII are for other scripts.
	undefined, western, foreign int

	letters, high int  // of the word under way, and how many of them are above ASCII
	sign          bool // a sign came after a letter
}

// The bytes of windows-1252 that mean nothing, that are letters below 0xC0, and that are signs which
// hardly stand within a word, but are letters in Central Europe (³ is ł there) or halves of them in East Asia.
var (
	undefined1252 = []byte("\x81\x8D\x8F\x90\x9D")
	letters1252   = []byte("\x83\x8A\x8C\x8E\x9A\x9C\x9E\x9F")
	signs1252     = []byte("\xA1\xA2\xA3\xA4\xA5\xA6\xA8\xAA\xAF\xB1\xB3\xB5\xB6\xB8\xB9\xBA\xBC\xBD\xBE\xBF")
)

// signWeight is how many plausible words one sign within a word outweighs.
const signWeight = 4

// add takes in the next byte.
func (e *evidence) add(b byte) {
	high := b >= 0xC0 && b != 0xD7 && b != 0xF7 // all letters but × and ÷
	switch {
	case high || b|0x20 >= 'a' && b|0x20 <= 'z' || bytes.IndexByte(letters1252, b) >= 0:
		if e.sign {
			e.foreign += signWeight
		}
		e.sign = false
		e.letters++
		if high {
			e.high++
		}
	case e.letters > 0 && bytes.IndexByte(signs1252, b) >= 0:
		e.sign = true
	default:
		if bytes.IndexByte(undefined1252, b) >= 0 {
			e.undefined++
		}
		e.endWord()
	}
}

// endWord judges the word that ends.
func (e *evidence) endWord() {
	switch {
	case e.high == 0:
	case e.high < e.letters:
		e.western++
	case e.letters > 2: // "é", "à" and "öö" are words too
		e.foreign++
	}
	e.letters, e.high, e.sign = 0, 0, false
}

func (e *evidence) verdict() (string, error) {
	switch {
	case e.valid > e.invalid, e.invalid == 0:
		return utf8Encoding, nil
	case e.undefined > 0, e.foreign > e.western:
		return "", &Error{0, `the encoding can't be told: it is neither UTF-8 nor UTF-16 nor, by its words, windows-1252; save it as "CSV UTF-8"`}
	}
	return westernEncoding, nil
}
