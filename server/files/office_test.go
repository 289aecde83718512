package files_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ewtp/entente/server/servertest"
)

const (
	wordMain  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	sheetMain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
	odfText   = "application/vnd.oasis.opendocument.text"

	wordRoot  = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>`
	sheetRoot = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>`
	compound  = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"
	relation  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// relationships are a list of them, by kind and target; a target that begins with "!" is outside.
func relationships(pairs ...string) string {
	b := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i := 0; i < len(pairs); i += 2 {
		target, mode := pairs[i+1], ""
		if out, external := strings.CutPrefix(target, "!"); external {
			target, mode = out, ` TargetMode="External"`
		}
		b += `<Relationship Id="r` + pairs[i] + `" Type="` + relation + pairs[i] + `" Target="` + target + `"` + mode + `/>`
	}
	return b + `</Relationships>`
}

func contentTypes(part, main string) string {
	return `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/` + part + `" ContentType="` + main + `"/></Types>`
}

// wordOf is a document in Word's form with further parts.
func wordOf(t *testing.T, more ...string) string {
	return zipOf(t, append([]string{"[Content_Types].xml", contentTypes("word/document.xml", wordMain),
		"_rels/.rels", relationships("officeDocument", "word/document.xml"), "word/document.xml", wordRoot}, more...)...)
}

func sheetOf(t *testing.T, more ...string) string {
	return zipOf(t, append([]string{"[Content_Types].xml", contentTypes("xl/workbook.xml", sheetMain),
		"_rels/.rels", relationships("officeDocument", "/xl/workbook.xml"), "xl/workbook.xml", sheetRoot}, more...)...)
}

// openOf is an OpenDocument whose text has an element.
func openOf(t *testing.T, element string, more ...string) string {
	return zipOf(t, append([]string{"mimetype", odfText, "content.xml", `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
		xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" xmlns:draw="urn:d" xmlns:xlink="http://www.w3.org/1999/xlink">
		<office:body><office:text>` + element + `</office:text></office:body></office:document-content>`}, more...)...)
}

// An office document is what its parts are, whatever it claims; what runs programs, holds objects of other programs or loads
// anything from elsewhere isn't taken, wherever it is in the file.
func TestOfficeFilesAreJudgedByTheirParts(t *testing.T) {
	f := servertest.NewFront(t)
	of := func(parts ...string) string { return zipOf(t, parts...) }
	main := relationships("officeDocument", "word/document.xml")
	for name, x := range map[string]struct{ content, want string }{
		"links that people follow": {wordOf(t, "word/_rels/document.xml.rels", relationships("hyperlink", "!https://example.com", "image", "media/a.png"), "word/media/a.png", "\x89PNG\r\n\x1a\n"), ""},
		"a chart's figures":        {wordOf(t, "word/embeddings/a.xlsx", sheetOf(t)), ""},
		"a workbook":               {sheetOf(t), ""},
		"an OpenDocument":          {openOf(t, `<text:a xlink:href="https://example.com">x</text:a><draw:image xlink:href="Pictures/a.png"/>`), ""},

		"a claim alone":                    {of("[Content_Types].xml", contentTypes("word/document.xml", wordMain)), "none of the types"},
		"a main part that isn't there":     {of("[Content_Types].xml", contentTypes("word/document.xml", wordMain), "_rels/.rels", main), "none of the types"},
		"a main part of another kind":      {of("[Content_Types].xml", contentTypes("word/document.xml", wordMain), "_rels/.rels", main, "word/document.xml", sheetRoot), "none of the types"},
		"a claim for another part":         {of("[Content_Types].xml", contentTypes("x.xml", wordMain), "_rels/.rels", main, "word/document.xml", wordRoot), "none of the types"},
		"two of a name":                    {wordOf(t, "WORD/document.xml", wordRoot), "none of the types"},
		"entities":                         {of("[Content_Types].xml", contentTypes("word/document.xml", wordMain), "_rels/.rels", main, "word/document.xml", "<!DOCTYPE x>"+wordRoot), "none of the types"},
		"macros by their name":             {wordOf(t, "word/vbaProject.bin", "x"), "macros"},
		"macros under another name":        {wordOf(t, "word/media/a.png", compound), "object"},
		"macros by what leads to them":     {wordOf(t, "word/_rels/document.xml.rels", relationships("vbaProject", "a.bin")), "macros"},
		"macros by a claim":                {of("[Content_Types].xml", contentTypes("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"), "_rels/.rels", main, "word/document.xml", wordRoot), "macros"},
		"a control":                        {wordOf(t, "word/activeX/a.xml", "<x/>"), "macros"},
		"an object":                        {wordOf(t, "word/embeddings/oleObject1.bin", compound), "object"},
		"a linked object":                  {wordOf(t, "word/_rels/document.xml.rels", relationships("oleObject", "!file://host/a")), "object"},
		"a program":                        {wordOf(t, "word/embeddings/a.bin", "MZ\x90\x00"), "programs"},
		"a template from elsewhere":        {wordOf(t, "word/_rels/settings.xml.rels", relationships("attachedTemplate", "!https://example.com/a.dotm")), "elsewhere"},
		"an image from elsewhere":          {wordOf(t, "word/_rels/document.xml.rels", relationships("image", "!https://example.com/a.png")), "elsewhere"},
		"figures from elsewhere":           {sheetOf(t, "xl/externalLinks/_rels/a.xml.rels", relationships("externalLinkPath", "!file:///a.xlsx")), "elsewhere"},
		"a workbook with macros in it":     {wordOf(t, "word/embeddings/a.xlsx", sheetOf(t, "xl/vbaProject.bin", "x")), "macros"},
		"an archive in it":                 {wordOf(t, "word/a.zip", of("a.txt", "x")), "none of the types"},
		"an archive in one in it":          {wordOf(t, "word/a.xlsx", sheetOf(t, "xl/a.xlsx", sheetOf(t))), "object"},
		"an OpenDocument without text":     {of("mimetype", odfText, "content.xml", "<x/>"), "none of the types"},
		"an OpenDocument's macros":         {openOf(t, "", "Basic/Standard/a.xml", "x"), "macros"},
		"an OpenDocument that listens":     {openOf(t, `<script:event-listener script:language="ooo:script"/>`), "macros"},
		"an OpenDocument's far image":      {openOf(t, `<draw:image xlink:href="https://example.com/a.png"/>`), "elsewhere"},
		"an OpenDocument's object":         {openOf(t, "", "Object 1", compound), "object"},
		"an OpenDocument cut off":          {of("mimetype", odfText, "content.xml", `<office:text xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">`), "none of the types"},
		"relationships that can't be read": {wordOf(t, "word/_rels/document.xml.rels", "<x"), "none of the types"},
	} {
		res, body := f.Exchange("ferry-delegate", "POST", "/attachments?name="+url.QueryEscape("a.docx"), x.content)
		if x.want == "" && res.StatusCode != 201 || x.want != "" && (res.StatusCode != 415 || !strings.Contains(body, x.want) || !strings.Contains(body, "none of the types")) {
			t.Errorf("%s: %d %.300s", name, res.StatusCode, body)
		}
	}
}
