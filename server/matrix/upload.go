package matrix

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"

	"github.com/ewtp/entente/policies"
)

// errBody says that the body couldn't be read. Where it was too large or too slow, the server
// says so in place of this answer.
var errBody = errors.New("couldn't read the body")

// readFile reads the file of a request of that content type: its body, or, as browsers and curl -F
// send it, the one file of a form. The server bounds the body.
func readFile(contentType string, body io.Reader) ([]byte, error) {
	media, params, err := mime.ParseMediaType(contentType)
	if err == nil && media == "multipart/form-data" {
		return readForm(multipart.NewReader(body, params["boundary"]))
	}
	file, err := io.ReadAll(body)
	if err != nil {
		return nil, errBody
	}
	return file, nil
}

// readForm reads the one file of a form; its other fields say nothing that is asked for.
func readForm(parts *multipart.Reader) (file []byte, err error) {
	refuse := func(message string) error {
		return &policies.Error{Code: policies.Invalid, Field: "body", Message: message}
	}
	found := false
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errBody
		}
		if part.FileName() == "" {
			continue
		}
		if found {
			return nil, refuse("has more than one file; send one at a time")
		}
		found = true
		if file, err = io.ReadAll(part); err != nil {
			return nil, errBody
		}
	}
	if !found {
		return nil, refuse("is a form without a file")
	}
	return file, nil
}
