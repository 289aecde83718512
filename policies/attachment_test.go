package policies_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

func TestFileName(t *testing.T) {
	for _, x := range []struct{ name, mediaType, want string }{
		{"costs.pdf", "application/pdf", "costs.pdf"},
		{"Costs.PDF", "application/pdf", "Costs.pdf"},
		{"photo.JPEG", "image/jpeg", "photo.jpeg"},
		{"photo.exe", "image/png", "photo.exe.png"},
		{"../../etc/passwd", "text/plain", "passwd.txt"},
		{`C:\temp\a.txt`, "text/plain", "a.txt"},
		{"", "text/plain", "attachment.txt"},
		{"...", "text/plain", "attachment.txt"},
		{"a\u202egnp.exe", "application/pdf", "agnp.exe.pdf"},
		{"a\r\nSet-Cookie: x\x00.txt", "text/plain", "aSet-Cookie_ x.txt"},
		{`x".html`, "text/plain", "x_.html.txt"},
		{"\xff半年.csv", "text/csv", "_半年.csv"},
		{strings.Repeat("半", 100) + ".odt", "application/vnd.oasis.opendocument.text", strings.Repeat("半", 65) + ".odt"},
	} {
		if got := FileName(x.name, x.mediaType); got != x.want {
			t.Errorf("%q of type %s is called %q, want %q", x.name, x.mediaType, got, x.want)
		}
	}
}

// Whatever a file is called, its name is harmless, and so is the name of that name.
func FuzzFileName(f *testing.F) {
	f.Add("costs.pdf", "application/pdf")
	f.Add("a/../b\u202e", "")
	f.Fuzz(func(t *testing.T, name, mediaType string) {
		got := FileName(name, mediaType)
		switch {
		case !utf8.ValidString(got), strings.ContainsAny(got, "/\\\"'\r\n\x00;<>"), got == "", len(got) > MaxFileName,
			strings.Trim(got, ". ") == "", !strings.HasSuffix(got, AttachmentTypes[mediaType]) && mediaType != "image/jpeg":
			t.Errorf("%q is called %q", name, got)
		}
		if again := FileName(got, mediaType); again != got {
			t.Errorf("%q is called %q, which is called %q", name, got, again)
		}
	})
}

func TestAttachFileRefused(t *testing.T) {
	w := newTown(t)
	good := AttachFile{Digest: digestOf("a"), Size: 1, Type: "application/pdf", Name: "a.pdf"}
	with := func(change func(*AttachFile)) AttachFile { c := good; change(&c); return c }
	w.refuse(Actor{}, good, Unauthenticated, "", "")
	w.refuse(as(w.loom, Observer), good, Forbidden, "", "")
	w.refuse(w.office, good, Forbidden, "", "")
	w.refuse(w.loom, with(func(c *AttachFile) { c.Digest = digestOf("A") }), Invalid, "digest", "SHA-256")
	w.refuse(w.loom, with(func(c *AttachFile) { c.Size = 0 }), Invalid, "file", "empty")
	w.refuse(w.loom, with(func(c *AttachFile) { c.Size = MaxAttachment + 1 }), Invalid, "file", "at most 10485760")
	w.refuse(w.loom, with(func(c *AttachFile) { c.Type = "text/html" }), Invalid, "file", "none of the types")
	w.do(w.loom, with(func(c *AttachFile) { c.Size = MaxAttachment }))
}

