package files

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// An office document is judged by its parts. What it says of itself, in the list of content types or by the names of its
// parts, is held against them, and never taken instead: whoever opens it goes by the parts.

// mainParts are the elements at the root of the main part of an Office Open XML document (ECMA-376, part 1; the second
// namespace of each is that of its strict form, ISO/IEC 29500), with the type of the whole and
// the content type that such a part has where there are no macros.
var mainParts = []struct{ space, element, whole, part string }{
	{"http://schemas.openxmlformats.org/wordprocessingml/2006/main", "document", wordType, wordType + ".main+xml"},
	{"http://purl.oclc.org/ooxml/wordprocessingml/main", "document", wordType, wordType + ".main+xml"},
	{"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "workbook", sheetType, sheetType + ".main+xml"},
	{"http://purl.oclc.org/ooxml/spreadsheetml/main", "workbook", sheetType, sheetType + ".main+xml"},
}

const (
	wordType     = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	sheetType    = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	openDocument = "application/vnd.oasis.opendocument.text"
	maxParts     = 10_000   // files in an archive
	maxTypes     = 1 << 20  // bytes of the list of content types, and of a list of relationships
	maxContent   = 64 << 20 // bytes of an OpenDocument's content, unpacked
)

var (
	errMacros   = fmt.Errorf("%w; it has macros or other programs in it", errFileType)
	errObjects  = fmt.Errorf("%w; it has an object of another program in it", errFileType)
	errExternal = fmt.Errorf("%w; it loads something from elsewhere when it is opened", errFileType)
)

// whyNotTaken is the reason for which a file isn't taken, as its uploader is told.
func whyNotTaken(err error) error {
	for _, why := range []error{errMacros, errObjects, errExternal} {
		if errors.Is(err, why) {
			return why
		}
	}
	return errFileType
}

// officeType tells which document a ZIP archive is. One that has programs or objects of other programs in it, or that loads
// anything from elsewhere, is none that is taken.
func officeType(content []byte) (string, error) { return archiveType(content, true) }

// archiveType is officeType; documents may stand in a document, and in these no others.
func archiveType(content []byte, outer bool) (string, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(archive.File) == 0 || len(archive.File) > maxParts {
		return "", errFileType
	}
	parts := map[string]*zip.File{} // by name as those who open it compare names
	for _, f := range archive.File {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		if parts[name] != nil { // others might read the other one
			return "", errFileType
		}
		parts[name] = f
		if err := checkPart(name, f, outer); err != nil {
			return "", err
		}
	}
	if first := archive.File[0]; first.Name == "mimetype" { // OpenDocument 1.3, part 2, 3.3
		if text, err := readPart(first, 200); err != nil || string(text) != openDocument {
			return "", errFileType
		}
		return openDocument, checkOpenDocument(parts)
	}
	return openXMLType(parts)
}

// checkPart judges a part by its name and by how it begins.
func checkPart(name string, f *zip.File, outer bool) error {
	base := path.Base(name)
	if base == "vbaproject.bin" || base == "vbadata.xml" || strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/") || strings.Contains(name, "/activex/") {
		return errMacros
	}
	head, err := headOf(f)
	switch {
	case err != nil:
		return errFileType
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")): // a compound file, [MS-CFB] 2.2: as which macros and OLE objects are kept
		return errObjects
	case bytes.HasPrefix(head, []byte("MZ")), bytes.HasPrefix(head, []byte("\x7fELF")), bytes.HasPrefix(head, []byte("#!")):
		return errMacros
	case strings.HasSuffix(name, ".rels"):
		return checkRelationships(f)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")): // the figures of a chart are a workbook in the document
		inner, err := readPart(f, maxContent)
		if err == nil && outer {
			_, err = archiveType(inner, false)
			return err
		}
		return errObjects
	}
	return nil
}

// headOf reads how a part begins.
func headOf(f *zip.File) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	head := make([]byte, 8)
	n, err := io.ReadFull(in, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return head[:n], err
}

