package files

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// errFileType says that a file is none of those that are taken.
var errFileType = errors.New("the file is of none of the types taken: PDF, PNG, JPEG, plain text, CSV, DOCX, XLSX, ODT")

const zipped = "application/zip"

// sniff tells a file's type by how it begins, whatever its name says: that of a PDF,
// an image, a ZIP archive, or else of text.
func sniff(head []byte) string {
	for _, x := range []struct{ magic, mediaType string }{
		{"%PDF-1.", "application/pdf"}, {"%PDF-2.", "application/pdf"},
		{"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}, {"PK\x03\x04", zipped},
	} {
		if bytes.HasPrefix(head, []byte(x.magic)) {
			return x.mediaType
		}
	}
	return "text/plain"
}

// textOnly lets UTF-8 text pass, without control characters but tabs and line ends,
// and fails with errFileType at anything else.
type textOnly struct {
	in   io.Reader
	rest []byte // the beginning of a character whose end hasn't come yet
}

// Read implements io.Reader.
func (t *textOnly) Read(p []byte) (int, error) {
	n, err := t.in.Read(p)
	text := append(t.rest, p[:n]...)
	for len(text) > 0 && (utf8.FullRune(text) || err != nil) {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size <= 1 || unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\f", r) {
			return 0, errFileType
		}
		text = text[size:]
	}
	t.rest = bytes.Clone(text)
	return n, err
}

// readPart reads a file of an archive that is no longer than limit.
func readPart(f *zip.File, limit int64) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = errFileType
	}
	return b, err
}

// openSniffed returns the type that a file seems to have, and its content, checked as it
// is read where it is text.
func openSniffed(in io.Reader, name string) (mediaType string, content io.Reader, err error) {
	b := bufio.NewReaderSize(in, 512)
	head, err := b.Peek(16)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", nil, err
	}
	mediaType = sniff(head)
	if mediaType != "text/plain" {
		return mediaType, b, nil
	}
	if strings.EqualFold(path.Ext(name), ".csv") {
		mediaType = "text/csv"
	}
	return mediaType, &textOnly{in: b}, nil
}
