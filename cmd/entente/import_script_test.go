package main

import (
	"os"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/htmlindex"
)

// cmdRecode writes a script's file, which is UTF-8, in another encoding; in UTF-16 with a byte
// order mark, as Excel does.
func cmdRecode(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 3, 3, "recode ENCODING FILE NEW")
	encoding, err := htmlindex.Get(args[0])
	ts.Check(err)
	text := ts.ReadFile(args[1])
	if args[0] == "utf-16le" || args[0] == "utf-16be" {
		text = "\uFEFF" + text
	}
	b, err := encoding.NewEncoder().Bytes([]byte(text))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), b, 0o600))
}