func TestAttachments(t *testing.T) {
	w := newTown(t)
	_, _, csn := w.consulted()
	good := SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Oppose, Type: General, Text: "See the file."}}
	with := func(refs ...Attachment) SubmitComment { c := good; c.Attachments = refs; return c }
	a, b := w.upload(w.loom, "a"), w.upload(w.ferry, "b")
	b.Name = "other.pdf"
	w.refuse(w.loom, with(a, b), NotFound, "attachments.1.digest", "upload of your organisation")
	w.refuse(w.loom, with(a, a), Invalid, "attachments.1.digest", "twice")
	w.refuse(w.loom, with(Attachment{Digest: "../a"}), Invalid, "attachments.0.digest", "SHA-256")
	w.refuse(w.loom, with(make([]Attachment, MaxAttachments+1)...), Invalid, "attachments", "at most 20")
	k, _ := w.m.Comment(w.do(w.ferry, with(b)).Subject())
	want := []Attachment{{Digest: digestOf("b"), Name: "other.pdf.txt", Type: "text/plain", Size: 9}}
	if diff := cmp.Diff(want, k.Attachments); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
	draft := w.drafted(w.loom, csn, CommentWords{Attachments: []Attachment{a}})
	w.wait(UploadLife)
	w.refuse(w.loom, with(a), Invalid, "attachments.0.digest", "upload it again")
	w.upload(w.loom, "a")
	w.do(w.loom, with(a)) // uploaded again
	w.wait(30 * day)
	good.ConsultationID = ""
	w.do(w.loom, EditDraft{DraftID: draft, Edition: 1, Words: with(a).CommentWords}) // a draft keeps what it holds
	k, _ = w.m.Comment(w.do(w.loom, SubmitDraft{DraftID: draft, Edition: 2}).Subject())
	if len(k.Attachments) != 1 || k.Attachments[0].Digest != digestOf("a") {
		t.Errorf("the draft's file went astray: %v", k.Attachments)
	}
	var all []Attachment
	for i := range MaxAttachments {
		ref := Attachment{Digest: fmt.Sprintf("%064x", i)}
		w.do(w.loom, AttachFile{Digest: ref.Digest, Size: 1, Type: "image/png", Name: "a"})
		all = append(all, ref)
	}
	good.ConsultationID = csn
	w.do(w.loom, with(all...))
}

func TestFiles(t *testing.T) {
	a, b := Attachment{Digest: "aa", Name: "x"}, Attachment{Digest: "bb"}
	for _, test := range []struct {
		name  string
		event Event
		want  []string
	}{
		{"an upload", &AttachmentUploaded{Attachment: a}, []string{"aa"}},
		{"a comment", &CommentSubmitted{CommentWords: CommentWords{Attachments: []Attachment{b, a, b}, Text: "cc"}}, []string{"aa", "bb"}},
		{"a draft", &DraftWritten{Words: CommentWords{Attachments: []Attachment{a}}}, []string{"aa"}},
		{"a comment without", &CommentSubmitted{CommentWords: CommentWords{Text: "aa"}}, nil},
		{"what never has any", &ReleasePublished{Digest: "aa"}, nil},
		{"nothing", (*CommentSubmitted)(nil), nil},
	} {
		if diff := cmp.Diff(test.want, Files(test.event)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// Wherever a payload has an attachment, Files finds it.
func TestFilesOfEveryKind(t *testing.T) {
	w := newTown(t)
	everything(w)
	holding := 0
	for _, x := range w.log {
		e, err := Decode(x.kind, x.payload)
		if err != nil {
			t.Fatal(err)
		}
		var payload any
		if err := json.Unmarshal(x.payload, &payload); err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		attachmentsIn(payload, want)
		got := map[string]bool{}
		for _, digest := range Files(e) {
			got[digest] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.kind, diff)
		}
		holding += min(len(want), 1)
	}
	if holding < 2 {
		t.Errorf("%d entries of the story name files", holding)
	}
}

// attachmentsIn finds what looks like an attachment in JSON.
func attachmentsIn(v any, digests map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		_, named := v["name"]
		_, typed := v["type"]
		if digest, ok := v["digest"].(string); ok && named && typed {
			digests[digest] = true
		}
		for _, inner := range v {
			attachmentsIn(inner, digests)
		}
	case []any:
		for _, inner := range v {
			attachmentsIn(inner, digests)
		}
	}
}
