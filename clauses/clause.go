package clauses

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"sync/atomic"

	"github.com/yuin/goldmark/parser"
)

// Kind says what sort of block a clause is.
type Kind string

// The kinds of clause.
const (
	Heading   Kind = "heading"
	Paragraph Kind = "paragraph"
	Item      Kind = "item"
	Table     Kind = "table"
	Code      Kind = "code"
	Rule      Kind = "rule"  // a fenced block whose info string starts with the word "rule"
	Quote     Kind = "quote" // a block quotation with everything in it
	HTML      Kind = "html"  // a block of raw HTML: kept as text, shown escaped
)

// Hash is a SHA-256 digest. Its text form is 64 lower-case hexadecimal digits.
type Hash [sha256.Size]byte

// String gives the digest as lower-case hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero tells whether the digest was never computed.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText gives the same text as String.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText wrote; anything but 64 hexadecimal digits is an error.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("couldn't read the hash: %d characters, want %d", len(text), hex.EncodedLen(len(h)))
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return fmt.Errorf("couldn't read the hash: %w", err)
	}
	return nil
}

// Clause is the smallest citable piece of a text.
type Clause struct {
	ID       string `json:"id"`              // identity, survives revisions; [A-Za-z0-9_.:-]{1,64}
	Kind     Kind   `json:"kind"`            // what sort of block it is
	Level    int    `json:"level,omitempty"` // heading level 1..6, list depth from 1 for items, else 0
	Parent   int    `json:"parent"`          // index of the heading or item it stands under, -1 at the top
	Rows     int    `json:"rows,omitempty"`  // of a table, below its header
	Citation string `json:"citation"`        // how people cite it, unique in the text: "§4.2(3)"
	Start    int    `json:"start"`           // first byte of the clause in Text.Source
	End      int    `json:"end"`             // byte after the last; children and white space around are outside
	Hash     Hash   `json:"hash"`            // of kind, level, words, notes and the number in a list; not of ID, position or citation
}

// Outline is the clauses of one text in the order in which they stand; parents come before their children.
type Outline []Clause

// Index gives the position of the clause with that ID, or -1.
func (o Outline) Index(id string) int {
	for i := range o {
		if o[i].ID == id {
			return i
		}
	}
	return -1
}

// Under says whether a clause, by ID, is one of others or stands under one of them.
func (o Outline) Under(id string, others []string) bool {
	for i := o.Index(id); i >= 0; i = o[i].Parent {
		if slices.Contains(others, o[i].ID) {
			return true
		}
	}
	return false
}

// indexes gives the position of every clause by its ID.
func (o Outline) indexes() map[string]int {
	at := make(map[string]int, len(o))
	for i := range o {
		at[o[i].ID] = i
	}
	return at
}

// Text is one immutable revision of a document, taken apart. It comes from Parse.
type Text struct {
	// Source is the whole text, front matter included: valid UTF-8 without a byte order mark, lines ended by LF, one
	// newline at the end, vertical tabs and form feeds made spaces. Other characters are left as they were written:
	// Unicode normalisation (NFC) would replace CJK compatibility ideographs, which stand in names, and a quotation
	// would no longer be what its author wrote.
	Source  string
	Meta    map[string]string // front matter: its scalar values, as text
	Title   string            // the front matter's title, else the first level-1 heading, without markup
	Clauses Outline
	Root    Hash // root of the tree of hashes: covers content, order, nesting and IDs; zero until Identify or SetIDs

	body    int                         // where the text begins in Source, after the front matter
	words   []string                    // by clause
	inside  []itemMarks                 // by clause
	ordered []bool                      // by list, from 1: whether it is numbered
	names   map[int]string              // clause -> the {#id} that the source gives it
	breaks  map[int]int                 // clause -> thematic breaks before it; the number of clauses -> those at the end
	defined []definition                // link definitions and notes, in the order of the source
	refs    map[string]parser.Reference // by key of the label: the first definition of each
	notes   map[string]int              // by key of the label: the notes that some clause names, in defined
	naming  map[int][]int               // clause -> the notes that it names, in defined
	bare    map[int]string              // clause -> its words without marks of notes, where it has any

	shown atomic.Pointer[shown] // its HTML, as far as it was asked for; holds IDs
}

// itemMarks holds how an item is marked in its list, for rendering and citing; other clauses have none.
type itemMarks struct {
	list       int  // which list of the text, counted from 1; 0: no item
	ordered    bool // the list is numbered
	itemNumber      // in a numbered list
	delim      byte // '.', ')', '-', '*' or '+'
	tight      bool // the list has no blank lines between items
}

// Words gives the Markdown of clause i itself: without its children, without the marks of the containers it stands in,
// without the item's bullet and without a heading's attributes. A heading begins with its "#" marks, a code block has its
// fences. Lines that only wrap a paragraph are joined by one space: wrapping is not content. It parses on its own to one
// clause of the same words (of kind paragraph where it was an item).
func (t *Text) Words(i int) string { return t.words[i] }

