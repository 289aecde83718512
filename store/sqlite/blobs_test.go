package sqlite

import (
	"io"
	"strings"
	"testing"
)

func putBlob(t *testing.T, s *Store, content string) string {
	t.Helper()
	digest, _, err := s.Blobs().Put(t.Context(), strings.NewReader(content), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func readToEnd(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
