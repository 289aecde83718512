package hub

import (
	"strings"
	"testing"
)

// An answer is left out for those alone who hold it: no list of entity tags without
// ours in it, or "*", matches, and every list that is ours and others' does.
func FuzzEntityTags(f *testing.F) {
	const ours = `"sha256:ab12"`
	for _, seed := range []string{"", "*", ours, "W/" + ours, `"a", ` + ours, `"a",,W/"b" ,` + ours + ` junk`, `W/"`, `"`, `W/W/` + ours, `sha256:ab12`, "\"a\\\"" + ours, "\x00" + ours} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		weak, strong := matchesTag([]string{line}, ours, true), matchesTag([]string{line}, ours, false)
		if (weak || strong) && !strings.Contains(line, ours) && strings.TrimSpace(line) != "*" {
			t.Errorf("%q matches", line)
		}
		if strong && !weak {
			t.Errorf("%q matches by strong comparison only", line)
		}
		if !matchesTag([]string{line, ours}, ours, false) || !matchesTag([]string{line, `"other", W/` + ours}, ours, true) {
			t.Errorf("%q keeps the next line from matching", line)
		}
	})
}
