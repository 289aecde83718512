package files_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/servertest"
)

// upload uploads words as somebody, and returns their digest.
func upload(f *servertest.Front, who, words string) string {
	f.T.Helper()
	res, body := f.Exchange(who, "POST", "/attachments?name=a.txt", words)
	var up struct{ Digest string }
	if err := json.Unmarshal([]byte(body), &up); err != nil || res.StatusCode != http.StatusCreated {
		f.T.Fatalf("%d: %s", res.StatusCode, body)
	}
	return up.Digest
}

// What no comment came to name is gone after a day, and who names it then is told why
// and where; what one names stays, and what went may be uploaded again.
func TestForgottenUploadsAreCleared(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	forgotten := upload(f, "ferry-delegate", "nobody names it")
	_, named := attached(f, p, policies.SubmitComment{}, false)
	clearing := func() {
		t.Helper()
		if err := f.Registry.ClearUploads(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	comment := func() servertest.Reply {
		return f.Ask("ferry-delegate", fmt.Sprintf(`mutation { submitComment(input: {consultationId: %q, stance: OPPOSE, type: GENERAL, text: "See the file.",
			idempotencyKey: "k", attachments: [{digest: %q}]}) { comment { attachments { path } } } }`, p.Consultation, forgotten))
	}
	clearing()
	if !isStored(t, f, forgotten) {
		t.Fatal("it was cleared at once")
	}
	f.Clock.Set(f.Clock.Now().Add(policies.UploadLife))
	clearing()
	if isStored(t, f, forgotten) {
		t.Error("its bytes are kept")
	}
	for range 2 { // a retry is told the same
		if got := comment().Text; !strings.Contains(got, `"INVALID"`) || !strings.Contains(got, `["attachments","0","digest"]`) || !strings.Contains(got, "was cleared") {
			t.Errorf("named afterwards: %s", got)
		}
	}
	if res, body := f.Exchange("ferry-delegate", "GET", named, ""); res.StatusCode != http.StatusOK || body != "what it costs" {
		t.Errorf("the file of a comment: %d %s", res.StatusCode, body)
	}
	upload(f, "ferry-delegate", "nobody names it")
	_, path, _ := strings.Cut(comment().Text, `"path":"`)
	path, _, _ = strings.Cut(path, `"`)
	if res, body := f.Exchange("ferry-delegate", "GET", path, ""); res.StatusCode != http.StatusOK || body != "nobody names it" {
		t.Errorf("uploaded again, at %q: %d %s", path, res.StatusCode, body)
	}
	if log := f.Log.String(); !strings.Contains(log, "uploads that nothing named were cleared") || !strings.Contains(log, "the files of cleared uploads were deleted") {
		t.Error("nothing of it is logged")
	}
}

// Whoever has no room left is told how much there is, and how much is used, and nothing
// more is stored for them.
func TestUploadsFillTheirRoom(t *testing.T) {
	f := servertest.NewFront(t, func(r *policies.Rules) { r.MemberBytes, r.OrganisationBytes = 10, 15 })
	upload(f, "ferry-delegate", "12345678")
	upload(f, "ferry-delegate", "12345678")
	refused := func(who, words, why string) {
		t.Helper()
		res, body := f.Exchange(who, "POST", "/attachments?name=a.txt", words)
		if res.StatusCode != http.StatusConflict || !strings.Contains(body, `"code":"CONFLICT","field":"file"`) || !strings.Contains(body, why) {
			t.Errorf("%s: %d %s", who, res.StatusCode, body)
		}
	}
	refused("ferry-delegate", "abc", "you may have 10 bytes of files here, and 8 are used")
	upload(f, "ferry-delegate", "ab")
	refused("ferry-admin", "abcdefgh", "your organisation may have 15 bytes of files here, and 10 are used")
	upload(f, "ferry-admin", "abcde")
	upload(f, "hub-admin", "12345678")
	f.Clock.Set(f.Clock.Now().Add(policies.UploadLife))
	if err := f.Registry.ClearUploads(t.Context()); err != nil {
		t.Fatal(err)
	}
	upload(f, "ferry-delegate", "0123456789")
}

// isStored says whether a file's bytes are kept.
func isStored(t *testing.T, f *servertest.Front, digest string) bool {
	t.Helper()
	content, err := f.Registry.OpenBlob(t.Context(), digest)
	if err != nil {
		return false
	}
	if err := content.Close(); err != nil {
		t.Fatal(err)
	}
	return true
}
