package sqlite

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/ledger"
)

// prose is a comment of 500 characters.
var prose = strings.Join(strings.Fields(`We carry about nine hundred consignments a week for makers of hand-woven goods, nearly all of them worth
	less than thirty euros. Filing each item separately ten days ahead would cost us a further clerk, which is more than the margin on the
	whole trade. A monthly summary, or an exemption under the threshold that the postal operators already use, would give the authority the
	same statistics without ending this line of business. Our islands ship when the ferry runs, so any date that early is but a guess.`), " ")

// A comment of 500 characters takes at most 900 bytes of the file, everything included.
func TestACommentIsSmall(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	fresh := func(prefix string) string {
		b := make([]byte, 13)
		_, _ = rand.Read(b)
		return prefix + "_" + hex.EncodeToString(b)
	}
	const n = 2000
	entries := make([]ledger.Entry, n)
	for i := range entries {
		id := fresh("cmt")
		text := []byte(prose)
		for k := range 20 { // no two comments are the same
			text[(i*7+k*23)%len(text)] = byte('a' + (i+k)%26)
		}
		entries[i] = ledger.Entry{Seq: int64(i), At: time.UnixMilli(1_772_000_000_000 + int64(i)).UTC(), Kind: "comment.submitted/1", Subject: id,
			Command: fresh("mem") + "/" + fresh("k"), Salt: []byte(fresh("")[:16]), Words: []byte(fresh("")[:16]),
			Payload: fmt.Appendf(nil, `{"id":%q,"number":%d,"document":%q,"consultation":%q,"revision":%q,"clause":"cnhq9e72h0k7ernr2","organisation":%q,"stance":"oppose","type":"substantive","text":%q,"by":%q}`,
				id, i, fresh("doc"), fresh("csn"), fresh("rev"), fresh("org"), text, fresh("mem"))}
		entries[i].Seal()
	}
	if err := s.Append(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	if per := info.Size() / n; per > 900 {
		t.Errorf("a comment takes %d bytes", per)
	} else {
		t.Logf("a comment takes %d bytes", per)
	}
}
