package files

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/ewtp/entente/policies"
)

// Text is text however it arrives, and nothing else is.
func TestTextOnly(t *testing.T) {
	for text, want := range map[string]error{
		"": nil, "Half a year. 半年\r\n\tê \U0001F336": nil, "\ufeffwith a mark": nil,
		"\x00": errFileType, "半\xe5": errFileType, "\x1b[31m": errFileType, "a\u0085": errFileType, "\xed\xa0\x80": errFileType,
	} {
		for _, in := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text))} {
			got, err := io.ReadAll(&textOnly{in: in})
			if !errors.Is(err, want) || err == nil && string(got) != text {
				t.Errorf("%q is read as %q, %v; want %v", text, got, err, want)
			}
		}
	}
	broken := errors.New("the line is cut")
	if _, err := io.ReadAll(&textOnly{in: iotest.ErrReader(broken)}); !errors.Is(err, broken) {
		t.Errorf("a broken reader: %v", err)
	}
}

// Whatever is uploaded, it gets a type of the list or is refused; what is called text is text.
func FuzzFileType(f *testing.F) {
	f.Add([]byte("%PDF-1.7"), "a.pdf")
	f.Add([]byte("PK\x03\x04\x14\x00\x00\x00\x00\x00"), "a.docx")
	f.Add([]byte("a,b\n"), "a.csv")
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		mediaType, in, err := openSniffed(bytes.NewReader(content), name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(in)
		if mediaType == zipped && err == nil {
			mediaType, err = officeType(got)
		}
		switch {
		case err != nil && !errors.Is(err, errFileType):
			t.Error(err)
		case err == nil && (policies.AttachmentTypes[mediaType] == "" || !bytes.Equal(got, content)):
			t.Errorf("taken as %q", mediaType)
		case err == nil && strings.HasPrefix(mediaType, "text/") && (!utf8.Valid(got) || bytes.ContainsRune(got, 0)):
			t.Errorf("%q is taken as %s", got, mediaType)
		}
	})
}

// Whatever an archive holds, it is judged, and never taken for anything but what is on the list.
func FuzzOfficeType(f *testing.F) {
	f.Add("word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>`, "_rels/.rels", `<Relationships><Relationship Type="x/officeDocument" Target="word/document.xml"/></Relationships>`)
	f.Add("mimetype", openDocument, "content.xml", "<x/>")
	f.Fuzz(func(t *testing.T, name1, part1, name2, part2 string) {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for name, part := range map[string]string{name1: part1, name2: part2} {
			if in, err := w.Create(name); err == nil {
				_, _ = in.Write([]byte(part))
			}
		}
		if err := w.Close(); err != nil {
			t.Skip(err)
		}
		mediaType, err := officeType(b.Bytes())
		if err != nil && !errors.Is(err, errFileType) || err == nil && policies.AttachmentTypes[mediaType] == "" {
			t.Errorf("%q, %v", mediaType, err)
		}
	})
}