// Limits bounds what Parse accepts. A zero field means the default.
type Limits struct {
	Bytes    int // of the source
	Clauses  int
	Headings int
	Depth    int // of lists and quotations in one another
}

// DefaultLimits are far above any law or standard known to the authors and low enough to be parsed in a moment.
var DefaultLimits = Limits{Bytes: 8 << 20, Clauses: 20_000, Headings: 5_000, Depth: 32}

func (l Limits) orDefault() Limits {
	pick := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	pick(&l.Bytes, DefaultLimits.Bytes)
	pick(&l.Clauses, DefaultLimits.Clauses)
	pick(&l.Headings, DefaultLimits.Headings)
	pick(&l.Depth, DefaultLimits.Depth)
	return l
}

// Error is a refusal of bad input.
type Error struct {
	Field   string // the input at fault: "source"
	Message string // for people; begins with "line N: " where a line is at fault
	Line    int    // from 1 in the source, 0 where no one line is at fault
}

// Error gives field and message.
func (e *Error) Error() string { return e.Field + ": " + e.Message }

// invalidSource returns the refusal of a source, at a line, or at 0 where no one line is at fault.
func invalidSource(line int, format string, args ...any) *Error {
	msg := fmt.Sprintf(format, args...)
	if line > 0 {
		msg = fmt.Sprintf("line %d: %s", line, msg)
	}
	return &Error{Field: "source", Message: msg, Line: line}
}

var idPattern = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,64}$`)

// ValidID tells whether id has the form of a clause ID.
func ValidID(id string) bool { return idPattern.MatchString(id) }

// hashOf is the content hash of clause i: of all that is shown of it but its place and citation, and the marks by which it
// names notes, which are counted anew with each note put in before; and of where its links lead that are defined elsewhere. Fields are length-prefixed, so no two inputs share an
// encoding.
func (t *Text) hashOf(i int) Hash {
	buf := t.contentOf(i)
	if in := &t.inside[i]; in.ordered {
		buf = appendField(appendField(buf, "number"), in.said)
	}
	for _, n := range t.naming[i] {
		buf = append(appendField(buf, "note"), t.defined[n].hash[:]...)
	}
	refs, _ := t.refsFor(t.words[i])
	for _, ref := range refs {
		buf = appendField(appendField(appendField(buf, "link"), string(ref.Destination())), string(ref.Title()))
	}
	return sha256.Sum256(buf)
}

// contentOf encodes what clause i itself says, without its notes, where its links lead, and the number that its list gives it:
// what is moved or counted anew is still the same.
func (t *Text) contentOf(i int) []byte {
	c, words := &t.Clauses[i], t.bareWords(i)
	buf := make([]byte, 0, len(words)+64)
	buf = appendField(buf, "entente clause/1")
	buf = appendField(buf, string(c.Kind))
	buf = binary.BigEndian.AppendUint32(buf, uint32(c.Level)) // #nosec G115 -- a heading level, list depth or the like: small and not negative
	return appendField(buf, words)
}

// sameness is the hash by which a clause is known again in another revision.
func (t *Text) sameness(i int) Hash {
	if !t.inside[i].ordered && len(t.naming[i])+len(t.refs) == 0 {
		return t.Clauses[i].Hash
	}
	return sha256.Sum256(t.contentOf(i))
}

func appendField(buf []byte, s string) []byte {
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(s))) // #nosec G115 -- words of a text of at most some MiB; the bytes hashed are a format
	return append(buf, s...)
}

// seal computes the root of the tree of hashes. The hash of a node covers its ID, its content hash and its children's
// hashes in order. Parents come first in the outline, so one pass from the end sees every child before its parent.
func (t *Text) seal() {
	t.shown.Store(nil)
	children := make([][]byte, len(t.Clauses)+1) // concatenated hashes, last child first; [0] is the root's
	for i := len(t.Clauses) - 1; i >= 0; i-- {
		c := &t.Clauses[i]
		buf := appendField(nil, "entente node/1")
		buf = appendField(buf, c.ID)
		buf = append(buf, c.Hash[:]...)
		buf = append(buf, children[i+1]...)
		sum := sha256.Sum256(buf)
		children[c.Parent+1] = append(children[c.Parent+1], sum[:]...)
	}
	t.Root = sha256.Sum256(append(appendField(nil, "entente text/1"), children[0]...))
}

// SetIDs gives the clauses identities recorded earlier, one a clause in order, and computes the root. It is how a text
// read back from its record becomes whole again without its parent revision. Invalid, repeated or miscounted IDs are an
// error and change nothing.
func (t *Text) SetIDs(ids []string) error {
	if len(ids) != len(t.Clauses) {
		return fmt.Errorf("couldn't set the clause IDs: %d given for %d clauses", len(ids), len(t.Clauses))
	}
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if !ValidID(id) {
			return fmt.Errorf("couldn't set the clause IDs: %q is not an ID", id)
		}
		if seen[id] {
			return fmt.Errorf("couldn't set the clause IDs: %q stands twice", id)
		}
		seen[id] = true
	}
	for i, id := range ids {
		t.Clauses[i].ID = id
	}
	t.seal()
	return nil
}
