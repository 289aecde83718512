package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
)

// A repository is one that a test fills.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("importing a history needs the git program")
	}
	r := repository{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r repository) git(args ...string) {
	r.t.Helper()
	if _, err := runGitCommand(r.t.Context(), append([]string{"-C", r.dir, "-c", "user.name=Ann", "-c", "user.email=ann@example.org"}, args...)...); err != nil {
		r.t.Fatal(err)
	}
}

// write commits a file.
func (r repository) write(name, text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	r.git("add", "-A")
	r.git("commit", "-q", "-m", "change")
}

// standard is an import of one of its files.
func (r repository) standard(path string) importGit {
	return importGit{Repository: r.dir, Path: path, Kind: "standard", Language: "en", Organisation: "Ann",
		organisationFlags: organisationFlags{OrganisationKind: "business", Jurisdiction: "NZ"}}
}

// aRepository makes a repository whose file goes through all that a history can hold.
func aRepository(t *testing.T) repository {
	t.Helper()
	r := newRepository(t)
	r.write("a rule.md", "# Rule\n\nOne.\n")
	r.write("a rule.md", "# Rule\n\nTwo.\n")
	r.write("a rule.md", "# Rule\r\n\r\nTwo.\r\n") // like its predecessor but for line ends
	r.write("a rule.md", "# Rule\n\nBad \xff.\n")
	r.git("rm", "-q", "a rule.md")
	r.git("commit", "-q", "-m", "gone")
	if err := os.Mkdir(filepath.Join(r.dir, "a rule.md"), 0o700); err != nil {
		t.Fatal(err)
	}
	r.write("a rule.md/inner", "a folder of the same name")
	r.git("rm", "-q", "a rule.md/inner")
	r.write("a rule.md", "# Rule\n\nThree.\n")
	return r
}

func TestImportGitOddVersions(t *testing.T) {
	r := registrytest.Open(t, registry.Options{})
	got := runGit(t, r, aRepository(t).standard("a rule.md"))
	for i := range got.Refused {
		if len(got.Refused[i].Commit) != 40 {
			t.Errorf("refused commit %q", got.Refused[i].Commit)
		}
		got.Refused[i].Commit = ""
	}
	want := gitSummary{Document: got.Document, Seen: 7, Imported: 3, Skipped: 2, Remarks: []string{}, Refused: []refusal{
		{Reason: "source: line 3: invalid UTF-8 at byte 12 (0xff)"}, {Reason: "is no file but a tree"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if d := document(t, r, got.Document); d.Title != "Rule" || d.Revisions != 3 {
		t.Errorf("the document is %q with %d revisions", d.Title, d.Revisions)
	}
}

func TestOpenGitRefuses(t *testing.T) {
	dir := aRepository(t).dir
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
