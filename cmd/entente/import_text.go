package main

import (
	"regexp"
	"strings"

	"github.com/ewtp/entente/clauses"
)

// documentText is what a reader would call the document in a file of a repository, in
// the form that a registry takes. The registry is strict about front matter, for the author of
// a text meant for record can mend it; a history can't be mended, and its authors' own tools took it. So:
//
//   - front matter in YAML (Jekyll, kramdown-rfc) is mended where it isn't what the registry
//     takes: a name that is there twice, a tab, a colon without quotes; what can't be read
//     becomes a comment
//   - front matter in TOML (Hugo) becomes YAML
//   - the lines "--- abstract", "--- middle" and the like of kramdown-rfc, which part its text,
//     become what they mean
//
// All else, and a text that is in order, is as it was but for line ends. The error is a *clauses.Error.
func documentText(source []byte) (string, error) {
	text, err := clauses.Normalise(source, clauses.DefaultLimits)
	if err != nil {
		return "", err
	}
	return strings.TrimRight(inDialect(text), "\n \t") + "\n", nil
}

// inDialect gives a text in the registry's dialect of Markdown.
func inDialect(text string) string {
	switch first, rest, _ := strings.Cut(text, "\n"); strings.TrimRight(first, " \t") {
	case "---":
		if head, body, ok := cutAt(rest, isYAMLEnd); ok && (isYAML(head) || looksLikeYAML(head) || beginsPart(body)) {
			return "---\n" + mendYAML(head) + "---\n" + partsAsHeadings(body)
		}
	case "+++":
		if head, body, ok := cutAt(rest, func(line string) bool { return line == "+++" }); ok {
			return "---\n" + tomlAsYAML(head) + "---\n" + partsAsHeadings(body)
		}
	}
	return text
}

// cutAt parts a text before and after the first line that ends front matter. A line that
// begins a part of the text belongs to the text.
func cutAt(text string, isEnd func(line string) bool) (head, body string, ok bool) {
	at := 0
	for line := range strings.Lines(text) {
		next := at + len(line)
		if line = strings.TrimRight(line, " \t\n"); isEnd(line) {
			if partLine.MatchString(line) {
				next = at
			}
			return text[:at], text[next:], true
		}
		at = next
	}
	return "", "", false
}

func beginsPart(body string) bool {
	first, _, _ := strings.Cut(body, "\n")
	return partLine.MatchString(first)
}

func isYAMLEnd(line string) bool {
	return line == "---" || line == "..." || partLine.MatchString(line)
}

// partLine is a line by which kramdown-rfc parts a text.
var partLine = regexp.MustCompile(`^---[ \t]+(abstract|middle|back|(?:to_be_removed_)?note_\w+)-?[ \t]*$`)

// partsAsHeadings puts headings where kramdown-rfc's parts have one: the abstract and the notes.
// The middle and the back go without.
func partsAsHeadings(body string) string {
	if !strings.Contains(body, "---") {
		return body
	}
	var b strings.Builder
	for line := range strings.Lines(body) {
		part := partLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if part == nil {
			b.WriteString(line)
			continue
		}
		_, note, isNote := strings.Cut(part[1], "note_")
		switch {
		case isNote:
			b.WriteString("\n# " + strings.ReplaceAll(note, "_", " ") + "\n\n")
		case part[1] == "abstract":
			b.WriteString("\n# Abstract\n\n")
		default:
			b.WriteString("\n")
		}
	}
	return b.String()
}
