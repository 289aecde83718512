package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

var table = Table{Name: "Responses", Columns: []Column{{Name: "ID"}, {Name: "Comment", Width: 60}, {Name: "Disposition", FillIn: true, Choices: []string{"accepted", "rejected"}}},
	About: [][2]string{{"Document", "=EWTP-R-2026-001"}}}

func writeAll(t interface{ Fatal(...any) }, rows [][]string, begin func(io.Writer) (Writer, error)) []byte {
	var b bytes.Buffer
	w, err := begin(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asCSV(w io.Writer) (Writer, error)  { return NewCSV(w, table, true) }
func asXLSX(w io.Writer) (Writer, error) { return NewXLSX(w, table) }

func readAll(t interface{ Fatal(...any) }, file []byte) (rows []Row) {
	for r, err := range Read(context.Background(), file, Limits{}) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

func cellsOf(rows []Row) (cells [][]string) {
	for _, r := range rows {
		c := append([]string{}, r.Cells...)
		for len(c) < len(table.Columns) { // XLSX keeps no empty cells at a row's end
			c = append(c, "")
		}
		cells = append(cells, c)
	}
	return cells
}

var header = []string{"ID", "Comment", "Disposition"}

func TestRoundTrip(t *testing.T) {
	rows := [][]string{
		{"1", "plain", ""}, {"2", "=HYPERLINK(\"x\")", "+1"}, {"3", "'=1", "''@x"}, {"4", "'tis so", "-"}, {"5", "two\nlines, \"quoted\"; and\ttabs", " =1"},
		{"6", "\tbegins with a tab", "＝wide"}, {"7", "半年 🙂", "_x0041_ &amp; <b>"}, {"8", " spaces ", "0123"}, {"9", "1e9", "TRUE"},
	}
	for name, begin := range map[string]func(io.Writer) (Writer, error){"CSV": asCSV, "XLSX": asXLSX} {
		t.Run(name, func(t *testing.T) {
			got := cellsOf(readAll(t, writeAll(t, rows, begin)))
			if diff := cmp.Diff(append([][]string{header}, rows...), got); diff != "" {
				t.Errorf("(-written +read):\n%s", diff)
			}
		})
	}
}

// Whatever text: what is read is what was written, and no cell of a CSV file begins as
// a formula.
func TestAnyTextComesBack(t *testing.T) {
	text := rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune("='+-@\"',;\t\n ＝＠_x0041")), rapid.Rune().Filter(func(r rune) bool { return r >= ' ' && r != 0x7f && r != '\uFFFE' && r != '\uFFFF' })))
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(text, 3, 3), 1, 5).Draw(t, "rows")
		for i := range rows {
			rows[i][0] = fmt.Sprint("row ", i) // an empty row is no row
		}
		want := append([][]string{header}, rows...)
		file := writeAll(t, rows, asCSV)
		if diff := cmp.Diff(want, cellsOf(readAll(t, file))); diff != "" {
			t.Fatalf("CSV (-written +read):\n%s", diff)
		}
		for _, r := range rows {
			for _, c := range r {
				if isFormula(escapeFormula(c)) || unescapeFormula(escapeFormula(c)) != c {
					t.Fatalf("%q is written %q", c, escapeFormula(c))
				}
			}
		}
		if diff := cmp.Diff(want, cellsOf(readAll(t, writeAll(t, rows, asXLSX)))); diff != "" {
			t.Fatalf("XLSX (-written +read):\n%s", diff)
		}
	})
}

