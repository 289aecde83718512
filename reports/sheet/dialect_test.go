package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

// western are words of the languages that windows-1252 is for; others are in encodings
// that look like it to whoever asks only whether every byte means something.
var western = map[string]string{
	"German": "Die Prüfung darf höchstens 30 Tage dauern; „TRÄ“ gehört dazu, § 4 Absatz 2, 5 € je m³/h.",
	"French": "« À » : l’opérateur économique a été prévenu, c'est-à-dire « là » ; coûts de 10 €, cœur, voilà.",
	"Spain":  "¿Qué significa «período»? La obligación no está definida; ½ año, 1ª opción.", "Danish": "Ændringen gælder også på øen; små æøå.",
	"Finnish": "Hyväksyttävä määräaika, äänestää; öö ja yö.", "Estonian": "Jäääär, töö ja öö: õigusakti eelnõu.", "Portuguese": "Não há informação; à ação é.",
	"one letter": "à", "one sign": "5 €",
}

var others = map[string][2]string{
	"Russian": {"windows-1251", "Орган отвечает на каждое замечание в течение тридцати дней."},
	"Polish":  {"windows-1250", "Urząd odpowiada na każdą uwagę w ciągu trzydziestu dni, a spółka była zobowiązana."},
	"Greek":   {"windows-1253", "Η αρχή απαντά σε κάθε σχόλιο εντός τριάντα ημερών."},
	"Hebrew":  {"windows-1255", "הרשות משיבה על כל הערה"}, "Arabic": {"windows-1256", "ترد السلطة على كل تعليق خلال ثلاثين يوما"},
	"Thai":     {"windows-874", "หน่วยงานตอบทุกความเห็นภายในสามสิบวัน"},
	"Japanese": {"shift_jis", "当局は三十日以内にすべての意見に回答する。"}, "Korean": {"euc-kr", "당국은 모든 의견에 답변한다."},
	"Chinese": {"gbk", "主管机关应当在三十日内答复每一条意见。"}, "in Taiwan": {"big5", "主管機關應於三十日內答覆每一則意見。"},
}

