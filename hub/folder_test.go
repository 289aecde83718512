package hub

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Crashes are where they leave something: in the temporary folder, and between the
// rename and the swap of the link.
func TestPullAfterACrash(t *testing.T) {
	r := newRegistry(t)
	c := r.client(t)
	r.release(t, "one")
	pull(t, c)
	half := filepath.Join(c.Dir, tempPrefix+"123", textsDir)
	if err := os.MkdirAll(half, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, "x.md"), []byte("hal"), 0o644); err != nil {
		t.Fatal(err)
	}
	second := r.release(t, "two")
	pull(t, c)
	want := files(t, c.Dir)
	if want["current"] != "releases/2" || len(want) != 9 { // two releases of four files, and the link
		t.Errorf("after a crash in the temporary folder: %v", want)
	}

	// Back to the moment after release 2 was renamed to its place: the link still says 1.
	link := filepath.Join(c.Dir, currentLink)
	if err := errors.Join(os.Remove(link), os.Symlink("releases/1", link)); err != nil {
		t.Fatal(err)
	}
	if v, err := c.Verify(); err != nil || v.Manifest.Number != 1 {
		t.Errorf("between the two: %+v, %v", v, err)
	}
	if got := pull(t, c); !got.Updated || got.Digest != second.Digest {
		t.Errorf("the next pull: %+v", got)
	}
	if diff := cmp.Diff(want, files(t, c.Dir)); diff != "" {
		t.Errorf("after a crash before the swap: %s", diff)
	}
}

// What was damaged on disk is noticed offline and fetched again.
func TestDamageOnDisk(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(current string) error
		want   Code
	}{
		"text": {func(p string) error {
			return os.WriteFile(filepath.Join(p, textName("", "one")[10:]), []byte("0ne"), 0o644)
		}, DigestMismatch},
		"text missing":   {func(p string) error { return os.Remove(filepath.Join(p, textName("", "one")[10:])) }, DigestMismatch},
		"file too many":  {func(p string) error { return os.WriteFile(filepath.Join(p, textsDir, "more.md"), nil, 0o644) }, DigestMismatch},
		"manifest":       {func(p string) error { return os.WriteFile(filepath.Join(p, manifestFile), []byte("{}"), 0o644) }, BadSignature},
		"signature":      {func(p string) error { return os.WriteFile(filepath.Join(p, signatureFile), nil, 0o644) }, BadSignature},
		"folder missing": {os.RemoveAll, DigestMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			client := r.client(t)
			r.release(t, "one")
			current := pull(t, client).Path
			if err := c.damage(current); err != nil {
				t.Fatal(err)
			}
			_, err := client.Verify()
			refused(t, err, c.want)
			if got := pull(t, client); !got.Updated || got.Path != filepath.Join(client.Dir, "releases/1.1") {
				t.Errorf("the pull after: %+v", got)
			}
			if _, err := client.Verify(); err != nil {
				t.Error(err)
			}
			if have := files(t, client.Dir); len(have) != 5 { // the damaged one is gone
				t.Errorf("the folder: %v", have)
			}
			if got := pull(t, client); got.Updated {
				t.Errorf("and the one after that: %+v", got)
			}
		})
	}
}
