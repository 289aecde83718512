package main

import (
	"github.com/ewtp/entente/registry"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/registry/registrytest"
)

// aRepository makes a repository whose file goes through all that a history can hold.
func aRepository(t *testing.T) (dir string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("importing a history needs the git program")
	}
	dir = t.TempDir()
	run := func(args ...string) {
		t.Helper()
		if _, err := runGitCommand(t.Context(), append([]string{"-C", dir, "-c", "user.name=Ann", "-c", "user.email=ann@example.org"}, args...)...); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "a rule.md")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		run("add", "-A")
		run("commit", "-q", "-m", "change")
	}
	run("init", "-q", "-b", "main")
	write("# Rule\n\nOne.\n")
	write("# Rule\n\nTwo.\n")
	write("# Rule\r\n\r\nTwo.\r\n") // like its predecessor but for line ends
	write("# Rule\n\nBad \xff.\n")
	run("rm", "-q", file)
	run("commit", "-q", "-m", "gone")
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(file, "inner")
	write("a folder of the same name")
	run("rm", "-q", file)
	file = filepath.Join(dir, "a rule.md")
	write("# Rule\n\nThree.\n")
	return dir
}

func TestImportGitOddVersions(t *testing.T) {
	r := registrytest.Open(t, registry.Options{})
	c := importGit{Repository: aRepository(t), Path: "a rule.md", Kind: "standard", Language: "en", Organisation: "Ann",
		organisationFlags: organisationFlags{OrganisationKind: "business", Jurisdiction: "NZ"}}
	got := runGit(t, r, c)
	for i := range got.Refused {
		if len(got.Refused[i].Commit) != 40 {
			t.Errorf("refused commit %q", got.Refused[i].Commit)
		}
		got.Refused[i].Commit = ""
	}
	want := gitSummary{Document: got.Document, Seen: 7, Imported: 3, Skipped: 2, Refused: []refusal{
		{Reason: "source: is not valid UTF-8"}, {Reason: "is no file but a tree"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if d := document(t, r, got.Document); d.Title != "Rule" || d.Revisions != 3 {
		t.Errorf("the document is %q with %d revisions", d.Title, d.Revisions)
	}
}

func TestOpenGitRefuses(t *testing.T) {
	dir := aRepository(t)
	garbage := filepath.Join(t.TempDir(), "x.bundle")
	if err := os.WriteFile(garbage, []byte("no bundle"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, repository, ref, want string }{
		{"no such ref", dir, "nowhere", `couldn't find "nowhere" in the repository`},
		{"a flag as ref", dir, "--all", `couldn't find "--all" in the repository`},
		{"no repository", t.TempDir(), "", "couldn't read the repository"},
		{"no bundle", garbage, "", "couldn't clone"},
		{"nothing there", filepath.Join(dir, "missing.bundle"), "", "couldn't clone"},
	} {
		s, err := openGit(t.Context(), test.repository, test.ref)
		if err == nil {
			t.Errorf("%s: taken", test.name)
			_ = s.Close()
		} else if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
	s, err := openGit(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.history(t.Context(), "*.md"); err == nil {
		t.Error("a pattern was taken for a path")
	}
	t.Setenv("PATH", "")
	if _, err := openGit(t.Context(), dir, ""); err == nil || !strings.Contains(err.Error(), "couldn't find the git program") {
		t.Errorf("without git: %v", err)
	}
}
