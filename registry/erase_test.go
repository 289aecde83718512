package registry

import (
	"errors"
	"io"
	"slices"
	"strconv"
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
		if err := r.Erase(t.Context(), []int64{step.seq}, "An order.", nil); err != nil {
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

// The newest number of each series is given once, though its entry was erased.
func TestEraseLeavesNumbers(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 1)
	doc := ""
	number := map[string]func() (int64, int){
		"document": func() (int64, int) {
			out := do(t, r, c.ministry, "", policies.ProposeDocument{Kind: "standard", Title: "Labels", Language: "en"})
			d, err := r.Views().Document(t.Context(), c.ministry, out.Subject, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			n, err := strconv.Atoi(d.Number[len(d.Number)-3:])
			if err != nil {
				t.Fatal(err)
			}
			doc = d.ID
			return out.Seq, n
		},
		"revision": func() (int64, int) {
			d, err := r.Views().Document(t.Context(), c.ministry, doc, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			out := do(t, r, c.ministry, "", policies.CommitRevision{DocumentID: doc, Base: d.Head, Source: "# Labels\n\nSome.\n"})
			made, err := r.Views().Revisions(t.Context(), c.ministry, []string{out.Subject})
			if err != nil {
				t.Fatal(err)
			}
			return out.Seq, made[out.Subject].Number
		},
		"comment": func() (int64, int) {
			out := do(t, r, c.carrier, "", c.says(0, "Words."))
			said, err := r.Views().Comments(t.Context(), c.carrier, []string{out.Subject})
			if err != nil {
				t.Fatal(err)
			}
			return out.Seq, said[out.Subject].Number
		},
	}
	for _, name := range []string{"document", "revision", "comment"} {
		last := 0
		for range 3 {
			seq, n := number[name]()
			if n <= last {
				t.Errorf("%s: number %d is given after %d", name, n, last)
			}
			last = n
			if name == "document" && n == 3 { // which the revisions need
				continue
			}
			if err := r.Erase(t.Context(), []int64{seq}, "An order.", nil); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// What is on record is carried out by whoever comes next, where the node that wrote it
// was stopped meanwhile; an order that names what isn't there yet never strikes it.
func TestErasureIsFinished(t *testing.T) {
	e := earlierRun(t)
	e.run(func(r *Registry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		ahead := r.Views().Position() + 2
		do(t, r, policies.Operator, "", policies.EraseEntry{Seq: e.seq, Reason: "An order."})
		do(t, r, policies.Operator, "", policies.EraseEntry{Seq: ahead, Reason: "A slip."})
		if out := do(t, r, e.cast.carrier, "", e.cast.says(1, "Later words.")); out.Seq != ahead {
			t.Fatalf("the entry is %d, not %d", out.Seq, ahead)
		}
	})
	for range 2 {
		e.run(func(r *Registry, err error) {
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range entriesOf(t, r.o.Store) {
				if want := entry.Seq == e.seq; entry.Erased() != want {
					t.Errorf("entry %d, %s, is erased: %v", entry.Seq, entry.Kind, entry.Erased())
				}
			}
			if n := e.cast.found(t, r, theWords); n != 0 {
				t.Errorf("a search still finds %d", n)
			}
		})
	}
}

// Many entries go at once, with one rebuild; nothing is on record where one isn't there.
func TestEraseMany(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 1)
	var seqs []int64
	for range 5 {
		seqs = append(seqs, do(t, r, c.carrier, "", c.says(0, "Words.")).Seq)
	}
	before := r.Views().Position()
	if err := r.Erase(t.Context(), append(slices.Clone(seqs), 1_000_000), "An order.", nil); !errors.Is(err, store.ErrNotFound) || r.Views().Position() != before {
		t.Errorf("%v, and %d entries", err, r.Views().Position()-before)
	}
	var told [][2]int64
	if err := r.Erase(t.Context(), seqs, "An order.", func(done, total int64) { told = append(told, [2]int64{done, total}) }); err != nil {
		t.Fatal(err)
	}
	if len(told) != 5 || told[4] != [2]int64{5, 5} {
		t.Errorf("progress was %v", told)
	}
	for _, seq := range seqs {
		if e, err := r.Views().Entry(t.Context(), seq); err != nil || !e.Erased {
			t.Errorf("entry %d: %+v, %v", seq, e, err)
		}
	}
}
