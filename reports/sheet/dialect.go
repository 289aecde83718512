package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// A Dialect is how a CSV file is written. Excel writes another in every country, and none
// of its files says which.
type Dialect struct {
	Encoding  string // by the name that the WHATWG Encoding Standard gives it
	Separator rune
	announced bool // the first line is Excel's "sep=;" and no row
}

// The encodings that a file is found to have by itself; it may be said to have any.
const (
	utf8Encoding    = "utf-8"
	utf16LE         = "utf-16le"
	utf16BE         = "utf-16be"
	westernEncoding = "windows-1252"
)

// headSize is how much of a file is looked at to find its separator.
const headSize = 64 << 10

// Sniff reads a CSV file to its end and finds out how it is written: a character above
// ASCII may come late. What is called encoded is taken for that; "" finds the encoding
// out. A byte order mark goes before both. An *Error says that the encoding can't be told.
func Sniff(file io.Reader, encoded string) (d Dialect, err error) {
	r := bufio.NewReaderSize(file, headSize)
	head, err := r.Peek(headSize)
	if err != nil && err != io.EOF {
		return d, fmt.Errorf("couldn't read the table: %w", err)
	}
	head = bytes.Clone(head) // reading on overwrites it
	switch marked := markedEncoding(head); {
	case marked != "":
		d.Encoding = marked
	case encoded != "":
		d.Encoding, err = encodingCalled(encoded)
	default:
		d.Encoding, err = sniffEncoding(r)
	}
	if err != nil && err != io.EOF {
		return d, err
	}
	text, err := io.ReadAll(d.text(bytes.NewReader(head)))
	if err != nil {
		return d, fmt.Errorf("couldn't read the table: %w", err)
	}
	if d.Separator, d.announced = announcedSeparator(text); !d.announced {
		d.Separator = sniffSeparator(text, len(head) == headSize)
	}
	return d, nil
}

// IsGuess says whether the file itself doesn't say its encoding, by a mark or by being valid.
func (d Dialect) IsGuess() bool { return d.Encoding == westernEncoding }

// String tells people what was found out.
func (d Dialect) String() string {
	names := map[rune]string{',': "commas", ';': "semicolons", '\t': "tabs"}
	name, ok := names[d.Separator]
	if !ok {
		name = fmt.Sprintf("%q", d.Separator)
	}
	return d.Encoding + ", separated by " + name
}

// NewReader reads the records of a file from its beginning. Their cells are for Check.
func (d Dialect) NewReader(file io.Reader) *csv.Reader {
	r := csv.NewReader(d.text(file))
	r.Comma, r.FieldsPerRecord = d.Separator, -1
	if d.announced {
		_, _ = r.Read() // so that lines are counted from the file's first
	}
	return r
}

// Check says that a row has a character that is none in the file's encoding, nil if it has none.
func (d Dialect) Check(cells []string) error {
	for _, c := range cells {
		if !utf8.ValidString(c) {
			return errors.New("is not valid UTF-8; save the file as UTF-8")
		}
		if d.Encoding != utf8Encoding && strings.ContainsRune(c, utf8.RuneError) {
			return fmt.Errorf("has a character that is none in %s", d.Encoding)
		}
	}
	return nil
}

// text is the file in UTF-8, without a byte order mark.
func (d Dialect) text(file io.Reader) io.Reader {
	if d.Encoding == utf8Encoding {
		r := bufio.NewReader(file)
		if start, _ := r.Peek(len(bom)); string(start) == bom {
			_, _ = r.Discard(len(bom))
		}
		return r
	}
	e, err := htmlindex.Get(d.Encoding)
	if err != nil {
		return file // a Dialect that Sniff didn't make
	}
	return transform.NewReader(file, unicode.BOMOverride(e.NewDecoder()))
}

// encodingCalled finds an encoding by any of its names.
func encodingCalled(name string) (string, error) {
	e, err := htmlindex.Get(name)
	if err != nil {
		return "", &Error{0, fmt.Sprintf("%q is no encoding's name, as windows-1250 or shift_jis are", name)}
	}
	return htmlindex.Name(e)
}

// announcedSeparator reads Excel's first line "sep=;", which some programs write.
func announcedSeparator(text []byte) (rune, bool) {
	line, _, _ := strings.Cut(string(text[:min(len(text), 16)]), "\n")
	line = strings.Trim(strings.TrimRight(line, "\r"), `"`)
	if len(line) != len("sep=;") || !strings.EqualFold(line[:4], "sep=") {
		return 0, false
	}
	c := rune(line[4])
	return c, c >= ' ' && c < 0x7f && c != '"' || c == '\t'
}

// sniffSeparator is the one of comma, semicolon and tab that most rows agree on: by which
// they have the same number of cells, and more than one. Of two as good it is the one that makes
// more cells, and the comma at last.
func sniffSeparator(text []byte, cut bool) rune {
	best, most, wide := ',', 0, 0
	for _, c := range ",;\t" {
		rows, cells := agreement(text, c, cut)
		if rows > most || rows == most && cells > wide {
			best, most, wide = c, rows, cells
		}
	}
	return best
}

// agreement says how many rows have as many cells as most have, and how many those are.
// A text that was cut ends in half a row.
func agreement(text []byte, separator rune, cut bool) (rows, cells int) {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator, -1, true
	counts := map[int]int{}
	for {
		record, err := r.Read()
		if err != nil || cut && r.InputOffset() == int64(len(text)) {
			break
		}
		counts[len(record)]++
	}
	for n, of := range counts {
		if n > 1 && (of > rows || of == rows && n > cells) {
			rows, cells = of, n
		}
	}
	return rows, cells
}
