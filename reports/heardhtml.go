package reports

import (
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"github.com/ewtp/entente/clauses"
)

//go:embed heard.html
var heardPage string

//go:embed heard.css
var heardStyle string

// HeardPolicy is the Content-Security-Policy under which the report's HTML is shown
// with its style, and nothing else.
var HeardPolicy = func() string {
	sum := sha256.Sum256([]byte(heardStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
}()

var heardTemplate = template.Must(template.New("heard").Funcs(template.FuncMap{
	"style":    func() template.CSS { return template.CSS(heardStyle) }, // #nosec G203 -- ours, embedded
	"held":     roundHeld,
	"kind":     func(h *Heard) string { return kindNames[h.Document.Kind] },
	"heading":  (*Heard).heading,
	"stood":    Response.endorsed,
	"inside":   func(h *Heard, r Response) responseInside { return responseInside{r, h.Document.Language} },
	"clipped":  clipped,
	"by":       (*Heard).answeredBy,
	"between":  (*Heard).between,
	"fate":     HeardChange.fate,
	"redline":  HeardChange.redline,
	"where":    func(h *Heard, s HeardClause) string { return s.where(len(h.Rounds)) },
	"verdict":  Response.verdict,
	"whose":    func(r Response) template.HTML { return template.HTML(r.whose(bdi)) },    // #nosec G203 -- bdi escapes names; the rest is ours
	"repeated": func(r Response) template.HTML { return template.HTML(r.repeated(bdi)) }, // #nosec G203 -- as above
	"question": func(h *Heard, q HeardQuestion) string { return q.name(len(h.Rounds)) },
	"answers":  HeardQuestion.answers,
	"visible":  clauses.Visible,
	"clause":   func(s string) template.HTML { return template.HTML(clauses.RenderClause(s)) }, // #nosec G203 -- RenderClause makes anybody's Markdown safe
	"nothing":  HeardChange.verdictOn,
	"sections": (*Heard).voiceTables,
}).Parse(heardPage))

// A responseInside is a response in a report, with the language of its document.
type responseInside struct {
	Response
	Language string
}

// HTML writes the report as a page that stands by itself: no script, no address of
// another page but the files of comments, one style. See [HeardPolicy].
func (h *Heard) HTML() (string, error) {
	var b strings.Builder
	if err := heardTemplate.Execute(&b, h); err != nil {
		return "", fmt.Errorf("couldn't write the report: %w", err)
	}
	return b.String(), nil
}

// redline shows what became of a clause's words.
func (c HeardChange) redline() template.HTML {
	switch c.Op {
	case clauses.Changed:
		var b strings.Builder
		b.WriteString(`<p class="redline">`)
		for _, s := range c.Spans {
			words := template.HTMLEscapeString(clauses.Visible(s.Text))
			switch s.Op {
			case clauses.Insert:
				words = "<ins>" + words + "</ins>"
			case clauses.Delete:
				words = "<del>" + words + "</del>"
			}
			b.WriteString(words)
		}
		return template.HTML(b.String() + "</p>") // #nosec G203 -- each span is escaped above
	case clauses.Added:
		return template.HTML("<ins>" + clauses.RenderClause(c.After) + "</ins>") // #nosec G203 -- RenderClause makes anybody's Markdown safe
	case clauses.Removed:
		return template.HTML("<del>" + clauses.RenderClause(c.Before) + "</del>") // #nosec G203 -- as above
	}
	return template.HTML(clauses.RenderClause(c.After)) // #nosec G203 -- as above
}
