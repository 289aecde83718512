package policies

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
