package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
)

// cmdHolds looks for a word in every file below a folder, in upper and lower case,
// and inside whatever is compressed there; free pages and logs of a database are
// bytes of its files like any others.
func cmdHolds(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, false, args, 2, 2, "[!] holds FOLDER WORD")
	unpack, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	ts.Check(err)
	defer unpack.Close()
	word := []byte(strings.ToLower(args[1]))
	var in []string
	files := 0
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if bytes.Contains(bytes.ToLower(content), word) || packedHolds(unpack, content, word) {
			in = append(in, d.Name())
		}
		return nil
	}))
	switch {
	case files == 0:
		ts.Fatalf("%s has no files", args[0])
	case neg && len(in) > 0:
		ts.Fatalf("%q is in %s", args[1], in)
	case !neg && len(in) == 0:
		ts.Fatalf("%q is nowhere in %d files of %s", args[1], files, args[0])
	}
}

// packedHolds looks into all zstd frames (RFC 8878, 3.1.1) that begin anywhere.
func packedHolds(unpack *zstd.Decoder, content, word []byte) bool {
	magic := []byte{0x28, 0xb5, 0x2f, 0xfd}
	for {
		at := bytes.Index(content, magic)
		if at < 0 {
			return false
		}
		content = content[at:]
		// What follows the frame is no frame, which the reader calls an error after it
		// has handed out what it had.
		plain, _ := unpack.DecodeAll(content, nil)
		if bytes.Contains(bytes.ToLower(plain), word) {
			return true
		}
		content = content[len(magic):]
	}
}