func TestCSVIsThatOfTheRFC(t *testing.T) {
	got := string(writeAll(t, [][]string{{"1", "a,b\nc", "=x"}}, asCSV))
	want := "\uFEFFID,Comment,Disposition\r\n1,\"a,b\r\nc\",'=x\r\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What spreadsheets of other countries write is read too.
func TestReadCSVOfOthers(t *testing.T) {
	for name, file := range map[string]string{
		"semicolons": "ID;Comment;Disposition\r\n1;\"a,b\";x\r\n",
		"tabs":       "ID\tComment\tDisposition\n1\ta,b\tx\n",
		"empty rows": "ID,Comment,Disposition\n,,\n1,\"a,b\",x\n\n",
	} {
		if diff := cmp.Diff([][]string{header, {"1", "a,b", "x"}}, cellsOf(readAll(t, []byte(file)))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	rows := readAll(t, []byte("ID,Comment\n1,\"ä\nö\"\n2,\xff\n"))
	if rows[2].Number != 4 || rows[2].Err == nil || rows[1].Err != nil {
		t.Errorf("%+v", rows)
	}
}

func TestXLSXCutsWhatACellCannotHold(t *testing.T) {
	long := strings.Repeat("字🙂", 20_000)
	rows := readAll(t, writeAll(t, [][]string{{"1", long, strings.Repeat("字", 20_000)}}, asXLSX))
	got := rows[1].Cells[1]
	words := strings.TrimSuffix(got, cutMark)
	if n := len(utf16.Encode([]rune(got))); n > 32767 || n < 32760 || words == got || !strings.HasPrefix(long, words) {
		t.Errorf("%d characters, ends in %q", n, got[len(got)-80:])
	}
	if rows[1].Cells[2] != strings.Repeat("字", 20_000) {
		t.Error("cut what fits")
	}
}

func TestReadRefuses(t *testing.T) {
	whole := writeAll(t, [][]string{{"1", "a", "b"}}, asXLSX)
	wide := "ID" + strings.Repeat(",x", 300) + "\n"
	for name, x := range map[string]struct {
		file []byte
		l    Limits
		want string
	}{
		"half a spreadsheet": {whole[:len(whole)/2], Limits{}, "no spreadsheet"},
		"a small bomb":       {whole, Limits{Bytes: 1000}, "no spreadsheet"},
		"another zip":        {zipOf(t, "a.txt", "hello"), Limits{}, "no s"},
		"too many rows":      {[]byte("a\nb\nc\n"), Limits{Rows: 2}, "row 3: is one of more than 2"},
		"too many cells":     {[]byte(wide), Limits{}, "301 cells"},
		"too many bytes":     {[]byte("a\nb\nc\n"), Limits{Bytes: 3}, "more than 3 bytes"},
		"a quote left open":  {[]byte("a,b\n1,\"x\n"), Limits{}, "row 2: is no CSV"},
	} {
		t.Run(name, func(t *testing.T) {
			var last error
			for _, err := range Read(t.Context(), x.file, x.l) {
				last = err
			}
			var e *Error
			if !errors.As(last, &e) || !strings.Contains(last.Error(), x.want) {
				t.Errorf("%v, want %q", last, x.want)
			}
		})
	}
}

func zipOf(t *testing.T, name, content string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Confidential words are in no file of the machine: what is large stays in memory too.
func TestNothingGoesToTheTemporaryFolder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var b bytes.Buffer
	w, err := NewXLSX(&b, table)
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Repeat("confidential words ", 1600)
	for range 600 { // some 18 MiB; excelize goes to a file from 16 on
		if err := w.Write([]string{"1", words, ""}); err != nil {
			t.Fatal(err)
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
			t.Fatalf("files %v, %v", files, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for r, err := range Read(t.Context(), b.Bytes(), Limits{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n > 1 && r.Cells[1] != words {
			t.Fatalf("row %d differs", r.Number)
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
			t.Fatalf("files %v, %v", files, err)
		}
	}
	if n != 601 {
		t.Errorf("%d rows", n)
	}
}

// A program other than ours sees texts, choices and the sheet that explains.
func TestXLSXForPeople(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(writeAll(t, [][]string{{"1", "=1+1", ""}}, asXLSX)))
	if err != nil {
		t.Fatal(err)
	}
	if formula, err := f.GetCellFormula("Responses", "B2"); err != nil || formula != "" {
		t.Errorf("formula %q, %v", formula, err)
	}
	choices, err := f.GetDataValidations("Responses")
	if err != nil || len(choices) != 1 || choices[0].Sqref != "C2:C2" || !strings.Contains(choices[0].Formula1, "accepted,rejected") {
		t.Errorf("%+v, %v", choices, err)
	}
	if v, err := f.GetCellValue("About", "B1"); err != nil || v != "=EWTP-R-2026-001" {
		t.Errorf("about %q, %v", v, err)
	}
	if list := f.GetSheetList(); list[0] != "Responses" {
		t.Errorf("sheets %v", list)
	}
}

// FuzzRead: whatever the file, reading ends, within its limits.
func FuzzRead(f *testing.F) {
	f.Add(writeAll(f, [][]string{{"1", "=a", "b"}}, asCSV))
	f.Add(writeAll(f, [][]string{{"1", "=a", "b"}}, asXLSX))
	f.Add([]byte("ID;\"x\r\n"))
	f.Add(reworked(f, writeAll(f, [][]string{{"1", "a", "b"}, {"2", "a", ""}}, asXLSX), func(x *excelize.File) error {
		return errors.Join(titled(x, 2), x.MergeCell("Responses", "C4", "C5"))
	}))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, isHeader := range []func([]string) bool{func([]string) bool { return true }, isTestHeader} {
			n := 0
			for row, err := range ReadTable(t.Context(), file, Limits{Rows: 100, Cells: 20, Bytes: 1 << 20}, isHeader) {
				if err == nil {
					n++
				}
				if n > 100 || len(row.Cells) > 20 {
					t.Fatalf("%d rows, %d cells", n, len(row.Cells))
				}
			}
		}
	})
}
