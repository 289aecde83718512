package policies_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

// What nothing names in a day is cleared, and its bytes go unless something else has
// them; a comment, though it was redacted, and an open draft name what they have.
func TestClearUploads(t *testing.T) {
	for _, x := range []struct {
		name           string
		before         func(w *town, csn string, file Attachment)
		wait           time.Duration
		cleared, bytes bool
	}{
		{"nothing names it", nil, UploadLife, true, true},
		{"it is young", nil, UploadLife - time.Millisecond, false, false},
		{"a comment names it", func(w *town, csn string, file Attachment) { w.commentWith(csn, file) }, UploadLife, false, false},
		{"a redacted comment named it", func(w *town, csn string, file Attachment) {
			w.do(w.office, RedactComment{CommentID: w.commentWith(csn, file), Reason: "r"})
		}, UploadLife, false, false},
		{"a withdrawn comment names it", func(w *town, csn string, file Attachment) {
			w.do(w.loom, WithdrawComment{CommentID: w.commentWith(csn, file), Reason: "r"})
		}, UploadLife, false, false},
		{"an open draft names it", func(w *town, csn string, file Attachment) {
			w.drafted(w.loom, csn, CommentWords{Attachments: []Attachment{file}})
		}, UploadLife, false, false},
		{"a discarded draft named it", func(w *town, csn string, file Attachment) {
			w.do(w.loom, DiscardDraft{DraftID: w.drafted(w.loom, csn, CommentWords{Attachments: []Attachment{file}})})
		}, UploadLife, true, true},
		{"a draft that was edited named it", func(w *town, csn string, file Attachment) {
			w.do(w.loom, EditDraft{DraftID: w.drafted(w.loom, csn, CommentWords{Attachments: []Attachment{file}}), Edition: 1, Words: CommentWords{Text: "t"}})
		}, UploadLife, true, true},
		{"a draft that was submitted named it", func(w *town, csn string, file Attachment) {
			words := CommentWords{Stance: Oppose, Type: General, Text: "t", Attachments: []Attachment{file}}
			w.do(w.loom, SubmitDraft{DraftID: w.drafted(w.loom, csn, words), Edition: 1})
		}, UploadLife, false, false},
		{"others uploaded the same later", func(w *town, _ string, _ Attachment) {
			w.wait(time.Hour)
			w.upload(w.ferry, "a")
		}, UploadLife - time.Hour, true, false},
		{"others' comment names the same", func(w *town, csn string, file Attachment) {
			w.upload(w.ferry, "a")
			w.do(w.ferry, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Oppose, Type: General, Text: "t", Attachments: []Attachment{file}}})
		}, UploadLife, true, false},
	} {
		w := newTown(t)
		_, _, csn := w.consulted()
		file := w.upload(w.loom, "a")
		if x.before != nil {
			x.before(w, csn, file)
		}
		w.wait(x.wait)
		if !x.cleared {
			w.refuse(Operator, ClearUploads{}, Conflict, "", "no upload")
			continue
		}
		e := w.do(Operator, ClearUploads{}).(*UploadsCleared)
		if len(e.Uploads) != 1 || (len(e.Files) == 1 && e.Files[0] == file.Digest) != x.bytes {
			t.Errorf("%s: %+v", x.name, e)
		}
		w.refuse(Operator, ClearUploads{}, Conflict, "", "no upload")
		w.refuse(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Oppose, Type: General, Text: "t", Attachments: []Attachment{file}}},
			Invalid, "attachments.0.digest", "was cleared")
	}
}

func (w *town) commentWith(csn string, file Attachment) string {
	return w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Oppose, Type: General, Text: "t", Attachments: []Attachment{file}}}).Subject()
}

// While a file is being cleared nobody uploads it; afterwards everybody may.
func TestNothingIsUploadedWhileItGoes(t *testing.T) {
	w := newTown(t)
	w.upload(w.loom, "a")
	w.wait(UploadLife)
	for who, code := range map[*Actor]Code{{}: Unauthenticated, &w.office: Forbidden, &w.loom: Forbidden} {
		w.refuse(*who, ClearUploads{}, code, "", "")
		w.refuse(*who, FinishClearing{}, code, "", "")
	}
	going := w.do(Operator, ClearUploads{}).Subject()
	again := AttachFile{Digest: digestOf("a"), Size: 9, Type: "text/plain", Name: "a"}
	w.refuse(w.loom, again, Conflict, "file", "in a minute")
	w.refuse(w.ferry, again, Conflict, "file", "in a minute")
	w.upload(w.ferry, "b")
	w.do(Operator, FinishClearing{ClearingID: going})
	w.refuse(Operator, FinishClearing{ClearingID: going}, NotFound, "clearingId", "")
	w.do(w.ferry, again)
	w.wait(UploadLife)
	w.do(Operator, ClearUploads{})
}

// However many there are, one entry clears a bounded number, the oldest.
func TestClearUploadsIsBounded(t *testing.T) {
	w := newTown(t)
	for i := range MaxCleared + 1 {
		w.do(w.loom, AttachFile{Digest: digestOf(string("0123456789abcdef"[i%16])), Size: 1, Type: "image/png", Name: "a"})
	}
	w.wait(UploadLife)
	var sizes []int
	for range 2 {
		sizes = append(sizes, len(w.do(Operator, ClearUploads{}).(*UploadsCleared).Uploads))
	}
	if diff := cmp.Diff([]int{MaxCleared, 1}, sizes); diff != "" {
		t.Errorf("uploads by entry (-want +got):\n%s", diff)
	}
}

// Files count once for a member and once for its organisation, until they are cleared.
func TestStoredBytesAreBounded(t *testing.T) {
	w := newTown(t)
	w.rules.MemberBytes, w.rules.OrganisationBytes = 10, 13
	colleague := w.admit(w.office, w.loom.OrganisationID, "Colleague", Delegate)
	file := func(letter string, size int64) AttachFile {
		return AttachFile{Digest: digestOf(letter), Size: size, Type: "image/png", Name: "a"}
	}
	w.do(w.loom, file("a", 6))
	w.do(w.loom, file("a", 6))
	w.refuse(w.loom, file("b", 5), Conflict, "file", "is 5 bytes long, for which there is no room: you may have 10 bytes of files here, and 6 are used")
	w.do(w.loom, file("b", 4))
	w.do(colleague, file("a", 6))
	w.refuse(colleague, file("c", 4), Conflict, "file", "your organisation may have 13 bytes of files here, and 10 are used")
	w.do(colleague, file("c", 3))
	w.do(w.ferry, file("c", 4))
	w.do(w.ferry, file("a", 6))
	w.wait(UploadLife)
	w.do(Operator, FinishClearing{ClearingID: w.do(Operator, ClearUploads{}).Subject()})
	w.do(w.loom, file("d", 10))
}
