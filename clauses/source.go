package clauses

import (
	"bytes"
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
	s := string(source)
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if strings.ContainsAny(s, "\v\f") { // readers of Markdown disagree on whether these are spaces; no words are lost
		s = strings.NewReplacer("\v", " ", "\f", " ").Replace(s)
	}
	return strings.TrimRight(s, "\n \t") + "\n", nil
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

// frontMatter reads the YAML between a first line "---" and the next line "---" or "...". It gives the scalar values and
// where the body begins. A source that opens front matter and does not close it is an error, not a thematic break: the
// author of a text meant for record should not have to guess which it was taken for.
func frontMatter(source string) (map[string]string, int, error) {
	if !strings.HasPrefix(source, "---\n") {
		return map[string]string{}, 0, nil
	}
	const open = len("---\n")
	end, body := -1, 0
	for at := open; at < len(source); {
		next := len(source)
		if i := strings.IndexByte(source[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		if line := strings.TrimRight(source[at:next], " \t\n"); line == "---" || line == "..." {
			end, body = at, next
			break
		}
		at = next
	}
	if end < 0 {
		return nil, 0, invalidSource(1, "the front matter opened by \"---\" is not closed by a line \"---\"")
	}
	if end-open > maxFrontMatter {
		return nil, 0, invalidSource(1, "the front matter has %d bytes, at most %d are taken", end-open, maxFrontMatter)
	}
	meta, err := readMeta(source[open:end])
	return meta, body, err
}

func readMeta(raw string) (map[string]string, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(raw), &doc); err != nil {
		return nil, invalidSource(1, "the front matter is not YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	meta := map[string]string{}
	if doc.Kind == 0 { // nothing between the lines, or comments only
		return meta, nil
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, invalidSource(1+max(top.Line, 1), "the front matter is not a list of \"name: value\"")
	}
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
