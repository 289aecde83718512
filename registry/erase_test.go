package registry

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
)

// A file goes with the last entry that names it, however often that is asked for.
func TestEraseFiles(t *testing.T) {
	blobs := mem.Open()
	r := openOn(t, Options{Store: blobs})
	c := settle(t, r, 2)
	upload := func(who policies.Actor, content string) (digest string, seq int64) {
		t.Helper()
		digest, size, err := blobs.Blobs().Put(t.Context(), strings.NewReader(content), policies.MaxAttachment)
		if err != nil {
			t.Fatal(err)
		}
		return digest, do(t, r, who, "", policies.AttachFile{Digest: digest, Size: size, Type: "text/plain", Name: "words.txt"}).Seq
	}
	there := func(digest string) bool {
		t.Helper()
		f, err := blobs.Blobs().Open(t.Context(), digest)
		if errors.Is(err, store.ErrNotFound) {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := io.ReadAll(f); err != nil {
			t.Fatal(err)
		}
		return true
	}
	one, first := upload(c.carrier, "one")
	_, again := upload(c.ministry, "one") // the same words, another's upload
	two, second := upload(c.carrier, "two")
	words := c.says(1, "See "+two+".") // names the second in words only
	words.Attachments = []policies.Attachment{{Digest: one}}
	said := do(t, r, c.carrier, "", words).Seq

	for i, step := range []struct {
		seq      int64
		one, two bool
	}{{first, true, true}, {second, true, false}, {said, true, false}, {again, false, false}, {again, false, false}} {
		if err := r.Erase(t.Context(), step.seq, "An order."); err != nil {
			t.Fatal(err)
		}
		if got := there(one); got != step.one {
			t.Errorf("step %d: the first file is there: %t", i, got)
		}
		if got := there(two); got != step.two {
			t.Errorf("step %d: the second file is there: %t", i, got)
		}
	}
	if err := r.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// A document's number is given once, though the entry of another was erased.
func TestEraseLeavesNumbers(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 1)
	propose := func(title, want string) int64 {
		t.Helper()
		out := do(t, r, c.ministry, "", policies.ProposeDocument{Kind: "standard", Title: title, Language: "en"})
		d, err := r.Views().Document(t.Context(), c.ministry, out.Subject, time.Time{})
		if err != nil || !strings.HasSuffix(d.Number, want) {
			t.Errorf("%s is %q, %v; want %s", title, d.Number, err, want)
		}
		return out.Seq
	}
	first := propose("First", "-001")
	propose("Second", "-002")
	if err := r.Erase(t.Context(), first, "An order."); err != nil {
		t.Fatal(err)
	}
	propose("Third", "-003")
}