// A relationship leads from a part to another, or out of the document (ECMA-376, part 2, 9.3).
type relationship struct {
	Type       string `xml:"Type,attr"`
	Target     string `xml:"Target,attr"`
	TargetMode string `xml:"TargetMode,attr"`
}

func relationshipsOf(f *zip.File) ([]relationship, error) {
	b, err := readPart(f, maxTypes)
	if err != nil {
		return nil, errFileType
	}
	var list struct {
		Relationships []relationship `xml:"Relationship"`
	}
	if xml.Unmarshal(b, &list) != nil {
		return nil, errFileType
	}
	return list.Relationships, nil
}

// checkRelationships refuses what leads to programs and objects, and whatever is loaded from outside but links that people follow.
func checkRelationships(f *zip.File) error {
	list, err := relationshipsOf(f)
	for _, r := range list {
		switch kind := strings.ToLower(path.Base(r.Type)); {
		case slices.Contains([]string{"vbaproject", "wordvbadata", "control", "activexcontrolbinary", "xlmacrosheet", "xlintlmacrosheet"}, kind):
			return errMacros
		case kind == "oleobject":
			return errObjects
		case strings.EqualFold(r.TargetMode, "External") && kind != "hyperlink":
			return errExternal
		}
	}
	return err
}

// openXMLType tells what an Office Open XML document is: by the root of its main part, to which its relationships lead.
func openXMLType(parts map[string]*zip.File) (string, error) {
	rels, list := parts["_rels/.rels"], parts["[content_types].xml"]
	if rels == nil || list == nil {
		return "", errFileType
	}
	relationships, err := relationshipsOf(rels)
	if err != nil {
		return "", err
	}
	types, err := contentTypesOf(list)
	if err != nil {
		return "", err
	}
	whole := ""
	for _, r := range relationships {
		if path.Base(r.Type) != "officeDocument" {
			continue
		}
		name := strings.ToLower(strings.TrimPrefix(path.Clean("/"+r.Target), "/"))
		if whole != "" || parts[name] == nil {
			return "", errFileType
		}
		if whole, err = mainType(parts[name], types[name]); err != nil {
			return "", err
		}
	}
	if whole == "" {
		return "", errFileType
	}
	return whole, nil
}

// contentTypesOf lists the content types that parts claim, by name in small letters. Those with macros have types of their own.
func contentTypesOf(f *zip.File) (map[string]string, error) {
	b, err := readPart(f, maxTypes)
	if err != nil {
		return nil, errFileType
	}
	type claim struct {
		Name string `xml:"PartName,attr"`
		Type string `xml:"ContentType,attr"`
	}
	var list struct {
		Override []claim
		Default  []claim
	}
	if xml.Unmarshal(b, &list) != nil {
		return nil, errFileType
	}
	types := map[string]string{}
	for _, c := range slices.Concat(list.Override, list.Default) {
		if t := strings.ToLower(c.Type); strings.Contains(t, "macroenabled") || strings.Contains(t, "vbaproject") || strings.Contains(t, "activex") {
			return nil, errMacros
		}
		if c.Name != "" {
			types[strings.ToLower(strings.TrimPrefix(c.Name, "/"))] = c.Type
		}
	}
	return types, nil
}

// mainType tells the type of a document by the root of its main part, which must claim no other.
func mainType(f *zip.File, claimed string) (string, error) {
	in, err := f.Open()
	if err != nil {
		return "", errFileType
	}
	defer in.Close()
	root, err := rootOf(xml.NewDecoder(io.LimitReader(in, maxTypes)))
	if err != nil {
		return "", errFileType
	}
	for _, m := range mainParts {
		if root.Space == m.space && root.Local == m.element && claimed == m.part {
			return m.whole, nil
		}
	}
	return "", errFileType
}

// rootOf reads up to the first element.
func rootOf(d *xml.Decoder) (xml.Name, error) {
	for {
		t, err := d.Token()
		if err != nil {
			return xml.Name{}, err
		}
		switch t := t.(type) {
		case xml.Directive: // a document type could bring entities
			return xml.Name{}, errFileType
		case xml.StartElement:
			return t.Name, nil
		}
	}
}
