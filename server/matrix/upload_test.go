package matrix_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/ewtp/entente/server/servertest"
)

// form is a body of multipart/form-data: name, file name ("" for a plain field), content, and so on.
func form(t *testing.T, fields ...string) (body, media string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 3 {
		var err error
		if fields[i+1] == "" {
			err = w.WriteField(fields[i], fields[i+2])
		} else {
			part, failed := w.CreateFormFile(fields[i], fields[i+1])
			if err = failed; err == nil {
				_, err = part.Write([]byte(fields[i+2]))
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

// A file may come as a form's, and is the same as when it comes by itself.
func TestImportOfForms(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	good := filledIn(f, p, "Heard.")
	send := func(body, media string) (int, string) {
		r := f.Request("sponsor-delegate", "POST", "/reports/"+p.ID+"/responses", body)
		r.Header.Set("Content-Type", media)
		status, answer := f.Send(r)
		return status, string(answer)
	}
	status, plain := send(good, "text/csv")
	if status != 200 || !strings.Contains(plain, `"answered":1`) {
		t.Fatalf("%d %s", status, plain)
	}
	whole, media := form(t, "note", "", "as asked", "file", "filled in.csv", good)
	for name, x := range map[string]struct {
		body, media string
		status      int
		says        string
	}{
		"a form":           {whole, media, 200, plain},
		"raw, as curl -d":  {good, "application/x-www-form-urlencoded", 200, plain},
		"without boundary": {whole, "multipart/form-data", 400, `"field":"body"`},
		"broken off":       {whole[:len(whole)/2], media, 400, `"field":"body"`},
	} {
		if status, answer := send(x.body, x.media); status != x.status || !strings.Contains(answer, x.says) {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
	for says, fields := range map[string][]string{"form without a file": {"note", "", "x"}, "more than one file": {"a", "a.csv", good, "b", "b.csv", good}} {
		if status, answer := send(form(t, fields...)); status != 400 || !strings.Contains(answer, says) {
			t.Errorf("%s: %d %s", says, status, answer)
		}
	}
	large, media := form(t, "file", "a.csv", strings.Repeat("x", 32<<20))
	if status, answer := send(large, media); status != 413 {
		t.Errorf("too large: %d %s", status, fmt.Sprintf("%.200s", answer))
	}
}
