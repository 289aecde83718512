package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// A file of comments is read to its end whatever is in it: each row is taken, whole
// and clean, or refused by its line.
func FuzzCommentRows(f *testing.F) {
	for _, seed := range []string{
		"id,text\n1,Say what a hub is.\n", "\uFEFFid,text,date\n1,a,2026-03-01\n2,b,01/03/2026\n", "id,text\n1\n1,2,3\n\"", "id,text\n1,\"a\nb\"\n2,a\"b\n",
		"", "id", "text,id\r\n,\r\n", "id,text\n\xff,\xfe\n", "id,text,clause,organisation,stance\n=1+1,@x,§1,A,oppose\n", "id,id,text\n1,2,3\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		rows, err := openRows(strings.NewReader(file), &importComments{})
		if err != nil {
			return
		}
		last := 0
		for n := 0; ; n++ {
			row, err := rows.next()
			if err == io.EOF {
				return
			}
			if n > len(file) {
				t.Fatal("more rows than bytes")
			}
			var bad *rowError
			if errors.As(err, &bad) {
				row.line = bad.line
			} else if err != nil {
				t.Fatalf("row %d: %v", n, err)
			} else if row.id == "" || row.text == "" || !utf8.ValidString(row.id+row.text+row.clause+row.organisation+row.stance) {
				t.Errorf("taken: %+v", row)
			}
			if row.line <= last {
				t.Errorf("line %d comes after line %d", row.line, last)
			}
			last = row.line
		}
	})
}

// A date is taken as it is written where nobody could read it in another way, by itself or by the file's other dates.
func TestReceivedDates(t *testing.T) {
	for _, x := range []struct {
		cell, beside, want string // "" is refused
	}{
		{"", "", "0001-01-01T00:00:00Z"}, {"2026-03-01", "", "2026-03-01T00:00:00Z"}, {"2026-03-01T09:30:00+02:00", "", "2026-03-01T07:30:00Z"}, {"2026-03-01 09:30", "", "2026-03-01T09:30:00Z"},
		{"2026/3/1", "", "2026-03-01T00:00:00Z"}, {"31.03.2026", "", "2026-03-31T00:00:00Z"}, {"1.3.2026", "", "2026-03-01T00:00:00Z"}, {"01.03.26", "", "2026-03-01T00:00:00Z"},
		{"01.03.2026 09:30", "", "2026-03-01T09:30:00Z"}, {"1-Mar-2026", "", "2026-03-01T00:00:00Z"}, {"31/12/2026", "", "2026-12-31T00:00:00Z"}, {"12/31/2026 9:30 PM", "", "2026-12-31T21:30:00Z"},
		{"3/3/2026", "", "2026-03-03T00:00:00Z"}, {"1/2/2026", "", ""}, {"03-01-2026", "", ""}, {"1/2/2026", "31/12/2026", "2026-02-01T00:00:00Z"}, {"1/2/2026", "12/31/2026", "2026-01-02T00:00:00Z"},
		{"01-02-2026", "13-02-2026 10:00", "2026-02-01T00:00:00Z"}, {"31.13.2026", "", ""}, {"13.31.2026", "", ""}, {"13/31/2026", "", ""}, {"soon", "", ""}, {"1/2/2026", "2026-03-01", ""},
	} {
		var o dateOrder
		o.see(x.cell)
		o.see(x.beside)
		got, err := o.read(x.cell)
		if (err != nil) != (x.want == "") || err == nil && got.Format(time.RFC3339) != x.want {
			t.Errorf("%q beside %q: %s, %v", x.cell, x.beside, got.Format(time.RFC3339), err)
		}
	}
	both := dateOrder{dayFirst: true, monthFirst: true}
	if got, err := both.read("1/2/2026"); err == nil {
		t.Errorf("a file with both orders reads %s", got)
	}
}

// The dates of a file are read as its others say, whichever comes first.
func TestDatesOfAFile(t *testing.T) {
	rows, err := openRows(strings.NewReader("id;text;date\n1;a;1/2/2026\n2;b;31/1/2026\n"), &importComments{})
	if err != nil {
		t.Fatal(err)
	}
	if row, err := rows.next(); err != nil || row.at.Format(time.DateOnly) != "2026-02-01" {
		t.Errorf("%v, %v", row.at, err)
	}
}
