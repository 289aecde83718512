package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/ewtp/entente/server/web/catalogue"
)

// rulesOfForms are the files of package policies whose messages come to the forms of comments.
var rulesOfForms = []string{"check.go", "comment.go", "comment_words.go", "comment_draft.go", "quote.go", "cost.go", "proposal.go", "question.go",
	"attachment.go", "attachment_quota.go", "endorsement.go", "reply.go", "document.go"}

// notOfForms are messages in these files that no form of a comment can bring about.
var notOfForms = []string{"%q is there twice", "has a year outside 0 to 9999", "leaves nothing to choose: give two or more, or none for an answer in words",
	"%s has ended, and nobody answers for it any more"}

// Every message with which a rule refuses what a form says has words of its own in each language,
// and there are none for messages that no rule has.
func TestFaultsOfFormsHaveWords(t *testing.T) {
	formats := map[string]bool{}
	for _, name := range rulesOfForms {
		for _, format := range formatsIn(t, filepath.Join("../../policies", name)) {
			formats[format] = true
		}
	}
	if len(formats) < 40 {
		t.Fatalf("only %d messages were found", len(formats))
	}
	for format := range formats {
		has := slices.ContainsFunc(faultWords, func(w faultWord) bool { return w.format == format && w.field == "" })
		if !has && !slices.Contains(notOfForms, format) {
			t.Errorf("there are no words for %q", format)
		}
	}
	elsewhere := []string{"the file is of none of the types taken: PDF, PNG, JPEG, plain text, CSV, DOCX, XLSX, ODT", "that was too much to write; try again in %d s",
		"was uploaded before, and is being cleared at this moment: upload it again in a minute"}
	for _, w := range faultWords {
		if !formats[w.format] && !slices.Contains(elsewhere, w.format) {
			t.Errorf("there are words for %q, which no rule says", w.format)
		}
	}
}

func formatsIn(t *testing.T, file string) (formats []string) {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{"errInvalid": 1, "errConflict": 1, "checkThat": 2}
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name, ok := call.Fun.(*ast.Ident)
		if !ok || at[name.Name] == 0 || len(call.Args) <= at[name.Name] {
			return true
		}
		if s, ok := call.Args[at[name.Name]].(*ast.BasicLit); ok {
			if format, err := strconv.Unquote(s.Value); err == nil {
				formats = append(formats, format)
			}
		}
		return true
	})
	return formats
}

// The words come with the values of the message, and a field's own come first.
func TestFaultWord(t *testing.T) {
	for _, test := range []struct {
		language             *catalogue.Language
		field, message, want string
	}{
		{catalogue.English, "text", "is missing", "Write what you want to say."},
		{catalogue.French, "text", "is missing", "Écrivez ce que vous voulez dire."},
		{catalogue.English, "summary", "is 70000 bytes long, at most 65536 are taken", "It is 70000 bytes long, and at most 65536 are taken."},
		{catalogue.French, "exact", "the clause has these words 3 times; a longer prefix or suffix tells which", "La clause a ces mots 3 fois. Prenez-en quelques autres, pour que l’on sache lesquels vous visez."},
		{catalogue.English, "amount", `"1,5" is no decimal such as 12500.50, of at most 15 digits before the point and 4 after`, "1,5 is no amount. Write a number such as 12500.50."},
		{catalogue.English, "text", "something new", "something new"},
	} {
		v := &visit{lang: test.language}
		if got := v.faultWord(test.field, test.message); got != test.want {
			t.Errorf("%s of %s in %s: %q, want %q", test.message, test.field, test.language.Name, got, test.want)
		}
	}
}
