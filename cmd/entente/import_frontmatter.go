package main

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"

	"github.com/BurntSushi/toml"
	"gopkg.in/yaml.v3"
)

// A yamlBlock is a name at the margin and all that belongs to it.
type yamlBlock struct {
	name  string // "" for what stands before the first
	value string // on the line of the name
	text  string // all its lines
}

// nameLine is a line that gives a name a value. "name:value", without a blank, is no YAML,
// but people write it.
var nameLine = regexp.MustCompile(`^["']?([\pL_][\pL\pN_ .-]*?)["']?[ \t]*:(.*)$`)

// looksLikeYAML tells front matter, with whatever slips, from words between two thematic breaks:
// what stands at the margin is names, lists and comments only.
func looksLikeYAML(head string) bool {
	for line := range strings.Lines(head) {
		if strings.TrimSpace(line) != "" && !strings.ContainsAny(line[:1], " \t#-[]{}%") && !nameLine.MatchString(strings.TrimRight(line, "\n")) {
			return false
		}
	}
	return true
}

// mendYAML gives front matter as the registry takes it: as it is where that is in order. Of a
// name that is there twice the last counts, as for the tools of those who write such; what doesn't count
// or can't be read stays as a comment.
func mendYAML(head string) string {
	if isYAML(head) {
		return head
	}
	blocks := yamlBlocks(head)
	last := map[string]int{}
	for i, block := range blocks {
		last[block.name] = i
	}
	var b strings.Builder
	for i, block := range blocks {
		if block.name != "" && last[block.name] != i {
			b.WriteString(commented(block.text))
			continue
		}
		b.WriteString(block.mended())
	}
	if mended := b.String(); isYAML(mended) {
		return mended
	}
	return commented(head)
}

// isYAML says whether the registry takes it: a list of names with their values, each name once.
func isYAML(head string) bool {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(head), &doc); err != nil {
		return false
	}
	if doc.Kind == 0 {
		return true
	}
	top := doc.Content[0]
	names := map[string]bool{}
	for i := 0; i < len(top.Content); i += 2 {
		names[top.Content[i].Value] = true
	}
	return top.Kind == yaml.MappingNode && 2*len(names) == len(top.Content)
}

func yamlBlocks(head string) []yamlBlock {
	blocks := []yamlBlock{{}}
	for line := range strings.Lines(head) {
		if named := nameLine.FindStringSubmatch(strings.TrimRight(line, "\n")); named != nil {
			blocks = append(blocks, yamlBlock{name: named[1], value: strings.TrimSpace(named[2])})
		}
		blocks[len(blocks)-1].text += line
	}
	return blocks
}

// mended is the first that can be read: the block as it is, with blanks for its tabs, and with
// its one line in quotes; else it is a comment.
func (b yamlBlock) mended() string {
	blanks := strings.ReplaceAll(b.text, "\t", "  ")
	value := b.value
	if rest, open := strings.CutPrefix(value, `"`); open {
		value = strings.TrimSuffix(rest, `"`)
	}
	quoted := b.name + ": '" + strings.ReplaceAll(value, "'", "''") + "'\n"
	attempts := []string{b.text, blanks}
	if strings.Count(strings.TrimRight(b.text, "\n"), "\n") == 0 {
		attempts = append(attempts, quoted)
	}
	for _, attempt := range attempts {
		if isYAML(attempt) {
			return attempt
		}
	}
	return commented(b.text)
}

// commented makes comments of lines. YAML allows some characters nowhere, and takes others for line ends.
func commented(lines string) string {
	var b strings.Builder
	for line := range strings.Lines(lines) {
		b.WriteString("# " + strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) && r != '\t' {
				return ' '
			}
			return r
		}, strings.TrimRight(line, "\n")) + "\n")
	}
	return b.String()
}

// tomlAsYAML gives front matter in TOML as YAML, or, where it can't be read, as a comment.
func tomlAsYAML(head string) string {
	values := map[string]any{}
	if _, err := toml.Decode(head, &values); err != nil {
		return commented(head)
	}
	var b bytes.Buffer
	if err := yaml.NewEncoder(&b).Encode(values); err != nil || len(values) == 0 {
		return commented(head)
	}
	return b.String()
}
