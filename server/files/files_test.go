package files_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/servertest"
)

// zipOf makes an archive of pairs of name and content.
func zipOf(t *testing.T, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: pairs[i], Method: zip.Store})
		if err == nil {
			_, err = f.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What a file is, its bytes say, not its name; what isn't on the list isn't kept.
func TestUploads(t *testing.T) {
	f := servertest.NewFront(t)
	word := wordOf(t)
	big := strings.Repeat("n", policies.MaxAttachment)
	for _, x := range []struct {
		name, content string
		status        int
		want          string // media type, or a word of the refusal
	}{
		{"costs.pdf", "%PDF-1.7\n...", 201, "application/pdf"},
		{"a.txt", "%PDF-1.7\n...", 201, "application/pdf"},
		{"a.png", "\x89PNG\r\n\x1a\n...", 201, "image/png"},
		{"a.jpg", "\xff\xd8\xff\xe0...", 201, "image/jpeg"},
		{"notes", "Half a year. 半年\r\n\tê", 201, "text/plain"},
		{"costs.CSV", "parcel,cost\n1,2\n", 201, "text/csv"},
		{"page.html", "<script>alert(1)</script>", 201, "text/plain"},
		{"a.docx", word, 201, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"a.xlsx", sheetOf(t), 201, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"a.odt", openOf(t, ""), 201, "application/vnd.oasis.opendocument.text"},
		{"full.txt", big, 201, "text/plain"},
		{"full.txt", big + "n", 413, "larger"},
		{"empty.txt", "", 400, "is empty"},
		{"a.pdf", "MZ\x90\x00\x03", 415, "none of the types"},
		{"a.pdf", "\x7fELF\x02", 415, "none of the types"},
		{"a.txt", "ends in half a character \xe5\x8d", 415, "none of the types"},
		{"a.txt", strings.Repeat("words ", 9000) + "\x00", 415, "none of the types"},
		{"a.txt", "\xff\xfea\x00", 415, "none of the types"},
		{"a.gif", "GIF89a\x01\x00", 415, "none of the types"},
		{"a.docx", "PK\x03\x04 and no more", 415, "none of the types"},
		{"a.zip", zipOf(t, "a.txt", "words"), 415, "none of the types"},
		{"a.odp", zipOf(t, "mimetype", "application/vnd.oasis.opendocument.presentation"), 415, "none of the types"},
	} {
		before := f.Registry.Views().Position()
		res, body := f.Exchange("ferry-delegate", "POST", "/attachments?name="+url.QueryEscape(x.name), x.content)
		if res.StatusCode != x.status {
			t.Errorf("%s: %d, want %d: %.200s", x.name, res.StatusCode, x.status, body)
			continue
		}
		sum := sha256.Sum256([]byte(x.content))
		digest := hex.EncodeToString(sum[:])
		kept, err := f.Registry.OpenBlob(t.Context(), digest)
		if err == nil {
			kept.Close()
		}
		if x.status != 201 {
			if !strings.Contains(body, x.want) || !strings.Contains(body, "INVALID") || f.Registry.Views().Position() != before || err == nil && x.content != "" {
				t.Errorf("%s: refused with %s; kept: %v", x.name, body, err)
			}
			continue
		}
		var got struct {
			Digest, Name, Type string
			Size               int
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil || got.Type != x.want || got.Size != len(x.content) || got.Digest != digest {
			t.Errorf("%s: %s, %v", x.name, body, err)
		}
		if err != nil {
			t.Errorf("%s isn't kept: %v", x.name, err)
		}
	}
}

// A form isn't kept for a file: who sends one is told to send the bytes alone.
func TestUploadIsNoForm(t *testing.T) {
	f := servertest.NewFront(t)
	const form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nwords\r\n--b--\r\n"
	before := f.Registry.Views().Position()
	for media, want := range map[string]int{"multipart/form-data; boundary=b": 415, "Multipart/Form-Data;boundary=b": 415,
		"multipart/mixed; boundary=b": 415, "text/plain": 201, "": 201} {
		r := f.Request("ferry-delegate", "POST", "/attachments?name=a.txt", form)
		if media != "" {
			r.Header.Set("Content-Type", media)
		}
		status, body := f.Send(r)
		if status != want || want == 415 && !strings.Contains(string(body), `"code":"INVALID","field":"Content-Type","reason":"multipart"`) {
			t.Errorf("%q: %d %s", media, status, body)
		}
	}
	if wrote := f.Registry.Views().Position() - before; wrote > 2 {
		t.Errorf("%d entries", wrote)
	}
}

// Every role uploads as May says, and a byte of a refused one isn't looked at.
func TestUploadRights(t *testing.T) {
	f := servertest.NewFront(t)
	for _, who := range servertest.Roles() {
		want := http.StatusCreated
		if err := policies.May(f.Actor(who), policies.Attaching, policies.Nothing); err != nil {
			want = map[policies.Code]int{policies.Unauthenticated: 401, policies.Forbidden: 403}[err.(*policies.Error).Code]
		}
		if res, body := f.Exchange(who, "POST", "/attachments?name=a.txt", "words of "+who); res.StatusCode != want {
			t.Errorf("%q: %d, want %d: %s", who, res.StatusCode, want, body)
		}
	}
	if res, _ := f.Exchange("ferry-delegate", "GET", "/attachments", ""); res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "POST" {
		t.Errorf("GET: %d", res.StatusCode)
	}
}

// attached is a comment of the ferry's, or a draft, with a file, and where that is.
func attached(f *servertest.Front, p servertest.Paper, c policies.SubmitComment, draft bool) (id, path string) {
	f.T.Helper()
	res, body := f.Exchange("ferry-delegate", "POST", "/attachments?name="+url.QueryEscape("../Kosten \"半年\".txt"), "what it costs")
	var up struct{ Digest string }
	if err := json.Unmarshal([]byte(body), &up); err != nil || res.StatusCode != http.StatusCreated {
		f.T.Fatalf("%d: %s", res.StatusCode, body)
	}
	c.ConsultationID, c.Stance, c.Type, c.Text = p.Consultation, policies.Oppose, policies.General, "See the file."
	c.Attachments = []policies.Attachment{{Digest: up.Digest}}
	var command policies.Command = c
	if draft {
		command = policies.DraftComment{ConsultationID: c.ConsultationID, Words: c.CommentWords}
	}
	id = f.Do(f.Actor("ferry-delegate"), command)
	return id, "/attachments/" + id + "/" + up.Digest
}

// A file comes as a download that can do nothing, to those who may read what it goes
// with; for others it isn't there.
func TestDownloads(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	doc, err := f.Registry.Views().Document(t.Context(), policies.Operator, p.ID, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	open, atOpen := attached(f, p, policies.SubmitComment{}, false)
	_, atSecret := attached(f, p, policies.SubmitComment{CommentWords: policies.CommentWords{Confidential: true, Summary: "On costs."}}, false)
	_, atDraft := attached(f, p, policies.SubmitComment{}, true)
	ferry := f.Orgs["ferry"]
	for path, may := range map[string]func(policies.Actor) error{
		atOpen: func(a policies.Actor) error {
			return policies.May(a, policies.ReadingComment, policies.OnComment(&doc, &policies.Comment{OrganisationID: ferry}))
		},
		atSecret: func(a policies.Actor) error {
			return policies.May(a, policies.ReadingComment, policies.OnComment(&doc, &policies.Comment{OrganisationID: ferry, Confidants: doc.Sponsors, CommentWords: policies.CommentWords{Confidential: true}}))
		},
		atDraft: func(a policies.Actor) error {
			return policies.May(a, policies.ReadingDraft, policies.OnOrganisation(ferry))
		},
	} {
		told := 0
		for _, who := range servertest.Roles() {
			want := http.StatusOK
			if may(f.Actor(who)) != nil {
				want = http.StatusNotFound
			}
			res, body := f.Exchange(who, "GET", path, "")
			if res.StatusCode != want || (body == "what it costs") != (want == http.StatusOK) {
				t.Errorf("%q at %s: %d, want %d: %s", who, path, res.StatusCode, want, body)
			}
			if want == http.StatusOK {
				told++
			}
		}
		if told == 0 {
			t.Errorf("%s is for nobody", path)
		}
	}
	for _, method := range []string{"GET", "HEAD"} {
		res, body := f.Exchange("", method, atOpen, "")
		for name, want := range map[string]string{
			"Content-Type": "text/plain; charset=utf-8", "Content-Length": "13", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store",
			"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
			"Content-Disposition":     "attachment; filename*=utf-8''Kosten%20_%E5%8D%8A%E5%B9%B4_.txt", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", method, name, got, want)
			}
		}
		if (body == "") != (method == "HEAD") {
			t.Errorf("%s: body %q", method, body)
		}
	}
	for _, path := range []string{"/attachments/" + open + "/" + strings.Repeat("a", 64), "/attachments/" + p.Comment + atOpen[strings.LastIndex(atOpen, "/"):],
		"/attachments/cmt_none/..%2f..%2fledger.db", "/attachments/doc_1/a", atOpen + "/x", "/attachments/" + open + "/"} {
		if res, body := f.Exchange("sponsor-admin", "GET", path, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	if res, _ := f.Exchange("ferry-admin", "DELETE", atOpen, ""); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: %d", res.StatusCode)
	}
	f.Do(f.Actor("office-admin"), policies.RedactComment{CommentID: open, Reason: "Names a person."})
	if res, body := f.Exchange("ferry-admin", "GET", atOpen, ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("redacted: %d %s", res.StatusCode, body)
	}
}

// A receipt is for those who may have it, and what it shows needs no server.
func TestReceipts(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	doc, err := f.Registry.Views().Document(t.Context(), policies.Operator, p.ID, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	_, key := f.Exchange("", "GET", "/ledger/key", "")
	verifier, err := ledger.NewVerifier(strings.TrimSpace(key))
	if err != nil {
		t.Fatal(err)
	}
	secret := f.Do(f.Actor("ferry-delegate"), policies.SubmitComment{ConsultationID: p.Consultation, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General,
		Text: "Our margin.", Confidential: true, Summary: "On margins."}})
	for id, confidential := range map[string]bool{p.Comment: false, secret: true} {
		s := policies.OnComment(&doc, &policies.Comment{OrganisationID: f.Orgs["ferry"], Confidants: doc.Sponsors, CommentWords: policies.CommentWords{Confidential: confidential}})
		for _, who := range servertest.Roles() {
			want := http.StatusOK
			if err := policies.May(f.Actor(who), policies.ReadingReceipt, s); err != nil {
				want = map[policies.Code]int{policies.Unauthenticated: 401, policies.Forbidden: 403}[err.(*policies.Error).Code]
			}
			res, body := f.Exchange(who, "GET", "/receipts/"+id, "")
			if res.StatusCode != want {
				t.Errorf("%q: %d, want %d: %s", who, res.StatusCode, want, body)
			}
			if res.StatusCode != http.StatusOK {
				continue
			}
			if got := res.Header.Get("Content-Disposition"); got != "attachment; filename=receipt-"+id+".json" || res.Header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("headers %v", res.Header)
			}
			receipt, err := ledger.ParseReceipt([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			shown, err := verifier.CheckReceipt(receipt)
			if err != nil || shown.Subject != id || shown.Kind != "comment.submitted/1" || !strings.Contains(shown.Payload, f.Orgs["ferry"]) {
				t.Errorf("it shows %+v, %v", shown, err)
			}
			same := f.Ask(who, fmt.Sprintf(`{ node(id: %q) { ... on Comment { receipt { file path } } } }`, id))
			if servertest.At(same.Data, "node.receipt.path") != "/receipts/"+id || servertest.At(same.Data, "node.receipt.file") == nil {
				t.Errorf("GraphQL has another receipt: %s", same.Text)
			}
		}
	}
	for _, path := range []string{"/receipts/cmt_none", "/receipts/" + p.ID, "/receipts/"} {
		if res, body := f.Exchange("office-admin", "GET", path, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}