func encodeAs(t interface{ Fatal(...any) }, e encoding.Encoding, text string) []byte {
	b, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func named(t interface{ Fatal(...any) }, name string) encoding.Encoding {
	e, err := htmlindex.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestWhatExcelSavesIsRead(t *testing.T) {
	marked := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	plain := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	for language, words := range western {
		quoted := `"` + strings.ReplaceAll(words, `"`, `""`) + `"`
		rows := func(separator, first string) string {
			return first + strings.Join([]string{"ID", "Comment", "Disposition"}, separator) + "\r\n" + strings.Join([]string{"1", quoted, "x"}, separator) + "\r\n"
		}
		for name, x := range map[string]struct {
			file []byte
			want string
		}{
			"CSV in Germany":                 {encodeAs(t, named(t, "windows-1252"), rows(";", "")), "windows-1252, separated by semicolons"},
			"CSV in America":                 {encodeAs(t, named(t, "windows-1252"), rows(",", "")), "windows-1252, separated by commas"},
			"text with tabs":                 {encodeAs(t, named(t, "windows-1252"), rows("\t", "")), "windows-1252, separated by tabs"},
			"Unicode text":                   {encodeAs(t, marked, rows("\t", "")), "utf-16le, separated by tabs"},
			"UTF-16, big end first":          {encodeAs(t, big, rows(";", "")), "utf-16be, separated by semicolons"},
			"UTF-16 without a mark":          {encodeAs(t, plain, rows(";", "")), "utf-16le, separated by semicolons"},
			"CSV UTF-8 in Germany":           {[]byte(bom + rows(";", "")), "utf-8, separated by semicolons"},
			"UTF-8 without a mark":           {[]byte(rows(",", "")), "utf-8, separated by commas"},
			"announced":                      {[]byte(rows(";", "sep=;\r\n")), "utf-8, separated by semicolons"},
			"announced, after a mark":        {[]byte(bom + rows("|", "SEP=|\n")), "utf-8, separated by '|'"},
			"announced, in quotes, UTF-16":   {encodeAs(t, marked, rows("\t", "\"sep=\t\"\r\n")), "utf-16le, separated by tabs"},
			"announced, windows-1252, comma": {encodeAs(t, named(t, "windows-1252"), rows(",", "sep=,\r\n")), "windows-1252, separated by commas"},
		} {
			t.Run(language+" "+name, func(t *testing.T) {
				got := readAll(t, x.file)
				if diff := cmp.Diff([][]string{header, {"1", words, "x"}}, cellsOf(got)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if d, err := Sniff(bytes.NewReader(x.file), ""); err != nil || d.String() != x.want && strings.Trim(words, words[:1]) != "" && !isASCII(x.file) {
					t.Errorf("%v, %v; want %s", d, err, x.want)
				}
				first := 1 // lines are the file's own
				if strings.HasPrefix(name, "announced") {
					first = 2
				}
				if got[0].Number != first || got[1].Number != first+1 {
					t.Errorf("rows %d and %d; want %d on", got[0].Number, got[1].Number, first)
				}
			})
		}
	}
}

func isASCII(b []byte) bool {
	return bytes.IndexFunc(b, func(r rune) bool { return r >= 0x80 }) < 0
}

// What is in another encoding is refused, never read as something else; told which it is, it is read.
func TestOtherEncodingsAreRefused(t *testing.T) {
	for language, x := range others {
		file := encodeAs(t, named(t, x[0]), "ID,Comment,Disposition\r\ncmt_01,\""+x[1]+"\",x\r\n")
		_, err := Sniff(bytes.NewReader(file), "")
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, "the encoding can't be told") {
			t.Errorf("%s: %v", language, err)
		}
		d, err := Sniff(bytes.NewReader(file), x[0])
		if err != nil {
			t.Fatal(err)
		}
		rows, err := d.NewReader(bytes.NewReader(file)).ReadAll()
		if err != nil || len(rows) != 2 || rows[1][1] != x[1] {
			t.Errorf("%s: %q, %v", language, rows, err)
		}
	}
	if _, err := Sniff(strings.NewReader("a,b\n"), "klingon"); err == nil {
		t.Error("took an encoding that nobody knows")
	}
}

// Whatever rows: however they are written, they are read as they are.
func TestAnyDialectComesBack(t *testing.T) {
	text := rapid.OneOf(rapid.StringOf(rapid.SampledFrom([]rune("abcdefgh ,;\t'\"\nüé€"))), rapid.StringMatching(`[a-zäöü]{2,8}(, [a-z]{3,9}; [a-zé]+){0,3}`))
	rapid.Check(t, func(t *rapid.T) {
		rows := [][]string{{"ID", "Text", "Clause"}}
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			rows = append(rows, []string{rapid.StringMatching(`[0-9]{1,4}`).Draw(t, "ID"), text.Draw(t, "text"), rapid.StringMatching(`§ [0-9]|`).Draw(t, "clause")})
		}
		rows[1][1] = "Prüfung" // something tells the encoding
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.Comma = rapid.SampledFrom([]rune(",;\t")).Draw(t, "separator")
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		name := rapid.SampledFrom([]string{"utf-8", "utf-16le", "utf-16be", "windows-1252"}).Draw(t, "encoding")
		file := encodeAs(t, named(t, name), b.String())
		d, err := Sniff(bytes.NewReader(file), "")
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.NewReader(bytes.NewReader(file)).ReadAll()
		if diff := cmp.Diff(rows, got); diff != "" || d.Encoding != name {
			t.Fatalf("%v, %v (-written +read):\n%s", d, err, diff)
		}
	})
}

// A title above the header, an odd row or a separator within the words doesn't change what
// the rows agree on, and neither does where the first part of a long file ends.
func TestSeparatorIsWhatRowsAgreeOn(t *testing.T) {
	long := strings.Repeat("1;a, b, c;x\n1;a;x\n", headSize/8)
	for name, x := range map[string]struct {
		file string
		want rune
	}{
		"a title":              {"Comments on hubs, parcels, and duties;;\nID;Comment;Disposition\n1;a;b\n", ';'},
		"a bare title":         {"Comments on hubs, parcels\nID;Comment;Disposition\n1;a;b\n", ';'},
		"commas in the header": {"ID;Name, first;Text\n", ';'},
		"commas in numbers":    {"ID;Weight;Price\n1;2,5;3,5\n2;2,5;3,5\n", ';'},
		"semicolons in words":  {"ID,Comment\n1,\"a; b; c\"\n2,\"d; e; f\"\n", ','},
		"short rows":           {"ID,Text,Clause\n1\n2\n3,a,b\n", ','},
		"a bad quote":          {"ID;Text\n1;ba\"d\n2;x,y\n", ';'},
		"nothing":              {"", ','},
		"one column":           {"ID\n1\n", ','},
		"long":                 {long, ';'},
		"one long row":         {"ID;" + strings.Repeat("a, b ", headSize), ','}, // there is no whole one to tell it by
	} {
		d, err := Sniff(strings.NewReader(x.file), "")
		if err != nil || d.Separator != x.want {
			t.Errorf("%s: %v, %v; want %q", name, d, err, x.want)
		}
	}
}

// UTF-8 that was damaged in some places is not taken for something else; what is damaged
// is refused row by row.
func TestDamagedUTF8IsUTF8(t *testing.T) {
	file := "ID,Text\n1,größte Prüfung\n2,bad \xff\n3,Maß\n"
	rows := readAll(t, []byte(file))
	if len(rows) != 4 || rows[2].Err == nil || rows[1].Err != nil || rows[1].Cells[1] != "größte Prüfung" {
		t.Errorf("%+v", rows)
	}
	half := encodeAs(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "ID,Text\n1,a\n2,b\n")
	half = append(half[:len(half)-4], 0x00, 0xd8, '\n', 0) // a surrogate alone
	rows = readAll(t, half)
	if last := rows[len(rows)-1]; last.Err == nil {
		t.Errorf("%+v", last)
	}
}

// Any bytes: sniffing ends, with a dialect or with an *Error, and reading what it says ends too.
func FuzzSniff(f *testing.F) {
	for _, words := range western {
		f.Add(encodeAs(f, named(f, "windows-1252"), "ID;Text\n1;\""+words+"\"\n"), "")
	}
	f.Add([]byte("\xff\xfea\x00"), "")
	f.Add([]byte("sep=\"\nsep=\r\n"), "shift_jis")
	f.Fuzz(func(t *testing.T, file []byte, called string) {
		d, err := Sniff(bytes.NewReader(file), called)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			return
		}
		r := d.NewReader(bytes.NewReader(file))
		for n := 0; ; n++ {
			_, err := r.Read()
			var bad *csv.ParseError
			switch {
			case err == io.EOF:
				return
			case err != nil && !errors.As(err, &bad):
				t.Fatal(err)
			case n > len(file):
				t.Fatal("more rows than bytes")
			}
		}
	})
}
