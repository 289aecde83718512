package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// makers are the commands that make something where there is nothing.
var makers = []string{"serve", "demo", "import git", "import comments", "hub pull", "hub keygen"}

// onWhatExists are the others, with arguments that name nothing that exists.
var onWhatExists = map[string][]string{
	"ledger verify":         {"--data", "none"},
	"ledger erase":          {"--data", "none", "1", "--reason", "Order 17", "--yes"},
	"person show":           {"--data", "none", "https://id.example", "mari"},
	"person erase":          {"--data", "none", "https://id.example", "mari", "--reason", "A request", "--yes"},
	"ledger checkpoint":     {"--data", "none"},
	"ledger verify-receipt": {"none.json", "--key", "@none"},
	"hub verify":            {"none"},
	"backup":                {"--data", "none", "copy"},
	"restore":               {"--data", "new", "none"},
}

// Whoever looks at something, or would change what exists, makes nothing where there is none: a
// mistaken path is an error, and no new registry in which all is well.
func TestReadsCreateNothing(t *testing.T) {
	var commands []string
	parser, err := kong.New(&commandLine{})
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range parser.Model.Leaves(false) {
		name, _, _ := strings.Cut(leaf.Path(), " <")
		name = strings.TrimPrefix(name, parser.Model.Name+" ")
		commands = append(commands, name)
		if _, ok := onWhatExists[name]; !ok && name != "version" && !slices.Contains(makers, name) {
			t.Errorf("say whether the command %q makes anything", name)
		}
	}
	for name, args := range onWhatExists {
		if !slices.Contains(commands, name) {
			t.Errorf("there is no command %q", name)
		}
		for _, folder := range []string{"no folder", "an empty folder", "a folder of something else"} {
			t.Run(name+" in "+folder, func(t *testing.T) {
				t.Chdir(t.TempDir())
				switch folder {
				case "an empty folder":
					touch(t, "none/")
				case "a folder of something else":
					touch(t, "none/ledger.db")
					touch(t, "none/keys/")
				}
				before := tree(t)
				var out, log bytes.Buffer
				if status := run(t.Context(), clocks{now: time.Now}, append(strings.Fields(name), args...), &out, &log); status == exitOK || out.Len() > 0 {
					t.Errorf("status %d, output %q, log %s", status, &out, &log)
				}
				if diff := cmp.Diff(before, tree(t)); diff != "" {
					t.Errorf("the folder (-before +after):\n%s", diff)
				}
			})
		}
	}
}

// touch makes an empty file, or a folder, and what it lies in.
func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, "/") {
		return
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// tree lists all that is in the working directory.
func tree(t *testing.T) (names []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		names = append(names, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
