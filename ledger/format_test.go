package ledger

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestFormat computes the worked example of the package comment and looks each
// line of it up there. The bytes of a statement, a tile, a bundle and a checkpoint
// never change: neither does this test.
func TestFormat(t *testing.T) {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }

	entries := []Entry{{
		At:      time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC),
		Kind:    "comment.submitted/1",
		Subject: "cmt_01",
		Command: "c-1",
		Payload: []byte(`{"text":"Ninety days, not sixty."}`),
		Salt:    []byte("sixteen bytes ok"),
	}, {
		Seq:      1,
		At:       time.Date(2026, 3, 2, 9, 30, 0, 250_000_000, time.UTC),
		Kind:     "release.published/1",
		Subject:  "rel_01",
		Command:  "c-2",
		Payload:  []byte(`{"number":7}`),
		Salt:     []byte("another sixteen!"),
		Released: bytes.Repeat([]byte{0xab}, 32),
	}}
	var tree Tree
	var statements [][]byte
	for i := range entries {
		entries[i].Seal()
		s, err := entries[i].Statement()
		if err != nil {
			t.Fatal(err)
		}
		statements = append(statements, s)
		tree.Append(s)
		add("%s", s[:strings.Index(string(s), `"digest"`)])
		add("%s", s[strings.Index(string(s), `"digest"`):])
		add("leaf %d  %s", i, LeafHash(s))
	}
	add("root    %s", tree.Root())

	tiles := newTiles()
	if err := tree.Flush(tiles); err != nil {
		t.Fatal(err)
	}
	path := TilePath{Width: 2}
	tile, err := TileBytes(tiles, path, tree.Size())
	if err != nil {
		t.Fatal(err)
	}
	add("%s  %s", path, base64.StdEncoding.EncodeToString(tile[:36]))

	path.Entries = true
	bundle, err := EntryBundle(statements...)
	if err != nil {
		t.Fatal(err)
	}
	add("%s  %x  %s", path, bundle[:2], bundle[2:12])

	// Nothing else was ever signed with this key: its seed is a sentence.
	signer, err := NewSigner("PRIVATE+KEY+registry.example/ledger+95cd98b1+AW5vdCBhIHNlY3JldCwgbm9yIHJhbmRvbSBub3QgYSBz")
	if err != nil {
		t.Fatal(err)
	}
	checkpoint, err := signer.Sign(tree.Size(), tree.Root())
	if err != nil {
		t.Fatal(err)
	}
	add("%s", signer.VerifierKey())
	lines = append(lines, strings.Split(strings.TrimSpace(string(checkpoint)), "\n")...)

	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l != "" && !strings.Contains(string(doc), "//\t"+l) {
			t.Errorf("the package comment doesn't hold the line\n//\t%s", l)
		}
	}
}
