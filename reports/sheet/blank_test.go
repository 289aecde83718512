package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

// withRows is a spreadsheet whose table has nothing but the rows given as XML.
func withRows(t *testing.T, rows string) []byte {
	t.Helper()
	whole := writeAll(t, nil, asXLSX)
	in, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, part := range in.File {
		content, err := in.Open(part.Name)
		if err != nil {
			t.Fatal(err)
		}
		if part.Name == "xl/worksheets/sheet1.xml" {
			content.Close()
			content = nil
		}
		w, err := out.Create(part.Name)
		switch {
		case err != nil:
		case content == nil:
			_, err = io.WriteString(w, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+rows+`</sheetData></worksheet>`)
		default:
			_, err = io.Copy(w, content)
			content.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Rows without text count as any, but those that a file merely passes over don't.
func TestBlankRowsCount(t *testing.T) {
	const head, last = `<row r="1"><c r="A1" t="inlineStr"><is><t>ID</t></is></c></row>`, `<row r="1048576"/>`
	for name, x := range map[string]struct {
		file []byte
		want string
	}{
		"few":                         {withRows(t, head+strings.Repeat("<row/>", 9)), ""},
		"many":                        {withRows(t, head+strings.Repeat("<row/>", 500)), "row 101: is one of more than 100"},
		"many with a prefix":          {withRows(t, head+strings.Repeat(`<x:row xmlns:x="urn:x"/>`, 500)), "row 101: is one of more than 100"},
		"a gap before the last":       {withRows(t, head+last), ""},
		"one row below the last":      {withRows(t, head+last+"<row/>"), "row 1048577: is one of more than a sheet has"},
		"many of CSV":                 {[]byte("ID,x\n" + strings.Repeat(",\n", 500)), "row 101: is one of more than 100"},
		"empty lines of CSV are none": {[]byte("ID,x\n" + strings.Repeat("\n", 500)), ""},
	} {
		var last error
		n := 0
		for _, err := range Read(t.Context(), x.file, Limits{Rows: 100}) {
			if last = err; err == nil {
				n++
			}
		}
		switch {
		case n != 1:
			t.Errorf("%s: %d rows", name, n)
		case x.want == "" && last != nil, x.want != "" && (last == nil || !strings.Contains(last.Error(), x.want)):
			t.Errorf("%s: %v, want %q", name, last, x.want)
		}
	}
}

// Nobody waits for the rows any more: reading ends, and that is no fault of the file's.
func TestReadEndsWithItsContext(t *testing.T) {
	for name, begin := range map[string]func(io.Writer) (Writer, error){"CSV": asCSV, "XLSX": asXLSX} {
		file := writeAll(t, [][]string{{"1", "a", "b"}, {"2", "a", "b"}}, begin)
		ctx, cancel := context.WithCancel(t.Context())
		var last error
		n := 0
		for _, err := range Read(ctx, file, Limits{}) {
			n++
			last = err
			cancel()
		}
		cancel()
		var bad *Error
		if n != 2 || !errors.Is(last, context.Canceled) || errors.As(last, &bad) {
			t.Errorf("%s: after %d rows %v", name, n, last)
		}
	}
}
