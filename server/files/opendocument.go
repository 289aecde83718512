package files

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Namespaces of OpenDocument 1.3, part 3, 3.
const (
	odfOffice = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
	odfScript = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
	odfText   = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
	xlink     = "http://www.w3.org/1999/xlink"
)

// checkOpenDocument refuses an OpenDocument whose content is no text, or that runs programs or loads something from elsewhere.
func checkOpenDocument(parts map[string]*zip.File) error {
	content := parts["content.xml"]
	if content == nil {
		return errFileType
	}
	text := false
	for _, name := range []string{"content.xml", "styles.xml"} {
		f := parts[name]
		if f == nil {
			continue
		}
		err := eachElement(f, func(e xml.StartElement) error {
			text = text || f == content && e.Name == xml.Name{Space: odfOffice, Local: "text"}
			return checkElement(e)
		})
		if err != nil {
			return err
		}
	}
	if !text {
		return errFileType
	}
	return nil
}

// checkElement judges an element of an OpenDocument.
func checkElement(e xml.StartElement) error {
	switch {
	case e.Name.Space == odfScript || e.Name == xml.Name{Space: odfOffice, Local: "script"}:
		return errMacros
	case e.Name == xml.Name{Space: odfText, Local: "a"}: // a link that people follow
		return nil
	}
	for _, a := range e.Attr {
		if a.Name.Space == xlink && a.Name.Local == "href" && (strings.Contains(a.Value, "//") || strings.HasPrefix(a.Value, `\\`) || hasScheme(a.Value)) {
			return errExternal
		}
	}
	return nil
}

// hasScheme says whether a reference begins as an address does, and not as a path within the document.
func hasScheme(href string) bool {
	scheme, _, found := strings.Cut(href, ":")
	return found && scheme != "" && !strings.ContainsAny(scheme, "/#.")
}

// eachElement goes through the elements of a part.
func eachElement(f *zip.File, each func(xml.StartElement) error) error {
	in, err := f.Open()
	if err != nil {
		return errFileType
	}
	defer in.Close()
	limited := &io.LimitedReader{R: in, N: maxContent}
	d := xml.NewDecoder(limited)
	for {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && limited.N > 0:
			return nil
		case err != nil:
			return errFileType
		}
		switch t := t.(type) {
		case xml.Directive: // a document type could bring entities
			return errFileType
		case xml.StartElement:
			if err := each(t); err != nil {
				return err
			}
		}
	}
}
