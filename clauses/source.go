package clauses

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// maxFrontMatter bounds what is handed to the YAML reader.
const maxFrontMatter = 64 << 10

// Normalise checks the bytes of a source and gives them the form of Text.Source, as Parse does first. An
// error is an *Error.
func Normalise(source []byte, limits Limits) (string, error) {
	limits = limits.orDefault()
	if len(source) > limits.Bytes {
		return "", invalidSource(0, "the text has %d bytes, at most %d are taken", len(source), limits.Bytes)
	}
	source = bytes.TrimPrefix(source, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(source) {
		at := 0
		for at < len(source) {
			r, size := utf8.DecodeRune(source[at:])
			if r == utf8.RuneError && size <= 1 {
				break
			}
			at += size
		}
		return "", invalidSource(lineAt(source, at), "invalid UTF-8 at byte %d (%#x)", at, source[at])
	}
	if at := bytes.IndexByte(source, 0); at >= 0 {
		return "", invalidSource(lineAt(source, at), "a NUL byte at byte %d", at)
	}
	s := unixLines(string(source))
	if strings.ContainsAny(s, "\v\f") { // readers of Markdown disagree on whether these are spaces; no words are lost
		s = strings.NewReplacer("\v", " ", "\f", " ").Replace(s)
	}
	return strings.TrimRight(s, "\n \t") + "\n", nil
}

// unixLines gives a text with LF at the end of its lines.
func unixLines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

func lineAt[T string | []byte](s T, at int) int {
	line := 1
	for i := 0; i < at && i < len(s); i++ {
		if s[i] == '\n' {
			line++
		}
	}
	return line
}

// frontMatter reads the YAML mapping between a first line "---" and the next line "---" or "...". It gives the scalar values
// and where the body begins.
//
// A text may as well begin with a thematic break. It does where a blank line follows (as Pandoc has it), where nothing closes
// what would be front matter, and where that is no mapping. Only what begins like a mapping ("title: …") and is malformed is
// an error: the author of a text meant for record should not have to guess which it was taken for.
func frontMatter(source string) (map[string]string, int, error) {
	none := map[string]string{}
	open := strings.IndexByte(source, '\n') + 1
	if strings.TrimRight(source[:open], " \t\n") != "---" || strings.TrimSpace(source[open:open+lineLength(source[open:])]) == "" {
		return none, 0, nil
	}
	end, body := frontMatterEnd(source, open)
	var problem error
	switch {
	case end < 0:
		problem = invalidSource(1, "the front matter opened by \"---\" is not closed by a line \"---\"")
	case end-open > maxFrontMatter:
		problem = invalidSource(1, "the front matter has %d bytes, at most %d are taken", end-open, maxFrontMatter)
	default:
		top, err := readMapping(source[open:end])
		if top != nil {
			meta, err := readMeta(top)
			return meta, body, err
		}
		problem = err
	}
	if problem != nil && mappingStart.MatchString(source[open:]) {
		return nil, 0, problem
	}
	return none, 0, nil
}

// mappingStart is how the first line of front matter begins.
var mappingStart = regexp.MustCompile(`^[a-z_][A-Za-z0-9_-]*:[ \t\n]`)

// frontMatterEnd gives where the line that closes front matter begins, -1 where there is none, and where it ends.
func frontMatterEnd(source string, open int) (end, body int) {
	for at := open; at < len(source); at = body {
		body = at + lineLength(source[at:])
		if line := strings.TrimRight(source[at:body], " \t\n"); line == "---" || line == "..." {
			return at, body
		}
	}
	return -1, 0
}

// readMapping gives a mapping in YAML; nil where it is something else, with an error where it is no YAML.
func readMapping(raw string) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(raw), &doc); err != nil {
		return nil, invalidSource(1, "the front matter is not YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if doc.Kind == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, nil
	}
	return doc.Content[0], nil
}

// readMeta gives the scalar values of front matter.
func readMeta(top *yaml.Node) (map[string]string, error) {
	meta := map[string]string{}
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i], top.Content[i+1]
		if _, twice := meta[key.Value]; twice {
			return nil, invalidSource(1+key.Line, "the front matter names %q twice", key.Value)
		}
		if key.Kind == yaml.ScalarNode && value.Kind == yaml.ScalarNode {
			meta[key.Value] = value.Value
		}
	}
	return meta, nil
}
