package issuer

import (
	"bytes"
	"html/template"
	"net/http"
)

// pageTemplate needs neither script nor style, so any content security policy suits it.
var pageTemplate = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Demo issuer</title></head>
<body>
<h1>Demo issuer</h1>
<p>This issuer belongs to the demonstration. Anybody who can reach it can be any of these people.
A token is good for one hour; send it as <code>Authorization: Bearer …</code>.</p>
{{range .Personas}}<h2 id="{{.ID}}">{{.Name}}</h2>
<p>{{.Organisation}}{{if .Email}} ({{.Email}}){{end}}</p>
<pre><code>curl -s -u '{{.ID}}:{{$.Secret}}' -d grant_type=client_credentials '{{$.Issuer}}/token'</code></pre>
{{else}}<p>There are no personas.</p>
{{end}}</body>
</html>
`))

// page lists the personas, each with how to get its token.
func (i *Issuer) page(w http.ResponseWriter, _ *http.Request) {
	var text bytes.Buffer
	err := pageTemplate.Execute(&text, struct {
		Issuer, Secret string
		Personas       []Persona
	}{i.options.Issuer, Secret, i.options.Personas})
	if err != nil {
		http.Error(w, "the page can't be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(text.Bytes())
}
